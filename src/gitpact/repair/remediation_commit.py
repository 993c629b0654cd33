"""A commit that signs off earlier ones which cannot be rewritten, in the words of the DCO app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact.checks import commit_range
from gitpact.errors import GitpactError
from gitpact.git import config, query
from gitpact.message import idents
from gitpact.repair import rewrite_history
from gitpact.repair.rewrite_history import Move
from gitpact.rules import IDENTITY, MESSAGE, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitpact.records import Ident, Policy


def unsigned(span: Sequence[str], policy: Policy, author: Ident) -> list[str]:
    """List the oids of the commits of a range by this author that lack a sign-off, the oldest first.

    Those that another commit of the range has signed off are left out. Raises GitpactError where the policy takes no
    such sign-offs, for a third person's too, and where git fails.
    """
    own = query.ident("COMMITTER")
    wanted = ("third-party",) if not own or not idents.same(own, author) else ("individual", "third-party")
    if policy.remediation not in wanted:
        raise GitpactError(
            "the policy does not let a later commit sign off earlier commits: dco.remediation is {value!r}",
            "rewrite your commits and sign them off: gitpact fix --sign-off",
            value=policy.remediation,
        )
    results = commit_range.results(span, policy, (*MESSAGE, *IDENTITY))
    oids = [
        result.commit.oid
        for result in results
        if result.commit.oid and result.commit.author and idents.same(result.commit.author, author)
        if any((found.rule, found.kind) == evaluate.UNSIGNED for found in result.findings)
    ][::-1]
    if not oids:
        return []
    asked = "".join(f"{oid}\n" for oid in oids).encode()
    outside = query.output_with_input(("rev-list", "--stdin", "--max-count=1", "--not", "HEAD"), asked).decode()
    if outside:
        hint = "check out a branch that contains the commit: git switch BRANCH"
        raise GitpactError("{commit} is not in the history of HEAD", hint, commit=outside[:12])
    return oids


def write(oids: Iterable[str], author: Ident, signer: Ident) -> Move:
    """Store a commit on top of HEAD in which `signer` signs off the commits `oids` of `author`; returns the move to it.

    It changes no file, and is signed with a key where `commit.gpgSign` asks for that. Put it in place with
    `rewrite_history.put_in_place`. Raises GitpactError if git fails.
    """
    alone = idents.same(author, signer)
    kind = "DCO Remediation Commit" if alone else "Third-Party DCO Remediation Commit"
    behalf = "" if alone else f"On behalf of {author}, "
    lines = [f"{behalf}I, {signer}, {idents.REMEDIATION}{oid}" for oid in oids]
    text = "\n".join([f"{kind} for {author}", "", *lines, "", f"Signed-off-by: {signer}", ""])
    sign = ("-S",) if config.get_bool("commit.gpgSign") else ()
    words = ("-c", "i18n.commitEncoding=UTF-8", "commit-tree", "-p", "HEAD", *sign, "HEAD^{tree}")
    new = query.output_with_input(words, text.encode("utf-8", "surrogateescape")).decode().strip()
    return Move(rewrite_history.checked_out(), query.peel("HEAD"), new)
