"""CI: the event that a job runs for, by the variables and files of its platform, and the commits that it brings."""

# Kinds of events of which more is known than where they begin and end.
PULL_REQUEST = "pull request"
MERGE_QUEUE = "merge queue"
BY_HAND = "name the range: gitpact lint A..B"
