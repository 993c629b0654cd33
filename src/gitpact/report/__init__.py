"""Results into characters, through a `write` that is handed in. A report decides nothing and counts nothing."""
