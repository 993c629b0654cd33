"""What a person can do about a finding: commands to paste, history without files."""
