"""Which commits revisions, branches and remotes stand for in this clone, one git process per question."""

from __future__ import annotations

from gitpact.errors import GitpactError
from gitpact.git import history
from gitpact.git.query import output, text, text_or_nothing
from gitpact.records import NamedTuple

HEX = frozenset("0123456789abcdef")
LEAST_DIGITS = 7
OID = (40, 64)
LOCAL = ("", ".")  # what git names as the remote of a branch without one, and of one that follows a local branch
DEFAULTS = ("HEAD", "main", "master")


class Tip(NamedTuple):
    """A branch of the remote by its short name, and the oid of its remote-tracking ref; "" if this clone has none."""

    name: str
    oid: str


class Published(NamedTuple):
    """A branch of a remote that the branch `source`, which is checked out, is pushed to; all "" where there is none."""

    remote: str = ""
    name: str = ""
    source: str = ""


def commit(revision: str) -> str:
    """The oid of the commit that a revision names, a tag peeled; "" if there is none in this clone.

    Seven or more hexadecimal digits are always an object name, never a branch, whose name its author may choose. Raises
    GitpactError for an abbreviated oid outside of a repository.
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

    Without duplicates; tags are not peeled. Options of rev-parse such as `--not --remotes` may be among the revisions.
    Raises GitpactError if any revision is unknown.
    """
    lines = text("rev-parse", *revisions, "--").split("\n")
    return [oid for oid in dict.fromkeys(lines) if oid != "--"]


def resolve_commits(revision: str) -> list[str]:
    """As `resolve` for one revision or range, with tags peeled to commits.

    Raises GitpactError if it is unknown, and also for a tree or a file, which git log would skip.
    """
    return resolve(*(f"{oid}^{{commit}}" for oid in resolve(revision)))


def parents(revision: str) -> list[str]:
    """The oids of a commit's parents in order; [] for a root, and at the edge of a shallow clone.

    Raises GitpactError if the revision is unknown.
    """
    return text("rev-list", "--parents", "--max-count=1", "--end-of-options", revision, "--").split()[1:]


def has_independent_parents(commit: str) -> bool:
    """Whether a commit is a merge: it has several parents, and none of them has all others in its history.

    What `git merge --no-ff` makes is one too (`merges.with_independent_parents`). Raises GitpactError if the commit is
    unknown.
    """
    return any(b" " in found.parents for found in history.records((commit, f"^{commit}^@")))


def is_reachable(tip: str, oid: str) -> bool:
    """Whether the commit `oid` is `tip` or in its history, as far as this clone has that.

    Raises GitpactError if one of the two is not in this clone.
    """
    return not output("rev-list", "--max-count=1", "--end-of-options", oid, f"^{tip}", "--")


def has_root(revisions: tuple[str, ...]) -> bool:
    """Whether a range has a commit without parents; in a shallow clone they may just be missing here.

    `revisions` are without options, excluded ones with a caret. Raises GitpactError if one is unknown.
    """
    return bool(output("rev-list", "--max-parents=0", "--max-count=1", "--end-of-options", *revisions, "--"))


def remote() -> str:
    """The name of the remote that the current branch tracks, else "origin", whether or not that exists.

    "." if the branch tracks a local one. Raises GitpactError outside of a repository.
    """
    branches = text("for-each-ref", "--format=%(HEAD)%(upstream:remotename)", "refs/heads").split("\n")
    return next((line[1:] for line in branches if line.startswith("*") and line[1:] not in LOCAL), "origin")


def remote_branch(branch: str, of: str = "") -> Tip:
    """The remote-tracking branch for a branch of a remote, by its short name; `oid` is "" if there is none.

    `of` is the name of the remote, "" for `remote()`. For the branch "" it is the remote's default branch: what its
    HEAD points to, else main or master. Raises GitpactError outside of a repository.
    """
    names = (branch,) if branch else DEFAULTS
    prefix = f"refs/remotes/{of or remote()}/"
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
    """Whether a text has the form of a full oid, 40 or 64 lower-case hexadecimal digits; no object is looked up."""
    return len(name) in OID and HEX.issuperset(name)


def head_of(remote: str) -> str:
    """Ask a remote (by name or URL, over the network) for its default branch; returns the short name.

    "" if the server does not tell it. Raises GitpactError if the remote cannot be reached.
    """
    first = text("ls-remote", "--symref", "--end-of-options", remote, "HEAD").split("\t")[0]
    return first.removeprefix("ref: refs/heads/") if first.startswith("ref: refs/heads/") else ""


def set_remote_head(remote: str, branch: str) -> None:
    """Set refs/remotes/REMOTE/HEAD to a branch, as `git remote set-head` does.

    Raises GitpactError if there is no refs/remotes/REMOTE/BRANCH.
    """
    output("remote", "set-head", remote, branch)
