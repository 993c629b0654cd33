"""`gitpact help`: the help page of a command, as `gitpact COMMAND --help` shows it."""

from __future__ import annotations

from typing import Annotated

import typer

from gitpact.cli import completions


def command(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[COMMAND]",
            autocompletion=completions.commands,
            help="The command whose help is shown; without a command, gitpact lists all commands.",
        ),
    ] = None,
) -> int:
    """Show the help page of a command."""
    from gitpact.cli import app  # noqa: PLC0415  it imports this module by its name

    return app.main([*(names or ()), "--help"])
