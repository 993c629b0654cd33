"""What git itself runs, and what a person sees."""
