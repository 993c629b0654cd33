"""Files: what commits and the index hold, and what changes from one to another."""

from __future__ import annotations

import os

from gitpact.errors import GitpactError
from gitpact.git import processes, query
from gitpact.git.staged_paths import DIFFERING
from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    Entry = tuple[str, str]  # mode and object

SKIPPED = "S "  # of `git ls-files -t`
LINK = "120000"  # the mode of a symbolic link
SUBMODULE = "160000"  # the mode of an entry that is a commit of another repository
FEW = 100  # paths that git is asked for by name; of more it tells all


class CommitFiles(NamedTuple):
    """A commit's oid, and (blob, path) of its files."""

    oid: bytes
    files: list[tuple[bytes, bytes]]


def root_files(revision: str, names: Sequence[str], most: int, options: Sequence[str] = ()) -> dict[str, bytes | None]:
    """Map those of the files `names` that are in a revision's tree to their bytes, a symbolic link to None.

    Names are paths from the top. `options` are those of git itself, such as `-C`.

    Names of folders and of nothing are left out. For a file longer than `most` bytes the value is `most` + 1 spaces.
    Raises GitpactError if the revision is unknown or a content is not in this clone.
    """
    tree = query.output(*options, "ls-tree", "-z", "-l", "--full-tree", "--end-of-options", revision, "--", *names)
    found: dict[str, bytes | None] = {}
    for (mode, kind, oid, *sizes), name in _rows(tree):
        if name not in names:
            continue  # "." names all that is at the top
        if mode == LINK:
            found[name] = None
        elif kind == "blob":
            size = int(sizes[-1]) if sizes[-1].isdecimal() else 0  # "BAD": not in a partial clone, as is said below
            found[name] = _content(oid, size, most, options)
    return found


def _content(oid: str, size: int, most: int, options: Sequence[str] = ()) -> bytes:
    """The bytes of a blob of this size; of one longer than `most` as many spaces as show that it is."""
    return b" " * (most + 1) if size > most else query.output(*options, "cat-file", "blob", oid)


def left_out(names: Sequence[str], most: int) -> dict[str, bytes]:
    """Map those of the files `names`, at the top, to their bytes that the index has and the work tree leaves out.

    Those are the ones with the bit `skip-worktree`. Of a longer file `most` + 1 bytes are given. Raises GitpactError
    if a content is not in this clone.
    """
    listed = query.fields(
        *(*processes.MAGIC, "ls-files", "-t", "-s", "-z", "--full-name"),
        *("--", *(f":(top,literal){name}" for name in names)),
    )
    rows = (row.partition("\t") for row in listed if row.startswith(SKIPPED))
    return {name: query.output("cat-file", "blob", entry.split(" ")[2])[: most + 1] for entry, _, name in rows}


def index_file(name: str, most: int) -> bytes | None:
    """The bytes that the index has of a file, `most` + 1 spaces for a longer one; None where it has none.

    `name` is its path from the top. Raises GitpactError if the content is not in this clone.
    """
    ((_, oid), _) = index_entries([name]).get(name, (("", ""), ""))
    if not oid:
        return None
    return _content(oid, int(query.output("cat-file", "-s", oid)), most)


def files(tree: str) -> Iterator[tuple[str, str]]:
    """Each file and symbolic link in a tree and the trees below it, as (path, oid); submodules are left out.

    Raises GitpactError during iteration if the tree is unknown.
    """
    pieces = processes.begin([["ls-tree", "-r", "-z", "--full-tree", tree]], "")
    for some in processes.split_fields(pieces):
        for (_, kind, oid), path in map(_row, some):
            if kind == "blob":
                yield path, oid


def entries(revision: str, paths: Collection[str]) -> dict[str, Entry]:
    """Map those of the paths that are files in a revision to (mode, oid), such as ("100644", oid).

    Paths are from the top of the tree. Symbolic links and submodules are files here, folders are not. Raises
    GitpactError if the revision is unknown, or a tree is not in this clone.
    """
    named = ("--", *paths) if len(paths) <= FEW else ()
    output = query.output_with_input(("ls-tree", "-r", "-z", "--full-tree", revision, *named), b"")
    return {path: (mode, oid) for (mode, _, oid), path in _rows(output) if path in paths}


def index_entries(paths: Collection[str]) -> dict[str, tuple[Entry, str]]:
    """Map those of the paths that are in the index, without a conflict, to ((mode, oid), tag).

    Paths are from the top of the work tree. The tag is the letter of `git ls-files -v`: "H", or "S" for skip-worktree,
    small for assume-unchanged. Raises GitpactError outside of a work tree.
    """
    output = query.output(*query.at_top(), "ls-files", "-s", "-v", "-z")
    return {
        path: ((mode, oid), tag) for (tag, mode, oid, stage), path in _rows(output) if path in paths and stage == "0"
    }


def index_paths() -> set[str]:
    """All paths of the index, in a conflict too, from the top. Raises GitpactError outside of a work tree."""
    return set(query.fields(*query.at_top(), "ls-files", "-z"))


def _rows(output: bytes) -> Iterator[tuple[list[str], str]]:
    """The fields and the path of each entry that git writes with `-z`."""
    return map(_row, output.split(b"\0")[:-1])


def _row(entry: bytes) -> tuple[list[str], str]:
    about, _, path = entry.decode("utf-8", "surrogateescape").partition("\t")
    return about.split(" "), path


def changed_files(span: Sequence[str], names: Collection[str]) -> set[str]:
    """Those of some files, by their paths from the top, that a range adds, changes or deletes.

    Of a merge only those that differ from every parent's. `span` are revisions, excluded ones with a caret, and no
    options. Raises GitpactError if git fails.
    """
    found = query.output(
        *(*processes.MAGIC, "log", *processes.NEUTRAL, "-c", "--name-only", "--format=", "--no-renames"),
        *("--end-of-options", *span, "--", *(f":(top,literal){name}" for name in names)),
    )
    return {name for name in found.decode("utf-8", "surrogateescape").split("\0") if name}


def changes(span: Sequence[str], oids: Collection[str] = ()) -> Iterator[tuple[str, str, str]]:
    """Each file that a commit of a range adds or changes, as (commit, path, oid of the new content), oldest first.

    The oid of a submodule is that of its commit. Of a merge only what differs from every parent's. With `oids` only
    changes to or from one of these blobs, so the oid may also be of what replaces it. `span` are revisions and options
    as `git rev-list` takes them. Raises GitpactError during iteration if git fails, or if a commit changes more files
    than git's memory (`processes.MOST_MEMORY`) holds.
    """
    lines, options = processes.for_stdin(span)
    walk = ["rev-list", "--ignore-missing", "--missing=allow-promisor", "--reverse", "--stdin", *options]
    # Git looks for an object by reading others, and a partial clone does not have them.
    from gitpact.git import repository  # noqa: PLC0415  a commit needs none of it

    only = [] if not oids or repository.is_partial() else [f"--find-object={oid}" for oid in oids]
    diff = ["diff-tree", "--stdin", "-r", "-c", "--root", "--raw", "-z", "--no-renames", "--no-abbrev", *only]
    commit, about, wanted = "", "", set(oids)
    for some in _listed(
        processes.split_fields(processes.begin([walk, diff], lines, most_memory=processes.MOST_MEMORY))
    ):
        for field in some:
            text = field.decode("utf-8", "surrogateescape")
            if about:
                words = about.split(" ")
                about = ""
                if not words[-1].startswith("D") and (not oids or not wanted.isdisjoint(words)):
                    yield commit, text, words[-2]
            elif text.startswith(":"):
                about = text
            else:
                commit = text


def commits_with_files(span: Sequence[str]) -> Iterator[CommitFiles]:
    """Each commit of a range, newest first, with the files that it adds or changes; git starts at once.

    Of a merge only the files that differ from every parent's; submodules are left out.
    `span` are revisions and options as `git rev-list` takes them. Raises GitpactError during iteration if git fails, or
    if a commit changes more files than git's memory (`processes.MOST_MEMORY`) holds.
    """
    lines, options = processes.for_stdin(span)
    raw = ["--raw", "-c", "--root", "--no-renames", "--no-abbrev"]
    log = ["log", "--stdin", *options, *processes.NEUTRAL, *raw, "--format=%H", "--"]
    commit, about, submodule = None, b"", SUBMODULE.encode()
    for some in _listed(processes.split_fields(processes.begin([log], lines, most_memory=processes.MOST_MEMORY))):
        for field in some:
            if about:
                *modes, new, status = about.split(b" ")
                if commit and not status.startswith(b"D") and modes[len(modes) // 2] != submodule:
                    commit.files.append((new, field))
                about = b""
            elif field.startswith((b"\n:", b":")):
                about = field.lstrip(b"\n:")
            elif field:  # git puts an empty one before the files of a merge
                if commit:
                    yield commit
                commit = CommitFiles(field, [])
    if commit:
        yield commit


def _listed(fields: Iterator[list[bytes]]) -> Iterator[list[bytes]]:
    """What git lists. Raises GitpactError, where its memory does not hold the files of one commit, for what that means.

    A tree may hold itself many times over: a few objects are then more files than any disk has.
    """
    try:
        yield from fields
    except GitpactError as error:
        if "memory" not in str(error):
            raise
        raise GitpactError(
            "a commit changes too many files, so gitpact cannot check it", "split the commit into smaller ones"
        ) from error


def differences(old: str, new: str) -> tuple[int, int, int]:
    """How many files are (added, changed, deleted) from the commit `old` to `new`; a rename is added and deleted.

    "" for `old` is an empty tree. Raises GitpactError if one of them is unknown.
    """
    start = old or query.output("hash-object", "-t", "tree", os.devnull).decode().strip()
    output = query.output("diff-tree", "-r", "-z", "--no-renames", "--name-status", "--end-of-options", start, new)
    kinds = output.split(b"\0")[:-1:2]
    added, deleted = kinds.count(b"A"), kinds.count(b"D")
    return added, len(kinds) - added - deleted, deleted


def changed_paths(old: str, new: str) -> set[str]:
    """The paths at which the trees of two revisions differ, from the top. Raises GitpactError for an unknown one."""
    return set(query.fields("diff-tree", "-r", "-z", "--no-renames", "--name-only", "--end-of-options", old, new))


def staged_files(against: str = "HEAD") -> list[tuple[str, str]]:
    """The (path, oid) of each staged file with new content, compared with the commit `against`; [] for none.

    Left out are deletions, submodules, and what was only moved or given another mode: content that a changed or deleted
    file has in `against`. "HEAD" need not have a commit yet. Raises GitpactError if git fails.
    """
    form = ("--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff")
    parts = query.fields(
        "diff", "--cached", "--no-relative", *form, *(() if against == "HEAD" else (against,))
    )  # HEAD may not be born
    entries = [(about.split(" "), path) for about, path in zip(parts[::2], parts[1::2], strict=True)]
    had = {about[2] for about, _ in entries}  # what is moved, or only has another mode, is not new
    return [
        (path, new) for (_, mode, _, new, kind), path in entries if kind != "D" and mode != SUBMODULE and new not in had
    ]


def differing(revision: str) -> set[str]:
    """The paths at which the index differs from a revision. Raises GitpactError if that is unknown."""
    return set(query.fields(*DIFFERING, revision))


def untracked_overwritten(first: str, last: str) -> list[str]:
    """The untracked paths, ignored or not, that checking out any commit from `first`^ to `last` would overwrite.

    Git overwrites ignored files without a warning. Paths are from the top of the work tree; [] if there is no work
    tree. `first` may be a root commit. Raises GitpactError if a commit is unknown.
    """
    span = (last, "--not", f"{first}^@")
    output = query.output(
        *("log", *processes.NEUTRAL, "-m", "--diff-filter=D", "--name-only", "--format=", "--no-renames"), *span
    )
    names = {name.strip("\n") for name in output.decode("utf-8", "surrogateescape").split("\0") if name.strip("\n")}
    if not names or not query.in_work_tree():
        return []
    tracked, top = index_entries(names), query.top_level()
    return [name for name in names if name not in tracked and os.path.lexists(f"{top}/{name}")]


def status(*options: str) -> list[str]:
    """The tracked files that differ from the last commit, each as `XY path` (git-status, porcelain format 1).

    Paths are unquoted, from the top of the work tree; a rename is a deletion and an addition. `options` are further
    ones of git-status. Raises GitpactError where git fails, as without a work tree.
    """
    return query.fields("status", "--porcelain", "-z", "--untracked-files=no", "--no-renames", *options)


def has_staged() -> bool:
    """Whether the index differs from the last commit, or from no files before the first. Raises GitpactError."""
    return bool(query.output("diff", "--cached", "--name-only", "-z"))


def lfs_paths(paths: Collection[str]) -> set[str]:
    """Those of the paths, from the top of the work tree, that .gitattributes assigns to Git LFS.

    An empty set if none is, if there is no work tree, or if git fails.
    """
    asked = "".join(f"{path}\0" for path in paths)
    try:
        # git takes a path for one below the folder that it runs in.
        command = [*query.at_top(), "check-attr", "--stdin", "-z", "filter"]
        output = b"".join(processes.begin([command], asked))
    except GitpactError:
        return set()  # there is no work tree
    fields = output.decode("utf-8", "surrogateescape").split("\0")[:-1]
    return {path for path, value in zip(fields[::3], fields[2::3], strict=True) if value == "lfs"}
