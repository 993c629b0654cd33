"""Which commits are judged: those a person names, or those of the event that CI runs for."""

# Kinds of events of which more is known than where they begin and end.
PULL_REQUEST = "pull request"
MERGE_QUEUE = "merge queue"
