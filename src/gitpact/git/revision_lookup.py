"""Which commits revisions, branches and remotes stand for in this clone, one git process per question."""

from __future__ import annotations

from gitpact.errors import GitpactError
from gitpact.git import history
from gitpact.git.query import output, text, text_or_nothing
from gitpact.records import NamedTuple

HEX = frozenset("0123456789abcdef")
LEAST_DIGITS = 7
OID = (40, 64)
DEFAULTS = ("HEAD", "main", "master")


class Tip(NamedTuple):
    """A branch of the remote as this clone knows it; `oid` is empty where it does not."""

    name: str
    oid: str


class Published(NamedTuple):
    """A branch of a remote that the branch `source`, which is checked out, is pushed to; all "" where there is none."""

    remote: str = ""
    name: str = ""
    source: str = ""


def commit(revision: str) -> str:
    """The commit that a revision names, a tag peeled; empty where this clone has none such.

    What looks like an abbreviated object name is nothing else: a branch may have any name its author likes.
    """
    digits = HEX.issuperset(revision)
    if digits and LEAST_DIGITS <= len(revision) < OID[0]:
        revision = text("rev-parse", f"--disambiguate={revision}")
    try:
        return text("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except GitpactError:
        return ""


def resolve(*revisions: str) -> list[str]:
    """The oids that revisions and ranges stand for, as `git rev-parse` prints them: excluded ones with a caret.

    Raises GitpactError if any is unknown.
    """
    lines = text("rev-parse", *revisions, "--").split("\n")
    return [oid for oid in dict.fromkeys(lines) if oid != "--"]


def resolve_commits(revision: str) -> list[str]:
    """As `resolve`, with tags peeled. Raises GitpactError also for a tree or a file, which git log would skip."""
    return resolve(*(f"{oid}^{{commit}}" for oid in resolve(revision)))


def parents(revision: str) -> list[str]:
    """The parents of a commit; none at the edge of a shallow clone."""
    return text("rev-list", "--parents", "--max-count=1", "--end-of-options", revision, "--").split()[1:]


def has_independent_parents(commit: str) -> bool:
    """Whether no parent of a commit is an ancestor of another one, as in what `git merge` makes."""
    return any(b" " in found.parents for found in history.records((commit, f"^{commit}^@")))


def is_reachable(tip: str, oid: str) -> bool:
    """Whether the commit `oid` can be reached from `tip`, as far as this clone has its history."""
    return not output("rev-list", "--max-count=1", "--end-of-options", oid, f"^{tip}", "--")


def has_root(revisions: tuple[str, ...]) -> bool:
    """Whether a range has a commit without parents; in a shallow clone its parents may only be missing."""
    return bool(output("rev-list", "--max-parents=0", "--max-count=1", "--end-of-options", *revisions, "--"))


def remote() -> str:
    """The remote that the current branch comes from, else origin."""
    branches = text("for-each-ref", "--format=%(HEAD)%(upstream:remotename)", "refs/heads").split("\n")
    return next((line[1:] for line in branches if line.startswith("*") and line[1:]), "origin")


def remote_branch(branch: str) -> Tip:
    """The remote-tracking branch of a name ("": the remote's default branch); its oid is "" where none is here."""
    names = (branch,) if branch else DEFAULTS
    prefix = f"refs/remotes/{remote()}/"
    form = "--format=%(refname) %(objectname) %(symref)"
    lines = text("for-each-ref", form, *(prefix + name for name in names)).split("\n")
    found = {fields[0]: fields[1:] for fields in (line.split(" ") for line in lines)}
    for name in names:
        oid, symbolic = found.get(prefix + name, ("", ""))
        if oid:
            return Tip(symbolic.removeprefix(prefix) or name, oid)
    return Tip(branch, "")


def published_branch(oid: str) -> Published:
    """The remote branch that the branch checked out is pushed to, if it has the commit `oid`; else Published().

    That is its upstream, else the branch of its own name on the remote that it is pushed to.
    """
    source = text_or_nothing("symbolic-ref", "--quiet", "--short", "HEAD")
    form = "--format=%(push:remotename) %(upstream:remotename) %(upstream:remoteref)"
    row = text_or_nothing("for-each-ref", form, f"refs/heads/{source}") if source else ""
    pushed, upstream, ref = row.split(" ") if row else ("", "", "")
    name = ref.removeprefix("refs/heads/") or source
    remote = pushed or upstream or "origin"
    tip = commit(f"refs/remotes/{remote}/{name}") if source else ""
    return Published(remote, name, source) if tip and is_reachable(tip, oid) else Published()


def is_oid(name: str) -> bool:
    """Whether this is a whole name of an object, in SHA-1 or SHA-256."""
    return len(name) in OID and HEX.issuperset(name)


def head_of(remote: str) -> str:
    """The default branch of a remote by name, asked over the network; empty where the server does not tell it."""
    first = text("ls-remote", "--symref", "--end-of-options", remote, "HEAD").split("\t")[0]
    return first.removeprefix("ref: refs/heads/") if first.startswith("ref: refs/heads/") else ""


def set_remote_head(remote: str, branch: str) -> None:
    """Set refs/remotes/REMOTE/HEAD to a branch, as `git remote set-head` does."""
    output("remote", "set-head", remote, branch)
