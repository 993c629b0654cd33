"""The files that may hold a policy, in a work tree or in a revision: which one counts, and which is not read."""

from __future__ import annotations

import os

from gitpact.errors import GitpactError, Phrase
from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

BUILT_IN = "built-in preset"  # the name of a policy that no file holds
OWN = "gitpact.toml"  # of the two files that may hold a policy, the one that holds nothing else
VARIABLE = "GITPACT_CONFIG"  # of the environment: a policy file in the place of all others, but in CI and on servers
PYPROJECT = "pyproject.toml"
NAMES = ((OWN, ""), (PYPROJECT, "tool.gitpact"))  # each with the table that is the policy
HINT = "a policy must be a UTF-8 text file; correct the file, then run: gitpact policy validate"
MOST_BYTES = 1 << 20  # of a file that may hold a policy: a pyproject.toml has other tools' tables too
KIND, PLAIN = 0o170000, 0o100000  # of a file's mode: S_IFMT, S_IFREG


class Source(NamedTuple):
    """Text and name of the file that holds the policy, and its table there ("" for the whole file).

    Without any file the text is empty and the name BUILT_IN. `read` returns the text of another file, by its path from
    the folder of the policy, None where there is none; it raises GitpactError for one that cannot be read. `unread` is
    another file that holds a policy too, or "".
    """

    text: str = ""
    name: str = BUILT_IN
    table: str = ""
    read: Callable[[str], str | None] = lambda _: None
    unread: str = ""

    def noting(self, names: list[str]) -> Source:
        """The same, which puts the name of each file that it reads into a list."""

        def read(name: str) -> str | None:
            names.append(name)
            return self.read(name)

        return self._replace(read=read)


def in_work_tree(top: str) -> Source:
    """The policy's text in the folder `top`, with the file and table that hold it; Source() where no file does.

    `gitpact.toml` comes before a `[tool.gitpact]` in `pyproject.toml`. Symbolic links are not followed. Raises
    GitpactError for a `gitpact.toml` that is a link or no plain file, and for a file that cannot be read, is too long
    or not UTF-8; a `pyproject.toml` that is a link, no plain file or too long counts as holding none. The text may not
    be valid.
    """
    source = _first(lambda name: _read_text(f"{top}/{name}", name))
    return source._replace(read=lambda name: read_beside(top, name))


def named(path: str) -> Source:
    """The policy's text in the file at `path`, which VARIABLE or `--config` names; the name is the path as it is given.

    Raises GitpactError where there is no such file, for a `pyproject.toml` without a policy, and as `read_plain` does.
    """
    table = dict(NAMES).get(os.path.basename(path), "")
    try:
        text = read_plain(path, path)
    except FileNotFoundError as error:
        raise GitpactError(
            "{path}: no such policy file", "the path comes from --config or GITPACT_CONFIG", path=path
        ) from error
    if table and not _has_table(text, table):
        raise GitpactError(
            "{path}: has no table [{table}]", "give the path of a file that contains a policy", path=path, table=table
        )
    folder = os.path.dirname(path) or "."
    return Source(text, path, table, lambda name: read_beside(folder, name))


def in_index() -> Source:
    """The policy's text in the index of the work tree here, of files that are left out of it (`skip-worktree`).

    The name ends with " (index)". Raises GitpactError as `in_revision` does. The text may not be valid.
    """
    from gitpact.git import trees  # noqa: PLC0415  few work trees are sparse

    found = trees.left_out([name for name, _ in NAMES], MOST_BYTES)
    source = _first({name: decode(data, f"{name} (index)") for name, data in found.items()}.get)
    return source._replace(name=f"{source.name} (index)", read=read_index) if source.text else source


def read_index(name: str) -> str | None:
    """The text of a file in the index of the work tree here; None where there is none. Raises GitpactError."""
    from gitpact.git import trees  # noqa: PLC0415  as above

    data = trees.index_file(name, MOST_BYTES)
    return None if data is None else decode(data, f"{name} (index)")


def in_revision(revision: str, label: str = "") -> Source:
    """The policy's text in a revision, with the file and table that hold it; Source() where no file does.

    The name is `REVISION:gitpact.toml`, with `label` in the place of the revision if it is given; so are names in
    errors. `unread` has no such prefix. Raises GitpactError for an unknown revision, a `gitpact.toml` that is a
    symbolic link or too long, and a file that is not UTF-8. The text may not be valid.
    """
    from gitpact.git import query, trees  # noqa: PLC0415  a policy that is kept spares them

    label = label or revision
    if not query.exists(f"{revision}^{{commit}}"):
        raise GitpactError(
            "unknown revision: {revision}",
            "name a commit, branch or tag that contains a policy file",
            revision=revision,
        )
    found = trees.root_files(revision, [name for name, _ in NAMES], MOST_BYTES)
    if OWN in found and found[OWN] is None:
        raise GitpactError(
            "{label}:{own}: this is a symbolic link, which gitpact does not follow",
            "replace the symbolic link with the policy file itself",
            label=label,
            own=OWN,
        )
    sane = {name: data for name, data in found.items() if data is not None and (name == OWN or len(data) <= MOST_BYTES)}
    held = {name: decode(data, f"{label}:{name}") for name, data in sane.items()}
    source = _first(held.get)

    def read(name: str) -> str | None:
        data = trees.root_files(revision, [name], MOST_BYTES).get(name)
        return None if data is None else decode(data, f"{label}:{name}")

    return source._replace(name=f"{label}:{source.name}", read=read) if source.text else source


def _first(read: Callable[[str], str | None]) -> Source:
    """The first file that `read` has the text of and that holds a policy, with the name of one that holds one too."""
    for number, (name, table) in enumerate(NAMES):
        text = read(name)
        if text is not None and (not table or _has_table(text, table)):
            others = [other for other, its in NAMES[number + 1 :] if _also_holds(read, other, its)]
            return Source(text, name, table, unread=", ".join(others))
    return Source()


def _also_holds(read: Callable[[str], str | None], name: str, table: str) -> bool:
    """Whether a file that is not read holds a policy as well; one that nobody can read holds none."""
    try:
        text = read(name)
        return text is not None and _has_table(text, table, broken=False)
    except GitpactError:
        return False


def _read_text(path: str, name: str) -> str | None:
    """The text of a file that may hold a policy; one of another tool that is no plain file, or is huge, holds none."""
    try:
        if name != OWN and (os.path.islink(path) or os.stat(path).st_size > MOST_BYTES):
            return None
        return read_plain(path, name, os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    except GitpactError:
        if name != OWN and not os.path.isfile(path):
            return None
        raise


def read_beside(folder: str, name: str) -> str | None:
    """The text of a file below a folder; None where there is none.

    Raises GitpactError if a part of the path is a symbolic link, and as `read_plain` does.
    """
    whole = os.path.join(folder, name)
    if os.path.realpath(whole) != os.path.join(os.path.realpath(folder), os.path.normpath(name)):
        link = Phrase("this is a symbolic link, which gitpact does not follow")
        raise GitpactError("{name}: this file cannot be read: {link}", HINT, name=name, link=link)
    try:
        return read_plain(whole, name, os.O_NOFOLLOW)
    except FileNotFoundError:
        return None


def read_plain(path: str, name: str, flags: int = 0) -> str:
    """The text of a plain file at `path`; `name` is what errors call the file, `flags` are more flags of `os.open`.

    Links are followed unless `flags` has O_NOFOLLOW. Raises FileNotFoundError where there is no file, GitpactError
    where it cannot be opened, is a folder, device or pipe (which is not read), is longer than MOST_BYTES, or is not
    UTF-8.
    """
    try:
        data = _first_bytes(path, MOST_BYTES + 1, flags)
    except FileNotFoundError:
        raise
    except OSError as error:
        link: str = str(error.strerror)
        if os.path.islink(path):
            link = Phrase("this is a symbolic link, which gitpact does not follow")
        raise GitpactError("{name}: this file cannot be read: {link}", HINT, name=name, link=link) from error
    if data is None:
        raise GitpactError("{name}: not a regular file", HINT, name=name)
    return decode(data, name)


def first_megabyte(path: str) -> bytes:
    """The first megabyte of a plain file; b"" of anything else: no link is followed, no device read."""
    try:
        return _first_bytes(path, MOST_BYTES, os.O_NOFOLLOW) or b""
    except OSError:
        return b""


def _first_bytes(path: str, most: int, flags: int) -> bytes | None:
    """The first bytes of a plain file; None of a folder, a device or a pipe. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | flags)
    try:
        if os.fstat(descriptor).st_mode & KIND != PLAIN:
            return None
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(most)
    finally:
        os.close(descriptor)


def decode(data: bytes, name: str) -> str:
    """The text of a policy file's bytes, less a byte order mark; `name` is what errors call the file.

    Raises GitpactError for more than MOST_BYTES, and for what is not UTF-8.
    """
    if len(data) > MOST_BYTES:
        raise GitpactError(
            "{name}:1: this file exceeds {most_bytes} bytes",
            "move the policy into a separate file: gitpact.toml",
            name=name,
            most_bytes=MOST_BYTES,
        )
    try:
        return data.decode("utf-8-sig")  # some editors begin a file with a byte order mark
    except UnicodeDecodeError as error:
        said = Phrase("not UTF-8 text" if ":" in name else "cannot be read as UTF-8 text")
        raise GitpactError("{name}: {said}: {error}", HINT, name=name, said=said, error=error) from error


def _has_table(text: str, table: str, *, broken: bool = True) -> bool:
    """Whether a TOML text has a table of that dotted name; `broken` is the answer for one that cannot be parsed.

    That one is for the parser to refuse, which names the place.
    """
    if "gitpact" not in text:
        return False
    from gitpact.policy import toml_reader  # noqa: PLC0415  a policy that is kept spares it

    if len(text) > toml_reader.MOST_BYTES and f"[{table}" not in text.replace(" ", ""):
        return False  # another tool's, and a long one
    try:
        data: object = toml_reader.loads(text, "")
    except GitpactError:
        return broken
    for part in table.split("."):
        data = data.get(part) if isinstance(data, dict) else None
    return data is not None
