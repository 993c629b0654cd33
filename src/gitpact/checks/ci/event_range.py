"""The commits that an event of CI brings."""

from __future__ import annotations

from gitpact.checks.ci import BY_HAND, MERGE_QUEUE, PULL_REQUEST
from gitpact.checks.commit_span import NOTHING, Span, shallow_error
from gitpact.errors import GitpactError, Phrase, as_phrase
from gitpact.git import repository, revision_lookup

SHORT = 7  # digits of an object id that a person reads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitpact.checks.ci.events import Event


def of_event(event: Event) -> Span:
    """Return the commits that an event of CI brings: what its head has and neither its base nor its target branch.

    The target is the remote-tracking branch, and the first parent of the platform's own merge commit. Where the base is
    unknown or gone (a force push), only the target is excluded. A new default branch is judged whole; of a push to the
    default branch without a base, what the last commit brought in; a deletion gives an empty range. The span's `base`
    is the target's commit, else the event's base, else "". Runs git, fetches nothing. Raises GitpactError where a
    commit is not in this clone, where a shallow clone ends before the range does, and where nothing says where the
    range begins (how-git-reads-a-message 72, 74); the hint says what to do about it.
    """
    shallow = repository.is_shallow()
    if not event.head:
        return Span(NOTHING, f"nothing ({event.kind})", "")
    head = revision_lookup.commit(event.head)
    if not head:
        raise _missing(event, "the commit to check", event.head)
    target = revision_lookup.remote_branch(event.target)
    fresh = ""
    if event.kind == PULL_REQUEST:
        head, fresh = _unmerged(event, head, target.oid)
    # A target that has the head already (it was merged since, or is what was pushed) tells nothing of its beginning.
    tips = [oid for oid in dict.fromkeys((target.oid, fresh)) if oid and not revision_lookup.is_reachable(oid, head)]
    start = _start(event, target, tips, shallow=shallow)
    excluded = list(dict.fromkeys((*start, *tips)))
    revisions = (head, *(f"^{oid}" for oid in excluded))
    if shallow and revision_lookup.has_root(revisions):
        raise shallow_error(Phrase("{remedy}; or run gitpact lint --ci --deepen", remedy=event.remedy))
    # What a queue makes, and what is on the default branch, is nobody's to rewrite.
    ours = event.kind == PULL_REQUEST or (event.kind != MERGE_QUEUE and event.branch not in {"", target.name})
    return Span(revisions, _label(event, excluded, head), (tips or start or [""])[0], ours)


def _unmerged(event: Event, head: str, target: str) -> tuple[str, str]:
    """The last commit of a request, and the target it was merged into for this job, empty if it was not."""
    both = revision_lookup.parents(head if event.merged else "HEAD")
    if len(both) != 2:  # noqa: PLR2004  a merge of one branch
        return head, ""
    first, second = both
    if event.merged:
        made = target and revision_lookup.is_reachable(target, first) and revision_lookup.has_independent_parents(head)
        return (second, first) if made else (head, "")
    return head, first if second == head else ""


def _start(event: Event, target: revision_lookup.Tip, tips: list[str], *, shallow: bool) -> list[str]:
    """The commit before the first one; none where the target's tips say it, or where everything is new."""
    base = revision_lookup.commit(event.base) if event.base else ""
    if base:
        return [base]
    request = event.kind in {PULL_REQUEST, MERGE_QUEUE}
    if request and tips:
        return []
    if event.base and (shallow or request):
        raise _missing(event, Phrase("the base of this {kind}", kind=Phrase(event.kind)), event.base)
    if event.branch and event.branch == (event.target or target.name):
        if event.kind == "new branch":
            return []
        if not event.base:
            # This platform does not tell what was there before; what the last commit brought in is the least of it.
            return revision_lookup.parents(event.head)[:1]
        why = Phrase("the commit before this push, {oid}, does not exist any more", oid=event.base[:SHORT])
        raise GitpactError(
            "{platform}, {kind} to {branch}: {why}",
            BY_HAND,
            platform=event.platform,
            kind=Phrase(event.kind),
            branch=event.branch,
            why=why,
        )
    if not target.oid:
        raise _missing(event, "the branch to compare with", event.target or Phrase("the default branch of the remote"))
    if request:
        raise GitpactError(
            "{name} already contains {head}, so gitpact cannot find the first commit of the range",
            BY_HAND,
            name=target.name,
            head=event.head[:SHORT],
        )
    return [target.oid]


def _missing(event: Event, what: str, name: str) -> GitpactError:
    hint = Phrase(
        "{platform}: {remedy}; or run gitpact lint --ci --deepen", platform=event.platform, remedy=event.remedy
    )
    return GitpactError("{what} is not in this clone: {name}", hint, what=as_phrase(what), name=name)


def _label(event: Event, excluded: list[str], head: str) -> str:
    where = f" into {event.target}" if event.target and event.kind in {PULL_REQUEST, MERGE_QUEUE} else ""
    pushed = f": {event.branch}" if event.branch else ""
    since = f"{excluded[0][:SHORT]}.." if excluded else ""
    return f"{since}{head[:SHORT]} ({event.kind}{where}{pushed})"
