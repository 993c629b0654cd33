"""The command line: one file per command; this one only registers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gitpact import __version__
from gitpact.cli import check, clean, install, lint, makefile, policy, rules, server, size, status, strip
from gitpact.errors import CANNOT_CHECK

if TYPE_CHECKING:
    from collections.abc import Sequence

# Typer carries its own copy of click from 0.25 on and used the installed one before; the class is the same by name.
WRONG_USE: type[Exception] = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")
# Plain help and errors: typer's rich ones cost more than everything else a command loads.
app = typer.Typer(
    name="gitpact",
    help="One policy for how a project commits and pushes.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("install")(install.command)
app.command("clean")(clean.command)
app.command("status")(status.command)
app.command("check")(check.command)
app.command("lint")(lint.command)
app.command("size")(size.command)
app.command("strip")(strip.command)
app.command("rules")(rules.command)
app.command("makefile")(makefile.command)
app.add_typer(policy.app, name="policy")
app.add_typer(server.app, name="server")


@app.callback()
def options(
    *,
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Print the version and leave.", is_eager=True)
    ] = False,
) -> None:
    """One policy for how a project commits and pushes."""
    if version:
        typer.echo(f"gitpact {__version__}")
        raise typer.Exit


def main(argv: Sequence[str]) -> int:
    """Run one command; returns the exit code. Wrong use is one line and exit code 2."""
    root = typer.main.get_command(app)
    try:
        # Not root.main(): that turns a closed pipe into exit code 1, which here means findings.
        with root.make_context("gitpact", list(argv)) as context:
            code = root.invoke(context)
    except typer.Exit as error:
        return error.exit_code
    except WRONG_USE as error:
        error.show()  # type: ignore[attr-defined]
        return CANNOT_CHECK
    return int(code)
