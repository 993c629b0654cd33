"""`python -m gitpact`: the same program as `gitpact`, for where its script is not on PATH."""

from gitpact.cli.entry import command

command()
