"""Put rewritten commits in the place of old ones: refs and index change together or not at all, and can go back."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gitpact.errors import GitpactError, Phrase
from gitpact.git import directory_lock, index_file, query, ref_transaction, repository, trees, write_objects
from gitpact.records import NamedTuple
from gitpact.repair import shell
from gitpact.rules.refs import BACKUPS, BRANCH, TAG

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from gitpact.git.trees import Entry

# Below refs.BACKUPS, then the command, then the time.
OLD, NEW, WORK_TREE = "old/", "new/", "work-tree"
REPLACEMENTS, NOTES = "refs/replace/", "refs/notes/"
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
    """What the index has instead of some entries, by path, with the flags of each (`index_file.changed`).

    `left` are the paths that stay because something else is staged there. `commit` is the oid that HEAD will have.
    """

    entries: Mapping[str, Entry]
    tags: Mapping[str, str]
    left: tuple[str, ...]
    commit: str


class TakenBack(NamedTuple):
    """What `take_back` did: the moves of refs, and whether the index followed one of them.

    `left` are paths of the index that stay as they are because something else is staged there by now, and `notes` the
    refs of notes that stay because somebody has written more notes since.
    """

    moves: tuple[Move, ...]
    index_followed: bool
    left: tuple[str, ...]
    notes: tuple[str, ...]


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
    refuse_operations(refs)
    _refuse_index(refs, top)
    oids = {ref: _oid(f"{ref}^{{commit}}") for ref in refs}
    for ref, oid in oids.items():
        if not oid and _oid(ref):
            raise GitpactError(
                "{ref}: this tag points to a file or a folder and not to a commit, so gitpact cannot rewrite it",
                "delete the tag: git tag -d {tag}",
                ref=ref.removeprefix(TAG),
                tag=shell.quoted(ref.removeprefix(TAG)),
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
            "nothing was rewritten: {commit} is the oldest commit of this shallow clone, and its parents are missing",
            "fetch the rest of the history first: git fetch --unshallow",
            commit=oid[:12],
        )


def replaced(oids: Iterable[str]) -> int:
    """Return how many of the commits are shown as other ones here, by `git replace` or a graft.

    gitpact rewrites what git stores and pushes; nothing stands in the place of the new commits.
    """
    refs = query.text("for-each-ref", "--format=%(refname)", REPLACEMENTS).split("\n")
    shown = {ref.removeprefix(REPLACEMENTS) for ref in refs}
    with (
        contextlib.suppress(OSError),
        open(_common_dir() / "info" / "grafts", encoding="ascii", errors="replace") as file,
    ):
        shown |= {line.partition(" ")[0].strip() for line in file}
    return len(shown.intersection(oids))


def moves(tips_of_refs: Mapping[str, str], new: Mapping[str, str]) -> tuple[Move, ...]:
    """Return the moves of refs from rewritten commits to those in their place.

    `tips_of_refs` are what `tips` returned; `new` maps old to new oids of commits. An annotated tag is written again
    without its signature. Raises GitpactError for a tag of a tag.
    """
    return tuple(_move(ref, old, new[old]) for ref, old in tips_of_refs.items() if old in new)


def moves_with(new: Mapping[str, str]) -> tuple[Move, ...]:
    """Return the moves of every branch and tag that stands on a rewritten commit, and of HEAD where it is detached.

    `new` maps old to new oids of commits. Raises GitpactError for a tag of a tag.
    """
    form = "--format=%(refname) %(symref) %(objectname) %(*objectname) %(*objecttype)"
    rows = [row.split(" ") for row in query.text("for-each-ref", form, BRANCH, TAG).split("\n") if row]
    tips_of_refs = {ref: peeled or oid for ref, symref, oid, peeled, _ in rows if not symref}
    for ref, _, _, peeled, kind in rows:
        if kind == "tag":  # git before 2.45 peels one tag and no more
            tips_of_refs[ref] = query.peel(peeled)
    if checked_out() == "HEAD":
        tips_of_refs["HEAD"] = query.peel("HEAD")
    return moves(tips_of_refs, new)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold the lock of this repository while the block plans and makes a change; no other gitpact changes it then.

    What a killed gitpact has begun is finished or taken back first. Raises GitpactError where another gitpact holds the
    lock for more than five seconds, and where files of the git directory cannot be written.
    """
    with directory_lock.hold(_common_dir()), _as_error():
        index_file.finish()
        yield


def put_in_place(its: Sequence[Move], paths: Collection[str], command: str, top: str) -> None:
    """Move the refs and let the index follow, or neither, and keep what `take_back` needs.

    Call it in the block of `alone` in which the moves were planned. If the branch that is checked out moves, entries of
    the index at the `paths` change with it: those that are as in its old commit, and no others. `top` is as for `tips`.
    `command` is the name of gitpact's command ("strip"), which goes into the reflogs too. The old objects stay as long
    as the refs below refs/gitpact/COMMAND/ that are made here: KEPT_FOR. Raises GitpactError where a ref has changed
    since `tips`, or where refs or index are locked.
    """
    if not its:
        return
    index = _index_change(its, paths, {}, top)
    folder = f"{BACKUPS}{command}/{_time_now(command)}/"
    keep = [
        _created(f"{folder}{kind}{move.ref}", oid) for move in its for kind, oid in ((OLD, move.old), (NEW, move.new))
    ]
    keep.append(_created(folder + WORK_TREE, write_objects.blob(_record(index))))
    _change([*its, *keep, *_expired(command)], index, f"gitpact {command}")


def take_back(command: str, top: str) -> TakenBack:
    """Undo the last `put_in_place` of a command. Call it in the block of `alone`.

    `top` is as for `tips`. The index follows the branch that is checked out now; what was staged since stays. Raises
    GitpactError where there is nothing to undo, where a ref has moved since, where HEAD was detached and is no more or
    is that of another work tree, during an operation of git, and where a branch gets other files and is checked out in
    another work tree.
    """
    folder, kept = _last(command)
    its = tuple(
        Move(ref.removeprefix(folder + OLD), kept[ref.replace(folder + OLD, folder + NEW, 1)], oid)
        for ref, oid in kept.items()
        if ref.startswith(folder + OLD)
    )
    notes = tuple(move.ref for move in its if move.ref.startswith(NOTES) and _oid(move.ref) != move.old)
    its = tuple(move for move in its if move.ref not in notes)
    git_dir, *rows = _recorded(kept[folder + WORK_TREE])
    for move in its:
        _check_unmoved(move, git_dir)
    refuse_operations([move.ref for move in its])
    changing = [move for move in its if _changes_files(move)]
    _refuse_index([move.ref for move in changing], top)
    own = checked_out()
    paths = {path for move in changing if move.ref == own for path in trees.changed_paths(move.old, move.new)}
    tags = {path: tag for tag, _, path in (row.partition("\t") for row in rows)}
    index = _index_change(its, paths, tags, top)
    gone = [_deleted(ref, oid) for ref, oid in kept.items() if ref.startswith(folder)]
    _change([*its, *gone], index, f"gitpact {command} --undo")
    followed = bool(top) and any(move.ref == own for move in changing)
    return TakenBack(its, followed, index.left, notes)


def _index_change(its: Sequence[Move], paths: Collection[str], tags: Mapping[str, str], top: str) -> IndexChange:
    """What changes in the index when the branch that is checked out moves; `tags` are for entries that come back."""
    own = checked_out()
    move = next((move for move in its if move.ref == own), None)
    if not move or not top:
        return IndexChange({}, {}, (), "")
    had, has = trees.entries(move.old, paths), trees.entries(move.new, paths)
    changing = [path for path in paths if had.get(path) != has.get(path)]
    staged = trees.index_entries(changing) if changing else {}
    occupied = _occupied(path for path in changing if path not in had)
    entries: dict[str, Entry] = {}
    left = []
    for path in changing:
        now = staged[path][0] if path in staged else None
        if now == had.get(path) and (now or path not in occupied):
            entries[path] = has.get(path, (index_file.REMOVED, "0" * len(move.old)))
        elif now != has.get(path):
            left.append(path)
    flags = {path: staged[path][1] if path in staged else tags.get(path, "") for path in entries}
    return IndexChange(entries, flags, tuple(left), move.new)


def _change(every: Sequence[Move], index: IndexChange, why: str) -> None:
    """Move refs and change the index: refs are locked first, and move once the index has changed."""
    own, waiting, failed = checked_out(), [one for one in every if not _has_moved(one)], None
    with _uninterrupted(), contextlib.ExitStack() as both:
        prepared = index_file.changed(index.entries, index.tags, index.commit) if index.entries else None
        put = both.enter_context(prepared) if prepared else None
        try:
            with ref_transaction.moved(((one.ref, one.old, one.new) for one in every), why):
                _check_checked_out(own)
                if put:
                    put()
        except GitpactError as error:
            moved = [*filter(_has_moved, waiting)]
            if not moved or len(moved) < len(every):
                _move_back(moved, why)
                raise
            failed = error  # git has moved all of them, and could not write, say, a reflog
    if failed:
        raise GitpactError(
            "all refs have been rewritten, but then an error occurred: {error}", "see: git status", error=failed
        ) from failed


def _check_checked_out(own: str) -> None:
    """Raise GitpactError if another branch is checked out by now; while a branch is locked, HEAD is too."""
    if checked_out() != own:
        raise GitpactError("another branch was checked out while gitpact was running", "run the command again")


def _move_back(moved: Sequence[Move], why: str) -> None:
    """Move refs back, as far as git can write them now."""
    for one in moved:
        with contextlib.suppress(GitpactError), ref_transaction.moved([(one.ref, one.new, one.old)], why):
            pass


def _has_moved(move: Move) -> bool:
    return _oid(move.ref) == ("" if not move.new.strip("0") else move.new)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C comes too late: between the refs and the index it would leave one without the other."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _as_error() -> Iterator[None]:
    """A full disk or a folder that cannot be written is an error that names it."""
    try:
        yield
    except OSError as error:
        path = error.filename or query.git_dir()
        raise GitpactError("{path}: cannot be written: {reason}", path=path, reason=error.strerror) from error


def _created(ref: str, oid: str) -> Move:
    return Move(ref, "0" * len(oid), oid)


def _deleted(ref: str, oid: str) -> Move:
    return Move(ref, oid, "0" * len(oid))


def _time_now(command: str) -> str:
    """The time, later than that of every backup of a command: clocks are set back."""
    now = time.time_ns()
    text = f"{time.strftime(TIME, time.gmtime(now // 10**9))}.{now % 10**9:09}"
    last = max(map(_time_of, _backups(command)), default="")
    return max(text, f"{last}+" if last >= text else "")


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


def _last(command: str) -> tuple[str, dict[str, str]]:
    """The folder of the last backup that can be restored, and all backups; that of a work tree that is gone cannot."""
    kept = _backups(command)
    for time_of_one in sorted({_time_of(ref) for ref in kept}, reverse=True):
        folder = f"{BACKUPS}{command}/{time_of_one}/"
        names = {ref.removeprefix(folder) for ref in kept if ref.startswith(folder)}
        olds, news = ({name[len(kind) :] for name in names if name.startswith(kind)} for kind in (OLD, NEW))
        if WORK_TREE not in names or olds != news:
            continue  # a part of it was deleted by hand
        git_dir = _recorded(kept[folder + WORK_TREE])[0]
        if "HEAD" not in olds or (_common_dir() / git_dir).exists():
            return folder, kept
    raise GitpactError("there is nothing to undo", "there are no refs below {folder}", folder=f"{BACKUPS}{command}/")


def _record(index: IndexChange) -> bytes:
    """The git directory of the work tree, then for each path whose entry changes its flags before."""
    rows = [_own_git_dir(), *(f"{tag}\t{path}" for path, tag in index.tags.items())]
    return "".join(f"{row}\0" for row in rows).encode("utf-8", "surrogateescape")


def _recorded(blob: str) -> list[str]:
    return query.fields("cat-file", "blob", blob)


def _own_git_dir() -> str:
    """The git directory of this work tree, from the common one: what stays when the repository is moved."""
    return os.path.relpath(query.git_dir(), _common_dir())


def _occupied(paths: Iterable[str]) -> set[str]:
    """Those of the paths where the index has something: a file, a conflict, files below it, or a file for a folder."""
    files = trees.index_paths()
    folders = {folder for file in files for folder in _folders(file)}
    return {path for path in paths if path in files or path in folders or not files.isdisjoint(_folders(path))}


def _folders(path: str) -> list[str]:
    """The folders above a path, without the top."""
    return [path[:end] for end, char in enumerate(path) if char == "/"]


def _changes_files(move: Move) -> bool:
    """Whether the files at a ref change, so that an index has to follow."""
    return _oid(f"{move.old}^{{tree}}") != _oid(f"{move.new}^{{tree}}")


def _check_unmoved(move: Move, git_dir: str) -> None:
    """Raise GitpactError unless the ref is where `put_in_place` left it; `git_dir` is that of the HEAD it moved."""
    ref, now = move.ref, _oid(move.ref)
    facts = {"ref": ref.removeprefix(BRANCH).removeprefix(TAG), "old": move.new[:12], "new": move.old}
    if ref == "HEAD" and (git_dir, checked_out()) != (_own_git_dir(), "HEAD"):
        raise GitpactError(
            "HEAD was already detached in {path} when the rewrite began",
            "go to the work tree: cd {folder}; then detach HEAD: git checkout --detach {new}",
            path=_work_tree_of(git_dir),
            folder=shell.quoted(_work_tree_of(git_dir)),
            **facts,
        )
    if not now:
        hint = "create the ref again: git update-ref {full} {new}"
        raise GitpactError("{ref} was deleted after the rewrite", hint, full=shell.quoted(ref), **facts)
    if now != move.old:
        hint = "before the rewrite, the ref was at {old}; to compare the histories: git log --graph {old} {full}"
        raise GitpactError("{ref} was moved after the rewrite", hint, full=shell.quoted(ref), **facts)


def _work_tree_of(git_dir: str) -> str:
    """The folder of a work tree by its git directory, which is relative to the common one."""
    common = _common_dir()
    with contextlib.suppress(OSError):
        return os.path.dirname(
            (common / git_dir / "gitdir").read_text(encoding="utf-8", errors="surrogateescape").strip()
        )
    return str(common.parent if common.name == ".git" else common)


def refuse_operations(refs: Collection[str]) -> None:
    """Raise GitpactError while git is in the middle of something that will move one of the refs when it ends.

    `refs` are full names, or HEAD. It is a merge, rebase, cherry-pick, revert or bisect in this work tree, or a rebase
    in any other one.
    """
    if checked_out() in refs and repository.is_operation_in_progress(query.git_dir()):
        raise GitpactError(
            "a git operation is in progress here", "finish the operation first; for details, run: git status"
        )
    for ref in _being_rebased():
        if ref in refs:
            raise GitpactError(
                "a rebase of {ref} is in progress",
                "finish the operation first; for details, run: git status",
                ref=ref.removeprefix(BRANCH),
            )


def _refuse_index(refs: Collection[str], top: str) -> None:
    """Raise GitpactError if one of the refs is checked out where the index cannot follow it."""
    own = checked_out()
    if own in refs and top and index_file.path() != f"{query.git_dir()}/index":
        raise GitpactError(
            "GIT_INDEX_FILE does not point to the index of the work tree",
            "unset the variable: unset GIT_INDEX_FILE",
        )
    for ref, path in _checked_out_elsewhere(own if top else ""):
        if ref in refs:
            raise GitpactError(
                "{ref} is checked out in {path}",
                _way_out(path, twice=bool(top) and ref == own),
                ref=ref.removeprefix(BRANCH),
                path=path,
            )


def _way_out(path: str, *, twice: bool) -> Phrase:
    """What to do about a branch that another work tree has checked out, or that one too."""
    if not os.path.isdir(path):
        return Phrase(
            "the folder of the work tree is missing; if you moved it: git worktree repair NEWPATH; if you "
            "deleted it: git worktree prune"
        )
    folder = shell.quoted(path)
    if twice:
        return Phrase("detach HEAD in the other work tree: git -C {folder} switch --detach", folder=folder)
    return Phrase("go to the branch's work tree: cd {folder}", folder=folder)


def _full_name(source: str) -> str:
    if source in query.HEAD:
        return checked_out()
    named = query.text_or_nothing("rev-parse", "--symbolic-full-name", "--end-of-options", source)
    ref = named.rpartition("\n")[2]
    if ref.startswith((BRANCH, TAG)):
        return ref
    if query.commit_of_ref(BRANCH + source) and query.commit_of_ref(TAG + source):
        raise GitpactError(
            "{source}: both a branch and a tag have this name",
            "write the full name of the branch or of the tag: {branch} or {tag}",
            source=source,
            branch=shell.quoted(BRANCH + source),
            tag=shell.quoted(TAG + source),
        )
    raise GitpactError(
        "{source}: neither a branch nor a tag",
        "name the branches or tags that contain the refused files",
        source=source,
    )


def _checked_out_elsewhere(own: str) -> Iterator[tuple[str, str]]:
    """The branches that other work trees have checked out, with their folders; `own` is the branch of this one.

    Git names a work tree by its git directory where it cannot tell its folder: in a submodule, and with
    `--separate-git-dir`. So what is left out is one work tree with the branch `own`, not one with a path.
    """
    path = ""
    listed = query.text_or_nothing("worktree", "list", "--porcelain", "-z")  # git before 2.36 has no -z
    for line in listed.split("\0") if listed else query.text("worktree", "list", "--porcelain").split("\n"):
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
        # The last is of `git rebase --update-refs`: for each ref three lines, its name and two oids.
        for name in ("rebase-merge/head-name", "rebase-apply/head-name", "rebase-merge/update-refs"):
            with contextlib.suppress(OSError):
                lines = (folder / name).read_text(encoding="utf-8", errors="surrogateescape").split("\n")
                yield from (line for line in lines if line.startswith("refs/"))


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
            "{ref} is a tag of a tag, which gitpact cannot rewrite",
            "delete the tag: git tag -d {tag}",
            ref=ref.removeprefix(TAG),
            tag=shell.quoted(ref.removeprefix(TAG)),
        )
    return Move(ref, old, *write_objects.retarget_tag(old, new))
