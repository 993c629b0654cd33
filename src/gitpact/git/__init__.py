"""Git: the only package that starts processes; one process per question, never per commit."""
