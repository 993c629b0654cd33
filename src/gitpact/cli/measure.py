"""The door of `gitpact size`: what a push would send, before any push.

Hot: a large history is walked in the time that git takes, so the plain forms of the options are read here, as `lint`
does; all else is for the command line of `cli`, which comes here too.
"""

from __future__ import annotations

import os
import sys

from gitpact.checks import object_sizes, push_target, pushes
from gitpact.checks.ranges import clone
from gitpact.cli import hooks, report_output
from gitpact.errors import FINDINGS, OK
from gitpact.git import objects, trees
from gitpact.policy import in_force
from gitpact.records import NamedTuple
from gitpact.report import i18n

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from gitpact.checks.pushes import Push
    from gitpact.records import Blob

FORMS = ("text", "json")
NO_BUDGET = 86_400  # seconds: who asks for the exact bytes waits for them
GIVING_WAY = 15  # of 19
EACH = 50  # refs of a push that are measured alone as well, each by a walk of its own
EVERY = {"--all": "refs/heads/*", "--branches": "refs/heads/*", "--tags": "refs/tags/*"}  # as git push has them
TRACED = 20_000  # commits of a push in which the first one that holds a file is looked for


class Asked(NamedTuple):
    """What a person asked for."""

    remote: str = ""
    refspecs: tuple[str, ...] = ()
    exact: bool = False
    top: int = 10
    form: str = "text"
    colour: str = "auto"


def read(arguments: Sequence[str]) -> Asked | None:
    """The arguments of `gitpact size` where all are in their plain form; else None."""
    found: dict[str, Any] = {}
    names: list[str] = []
    every: list[str] = []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word == "--exact":
            found["exact"] = True
        elif word == "--top" and rest and rest[0].isdecimal():
            found["top"] = int(rest.pop(0))
        elif word == "--format" and rest and rest[0] in FORMS:
            found["form"] = rest.pop(0)
        elif word in EVERY:
            every.append(EVERY[word])
        elif word and not word.startswith("-"):
            names.append(word)
        else:
            return None
    return Asked("".join(names[:1]), (*names[1:], *every), **found)


def run(asked: Asked) -> int:
    """Measure what a push would send, judged by the size rules; returns the exit code. Raises GitpactError."""
    here = clone.here()
    policy = in_force.of_repository(here.git_dir, here.top).policy
    push = push_target.of_user(asked.remote, asked.refspecs)
    counted = pushes.sending(push, NO_BUDGET) if asked.exact and push.tips else None
    if counted:
        os.nice(GIVING_WAY)  # to the pack, which is what one waits for
    walk = objects.walk((*push.tips, *push.has)) if push.tips else ()
    policy = hooks.with_limit(policy, os.environ)
    found = pushes.weigh(
        push, policy, object_sizes.measure(_told(walk), pushes.least(policy), asked.top), counted=counted
    )
    blobs = _traced(push, found.sizes.blobs, found.sizes.commits)
    found = found._replace(sizes=found.sizes._replace(blobs=blobs))
    several = push.updates if 1 < len(push.updates) <= EACH else ()
    alone = [(update, object_sizes.measure(objects.walk((update.new, *push.has)))) for update in several]
    doubt = pushes.doubt(push)
    from gitpact.report import size as reports  # noqa: PLC0415  needed once all is counted

    if asked.form == "json":
        report_output.echo([reports.document(push, found, alone, estimate=bool(doubt))])
    else:
        texts = i18n.catalog()
        notes = [texts[f"push.{doubt}"].format(where=push.where)] if doubt else []
        notes += [texts["push.shallow"]] if here.shallow else []
        report_output.echo(reports.text(push, found, alone, notes, report_output.style(asked.colour), texts))
    return FINDINGS if found.count("error") else OK


def _traced(push: Push, blobs: tuple[Blob, ...], commits: int) -> tuple[Blob, ...]:
    """The blobs with the first commit and path that hold them, where that takes no longer than all the rest."""
    if not blobs or commits > TRACED:
        return blobs
    first: dict[str, tuple[str, str]] = {}
    for commit, path, oid in trees.changes((*push.tips, *push.has), [blob.oid for blob in blobs]):
        first.setdefault(oid, (path, commit))
    return tuple(
        blob._replace(path=first[blob.oid][0], commit=first[blob.oid][1]) if blob.oid in first else blob
        for blob in blobs
    )


def _told(walk: Iterable[list[bytes]]) -> Iterable[list[bytes]]:
    """The walk; a person who waits at a terminal sees how far it has come."""
    return _counted_aloud(walk) if sys.stderr.isatty() else walk


def _counted_aloud(walk: Iterable[list[bytes]]) -> Iterator[list[bytes]]:
    count = 0
    for lines in walk:
        count += len(lines)
        sys.stderr.write(f"\r{count} objects")
        sys.stderr.flush()
        yield lines
    sys.stderr.write("\r\x1b[K")
