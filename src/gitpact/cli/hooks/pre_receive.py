"""pre-receive: the gate of a server, which nobody can go round. What it cannot judge it refuses."""

from __future__ import annotations

import os

from gitpact.cli import hooks
from gitpact.errors import CANNOT_CHECK, FINDINGS, OK, GitpactError, ServerError
from gitpact.git import head, history, query, ref_updates, time_limit
from gitpact.policy import in_force

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gitpact.policy.in_force import InForce
    from gitpact.records import RefUpdate

READING = 60  # seconds that reading a policy that is not cached may take, which says how long the rest may


def run(_args: Sequence[str], environ: Mapping[str, str]) -> int:
    """Judge a push that this bare repository receives; returns 0 (accepted), 1 (refused) or 2 (not judged, refused).

    Its refs are read from standard input; the hook has no arguments. What the pusher is to see goes to standard error,
    and a line to the policy's log, if any. Limits the time of this process, and in a linked work tree changes the
    current folder and GIT_DIR. Raises GitpactError where the input or the log fails, or git does; that refuses the push
    too.
    """
    updates = ref_updates.received(hooks.standard_input())
    if not updates:
        return OK
    limit = READING
    try:
        _enter_common_directory()
        by = _policy(environ)
        if not by:
            return CANNOT_CHECK
        limit = by.policy.time_limit
        time_limit.limit_time(limit)
        return _judge(_resolved(updates), by, environ)
    except time_limit.DeadlineError:
        from gitpact.report import server_reply  # noqa: PLC0415

        server_reply.timeout(limit)
    except ServerError as error:
        from gitpact.report import server_reply  # noqa: PLC0415

        server_reply.server_error(error)
    except time_limit.AbandonedError:
        pass
    return CANNOT_CHECK


def _policy(environ: Mapping[str, str]) -> InForce | None:
    """The policy of this server; None where it cannot be read. The pusher is told so, and of a broken one."""
    try:
        found = in_force.of_server(os.getcwd(), environ, seconds=READING)
    except GitpactError as error:
        from gitpact.report import server_reply  # noqa: PLC0415

        server_reply.policy_error(error)
        return None
    if found.broken:
        from gitpact.report import server_reply  # noqa: PLC0415

        server_reply.built_in_policy(found.broken)
    return found


def _enter_common_directory() -> None:
    """Go to the repository itself from the git directory of a linked work tree, whose HEAD decides nothing here."""
    common = head.common(".")
    if common != ".":
        os.chdir(common)
        os.environ["GIT_DIR"] = "."


def _judge(updates: tuple[RefUpdate, ...], by: InForce, environ: Mapping[str, str]) -> int:
    policy = by.policy
    tips, judged = ref_updates.linted(updates), ref_updates.already_judged(environ)
    walk = history.records((*tips, *judged), policy) if tips else None
    from gitpact.checks import pushes  # noqa: PLC0415  while git walks
    from gitpact.checks.push import incoming_push  # noqa: PLC0415  while git walks
    from gitpact.policy import policy_change  # noqa: PLC0415  while git walks

    counting = _counting(updates)
    compare = policy_change.files_change(counting, by.extended)
    push = incoming_push(updates, judged)
    found = pushes.judge(push, policy, walk=walk)
    changed = compare()
    if changed or any(update.creates or update.deletes for update in counting):
        from gitpact.report import server_reply  # noqa: PLC0415  few pushes change it

        change = policy_change.change(counting)
        broken = policy_change.fault(change)
        other = "" if broken else policy_change.other_branch(change)
        deleted = any(update.deletes and update.ref == change.now.ref for update in counting)
        if broken or other:
            if broken:
                server_reply.broken_pushed_policy(broken)
            else:
                server_reply.other_default_branch(change.now.ref if deleted else other, deleted=deleted)
            return FINDINGS
    if not (found.count("error") or found.count("warning") or policy.log):
        return OK
    from gitpact.checks import push_acceptance  # noqa: PLC0415  few pushes need a word, or a line of a log
    from gitpact.report import server_reply  # noqa: PLC0415  as above

    answer = push_acceptance.decide(found, policy, environ)
    server_reply.report(push, found, answer, by, environ, brings_policy=changed)
    return OK if answer.accepted else FINDINGS


def _counting(updates: Sequence[RefUpdate]) -> list[RefUpdate]:
    """The updates that may change the policy here, which is that of the default branch."""
    heads = head.symref_chain_of_head(".")
    return [update for update in updates if head.REFTABLE in heads or update.ref in {*heads, *head.USUAL}]


def _resolved(updates: Iterable[RefUpdate]) -> tuple[RefUpdate, ...]:
    """The updates, each of the ref that really changes: one of the server's may stand for another."""
    targets = {}
    if head.REFTABLE in head.symref_chain_of_head("."):
        targets = query.symbolic_refs()
    return tuple(
        update._replace(ref=targets.get(update.ref) or head.symref_chain(".", update.ref)[-1]) for update in updates
    )
