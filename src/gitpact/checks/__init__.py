"""Judge a commit range, a push, its files and its size."""
