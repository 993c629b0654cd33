"""Put rewritten commits in the place of old ones: refs and index change together or not at all, and can go back."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gitpact.errors import GitpactError
from gitpact.git import directory_lock, index_file, query, ref_transaction, repository, trees, write_objects
from gitpact.records import NamedTuple
from gitpact.repair import shell
from gitpact.rules.refs import BACKUPS, BRANCH, TAG

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from gitpact.git.trees import Entry

# Below refs.BACKUPS, then the command, then the time.
OLD, NEW, WORK_TREE = "old/", "new/", "work-tree"
TIME = "%Y%m%dT%H%M%S"
KEPT_FOR = 90 * 86400  # seconds, as git keeps its reflogs (gc.reflogExpire)


class Move(NamedTuple):
    """A ref to be moved from the object `old` to `new`.

    `ref` is the full name of a branch or a tag, or HEAD where that is detached; a tag's objects are its tag objects, if
    any. `was_signed` tells that the tag object `old` has a signature, which `new` has not.
    """

    ref: str
    old: str
    new: str
    was_signed: bool = False


class IndexChange(NamedTuple):
    """Entries of the index as they are, by path with their tags (`trees.index_entries`), and as they will be.

    The mode "0" in `entries` stands for an entry that goes away. All paths are in both.
    """

    was: Mapping[str, tuple[Entry, str]]
    entries: Mapping[str, Entry]


NO_CHANGE = IndexChange({}, {})


class TakenBack(NamedTuple):
    """What `take_back` did: the moves of refs, and what it left as it found it.

    `left` are paths of the index at which something else is staged by now. `not_here` is the name of the branch whose
    index entries were not restored, because it is not checked out any more; "" for none.
    """

    moves: tuple[Move, ...]
    left: tuple[str, ...]
    not_here: str


def checked_out() -> str:
    """Return the full name of the branch that is checked out, even if it has no commit; "HEAD" if that is detached."""
    return query.head() or "HEAD"


def tips(sources: Iterable[str], top: str) -> dict[str, str]:
    """Map the full names of the refs that may be moved to the oids of their commits; refs without one are left out.

    `sources` are names as a person types them (`main`, `v1`, HEAD) or full names of refs. `top` is the absolute path of
    the work tree, "" for none. Raises GitpactError for a name that is no branch and no tag, for a tag of a file or
    folder, for a branch that another work tree has checked out, while git is in the middle of a merge, rebase or the
    like, and where GIT_INDEX_FILE names another index.
    """
    refs = list(dict.fromkeys(map(_full_name, sources)))
    _refuse_in_use(refs, top)
    oids = {ref: _oid(f"{ref}^{{commit}}") for ref in refs}
    for ref, oid in oids.items():
        if not oid and _oid(ref):
            raise GitpactError(
                "{ref}: a tag of a file or folder; gitpact rewrites commits only",
                "delete it: git tag -d {ref}",
                ref=ref.removeprefix(TAG),
            )
    return {ref: oid for ref, oid in oids.items() if oid}


def commits(tips_of_refs: Iterable[str], published: Sequence[str]) -> list[tuple[str, list[str]]]:
    """List the commits that may be rewritten, the oldest first, each as (oid, oids of its parents).

    They are those in the history of the oids `tips_of_refs` that no remote-tracking branch has, and not in the history
    of the oids `published`. Raises GitpactError if git fails.
    """
    walk = ("rev-list", "--topo-order", "--reverse", "--parents", "--stdin", "--not", "--remotes")
    asked = "".join(f"{word}\n" for word in (*tips_of_refs, *(f"^{oid}" for oid in published)))
    rows = query.output_with_input(walk, asked.encode()).decode("ascii").splitlines() if asked else []
    return [(oid, parents) for oid, *parents in (row.split(" ") for row in rows)]


def refuse_shallow(oids: Collection[str]) -> None:
    """Raise GitpactError if one of the commits is where the history of a shallow clone ends.

    Its parents are not here, and git knows by its oid alone that they need not be (gitformat-pack, `shallow`).
    """
    try:
        with open(query.text("rev-parse", "--git-path", "shallow"), encoding="ascii") as file:
            edge = {line.strip() for line in file}
    except FileNotFoundError:
        return
    for oid in edge.intersection(oids):
        raise GitpactError(
            "{commit} would be rewritten, and the history of this shallow clone ends there",
            "fetch the rest of the history first: git fetch --unshallow",
            commit=oid[:12],
        )


def moves(tips_of_refs: Mapping[str, str], new: Mapping[str, str]) -> tuple[Move, ...]:
    """Return the moves of refs from rewritten commits to those in their place.

    `tips_of_refs` are what `tips` returned; `new` maps old to new oids of commits. An annotated tag is written again
    without its signature. Raises GitpactError for a tag of a tag.
    """
    return tuple(_move(ref, old, new[old]) for ref, old in tips_of_refs.items() if old in new)


def index_change(old: str, new: str, paths: Collection[str]) -> IndexChange:
    """Return what changes in the index when the commit `new` takes the place of `old`, which is checked out.

    Only entries at the `paths` change, and of these only those that are as in `old`: what else is staged stays.
    """
    had, has, staged = trees.entries(old, paths), trees.entries(new, paths), trees.index_entries(paths)
    none = (index_file.REMOVED, "0" * len(old))
    changed = [path for path in had if has.get(path) != had[path] and path in staged and staged[path][0] == had[path]]
    return IndexChange({path: staged[path] for path in changed}, {path: has.get(path, none) for path in changed})


def put_in_place(its: Sequence[Move], index: IndexChange, command: str) -> None:
    """Move the refs and change the index, or neither, and keep what `take_back` needs.

    `command` is the name of gitpact's command ("strip"), which goes into the reflogs too. The old objects stay as long
    as the refs below refs/gitpact/COMMAND/ that are made here: KEPT_FOR. Raises GitpactError where a ref has changed
    since `tips`, or where refs or index are locked.
    """
    if not its:
        return
    with directory_lock.hold(_common_dir()):
        folder = f"{BACKUPS}{command}/{_time_now()}/"
        keep = [
            _created(f"{folder}{kind}{move.ref}", oid)
            for move in its
            for kind, oid in ((OLD, move.old), (NEW, move.new))
        ]
        keep.append(_created(folder + WORK_TREE, write_objects.blob(_record(index))))
        _change([*its, *keep, *_expired(command)], index, f"gitpact {command}")


def take_back(command: str, top: str) -> TakenBack:
    """Undo the last `put_in_place` of a command.

    `top` is as for `tips`. What was staged since stays staged. Raises GitpactError where there is nothing to undo,
    where a ref has moved since, where HEAD was detached and is no more or is that of another work tree, and where
    `tips` refuses a branch that is in use.
    """
    with directory_lock.hold(_common_dir()):
        kept = _backups(command)
        if not kept:
            raise GitpactError("there is nothing to undo", "no ref below {folder}", folder=f"{BACKUPS}{command}/")
        folder = f"{BACKUPS}{command}/{max(map(_time_of, kept))}/"
        its = tuple(
            Move(ref.removeprefix(folder + OLD), kept[ref.replace(folder + OLD, folder + NEW, 1)], oid)
            for ref, oid in kept.items()
            if ref.startswith(folder + OLD)
        )
        git_dir, branch, *rows = query.fields("cat-file", "blob", kept[folder + WORK_TREE])
        for move in its:
            _check_unmoved(move, git_dir)
        _refuse_in_use([move.ref for move in its], top)
        here = bool(top) and checked_out() == branch
        index, left = _restored(rows) if here else (NO_CHANGE, ())
        gone = [_deleted(ref, oid) for ref, oid in kept.items() if ref.startswith(folder)]
        _change([*its, *gone], index, f"gitpact {command} --undo")
    return TakenBack(its, left, "" if here or not rows else branch.removeprefix(BRANCH))


def _change(every: Sequence[Move], index: IndexChange, why: str) -> None:
    """Move refs and change the index: refs are locked first, and move once the index has changed."""
    with _uninterrupted(), contextlib.ExitStack() as both:
        put = both.enter_context(index_file.changed(index.entries, _tags(index))) if index.entries else None
        with ref_transaction.moved(((one.ref, one.old, one.new) for one in every), why):
            if put:
                put()


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C comes too late: between the refs and the index it would leave one without the other."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    except OSError as error:
        raise GitpactError("{path}: cannot be written: {reason}", path=error.filename, reason=error.strerror) from error
    finally:
        signal.signal(signal.SIGINT, before)


def _tags(index: IndexChange) -> dict[str, str]:
    return {path: tag for path, (_, tag) in index.was.items()}


def _created(ref: str, oid: str) -> Move:
    return Move(ref, "0" * len(oid), oid)


def _deleted(ref: str, oid: str) -> Move:
    return Move(ref, oid, "0" * len(oid))


def _time_now() -> str:
    now = time.time_ns()
    return f"{time.strftime(TIME, time.gmtime(now // 10**9))}.{now % 10**9:09}"


def _expired(command: str) -> Iterator[Move]:
    """The deletion of what was kept longer ago than KEPT_FOR."""
    oldest = time.strftime(TIME, time.gmtime(time.time() - KEPT_FOR))
    for ref, oid in _backups(command).items():
        if _time_of(ref) < oldest:
            yield _deleted(ref, oid)


def _backups(command: str) -> dict[str, str]:
    """All that is kept for a command: the full names of the refs, with their oids."""
    rows = query.text("for-each-ref", "--format=%(refname) %(objectname)", f"{BACKUPS}{command}/").split("\n")
    return dict(row.split(" ") for row in rows if row)


def _time_of(backup: str) -> str:
    return backup.split("/")[3]


def _record(index: IndexChange) -> bytes:
    """The git directory of the work tree, its branch, and for each path its entry and tag before, its entry after."""
    rows = [_own_git_dir(), checked_out()]
    for path, (entry, tag) in index.was.items():
        rows.append(" ".join((*entry, tag, *index.entries[path])) + f"\t{path}")
    return "".join(f"{row}\0" for row in rows).encode("utf-8", "surrogateescape")


def _own_git_dir() -> str:
    """The git directory of this work tree, from the common one: what stays when the repository is moved."""
    return os.path.relpath(query.git_dir(), _common_dir())


def _restored(rows: Iterable[str]) -> tuple[IndexChange, tuple[str, ...]]:
    """What puts the index back where it is still as it was made, and the paths where it is not."""
    kept = {path: about.split(" ") for about, _, path in (row.partition("\t") for row in rows)}
    present, occupied = trees.index_entries(kept), _occupied(kept)
    was: dict[str, tuple[Entry, str]] = {}
    entries: dict[str, Entry] = {}
    for path, (mode, oid, tag, new_mode, new_oid) in kept.items():
        none = None if path in occupied else (index_file.REMOVED, "0" * len(oid))
        now = present[path][0] if path in present else none
        if now == (new_mode, new_oid):
            was[path], entries[path] = (now, tag), (mode, oid)
    return IndexChange(was, entries), tuple(path for path in kept if path not in entries)


def _occupied(paths: Iterable[str]) -> set[str]:
    """Those of the paths where the index has something: a file, a conflict, files below it, or a file for a folder."""
    files = trees.index_paths()
    folders = {folder for file in files for folder in _folders(file)}
    return {path for path in paths if path in files or path in folders or not files.isdisjoint(_folders(path))}


def _folders(path: str) -> list[str]:
    """The folders above a path, without the top."""
    return [path[:end] for end, char in enumerate(path) if char == "/"]


def _check_unmoved(move: Move, git_dir: str) -> None:
    """Raise GitpactError unless the ref is where `put_in_place` left it; `git_dir` is that of the HEAD it moved."""
    ref, now = move.ref, _oid(move.ref)
    facts = {"ref": ref.removeprefix(BRANCH).removeprefix(TAG), "old": move.new[:12], "new": move.old}
    if ref == "HEAD" and (git_dir, checked_out()) != (_own_git_dir(), "HEAD"):
        raise GitpactError(
            "HEAD was detached, in the work tree of {path}",
            "go back there, and run: git checkout --detach {new}",
            path=os.path.normpath(_common_dir() / git_dir),
            **facts,
        )
    if not now:
        raise GitpactError("{ref} was deleted since", "make it again: git update-ref {full} {new}", full=ref, **facts)
    if now != move.old:
        raise GitpactError("{ref} has moved since", "it was {old}: git log {old}", **facts)


def _refuse_in_use(refs: Collection[str], top: str) -> None:
    """Raise GitpactError if one of the refs is one that something else relies on: an index, a rebase, a work tree."""
    own = checked_out()
    if own in refs and repository.is_operation_in_progress(query.git_dir()):
        raise GitpactError("a git operation is in progress here", "finish it first, see: git status")
    if own in refs and top and index_file.path() != f"{query.git_dir()}/index":
        raise GitpactError(
            "GIT_INDEX_FILE names another index than that of the work tree", "unset it: unset GIT_INDEX_FILE"
        )
    for ref, path in _checked_out_elsewhere(own if top else ""):
        if ref in refs:
            raise GitpactError(
                "{ref} is checked out in {path}",
                "go there: cd {folder}"
                if os.path.isdir(path)
                else "that folder is gone; make git forget it: git worktree prune",
                ref=ref.removeprefix(BRANCH),
                path=path,
                folder=shell.quoted(path),
            )
    for ref in _being_rebased():
        if ref in refs:
            raise GitpactError(
                "a rebase of {ref} is in progress", "finish it first, see: git status", ref=ref.removeprefix(BRANCH)
            )


def _full_name(source: str) -> str:
    if source in query.HEAD:
        return checked_out()
    named = query.text_or_nothing("rev-parse", "--symbolic-full-name", "--end-of-options", source)
    ref = named.rpartition("\n")[2]
    if ref.startswith((BRANCH, TAG)):
        return ref
    if query.commit_of_ref(BRANCH + source) and query.commit_of_ref(TAG + source):
        raise GitpactError(
            "{source}: both a branch and a tag",
            "name one of them: refs/heads/{source} or refs/tags/{source}",
            source=source,
        )
    raise GitpactError(
        "{source}: neither a branch nor a tag", "name the branches or tags that contain the files", source=source
    )


def _checked_out_elsewhere(own: str) -> Iterator[tuple[str, str]]:
    """The branches that other work trees have checked out, with their folders; `own` is the branch of this one.

    Git names a work tree by its git directory where it cannot tell its folder: in a submodule, and with
    `--separate-git-dir`. So what is left out is one work tree with the branch `own`, not one with a path.
    """
    path = ""
    for line in query.text("worktree", "list", "--porcelain").split("\n"):
        key, _, value = line.partition(" ")
        if key == "worktree":
            path = value
        elif key == "branch" and value == own:
            own = ""
        elif key == "branch":
            yield value, path


def _being_rebased() -> Iterator[str]:
    """The branches that a rebase of any work tree will move when it ends."""
    common = _common_dir()
    for folder in (common, *common.glob("worktrees/*")):
        for name in ("rebase-merge", "rebase-apply"):
            with contextlib.suppress(OSError):
                yield (folder / name / "head-name").read_text(encoding="utf-8", errors="surrogateescape").strip()


def _common_dir() -> Path:
    return Path(query.text("rev-parse", "--path-format=absolute", "--git-common-dir"))


def _oid(name: str) -> str:
    return query.text_or_nothing("rev-parse", "--verify", "--quiet", name)


def _move(ref: str, commit: str, new: str) -> Move:
    old = _oid(ref)
    if old == commit:
        return Move(ref, old, new)
    if not query.output_with_input(("cat-file", "tag", old), b"").startswith(f"object {commit}\n".encode()):
        raise GitpactError(
            "{ref}: a tag of a tag; gitpact cannot move it", "delete it: git tag -d {ref}", ref=ref.removeprefix(TAG)
        )
    return Move(ref, old, *write_objects.retarget_tag(old, new))
