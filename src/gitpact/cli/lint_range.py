"""The door of `gitpact lint`: the commits of a range, or of the event that CI is running for.

Hot: a pull request has few commits, and what judges them is loaded while git walks them. The plain forms of the
options are read here; all else (help, mistakes, abbreviations) is for the command line of `cli`, which comes here too.
"""

from __future__ import annotations

import itertools
import os
import sys

from gitpact.checks.ranges import MERGE_QUEUE, clone, users
from gitpact.errors import GitpactError
from gitpact.git import history
from gitpact.policy import in_force
from gitpact.records import NamedTuple
from gitpact.report.formats import NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from gitpact.checks.ranges import Span
    from gitpact.checks.ranges.events import Event
    from gitpact.records import Policy, Result
    from gitpact.report.run import Mend
    from gitpact.rules.evaluate import Tally

# A queue makes commits itself: it signs nothing off, and merges where the project merges (how-git-reads-a-message 64).
QUEUED = ("sign-off-identity", "merge-commit")
IN_A_REQUEST = ("commit-count",)
TOLD_EVERY = 1000  # commits between two words of progress


class Asked(NamedTuple):
    """What a person asked for: `every` is `--all`; the n-th of `outputs` is the file of the n-th of `forms`."""

    revisions: tuple[str, ...] = ()
    ci: bool = False
    every: bool = False
    since_tag: bool = False
    title: bool = False
    deepen: bool = False
    policy_from: str = ""
    baseline: str = ""
    select: str = ""
    ignore: str = ""
    forms: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    colour: str = "auto"


FLAGS = {"--ci": "ci", "--all": "every", "--since-tag": "since_tag", "--title": "title", "--deepen": "deepen"}
VALUES = {"--policy-from": "policy_from", "--baseline": "baseline", "--select": "select", "--ignore": "ignore"}
LISTS = {"--format": "forms", "--output": "outputs"}


def read(arguments: Sequence[str]) -> Asked | None:
    """The arguments of `gitpact lint` where all are in their plain form, `--name value`; else None."""
    found: dict[str, Any] = {}
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        plain = bool(rest) and not rest[0].startswith("-")
        if word in FLAGS:
            found[FLAGS[word]] = True
        elif word in VALUES and plain:
            found[VALUES[word]] = rest.pop(0)
        elif word in LISTS and plain and (word != "--format" or rest[0] in NAMES):
            found[LISTS[word]] = (*found.get(LISTS[word], ()), rest.pop(0))
        elif word and not word.startswith("-"):
            found["revisions"] = (*found.get("revisions", ()), word)
        else:
            return None
    return Asked(**found)


def run(asked: Asked) -> int:
    """Judge every commit of a range; returns the exit code. Raises GitpactError where that cannot be done."""
    if asked.ci and (asked.revisions or asked.every or asked.since_tag):
        raise GitpactError("--ci finds the range itself", "leave out the range, or --ci")
    if asked.title and not asked.ci:
        raise GitpactError("--title needs --ci", "to judge a title by hand: gitpact check -m TITLE --ignore dco")
    task = _of_ci(asked) if asked.ci else _of_user(asked)
    span, rules, event = task
    walk = history.records(span.revisions, rules, base=span.base)
    from gitpact.checks import commit_range  # noqa: PLC0415  while git walks
    from gitpact.cli import report_output  # noqa: PLC0415  while git walks

    ignored = report_output.ignored(asked.select, asked.ignore)
    if event and event.kind == MERGE_QUEUE:
        ignored = (*ignored, *QUEUED)
    if not any(word.startswith(("^", "--not")) or ".." in word for word in span.revisions):
        ignored = (*ignored, *IN_A_REQUEST)  # the whole history is more than anybody asks for at once
    if rules.signature == "required":
        _tell_of_signers()
    results: Iterable[Result] = commit_range.results(span.revisions, rules, ignored, walk=walk)
    if asked.title and event:
        results = itertools.chain(
            [commit_range.title(event.title or "", rules, ignored)] if event.title else (), results
        )
    if asked.baseline:
        held = None
        if event and span.base:
            from gitpact.cli import lint_ci  # noqa: PLC0415  loaded already, as there is an event

            held = lint_ci.of_base(asked.baseline, span)
        results = commit_range.without(commit_range.read_baseline(asked.baseline, held), results)
    try:
        return report_output.give(
            _told(results), asked.forms, asked.outputs, asked.colour, span.label, mend=_mend(task)
        )
    except GitpactError:
        users.explain(asked.revisions)
        raise


class Task(NamedTuple):
    """What is judged, by which policy, and the event of CI that asks for it."""

    span: Span
    rules: Policy
    event: Event | None = None


def _of_ci(asked: Asked) -> Task:
    from gitpact.cli import lint_ci  # noqa: PLC0415  only CI has an event

    event, span, rules = lint_ci.task(asked.policy_from, deepen=asked.deepen, title=asked.title)
    return Task(span, rules, event)


def _of_user(asked: Asked) -> Task:
    """Where there is no work tree, the policy is that of the default branch."""
    if asked.deepen:
        from gitpact.checks.ranges import ci  # noqa: PLC0415  few clones lack anything

        ci.deepen()
    here = clone.here()
    if os.environ.get("CI") and not (asked.revisions or asked.every or asked.since_tag):
        sys.stderr.write("gitpact: in CI the commits of a request or a push are found by: gitpact lint --ci\n")
    span = users.of_user(asked.revisions, all_refs=asked.every, since_tag=asked.since_tag, shallow=here.shallow)
    revision = asked.policy_from
    found = in_force.of_revision(revision) if revision else in_force.of_repository(here.git_dir, here.top)
    return Task(span._replace(here=span.here and bool(here.top)), found.policy)


def _tell_of_signers() -> None:
    from gitpact.git import config  # noqa: PLC0415  few ask for signatures

    if not config.has("gpg.ssh.allowedSignersFile"):
        sys.stderr.write(
            "gitpact: gpg.ssh.allowedSignersFile is not set: signatures by SSH keys count as missing here\n"
        )


def _mend(task: Task) -> Mend:
    """What finds the commands that mend the range, where it is a branch that is not published as it is."""

    def commands(tally: Tally) -> Iterator[tuple[str, str]]:
        if not task.span.here or not tally.last:
            return
        from gitpact.git import ask  # noqa: PLC0415  as above
        from gitpact.repair import rebase  # noqa: PLC0415  nothing is to be mended in most runs

        person = None if task.event else ask.ident("AUTHOR")
        published = "" if task.event else clone.tip("").oid
        if not published or not clone.contains(published, tally.last.oid or ""):
            head = task.span.revisions[0] if task.event else "HEAD"
            yield from rebase.commands(tally, head, task.span.revisions, person)

    return commands


def _told(results: Iterable[Result]) -> Iterable[Result]:
    """The results; a person who waits at a terminal sees how far it has come."""
    return _counted_aloud(results) if sys.stderr.isatty() and not sys.stdout.isatty() else results


def _counted_aloud(results: Iterable[Result]) -> Iterator[Result]:
    for number, result in enumerate(results, 1):
        if number % TOLD_EVERY == 0:
            sys.stderr.write(f"\r{number} commits")
            sys.stderr.flush()
        yield result
    sys.stderr.write("\r\x1b[K")
