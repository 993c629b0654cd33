"""The commits that a person names, as git log takes them."""

from __future__ import annotations

from gitpact.checks.commit_span import NOTHING, Span, shallow_error
from gitpact.errors import GitpactError, Phrase
from gitpact.git import history, query, repository, revision_lookup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

MANY = frozenset("^:")  # in `A^!`, `A^@` and the like; no plain name of a commit needs one
ANYWHERE = Phrase(
    "fetch the rest of the history: git fetch --unshallow; in CI, set fetch-depth: 0 or GIT_DEPTH: 0, or run "
    "gitpact lint --deepen"
)


def span(
    revisions: Sequence[str], *, all_refs: bool = False, since_tag: bool = False, shallow: bool | None = None
) -> Span:
    """Return the commits that a person names by ranges and revisions of git log: `A..B`, `A...B`, `^A`, `A^!`.

    A plain revision is that commit with its whole history. Without any, the range is what HEAD has and no remote.
    `all_refs` means HEAD and every branch, tag and remote-tracking branch; `since_tag` what follows the last tag in
    HEAD's history. `shallow` says whether the clone is shallow; None asks git. Raises GitpactError for two of these
    three, for a revision with a dash in front, where there is no commit or no tag, and where a shallow clone ends
    before the range does. An unknown revision may pass: git then fails when the range is read (`raise_for_unknown`).
    """
    if bool(revisions) + all_refs + since_tag > 1:
        raise GitpactError("a range, --all and --since-tag cannot be combined", "give only one of these arguments")
    if shallow is None:
        shallow = repository.is_shallow()
    if all_refs:
        head = ("HEAD",) if query.exists("HEAD^{commit}") else ()  # it may name a branch that is not there
        found, label = _known(*head, "--branches", "--tags", "--remotes") or _known("HEAD"), "--all"
    elif since_tag:
        tag = _last_tag()
        found, label = _known(f"refs/tags/{tag}..HEAD"), f"{tag}..HEAD"
    elif revisions:
        found, label = [oid for revision in revisions for oid in _named(revision, shallow=shallow)], " ".join(revisions)
    else:
        found, label = _known(*history.UNPUSHED), " ".join(history.UNPUSHED)
    judged = tuple(dict.fromkeys(found)) or NOTHING
    if shallow and revision_lookup.has_root(judged):
        raise shallow_error(ANYWHERE)
    return Span(judged, label, "", here=_ends_here(revisions) and not (all_refs or since_tag))


def _ends_here(revisions: Sequence[str]) -> bool:
    """Whether revisions are a range up to HEAD, or none, which is what no remote has."""
    start, dots, end = revisions[0].partition("..") if len(revisions) == 1 else ("", "", "")
    return not revisions or (bool(start and dots) and end in {"", "HEAD"})


def raise_for_unknown(revisions: Sequence[str]) -> None:
    """Raise GitpactError for the first of the `revisions` that names no commit here; else return None.

    `revisions` are those that a person gave to `span`, ranges too. Starts several processes of git for each, so call it
    only after git has failed.
    """
    for revision in revisions:
        _resolved(revision, shallow=repository.is_shallow())


def _known(*revisions: str) -> list[str]:
    try:
        return revision_lookup.resolve(*revisions)
    except GitpactError as error:
        if revision_lookup.commit("HEAD") or not query.output_or_nothing("rev-parse", "--git-dir"):
            raise
        raise GitpactError(
            "this repository has no commit yet, so {revisions} is unknown",
            "make a commit: git commit",
            revisions=revisions[0],
        ) from error


def _named(revision: str, *, shallow: bool) -> list[str]:
    if revision.startswith("-"):
        raise GitpactError(
            "{revision}: this is an option of git log, not a revision",
            "write only revisions here, such as main..HEAD",
            revision=revision,
        )
    first, dots, last = revision.partition("..")
    if not shallow and first and MANY.isdisjoint(revision) and not dots:
        return [f"{revision}^{{commit}}"]
    if shallow or first[:1] in {"", ":"} or not last or last.startswith("."):
        return _resolved(revision, shallow=shallow)
    return [f"{first}^{{commit}}..{last}^{{commit}}"]


def _resolved(revision: str, *, shallow: bool) -> list[str]:
    try:
        return revision_lookup.resolve_commits(revision)
    except GitpactError as error:
        hint = ANYWHERE if shallow else "give a commit, a branch, a tag or A..B, as for git log"
        raise GitpactError("unknown revision: {revision}", hint, revision=revision) from error


def _last_tag() -> str:
    try:
        return query.text("describe", "--tags", "--abbrev=0")
    except GitpactError as error:
        hint = (
            "fetch the tags: git fetch --tags; in CI, fetch the whole history (fetch-depth: 0 or GIT_DEPTH: 0), "
            "or run gitpact lint --deepen"
        )
        raise GitpactError("--since-tag: in this clone, the history of HEAD contains no tag", hint) from error
