"""What CI adds to `gitpact lint`: the event that it runs for, the policy of the base, and what a maintainer is told."""

from __future__ import annotations

import os
import sys

from gitpact import policies, snapshot
from gitpact.errors import GitpactError
from gitpact.git import trees
from gitpact.ranges import PULL_REQUEST, ci, events
from gitpact.reports.escape import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitpact.ranges import Span
    from gitpact.ranges.events import Event
    from gitpact.records import Policy


def task(policy_from: str, *, deepen: bool, title: bool) -> tuple[Event, Span, Policy]:
    """The event, its commits, and the policy by which they are judged, each told of on standard error.

    A request cannot loosen its own judge: with a base known from CI, its policy holds, or that of `policy_from`. Raises
    GitpactError where there is no event, where anything is missing, and where the commits bring a policy that nobody
    can read.
    """
    event = events.detect(os.environ)
    if event is None:
        raise GitpactError("--ci: none of the CI platforms that are known here", "name the range: gitpact lint A..B")
    if title and not event.title and event.kind == PULL_REQUEST:
        raise GitpactError(f"--title: {event.platform} does not tell the title of the pull request here")
    if deepen:
        ci.deepen(event)
    span = ci.of_event(event)
    brought = sorted(trees.changed(span.revisions) & {name for name, _ in snapshot.POLICY_FILES})
    rules, source = _policy(span, policy_from, brought=bool(brought))
    _say(f"{event.platform}, {event.kind}: judging {span.label} by {source}")
    if brought and _brought(span) != rules and event.kind == PULL_REQUEST:
        hint = "; to judge by it now: --policy-from HEAD" if source == snapshot.BUILT_IN else ""
        _say(f"the policy is changed here ({', '.join(brought)}); it counts once this is merged{hint}")
    return event, span, rules


def _policy(span: Span, policy_from: str, *, brought: bool) -> tuple[Policy, str]:
    """The policy and its source. Where that of the base is broken, the one that is brought mends it, and judges."""
    revision = policy_from or span.base
    if not revision:
        return policies.here()
    try:
        return policies.at(revision)
    except GitpactError as error:
        if policy_from or not brought:
            raise
        _say(f"the policy of the base cannot be read, the one that is brought here judges: {error}")
        return _brought(span), f"{span.revisions[0]}"


def _brought(span: Span) -> Policy:
    """The policy as the last commit has it. Raises GitpactError where nobody could read it any more."""
    try:
        return policies.at(span.revisions[0])[0]
    except GitpactError as error:
        raise GitpactError(f"the policy that these commits bring cannot be read: {error}", error.hint) from error


def _say(text: str) -> None:
    sys.stderr.write(f"gitpact: {visible(text)}\n")
