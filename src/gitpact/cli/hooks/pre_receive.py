"""pre-receive: the gate of a server, which nobody can go round. What it cannot judge it refuses."""

from __future__ import annotations

import os

from gitpact.cli import hooks
from gitpact.errors import CANNOT_CHECK, FINDINGS, OK, GitpactError
from gitpact.git import ask, history, ref_updates, watch
from gitpact.policy import cache, lookup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gitpact.records import Policy, RefUpdate

READING = 60  # seconds that reading the policy anew may take, which says how long the rest may


def run(_args: Sequence[str], environ: Mapping[str, str]) -> int:
    """Judge a push that is being received: all of it gets in, or nothing does."""
    told = ref_updates.received(hooks.standard_input())
    if not told:
        return OK
    limit = READING
    try:
        _enter_common_directory()
        in_force = _in_force(environ)
        if not in_force:
            return CANNOT_CHECK
        limit = in_force.time_limit
        watch.limit_time(limit)
        return _judge(_resolved(told), in_force, environ)
    except watch.DeadlineError:
        from gitpact.report import server_reply  # noqa: PLC0415

        server_reply.too_late(limit)
    except watch.AbandonedError:
        pass
    return CANNOT_CHECK


def _in_force(environ: Mapping[str, str]) -> Policy | None:
    """The policy of this server; None where it cannot be told, which is said."""
    try:
        return cache.of_bare(os.getcwd(), cache.FILE, environ, _policy)
    except GitpactError as error:
        from gitpact.report import server_reply  # noqa: PLC0415

        server_reply.unable(error)
        return None


def _enter_common_directory() -> None:
    """Go to the repository itself from the git directory of a linked work tree, whose HEAD decides nothing here."""
    common = cache.common(".")
    if common != ".":
        os.chdir(common)
        os.environ["GIT_DIR"] = "."


def _judge(told: tuple[RefUpdate, ...], in_force: Policy, environ: Mapping[str, str]) -> int:
    tips, judged = ref_updates.linted(told), ref_updates.judged(environ)
    walk = history.records((*tips, *judged), in_force) if tips else None
    from gitpact.checks import pushes  # noqa: PLC0415  while git walks

    counting = _counting(told)
    changed = lookup.changed(counting)
    push = pushes.to_here(told, judged)
    found = pushes.judge(push, in_force, walk=walk)
    if changed() or any(update.creates or update.deletes for update in counting):
        from gitpact.policy import server_policy  # noqa: PLC0415  few pushes change it
        from gitpact.report import server_reply  # noqa: PLC0415  few pushes change it

        change = server_policy.change(counting)
        broken = server_policy.unreadable(change)
        other = "" if broken else server_policy.takes_over(change)
        if broken or other:
            server_reply.broken(broken) if broken else server_reply.takes_over(other)
            return FINDINGS
    if not (found.count("error") or found.count("warning") or in_force.log):
        return OK
    from gitpact.report import server_reply  # noqa: PLC0415  few pushes need a word, or a line of a log

    return OK if server_reply.accepts(push, found, in_force, environ) else FINDINGS


def _policy() -> tuple[Policy, list[str] | None]:
    """The policy in force, and the files that it hangs on; a broken one of the project is told of."""
    watch.limit_time(READING)
    from gitpact.policy import server_policy  # noqa: PLC0415  a snapshot spares the reading

    found = server_policy.in_force()
    if found.broken:
        from gitpact.report import server_reply  # noqa: PLC0415

        server_reply.built_in(found.broken)
    return found.policy, found.files


def _counting(told: Sequence[RefUpdate]) -> list[RefUpdate]:
    """The updates that may change the policy here, which is that of the default branch."""
    heads = cache.heads(".")
    return [update for update in told if hooks.REFTABLE in heads or update.ref in {*heads, *cache.USUAL}]


def _resolved(told: Iterable[RefUpdate]) -> tuple[RefUpdate, ...]:
    """The updates, each of the ref that really changes: one of the server's may stand for another."""
    targets = {}
    if hooks.REFTABLE in cache.heads("."):
        targets = ask.symbolic()
    return tuple(update._replace(ref=targets.get(update.ref) or cache.chain(".", update.ref)[-1]) for update in told)
