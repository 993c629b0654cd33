"""From an event of CI, or from what a person names, to the commits that are judged."""

from __future__ import annotations

from gitpact.errors import GitpactError
from gitpact.git import ask, history
from gitpact.ranges import MERGE_QUEUE, PULL_REQUEST, clone
from gitpact.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitpact.ranges.events import Event

MANY = frozenset("^:")  # in `A^!`, `A^@` and the like; no plain name of a commit needs one
NOTHING = ("HEAD", "^HEAD")  # without any revision, git log would begin at HEAD
SHORT = 7
ANYWHERE = "git fetch --unshallow; in CI fetch-depth: 0 (GitHub), GIT_DEPTH: 0 (GitLab); or add --deepen"
BY_HAND = "name the range: gitpact lint A..B"


class Span(NamedTuple):
    """The commits of a range.

    `revisions` are names of objects for git log, excluded ones with a caret, never none; `label` is for people;
    `base` is the commit whose policy holds, empty where that of the work tree does; `here` tells that the range ends
    with the commit that is checked out, or that CI is running for: commands that mend that branch fit.
    """

    revisions: tuple[str, ...]
    label: str
    base: str
    here: bool = True


def of_event(event: Event) -> Span:
    """The commits that an event brings: up to its head, without those that its base or the target branch has.

    What a merge of the target brought in is thus left out too (messages.md 72), as the target is known to this
    clone: by its branch, or by the first parent of the platform's own merge. Where the base is gone (a force push) or
    untold, the target alone counts; a new default branch is judged whole; a deletion has nothing to judge.
    Raises GitpactError, with the platform's remedy, where a commit is missing or history is cut off before the range
    ends (74), and where nothing tells where it begins: the range is never silently shorter.
    """
    shallow = clone.is_shallow()
    if not event.head:
        return Span(NOTHING, f"nothing ({event.kind})", "")
    head = clone.commit(event.head)
    if not head:
        raise _missing(event, "the commit to judge", event.head)
    target = clone.tip(event.target)
    fresh = ""
    if event.kind == PULL_REQUEST:
        head, fresh = _unmerged(event, head, target.oid)
    # A target that has the head already (it was merged since, or is what was pushed) tells nothing of its beginning.
    tips = [oid for oid in dict.fromkeys((target.oid, fresh)) if oid and not clone.contains(oid, head)]
    start = _start(event, target, tips, shallow=shallow)
    excluded = list(dict.fromkeys((*start, *tips)))
    revisions = (head, *(f"^{oid}" for oid in excluded))
    if shallow and clone.is_cut(revisions):
        raise _cut(f"{event.remedy}; or add --deepen")
    return Span(revisions, _label(event, excluded, head), (tips or start or [""])[0])


def _unmerged(event: Event, head: str, target: str) -> tuple[str, str]:
    """The last commit of a request, and the target it was merged into for this job, empty if it was not."""
    both = clone.parents(head if event.merged else "HEAD")
    if len(both) != 2:  # noqa: PLR2004  a merge of one branch
        return head, ""
    first, second = both
    if event.merged:
        return (second, first) if target and clone.contains(target, first) else (head, "")
    return head, first if second == head else ""


def _start(event: Event, target: clone.Tip, tips: list[str], *, shallow: bool) -> list[str]:
    """The commit before the first one; none where the target's tips say it, or where everything is new."""
    base = clone.commit(event.base) if event.base else ""
    if base:
        return [base]
    request = event.kind in {PULL_REQUEST, MERGE_QUEUE}
    if request and tips:
        return []
    if event.base and (shallow or request):
        raise _missing(event, f"the base of this {event.kind}", event.base)
    if event.branch and event.branch == (event.target or target.name):
        if event.kind == "new branch":
            return []
        if not event.base:
            # This platform does not tell what was there before; what the last commit brought in is the least of it.
            return clone.parents(event.head)[:1]
        why = f"the commit before it, {event.base[:SHORT]}, is gone"
        raise GitpactError(f"{event.platform}, {event.kind} to {event.branch}: {why}", BY_HAND)
    if not target.oid:
        raise _missing(event, "the branch to compare with", event.target or "the default branch of the remote")
    if request:
        raise GitpactError(f"{target.name} has {event.head[:SHORT]} already: nothing tells where it began", BY_HAND)
    return [target.oid]


def _missing(event: Event, what: str, name: str) -> GitpactError:
    hint = f"{event.platform}: {event.remedy}; or add --deepen"
    return GitpactError(f"{what} is not in this clone: {name}", hint)


def _cut(hint: str) -> GitpactError:
    return GitpactError("this clone is shallow: its history ends before the range does", hint)


def _label(event: Event, excluded: list[str], head: str) -> str:
    where = f" into {event.target}" if event.target and event.kind in {PULL_REQUEST, MERGE_QUEUE} else ""
    pushed = f": {event.branch}" if event.branch else ""
    since = f"{excluded[0][:SHORT]}.." if excluded else ""
    return f"{since}{head[:SHORT]} ({event.kind}{where}{pushed})"


def of_user(
    revisions: Sequence[str], *, all_refs: bool = False, since_tag: bool = False, shallow: bool | None = None
) -> Span:
    """The commits that a person names, as git log takes them: "A..B", "A...B", several, "^A".

    In a whole clone "A" and "A..B" are left for git log to look up; what that says of a mistake `explain` says better.

    A revision without dots is that commit with its whole history, for one commit write "A^!"; nothing at all is what
    HEAD has and no remote; `all_refs` is every branch, tag and HEAD (not notes, not the stash); `since_tag` what came
    after the last tag in HEAD's history; `shallow` is for a caller who knows it. Raises GitpactError on what is
    unknown, on what begins with a dash, and where a shallow clone ends before the range does.
    """
    if bool(revisions) + all_refs + since_tag > 1:
        raise GitpactError("a range, --all and --since-tag say different things", "give one of them")
    if shallow is None:
        shallow = clone.is_shallow()
    if all_refs:
        found, label = _known("HEAD", "--branches", "--tags", "--remotes"), "--all"
    elif since_tag:
        tag = _last_tag()
        found, label = _known(f"refs/tags/{tag}..HEAD"), f"{tag}..HEAD"
    elif revisions:
        found, label = [oid for revision in revisions for oid in _named(revision, shallow=shallow)], " ".join(revisions)
    else:
        found, label = _known(*history.UNPUSHED), " ".join(history.UNPUSHED)
    span = tuple(dict.fromkeys(found)) or NOTHING
    if shallow and clone.is_cut(span):
        raise _cut(ANYWHERE)
    return Span(span, label, "", here=_ends_here(revisions) and not (all_refs or since_tag))


def _ends_here(revisions: Sequence[str]) -> bool:
    """Whether revisions are a range up to HEAD, or none, which is what no remote has."""
    start, dots, end = revisions[0].partition("..") if len(revisions) == 1 else ("", "", "")
    return not revisions or (bool(start and dots) and end in {"", "HEAD"})


def explain(revisions: Sequence[str]) -> None:
    """Raise the GitpactError that names the first of the revisions that is none; return where none is wrong."""
    for revision in revisions:
        _resolved(revision, shallow=clone.is_shallow())


def _known(*revisions: str) -> list[str]:
    try:
        return clone.listed(*revisions)
    except GitpactError as error:
        if clone.commit("HEAD") or "revision" not in str(error):
            raise
        raise GitpactError(f"there is no commit yet: {revisions[0]} is unknown", BY_HAND) from error


def _named(revision: str, *, shallow: bool) -> list[str]:
    if revision.startswith("-"):
        raise GitpactError(f"{revision}: an option of git log is no revision", "put options before the range")
    first, dots, last = revision.partition("..")
    if not shallow and first and MANY.isdisjoint(revision) and not dots:
        return [f"{revision}^{{commit}}"]
    if shallow or first[:1] in {"", ":"} or not last or last.startswith("."):
        return _resolved(revision, shallow=shallow)
    return [f"{first}^{{commit}}..{last}^{{commit}}"]


def _resolved(revision: str, *, shallow: bool) -> list[str]:
    try:
        return clone.commits(revision)
    except GitpactError as error:
        hint = ANYWHERE if shallow else "a commit, a branch, a tag or A..B, as git log takes them"
        raise GitpactError(f"unknown revision: {revision}", hint) from error


def _last_tag() -> str:
    try:
        return ask.output("describe", "--tags", "--abbrev=0").decode("utf-8", "surrogateescape").removesuffix("\n")
    except GitpactError as error:
        hint = "git fetch --tags; in CI fetch-depth: 0 (GitHub), GIT_DEPTH: 0 (GitLab); or add --deepen"
        raise GitpactError("--since-tag: no tag is in the history of HEAD here", hint) from error


def deepen(event: Event | None = None) -> None:
    """Fetch what is missing, from the remote of the current branch (origin): all history of a shallow clone.

    For an event also its commits, and the branch it is compared with; without one the tags and whatever the clone is
    set up to fetch. Raises GitpactError where nothing could be fetched; what is still missing after it `of_event`
    and `of_user` tell.
    """
    remote = clone.remote()
    if event is None:
        _fetch("--tags", remote)
        return
    branch = event.target or clone.head_of(remote)
    named = [f"+refs/heads/{branch}:refs/remotes/{remote}/{branch}"] if branch else []
    oids = [oid for oid in (event.head, event.base) if clone.is_oid(oid) and not clone.commit(oid)]
    failures = [failure for ref in (*named, *oids) if (failure := _failure(remote, ref))]
    if failures and len(failures) == len(named) + len(oids):
        raise failures[0]
    if not event.target and clone.commit(f"refs/remotes/{remote}/{branch}"):
        clone.follow_head(remote, branch)


def _failure(remote: str, ref: str) -> GitpactError | None:
    """Fetch one thing; what a force push left behind may be gone from the server too, and the rest still helps."""
    try:
        _fetch("--no-tags", "--end-of-options", remote, ref)
    except GitpactError as error:
        return error
    return None


def _fetch(*arguments: str) -> None:
    whole = ("--unshallow",) if clone.is_shallow() else ()
    ask.output("fetch", "--quiet", "--no-write-fetch-head", *whole, *arguments)
