"""The command line: one file per command, imported when it is called."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import completion

from gitpact import __version__
from gitpact.cli import help_pages
from gitpact.errors import CANNOT_CHECK, GitpactError, Phrase
from gitpact.git import repository
from gitpact.policy import files

if TYPE_CHECKING:
    from collections.abc import Sequence

# Typer carries its own copy of click from 0.25 on and used the installed one before; the class is the same by name.
WRONG_USE: type[Exception] = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")
NO_ARGUMENTS = "NoArgsIsHelpError"  # of a group of commands, called without one: its help is shown
# In the order of the help. Each is a module here, with a function `command` or, for a group, an `app`.
COMMANDS = (
    "init",
    "install",
    "clean",
    "status",
    "commit",
    "sync",
    "check",
    "lint",
    "fix",
    "size",
    "strip",
    "report",
    "audit",
    "rules",
    "makefile",
    "policy",
    "server",
    "help",
)
COMPLETE = "_GITPACT_COMPLETE"  # by this variable a shell asks for completions, as Typer's scripts set it
HELP = {"help_option_names": ["-h", "--help"]}


class Commands(help_pages.LocalizedGroup):
    """The commands by name; only the one that is called is imported, for the help all of them are."""

    def list_commands(self, _context: object) -> list[str]:
        """The names of all commands."""
        return [*COMMANDS]

    @staticmethod
    def unknown(name: str) -> None:
        """Raise GitpactError where a command has nearly this name; Typer says so where none has."""
        from gitpact.policy import parsing  # noqa: PLC0415  few names are wrong

        near = parsing.nearest(name, COMMANDS)
        if near:
            raise GitpactError(
                "no such command: {name}; did you mean {near}?",
                Phrase(
                    "Usage: {usage}; more: {command} -h", usage="gitpact [OPTIONS] COMMAND [ARGS]...", command="gitpact"
                ),
                name=name,
                near=near,
            )

    def get_command(self, _context: object, name: str) -> Any:  # noqa: ANN401  a command of Typer's or click's
        """One command by its name; None where there is none."""
        if name not in COMMANDS:
            return self.unknown(name)
        module = import_module(f"gitpact.cli.{name}")
        if hasattr(module, "app"):
            return typer.main.get_command(module.app)
        alone = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=HELP)
        alone.command(name, cls=help_pages.LocalizedCommand)(module.command)
        return typer.main.get_command(alone)


# Plain help and errors: typer's rich ones cost more than everything else a command loads.
app = typer.Typer(
    cls=Commands,
    name="gitpact",
    help="Check commits and pushes against the policy of the project.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=HELP,
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001  as Typer calls it
    if wanted:
        typer.echo(f"gitpact {__version__}")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[  # noqa: ARG001  its callback prints it
        bool,
        typer.Option("--version", "-V", help="Print the version and exit.", is_eager=True, callback=_print_version),
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option("-C", metavar="DIR", help="Run in the given folder, as git -C does.", show_default=False),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="Use this policy file instead of the project's policy file."),
    ] = None,
) -> None:
    """Check commits and pushes against the policy of the project."""
    if config:
        os.environ[files.VARIABLE] = str(Path.cwd() / config)
    if folder:
        try:
            os.chdir(folder)
        except OSError as error:
            raise GitpactError(
                "-C {folder}: {reason}",
                "give the path of a folder that is inside a repository",
                folder=folder,
                reason=error.strerror,
            ) from error
    repository.refuse_embedded()


def main(argv: Sequence[str]) -> int:
    """Run the command that `argv`, without the program's name, asks for; returns its exit code.

    Wrong use writes the usage to standard error and returns 2. Raises what the command raises, and GitpactError in a
    bare repository that lies in a work tree (`repository.refuse_embedded`).
    """
    root = typer.main.get_command(app)
    asked = os.environ.get(COMPLETE)
    if asked:
        completion.completion_init()  # type: ignore[attr-defined]  # where Typer itself calls it from
        return completion.shell_complete(root, {}, "gitpact", COMPLETE, asked)
    try:
        # Not root.main(): that turns a closed pipe into exit code 1, which here means findings.
        with root.make_context("gitpact", list(argv)) as context:
            code = root.invoke(context)
    except typer.Exit as error:
        return error.exit_code
    except WRONG_USE as error:
        if type(error).__name__ == NO_ARGUMENTS:
            error.show()  # type: ignore[attr-defined]
            return CANNOT_CHECK
        raise help_pages.wrong_use(error, argv) from error
    return int(code)
