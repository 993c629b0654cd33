"""Judge files: those that a push brings, in whichever of its commits, and those of a commit that is made."""

from __future__ import annotations

from gitpact.errors import GitpactError
from gitpact.git import objects, processes, trees
from gitpact.records import Blob, Finding, NamedTuple
from gitpact.rules import findings, for_paths
from gitpact.rules.push_registry import file_rules, looks_at_paths, path_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from gitpact.checks.push import Push
    from gitpact.records import Policy

MOST_PATHS = 50_000_000  # characters of all paths that a push brings
NAMED = 200  # files that git is asked for one by one; of more it tells all changes
TIME = 5.0  # seconds to find out whether the receiver has a large file already, from long ago


class FileFinding(NamedTuple):
    """A finding on a file; `blob.commit` is the commit that brought the file, "" where that is unknown."""

    finding: Finding
    blob: Blob


def judge(blobs: Iterable[Blob], policy: Policy, ignore: Collection[str] = ()) -> Iterator[FileFinding]:
    """Yield the findings of the rules on files, in the order of `blobs`; nothing for a file without findings.

    Only path, size and `lfs` of a blob are read. `ignore` are ids of rules that do not run.
    """
    rules = file_rules(policy)
    for blob in blobs:
        for found in findings(rules, [blob], for_paths(policy, [blob.path]), ignore):
            yield FileFinding(found, blob)


def findings_of_push(push: Push, policy: Policy, ignore: Collection[str], large: tuple[Blob, ...]) -> list[FileFinding]:
    """Return the findings on the files that the commits of a push add or change, each path and content once.

    `large` are the blobs over a size limit, as `object_sizes.measure` returns them for `pushes.smallest_limit`; other
    files count as 0 bytes. A large file that the receiver has had before is not reported, if git finds it within TIME
    seconds. Except on a server, findings are passed through `with_lfs_hint`. `ignore` are ids of rules that do not run.
    Raises GitpactError where git fails, and where all paths together have more than MOST_PATHS characters.
    """
    sizes = {blob.oid: blob for blob in large}
    every = looks_at_paths(policy, ignore)
    span = (*push.tips, *push.has)
    placed: dict[tuple[str, str], str] = {}
    refused: dict[str, bool] = {}
    left = MOST_PATHS
    for commit, path, oid in _brought(push, span, () if every or len(sizes) > NAMED else tuple(sizes)):
        if every and path not in refused:
            refused[path] = next(judge([Blob(oid, 0, path)], policy, ignore), None) is not None
            left -= len(path)
        if (oid in sizes or refused.get(path)) and (path, oid) not in placed:
            placed[path, oid] = commit
            left -= len(path)
        if left < 0:
            # A tree may hold itself many times over: a few objects are then more files than any disk has.
            raise GitpactError(
                "the file names in this push take up more than 50 MB in total", "push fewer files at once"
            )
    files = [Blob(oid, sizes[oid].size if oid in sizes else 0, path, commit) for (path, oid), commit in placed.items()]
    somewhere = {oid for _, oid in placed}
    files += [blob for oid, blob in sizes.items() if oid not in somewhere]  # a tag's own
    has = [word.removeprefix("^") for word in push.has if word != "--not"]
    kept = without_known(list(judge(files, policy, ignore)), has)
    return kept if push.bare else with_lfs_hint(kept, policy, ignore)


def _brought(push: Push, span: Sequence[str], oids: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """(commit, path, blob) of what the commits and the tagged trees of a push put somewhere, of which `oids` if any."""
    yield from trees.changes(span, oids)
    for tree in objects.tree_tips(push.tips):
        yield from (("", path, oid) for path, oid in trees.files(tree))


def without_known(found_on_files: list[FileFinding], has: Sequence[str]) -> list[FileFinding]:
    """Return the findings, less those on the size of a file that is anywhere in the history of `has`.

    `has` are revisions of which the receiver has all, or options for them such as `--remotes`. Where git needs more
    than TIME seconds, every finding is returned.
    """
    oids = {one.blob.oid for one in found_on_files if one.finding.rule == "file-size"}
    if not oids:
        return found_on_files
    try:
        known = objects.in_range(has, oids, TIME)
    except processes.OutOfTimeError:
        return found_on_files
    return [one for one in found_on_files if one.finding.rule != "file-size" or one.blob.oid not in known]


def with_lfs_hint(found_on_files: list[FileFinding], policy: Policy, ignore: Collection[str] = ()) -> list[FileFinding]:
    """Return the findings; those on large files that .gitattributes assigns to Git LFS are replaced and come last.

    Such a file was committed without LFS, and the new finding says so; its blob is a copy with `lfs` set. The list that
    is passed is not changed. Without a work tree nothing is replaced. `ignore` are ids of rules that do not run.
    """
    large = {one.blob.path for one in found_on_files if one.finding.rule == "file-size" and one.blob.path}
    lfs = trees.lfs_paths(large) if large else set()
    marked = [one.blob._replace(lfs=True) for one in found_on_files if one.blob.path in lfs]
    others = [one for one in found_on_files if one.finding.rule != "file-size" or one.blob.path not in lfs]
    return [*others, *judge(marked, policy, (*path_rules(policy), *ignore))]
