"""The command line and git's hooks: arguments in, an exit code out. One file per command and per hook."""
