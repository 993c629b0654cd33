"""`gitpact policy`: show, schema, validate."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path  # noqa: TC003  typer reads the annotations
from typing import Annotated

import typer

from gitpact import __version__
from gitpact.cli import results_output
from gitpact.cli.common_options import Document, DocumentOption
from gitpact.cli.help_pages import LocalizedCommand, LocalizedGroup
from gitpact.errors import GitpactError, Phrase, as_phrase
from gitpact.policy import in_force, parsing, toml_writer
from gitpact.policy.in_force import InForce
from gitpact.policy.schema import schema
from gitpact.report import i18n

app = typer.Typer(
    cls=LocalizedGroup,
    help="Show or check the policy.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command("show", cls=LocalizedCommand)
def show(*, form: DocumentOption = Document.text) -> int:
    """Print all settings of the policy in the format of gitpact.toml."""
    found = in_force.of_work_tree()
    if form is Document.json:
        settings = tomllib.loads("\n".join(toml_writer.lines(found.policy)))
        document = {"schema": 1, "version": __version__, "source": found.source, "settings": settings}
        results_output.echo([json.dumps(document, ensure_ascii=False)])
        return 0
    unread = [Phrase("# gitpact does not read the policy in {unread}", unread=found.unread)] if found.unread else []
    results_output.echo(
        [
            Phrase("# the policy that is used here: {source}", source=as_phrase(found.source)),
            *unread,
            *toml_writer.lines(found.policy, i18n.translate),
        ]
    )
    return 0


@app.command("schema", cls=LocalizedCommand)
def print_schema() -> int:
    """Print the JSON Schema of gitpact.toml."""
    results_output.echo([json.dumps(schema(), indent=2)])
    return 0


@app.command("validate", cls=LocalizedCommand)
def validate(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="The policy file to check; default: the policy of this project."),
    ] = None,
) -> int:
    """Check the policy file, and print the line of each mistake."""
    found = InForce(parsing.parse(_read(file), str(file)), str(file)) if file else in_force.of_work_tree()
    in_force.refuse_relative_log(found.policy, found.source)
    lines = [Phrase("ok: {source}, preset {preset}", source=as_phrase(found.source), preset=found.policy.preset)]
    if found.unread:
        lines.append(Phrase("  gitpact does not read the policy in {unread}", unread=found.unread))
    if not file and any(getattr(found.policy, name) != getattr(parsing.parse("", ""), name) for name in parsing.SERVER):
        lines.append(
            Phrase(
                "  the table [server] is ignored in this file; put the table in the administrator's policy file. "
                "To set the path of that file: git config gitpact.policy /PATH/TO/FILE.toml"
            )
        )
    results_output.echo(lines)
    return 0


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise GitpactError("{file}: cannot be read: {reason}", file=file, reason=error.strerror) from error
    except UnicodeDecodeError as error:
        raise GitpactError("{file}: not UTF-8 text: {error}", file=file, error=error) from error
