"""`gitpact size`: what a push would send, before any push."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact import gate, git, i18n, size, snapshot, stages, targets, verdict
from gitpact.cli import shared
from gitpact.errors import FINDINGS, OK
from gitpact.ranges import clone
from gitpact.reports import size as reports

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NO_BUDGET = 86_400  # seconds: who asks for the exact bytes waits for them
TOLD_EVERY = 20_000  # objects between two words of progress


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
    exact: Annotated[bool, typer.Option("--exact", help="Count the bytes that would travel, exactly.")] = False,
    top: Annotated[int, typer.Option("--top", metavar="N", min=0, help="How many of the largest files to show.")] = 10,
    form: Annotated[Form, typer.Option("--format", help="Form of the result.")] = Form.text,
    colour: shared.ColourOption = shared.Colour.auto,
) -> int:
    """Measure what a push would send: objects, raw, on disk, the largest files; judged by the size rules."""
    here = clone.here()
    policy = snapshot.load(here.git_dir, here.top)[0] if here.top else verdict.policy_in_force()[0]
    push = targets.of_user(remote, refspecs or ())
    walk = git.objects((*push.tips, *push.has)) if push.tips else ()
    found = gate.weigh(push, stages.with_limit(policy, os.environ), _told(walk), top=top)
    if exact and found.sizes.pack is None and found.sizes.objects:
        found = found._replace(sizes=found.sizes._replace(pack=gate.bytes_sent(push, NO_BUDGET)))
    several = push.updates if len(push.updates) > 1 else ()
    alone = [(update, size.measure(git.objects((update.new, *push.has)))) for update in several]
    estimate = gate.is_estimate(push)
    if form is Form.json:
        verdict.echo([reports.document(push, found, alone, estimate=estimate)])
    else:
        texts = i18n.catalog()
        notes = [texts["push.estimate"].format(where=push.where)] if estimate else []
        notes += [texts["push.shallow"]] if here.shallow else []
        verdict.echo(reports.text(push, found, alone, notes, verdict.style(colour.value), texts))
    return FINDINGS if found.count("error") else OK


def _told(walk: Iterable[list[bytes]]) -> Iterable[list[bytes]]:
    """The walk; a person who waits at a terminal sees how far it has come."""
    return _counted_aloud(walk) if sys.stderr.isatty() else walk


def _counted_aloud(walk: Iterable[list[bytes]]) -> Iterator[list[bytes]]:
    count = told = 0
    for lines in walk:
        count += len(lines)
        if count - told >= TOLD_EVERY:
            told = count
            sys.stderr.write(f"\r{count} objects")
            sys.stderr.flush()
        yield lines
    sys.stderr.write("\r\x1b[K" if told else "")
