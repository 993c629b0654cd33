"""The commands that repair the commits of a branch, where they change nothing else; what is not its own stays."""

from __future__ import annotations

from gitpact.errors import GitpactError
from gitpact.git import history, query, trees
from gitpact.message import commit_kind, idents
from gitpact.records import Ident, NamedTuple
from gitpact.rules import DCO, MESSAGE, evaluate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gitpact.git.commit_object import RawCommit

BY_SIGNING = {evaluate.UNSIGNED[0]}  # a co-author's sign-off is not mine to give
FOLDED = {"fixup-commit"}
BY_FIXING = {*MESSAGE}.difference(evaluate.NOT_BY_MESSAGE)
BY_REWORDING = {*MESSAGE, *DCO} - {"merge-commit", *FOLDED, *BY_SIGNING}
BY_AMENDING = BY_REWORDING | BY_SIGNING
BY_KEY = {"signature-required"}
SIGNING = "git commit --amend --no-edit --allow-empty --allow-empty-message --cleanup=verbatim -S"
ROOT = "--root"
LONGEST = 1000  # characters of a subject by which a fixup is matched with what it is for
COMMENTS = "#;@!%^&|:"  # what may begin a comment in a message that is edited


class Branch(NamedTuple):
    """The branch to repair, up to the revision `head`.

    `own` are the commits that may be rewritten, by oid, the newest first. `person` is who types the commands, None if
    unknown.
    """

    head: str
    own: Mapping[str, RawCommit]
    person: Ident | None


def of_range(
    tally: evaluate.Tally, head: str, span: Sequence[str], person: Ident | None = None, *, since: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield the commands that repair the commits counted in `tally`: pairs (kind, command), in the order to run them.

    Kinds: fold (autosquash), sign (rebase --signoff), reword (rebase -i), key (signatures); or amend alone. The branch
    ends with the revision `head`; `span` are the revisions of its own commits, and no command rewrites another one. A
    command is left out where a rebase would change a merge, break a commit id in a message or overwrite an untracked
    file, and there is none for more than evaluate.MOST_REPAIRED commits. Signing is only for commits that all have one
    author, which is `person` unless that is None. `since` is a commit from which all is rewritten before these commands
    run: they begin no later; "" for none. Raises GitpactError where git fails.
    """
    last = tally.last
    if tally.commits > evaluate.MOST_REPAIRED or not last or "merge-commit" in tally.rules:
        return
    its = Branch(head, {record.oid.decode("ascii"): record for record in history.records(span)}, person)
    base = _fold_from(its, since) if tally.rules & FOLDED else ""
    if base:
        yield "fold", f"git rebase -i --autosquash {_before(base, its)}"
    begun = base or since  # from there on the commits have other ids then
    first = begun if begun and query.is_ancestor(begun, last.oid or "") else last.oid or ""
    records, alone = _from(first, its)
    if not records:
        yield from () if begun else _amending(tally, last.oid or "", its)
        return
    merges = " --rebase-merges" if any(map(_is_merge, records)) else ""
    theirs = _authors(records)
    mine = alone and len(theirs) == 1 and (not its.person or idents.same(its.person, *theirs))
    unsigned = {(rule, kind) for rule, kind in tally.kinds if rule in BY_SIGNING}
    signing = evaluate.UNSIGNED in unsigned and mine and not tally.covered and "message-empty" not in tally.rules
    if signing:
        kept = " -c commit.cleanup=whitespace" if may_be_comments(_lines(records)) else ""
        yield "sign", f"git{kept} rebase --signoff{merges} {_before(first, its)}"
    if tally.rules & BY_REWORDING or unsigned - ({evaluate.UNSIGNED} if signing else set()):
        yield "reword", f"git{_comments(records)} rebase -i{merges} {_before(first, its)}"
    if tally.rules & BY_KEY and mine:
        yield "key", f"git rebase{merges} --exec '{SIGNING}' {_before(first, its)}"


def fix_options(tally: evaluate.Tally, person: Ident | None = None) -> str | None:
    """The options of the `gitpact fix` that corrects the commits counted in `tally`; None where it corrects nothing.

    `person` is who would call it, and signs off only their own commits; None if unknown.
    """
    theirs = person and not any(author and idents.same(person, author) for author in tally.unsigned)
    signing = evaluate.UNSIGNED in tally.kinds and not theirs
    if not signing and not tally.rules & BY_FIXING:
        return None
    return "--sign-off" if signing else ""


def _amending(tally: evaluate.Tally, last: str, its: Branch) -> Iterator[tuple[str, str]]:
    """What repairs the last commit of the branch where no rebase can, if it is the only one with errors."""
    if last not in its.own or last != _resolved(its.head) or not tally.rules <= BY_AMENDING:
        return
    if not tally.rules & BY_SIGNING:
        yield "amend", "git commit --amend"
    elif not its.person or {its.person} == _authors([its.own[last]]):
        yield "amend", "git commit --amend -s"


def _fold_from(its: Branch, since: str) -> str:
    """The commit from which a rebase folds fixups into what they are for; "" where that is no row of own commits."""
    every = list(its.own.values())
    subjects = [_subject(record) for record in every]
    fixups = [at for at, subject in enumerate(subjects) if subject.startswith(commit_kind.AUTOSQUASH)]
    meant = [_meant(subjects, at) for at in fixups]
    if None in meant or not fixups:
        return ""
    oldest = max(*fixups, *(at for at in meant if at is not None))
    if since in its.own:
        oldest = max(oldest, [*its.own].index(since))
    changed = every[: oldest + 1]
    whole = changed[0][0].decode() == _resolved(its.head) and not any(map(_is_merge, changed))
    first = changed[-1].oid.decode()
    return first if whole and not _is_named(changed) and not trees.untracked_overwritten(first, its.head) else ""


def _meant(subjects: Sequence[str], at: int) -> int | None:
    """Which of the older commits a fixup is for, by its subject as git takes it; None where it is not exactly one."""
    wanted = subjects[at]
    while wanted.startswith(commit_kind.AUTOSQUASH):
        wanted = wanted.split(" ", 1)[1].lstrip()
    older = range(at + 1, len(subjects))
    found = [one for one in older if subjects[one] == wanted] or [
        one for one in older if subjects[one].startswith(wanted)
    ]
    return found[0] if len(found) == 1 else None


def _from(first: str, its: Branch) -> tuple[list[RawCommit], bool]:
    """All that is rewritten with a commit, up to the head, and whether there is nothing else from there on.

    What a merge brought in is no child of the commit: a rebase that keeps merges passes over it. Nothing where a merge
    would not be what it was, where one commit names another, and where it would cost a file of the work tree.
    """
    span = [its.head] if _before(first, its) == ROOT else [its.head, f"^{first}^"]
    oids = query.output("rev-list", "--end-of-options", *span).decode("ascii").split()
    records = [its.own[oid] for oid in oids if oid in its.own]
    named = query.output("rev-list", "--min-parents=2", "--end-of-options", *span).decode("ascii").split()
    known = {record.oid.decode("ascii") for record in records if _is_merge(record)}
    if not known.issuperset(oid for oid in named if oid in its.own):
        return [], False  # what names two parents and is no merge: a rebase would drop it, with what it changes
    merges_are_clean = all(_is_clean(record) for record in records if _is_merge(record))
    if not merges_are_clean or _is_named(records) or trees.untracked_overwritten(first, its.head):
        return [], False
    return records, len(records) == len(oids)


def _is_merge(record: RawCommit) -> bool:
    return b" " in record.parents


def _is_clean(merge: RawCommit) -> bool:
    """Whether git would merge the same once more: nothing was resolved, added or thrown away by hand."""
    parents = merge.parents.decode("ascii").split(" ")
    try:
        tree = query.output("merge-tree", "--write-tree", *parents).decode("ascii", "replace").strip()
    except GitpactError:
        return False  # a conflict, more than two parents, or a git before 2.38
    return tree == _resolved(f"{merge[0].decode()}^{{tree}}")


def _resolved(name: str) -> str:
    return query.output("rev-parse", "--verify", "--quiet", name).decode("ascii").strip()


def _authors(records: Iterable[RawCommit]) -> set[Ident]:
    """Who made the commits; who only merged made none."""
    return {
        Ident(record.author_name.decode("utf-8", "replace"), record.author_email.decode("utf-8", "replace"))
        for record in records
        if not _is_merge(record)
    }


def may_be_comments(lines: Iterable[bytes]) -> bool:
    """Whether one of the lines of a message begins with a character that git may take for the mark of a comment."""
    return any(line[:1].decode("utf-8", "replace") in COMMENTS for line in lines if line)


def _comments(records: Sequence[RawCommit]) -> str:
    """An option of git that keeps lines of messages from being taken for comments; nothing where none is."""
    first = {line[:1] for line in _lines(records)}
    free = next((char for char in COMMENTS if char.encode() not in first), "")
    return f" -c core.commentChar='{free}'" if free and may_be_comments(first) else ""


def _lines(records: Sequence[RawCommit]) -> Iterator[bytes]:
    return (line for record in records for line in record.message.split(b"\n"))


def _is_named(records: Sequence[RawCommit]) -> bool:
    """Whether a commit names another by its oid, as a sign-off for it does; the rewritten one has another oid."""
    return any(oid in record.message for record in records for oid, *_ in records)


def _subject(record: RawCommit) -> str:
    return record.message.partition(b"\n")[0].decode("utf-8", "replace")[:LONGEST]


def _before(oid: str, its: Branch) -> str:
    """What a rebase is told to begin behind, so that it begins with this commit of the branch."""
    return ROOT if oid in its.own and not its.own[oid].parents else f"'{oid[:12]}^'"  # zsh may expand it
