"""Give commits of a branch other messages; files, authors, dates and everything else in them stay."""

from __future__ import annotations

import fnmatch
import os
from typing import TYPE_CHECKING

from gitpact.errors import GitpactError
from gitpact.git import commit_copies, config, query, revision_lookup
from gitpact.records import NamedTuple
from gitpact.repair import rewrite_history
from gitpact.repair.rewrite_history import NOTES
from gitpact.rules.refs import BACKUPS, BRANCH, matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitpact.git.commit_copies import Sign
    from gitpact.records import Policy
    from gitpact.repair.rewrite_history import Move

# Names of default branches, where a clone does not know which one it is (`git remote set-head`).
LONG_LIVED = ("main", "master", "trunk", "develop", "development", "dev", "default", "stable", "next", "production")


class Own(NamedTuple):
    """The branch whose commits may be rewritten, and where it is published.

    `ref` is the full name of the branch that is checked out, or HEAD. `remote` and `name` are the remote and its branch
    that it is pushed to, and `published` the oid which that has as far as this clone knows; all "" where there is none.
    """

    ref: str
    remote: str = ""
    name: str = ""
    published: str = ""


class Plan(NamedTuple):
    """The moves that put new commits in place, how many there are, and how many commits and tags lose a signature.

    `replaced` is as for `rewrite_history.replaced`.
    """

    moves: tuple[Move, ...]
    rewritten: int
    unsigned: int
    replaced: int


def own_branch(policy: Policy) -> Own:
    """Find the branch that is checked out and where it is published, if that is nobody else's.

    The remote branch has to have the same name, may be neither protected nor the default branch of its remote, which
    has to be known, and may have no commits by other committers that no other remote branch has.
    """
    ref = rewrite_history.checked_out()
    source = ref.removeprefix(BRANCH)
    if source == ref or matches(policy.protected, source, ref):
        return Own(ref)
    form = "--format=%(push) %(push:remotename) %(upstream:remotename)"
    pushed, *remotes = query.text("for-each-ref", form, ref).split(" ") if query.peel(ref) else ("", "", "")
    remote = next(filter(None, remotes), "origin")
    tracking = f"refs/remotes/{remote}/{source}"
    default = revision_lookup.remote_branch("", remote)
    is_told = bool(query.text_or_nothing("symbolic-ref", "--quiet", f"refs/remotes/{remote}/HEAD"))
    if pushed not in {"", tracking} or not default.oid or default.name == source:
        return Own(ref)
    if not is_told and source in LONG_LIVED:
        return Own(ref)
    own = Own(ref, remote, source, query.commit_of_ref(tracking))
    return own if own.published and not _is_shared(own) else Own(ref)


def _is_shared(own: Own) -> bool:
    """Whether somebody else has made commits on a remote branch, by the committers' e-mails."""
    person = query.ident("COMMITTER")
    words = ("log", "--no-show-signature", "--format=<%ce>", own.published, *others(own))
    emails = query.text(*words).lower().split("\n")
    return bool({*filter(None, emails)} - {f"<{person.email.lower()}>" if person else ""})


def others(own: Own) -> tuple[str, ...]:
    """Words of git rev-list that leave out what any remote-tracking branch has but the branch's own."""
    exclude = (f"--exclude={own.remote}/{own.name}",) if own.published else ()
    return "--not", *exclude, "--remotes"


def plan(messages: Mapping[str, bytes], own: Own, *, drop_signatures: bool, sign: Sign | None = None) -> Plan:
    """Store commits with new messages, and return what would put them in place; no ref moves yet.

    Call it in the block of `rewrite_history.alone`.
    `messages` maps the oids of commits to messages as they are to be stored. All of them must be in the history of
    HEAD, and their descendants there are copied too; `rewrite_history.put_in_place` then moves every branch and tag
    that stands on one. Raises GitpactError where a commit is not in the history of HEAD or belongs to somebody else's
    branch, during an operation of git, where a signature would be lost and `drop_signatures` is False, and as
    `commit_copies.store` does. With `sign` all copies are signed (see there), and only tags lose a signature.
    """
    rewrite_history.refuse_operations([own.ref])
    oids = _to_copy(messages, own)
    _refuse_behind(messages, own)
    rewrite_history.refuse_shallow(oids)
    committer = query.text("var", "GIT_COMMITTER_IDENT")
    copies = commit_copies.store(oids, messages, committer, sign)
    moves = rewrite_history.moves_with(copies.new)
    rewrite_history.refuse_operations([move.ref for move in moves])
    unsigned = copies.unsigned + sum(move.was_signed for move in moves)
    if unsigned and not drop_signatures:
        raise GitpactError(
            "{count} commits or tags are signed, and would lose their signatures",
            "to sign with your own key: git config commit.gpgSign true; to rewrite without signatures: "
            "gitpact fix --drop-signatures",
            count=unsigned,
        )
    return Plan((*moves, *_notes(copies.new)), len(oids), unsigned, rewrite_history.replaced(oids))


def _to_copy(messages: Mapping[str, bytes], own: Own) -> list[str]:
    """The oids of the commits with new messages and of their descendants, parents first."""
    rows = query.output_with_input(
        ("rev-list", "--topo-order", "--reverse", "--parents", "--stdin", *others(own)), b"HEAD\n"
    )
    copied: dict[str, None] = {}
    for row in rows.decode("ascii").splitlines():
        oid, *parents = row.split(" ")
        if oid in messages or any(parent in copied for parent in parents):
            copied[oid] = None
    for oid in messages:
        if oid not in copied:
            raise _foreign(oid)
    return [*copied]


def _refuse_behind(messages: Iterable[str], own: Own) -> None:
    """Raise GitpactError if a published commit would be rewritten and the remote branch has more than this one."""
    if not own.published or query.is_ancestor(own.published, "HEAD") or is_replaced(own):
        return
    new = query.output("rev-list", "HEAD", "--not", own.published).decode("ascii").split()
    if {*messages} - {*new}:
        raise GitpactError(
            "{branch} has commits that your branch does not have",
            "get the missing commits first: git pull --rebase",
            branch=f"{own.remote}/{own.name}",
        )


def is_replaced(own: Own) -> bool:
    """Whether what is published of the branch is what an earlier fix or strip in this clone has replaced."""
    before = f"{BACKUPS}*/*/{rewrite_history.OLD}{own.ref}"
    return own.published in query.text("for-each-ref", "--format=%(objectname)", before).split("\n")


def _foreign(oid: str) -> GitpactError:
    """Why a commit cannot be rewritten from here."""
    holders = query.text("for-each-ref", "--format=%(refname:short)", f"--contains={oid}", "refs/remotes").split("\n")
    if holders[0]:
        return GitpactError(
            "{commit} is on {branch}; other people might be using this branch",
            "choose a range that does not include the commit",
            commit=oid[:12],
            branch=holders[0],
        )
    return GitpactError(
        "{commit} is not in the history of HEAD",
        "check out a branch that contains the commit: git switch BRANCH",
        commit=oid[:12],
    )


def _notes(new: Mapping[str, str]) -> Iterable[Move]:
    """The moves of notes refs that git's own rebase would carry over (`notes.rewriteRef`, git-config)."""
    globs = config.values("notes.rewriteRef")
    if not globs or query.text_or_nothing("config", "--type=bool", "notes.rewrite.rebase") == "false":
        return
    refs = query.text("for-each-ref", "--format=%(refname)", NOTES).split("\n")
    pairs = "".join(f"{old} {oid}\n" for old, oid in new.items()).encode()
    for ref in (ref for ref in refs if any(fnmatch.fnmatchcase(ref, glob) for glob in globs)):
        old, scratch = query.text("rev-parse", "--verify", ref), f"{NOTES}gitpact-{os.urandom(8).hex()}"
        query.output("update-ref", scratch, old)  # then the notes move together with the branches
        try:
            query.output_with_input(("notes", f"--ref={scratch}", "copy", "--stdin", "--force"), pairs)
            copied = query.text("rev-parse", "--verify", scratch)
        finally:
            query.output("update-ref", "-d", scratch)
        if copied != old:
            yield rewrite_history.Move(ref, old, copied)
