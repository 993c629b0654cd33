"""`gitpact policy`: show, schema, validate."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003  typer reads the annotations
from typing import Annotated

import typer

from gitpact.cli import results_output
from gitpact.errors import GitpactError
from gitpact.policy import in_force, parsing, toml_writer
from gitpact.policy.in_force import InForce
from gitpact.policy.schema import schema

app = typer.Typer(
    help="Show or check the policy.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command("show")
def show() -> int:
    """Print every key of the policy in force as a gitpact.toml."""
    found = in_force.of_work_tree()
    unread = [f"# {found.unread} holds a policy too; it is not read"] if found.unread else []
    results_output.echo([f"# in force here: {found.source}", *unread, *toml_writer.lines(found.policy)])
    return 0


@app.command("schema")
def print_schema() -> int:
    """Print the JSON Schema of gitpact.toml."""
    results_output.echo([json.dumps(schema(), indent=2)])
    return 0


@app.command("validate")
def validate(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="The policy file, for example an administrator's; default: the policy in force."
        ),
    ] = None,
) -> int:
    """Check the policy and name the line of a mistake."""
    found = InForce(parsing.parse(_read(file), str(file)), str(file)) if file else in_force.of_work_tree()
    lines = [f"ok: {found.source}, preset {found.policy.preset}"]
    if found.unread:
        lines.append(f"  {found.unread} holds a policy too; it is not read")
    if not file and any(getattr(found.policy, name) != getattr(parsing.parse("", ""), name) for name in parsing.SERVER):
        lines.append("  [server] counts only in an administrator's file: git config gitpact.policy /PATH/TO/FILE.toml")
    results_output.echo(lines)
    return 0


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise GitpactError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise GitpactError(f"{file}: not UTF-8 text: {error}") from error
