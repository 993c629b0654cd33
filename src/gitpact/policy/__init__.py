"""The policy: its file, which one applies, and its cache."""
