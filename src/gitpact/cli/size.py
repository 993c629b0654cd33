"""`gitpact size`: its options. What they do is in `measure`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from gitpact.cli import measure, shared


class Form(StrEnum):
    """The formats of a size."""

    text = "text"
    json = "json"


def command(  # noqa: PLR0913  one parameter an option
    remote: Annotated[
        str, typer.Argument(metavar="[REMOTE]", help="A remote or a URL; default: where git push goes.")
    ] = "",
    refspecs: Annotated[
        list[str] | None, typer.Argument(metavar="[REFSPEC…]", help="As git push takes them; default: HEAD.")
    ] = None,
    *,
    every: Annotated[bool, typer.Option("--all", "--branches", help="All branches, besides the refspecs.")] = False,
    tags: Annotated[bool, typer.Option("--tags", help="All tags, besides the refspecs.")] = False,
    exact: Annotated[bool, typer.Option("--exact", help="Count the bytes that would travel, exactly.")] = False,
    top: Annotated[int, typer.Option("--top", metavar="N", min=0, help="How many of the largest files to show.")] = 10,
    form: Annotated[Form, typer.Option("--format", help="Form of the result.")] = Form.text,
    colour: shared.ColourOption = shared.Colour.auto,
) -> int:
    """Measure what a push would send: objects, raw, on disk, the largest files; judged by the size rules."""
    many = [measure.EVERY[name] for name, asked in (("--all", every), ("--tags", tags)) if asked]
    return measure.run(measure.Asked(remote, (*(refspecs or ()), *many), exact, top, form.value, colour.value))
