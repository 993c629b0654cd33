"""`gitpact policy`: show, schema, validate."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Annotated

import typer

from gitpact import __version__
from gitpact.cli import results_output
from gitpact.cli.common_options import Document, DocumentOption
from gitpact.cli.help_pages import LocalizedCommand, LocalizedGroup
from gitpact.errors import GitpactError, Phrase, as_phrase
from gitpact.install import manager_files
from gitpact.policy import bounds, extends, fetch_policies, files, in_force, parsing, toml_reader, toml_writer
from gitpact.policy.error_location import PolicyText
from gitpact.policy.in_force import InForce
from gitpact.policy.keys import KEYS
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
def show(
    *,
    origin: Annotated[
        bool, typer.Option("--origin", help="Show which file or preset each setting comes from.")
    ] = False,
    form: DocumentOption = Document.text,
) -> int:
    """Print all settings of the policy in the format of gitpact.toml."""
    found = in_force.of_work_tree()
    origins = in_force.origins_in_work_tree() if origin else None
    if form is Document.json:
        settings = tomllib.loads("\n".join(toml_writer.lines(found.policy)))
        document: dict[str, object] = {
            "schema": 1,
            "version": __version__,
            "source": found.source,
            "settings": settings,
        }
        if origins is not None:
            document["origins"] = {key.path: origins.get(key.field) for key in KEYS}
        results_output.echo([json.dumps(document, ensure_ascii=False)])
        return 0
    unread = [Phrase("# gitpact does not read the policy in {unread}", unread=found.unread)] if found.unread else []
    results_output.echo(
        [
            Phrase("# the policy that is used here: {source}", source=as_phrase(found.source)),
            *unread,
            *toml_writer.lines(found.policy, i18n.translate, origins),
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
    found = _of_file(file) if file else in_force.of_work_tree()
    in_force.refuse_relative_log(found.policy, found.source)
    lines = [Phrase("ok: {source}, preset {preset}", source=as_phrase(found.source), preset=found.policy.preset)]
    if found.unread:
        lines.append(Phrase("  gitpact does not read the policy in {unread}", unread=found.unread))
    default = parsing.parse("", "")
    if not file and any(getattr(found.policy, name) != getattr(default, name) for name in bounds.SERVER):
        lines.append(
            Phrase(
                "  the table [server] is ignored in this file; put the table in the administrator's policy file. "
                "To set the path of that file: git config gitpact.policy /PATH/TO/FILE.toml"
            )
        )
    results_output.echo(lines)
    return 0


@app.command("lock", cls=LocalizedCommand)
def lock() -> int:
    """Fetch the policies that gitpact.toml extends into gitpact.lock."""
    top = in_force.top_level()
    source = in_force.source_of_work_tree(top)
    entries = fetch_policies.locked(PolicyText(source.name, source.text, source.table), parsing.values, source.read)
    given = os.environ.get(files.VARIABLE)
    path = (Path(given).parent if given else Path(top)) / extends.LOCK
    text = "\n".join([*extends.lock_lines(entries), ""])
    toml_reader.check_size(len(text.encode()), extends.LOCK, toml_reader.MOST_OF_LOCK)
    if path.is_dir():
        raise GitpactError("{lock}: this is a folder", "remove it, then run: gitpact policy lock", lock=extends.LOCK)
    old = None if path.is_symlink() or not path.is_file() else path.read_bytes()
    if not entries:
        path.unlink(missing_ok=True)
        results_output.echo([Phrase("this policy extends no policy in another repository")])
    elif old == text.encode():
        results_output.echo([Phrase("unchanged: {names}", names=extends.LOCK)])
    else:
        manager_files.write(path, text)
        names = [Phrase("  {name} ({commit})", name=entry.name, commit=entry.commit[:12]) for entry in entries]
        results_output.echo([Phrase("written: {names}", names=extends.LOCK), *names, Phrase("commit gitpact.lock")])
    return 0


def _of_file(file: Path) -> InForce:
    folder = str(file.parent)
    return InForce(parsing.parse(_read(file), str(file), "", lambda name: files.read_beside(folder, name)), str(file))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise GitpactError("{file}: cannot be read: {reason}", file=file, reason=error.strerror) from error
    except UnicodeDecodeError as error:
        raise GitpactError("{file}: not UTF-8 text: {error}", file=file, error=error) from error
