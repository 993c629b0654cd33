"""The door of `gitpact lint`: the commits of a range, or of the event that CI is running for.

Hot: a pull request has few commits, and what judges them is loaded while git walks them. The plain forms of the
options are read here; all else (help, mistakes, abbreviations) is for the command line of `cli`, which comes here too.
"""

from __future__ import annotations

import os
import sys

from gitpact import snapshot
from gitpact.errors import GitpactError
from gitpact.git import history
from gitpact.ranges import clone, users
from gitpact.reports.formats import EACH, NAMES
from gitpact.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from gitpact.ranges import Span
    from gitpact.ranges.events import Event
    from gitpact.records import Policy, Result

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
    event = _event() if asked.ci else None
    if asked.deepen:
        from gitpact.ranges import ci  # noqa: PLC0415  few clones lack anything

        ci.deepen(event)
    span, rules, source, git_dir = _of_event(event, asked) if event else _of_user(asked)
    # Who waits for git has time to load what only a long history needs.
    walk = history.records(
        *(span.revisions, rules), base=span.base, meanwhile=lambda: linting.screen(rules, ignored, git_dir=git_dir)
    )
    from gitpact import linting, verdict  # noqa: PLC0415  while git walks

    ignored = verdict.ignored(asked.select, asked.ignore)
    if event and event.kind == "merge queue":
        ignored = (*ignored, "sign-off-identity")  # the queue makes these commits itself (messages.md 64)
    if rules.signature == "required":
        _tell_of_signers()
    named = not EACH.isdisjoint(asked.forms)
    results: Iterable[Result] = linting.results(
        *(span.revisions, rules, ignored), walk=walk, named=named, git_dir=git_dir
    )
    if asked.title and event:
        results = _with_title(event, results, rules, ignored)
    if asked.baseline:
        results = linting.without(linting.read_baseline(asked.baseline), results)
    if event:
        _tell(span, rules, source, event)
    try:
        return verdict.give(_told(results), asked.forms, asked.outputs, asked.colour, span.label, mendable=span.here)
    except GitpactError:
        users.explain(asked.revisions)
        raise


def _event() -> Event:
    from gitpact.ranges.events import detect  # noqa: PLC0415  only CI has one

    event = detect(os.environ)
    if event is None:
        raise GitpactError("--ci: none of the CI platforms that are known here", "name the range: gitpact lint A..B")
    return event


class Task(NamedTuple):
    """What is judged by which policy, its source ("": the work tree), and where patterns are kept, if they are."""

    span: Span
    rules: Policy
    source: str = ""
    git_dir: str = ""


def _of_event(event: Event, asked: Asked) -> Task:
    """A pull request cannot loosen its own judge: with a base known from CI, its policy holds."""
    from gitpact import policies  # noqa: PLC0415  a work tree has a snapshot of its policy
    from gitpact.ranges import ci  # noqa: PLC0415  only CI has an event

    span = ci.of_event(event)
    revision = asked.policy_from or span.base
    return Task(span, *(policies.at(revision) if revision else policies.here()))


def _of_user(asked: Asked) -> Task:
    """Where there is no work tree, the policy is that of the default branch."""
    here = clone.here()
    span = users.of_user(asked.revisions, all_refs=asked.every, since_tag=asked.since_tag, shallow=here.shallow)
    if here.top and not asked.policy_from:
        return Task(span, snapshot.load(here.git_dir, here.top)[0], "", here.git_dir)
    from gitpact import policies  # noqa: PLC0415  see above

    if asked.policy_from:
        return Task(span, *policies.at(asked.policy_from), here.git_dir)
    return Task(span, policies.bare(here.git_dir), "", here.git_dir)


def _with_title(event: Event, results: Iterable[Result], rules: Policy, ignored: tuple[str, ...]) -> Iterator[Result]:
    if event.title:
        from gitpact import linting  # noqa: PLC0415  see above

        yield linting.title(event.title, rules, ignored)
    elif event.kind == "pull request":
        raise GitpactError(f"--title: {event.platform} does not tell the title of the pull request here")
    yield from results


def _tell_of_signers() -> None:
    from gitpact.git import config  # noqa: PLC0415  few ask for signatures

    if not config.has("gpg.ssh.allowedSignersFile"):
        sys.stderr.write(
            "gitpact: gpg.ssh.allowedSignersFile is not set: signatures by SSH keys count as missing here\n"
        )


def _tell(span: Span, rules: Policy, source: str, event: Event) -> None:
    """On standard error: what is judged by which policy, and that the range itself changes it."""
    from gitpact.git import trees  # noqa: PLC0415  only CI asks

    sys.stderr.write(f"gitpact: {event.platform}, {event.kind}: judging {span.label} by {source}\n")
    changed = trees.changed(span.revisions) & {name for name, _ in snapshot.POLICY_FILES}
    if changed and event.kind == "pull request" and _differs(span.revisions[0], rules):
        names = ", ".join(sorted(changed))
        hint = "; to judge by it now: --policy-from HEAD" if source == snapshot.BUILT_IN else ""
        sys.stderr.write(f"gitpact: the policy is changed here ({names}); it counts once this is merged{hint}\n")


def _differs(revision: str, rules: Policy) -> bool:
    from gitpact import policies  # noqa: PLC0415  see above

    try:
        return policies.at(revision)[0] != rules
    except GitpactError:
        return True


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
