"""Which commits are judged: those a person names, or those of the event that CI runs for."""
