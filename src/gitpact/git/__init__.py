"""Git: the only room that starts a process, and what is asked of it: one process per question, never per commit."""
