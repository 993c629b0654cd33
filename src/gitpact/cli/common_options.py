"""Options that several commands have, and what several of them say."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gitpact.cli import completions
from gitpact.report import formats

STRAY = "  {name} is an old hook that does not run any more; delete it if you do not need it"


# Every format of `report/formats.py`.
Format = StrEnum("Format", {name: name for name in formats.NAMES})  # type: ignore[misc]  # mypy wants them spelt out
TEXT = Format("text")


class Document(StrEnum):
    """The format of what is no result: for people, or for programs."""

    text = "text"
    json = "json"


class Colour(StrEnum):
    """When text is coloured."""

    auto = "auto"
    always = "always"
    never = "never"


FormatOption = Annotated[Format, typer.Option("--format", help="Format of the results.")]
DocumentOption = Annotated[Document, typer.Option("--format", help="Format of the output.")]
ColourOption = Annotated[Colour, typer.Option("--color", help="When to use colours; auto: only on a terminal.")]
SelectOption = Annotated[
    str,
    typer.Option(
        "--select",
        metavar="R,…",
        autocompletion=completions.rule_list,
        help="Use only these rules or families of rules.",
    ),
]
IgnoreOption = Annotated[
    str,
    typer.Option(
        "--ignore",
        metavar="R,…",
        autocompletion=completions.rule_list,
        help="Skip these rules or families of rules.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
TemplateOption = Annotated[
    Path | None,
    typer.Option(
        "--template-dir",
        metavar="DIR",
        help="The template folder of git init that holds the hooks; git copies these hooks into new clones.",
    ),
]
GlobalOption = Annotated[
    bool, typer.Option("--global", help="Install or remove the hooks for all repositories of this user.")
]
SourceOption = Annotated[
    str,
    typer.Option(
        "--source",
        metavar="SOURCE",
        help="The source from which pip installs gitpact; default: the source of the gitpact that you are running.",
    ),
]
MessageOption = Annotated[
    list[str] | None, typer.Option("--message", "-m", help="The description; a second -m is the body.")
]
TypeOption = Annotated[
    str,
    typer.Option("--type", metavar="TYPE", autocompletion=completions.types, help="The type, such as feat or fix."),
]
ScopeOption = Annotated[
    str,
    typer.Option(
        "--scope",
        metavar="SCOPE",
        autocompletion=completions.scopes,
        help="The part of the project that changes.",
    ),
]
SignOffOption = Annotated[bool, typer.Option("--signoff", "-s", help="Sign the commit off (DCO).")]
RecurseOption = Annotated[bool, typer.Option("--recurse-submodules", help="Include the submodules.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show what would be done; change nothing.")]
