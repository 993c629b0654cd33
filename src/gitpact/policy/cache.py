"""Policy and git settings without parsing or asking: kept while every file they came from is the same file.

A commit hook cannot afford to read TOML nor to start `git config` each time. What is stored is plain data in
`marshal`'s form; anything unexpected in it counts as no snapshot.
"""

from __future__ import annotations

import os
import sys

from gitpact import __version__
from gitpact.errors import GitpactError
from gitpact.records import NamedTuple, Policy, Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    Identity = tuple[int, int, int, int] | None
    Files = tuple[tuple[str, Identity], ...]
    Key = tuple[str, int, str, tuple[tuple[str, str | None], ...]]

DIRECTORY = "gitpact"
FILE, OF_BRANCH = "snapshot", "snapshot-of-branch"
SUGGESTED, REFUSED = "SUGGESTED_MSG", "REFUSED_MSG"
PATHS = "REFUSED_PATHS"
REPOSITORIES = "repositories"  # a file beside the folder of the hooks for every repository: where they keep something
LEFT = (FILE, OF_BRANCH, SUGGESTED, REFUSED, PATHS)  # below DIRECTORY; none of it is missed
BUILT_IN = "built-in preset"  # the source of a policy that no file holds
USUAL = ("refs/heads/main", "refs/heads/master")  # the default branch where HEAD names none that is there
OWN = "gitpact.toml"  # of the two files that may hold a policy, the one that holds nothing else
POLICY_FILES = ((OWN, ""), ("pyproject.toml", "tool.gitpact"))
HINT = "a policy is a file of text in UTF-8; mend it, then: gitpact policy validate"
MOST_BYTES = 1 << 20  # of a file that may hold a policy: a pyproject.toml has other tools' tables too
MOST_LINKS, LONGEST_LINE = 5, 4096  # git follows as many symbolic refs
KIND, PLAIN = 0o170000, 0o100000  # of a file's mode: S_IFMT, S_IFREG
# A file changed within this time may change again without a new time stamp (git's "racily clean").
RACY_NS = 2_000_000_000


class Snapshot(NamedTuple):
    """What is kept, each half with the files it came from; a half whose files are None is never valid."""

    policy: Policy
    policy_files: Files | None
    settings: Settings
    settings_files: Files | None


def load(git_dir: str, top: str, environ: Mapping[str, str] = os.environ) -> tuple[Policy, Settings]:
    """The policy and the settings for a commit in the work tree `top`.

    Raises GitpactError for a bad policy or where git cannot be asked.
    """
    key = _key(top, environ)
    path = f"{git_dir}/{DIRECTORY}/{FILE}"
    kept = _read(path, key)
    policy = (kept.policy, kept.policy_files) if kept and _same(kept.policy_files) else None
    settings = (kept.settings, kept.settings_files) if kept and _same(kept.settings_files) else None
    if policy and settings:
        return policy[0], settings[0]
    fresh = Snapshot(*(policy or read_policy(top)), *(settings or _read_settings(git_dir, environ)))
    _write(path, key, fresh)
    return fresh.policy, fresh.settings


def read_policy(top: str) -> tuple[Policy, Files]:
    """The policy in force in the work tree `top`, and every file whose change may change it."""
    from gitpact.policy import resolve  # noqa: PLC0415  a snapshot spares the reading

    files = tuple((f"{top}/{name}", identity(f"{top}/{name}")) for name, _ in POLICY_FILES)
    resolved = resolve.parse(*policy_source(top))
    return resolved, (*files, *((path, identity(path)) for path in resolve.packed_paths(resolved)))


def of_bare(
    git_dir: str, file: str, environ: Mapping[str, str], read: Callable[[], tuple[Policy, Iterable[str] | None]]
) -> Policy:
    """A policy that hangs on the default branch of a repository, kept in `file`: FILE is that which pushes meet.

    `read` gives it anew, with the files that it hangs on besides that branch; None where that cannot be told.
    """
    key = _key(git_dir, environ)
    path = f"{git_dir}/{DIRECTORY}/{file}"
    kept = _read(path, key)
    if kept and _same(kept.policy_files):
        return kept.policy
    # Looked at before it is read: what changes meanwhile is then seen to have changed.
    before = {name: identity(name) for name in (*_configs(git_dir, environ), *_head(git_dir))}
    policy, paths = read()
    if paths is not None:
        own = {**{name: identity(name) for name in paths}, **before}
        _write(path, key, Snapshot(policy, tuple(own.items()), Settings(), ()))
    return policy


def _head(git_dir: str) -> Iterable[str]:
    """The files of which one changes when another commit becomes the last of the default branch."""
    names = ("packed-refs", "reftable/tables.list", *USUAL, *heads(git_dir))
    yield from (f"{git_dir}/HEAD", *(os.path.join(common(git_dir), name) for name in names))


def common(git_dir: str) -> str:
    """The git directory of the repository itself, where this one is that of a linked work tree; else this one."""
    path = f"{git_dir}/commondir"
    return os.path.join(git_dir, _line(path)) if os.path.isfile(path) else git_dir


def heads(git_dir: str) -> list[str]:
    """What HEAD says, without asking git: the full name of a branch and those that it stands for, or a commit's."""
    said = _line(f"{git_dir}/HEAD")
    return chain(git_dir, said.removeprefix("ref: ")) if said.startswith("ref: ") else [said]


def chain(git_dir: str, ref: str) -> list[str]:
    """A ref and, where it is symbolic, the one that it stands for, and so on, as files of a repository have them."""
    refs = [ref]
    while len(refs) <= MOST_LINKS:
        try:
            said = _line(f"{git_dir}/{refs[-1]}")
        except OSError:
            break  # packed, or not there
        if not said.startswith("ref: "):
            break
        refs.append(said.removeprefix("ref: ").strip())
    return refs


def _line(path: str) -> str:
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return file.read(LONGEST_LINE).strip()


def policy_source(top: str) -> tuple[str, str, str]:
    """Text, file name and table of the policy in the work tree `top`; the built-in preset has empty text."""
    return choose(lambda name: _read_text(f"{top}/{name}", name))


def choose(read: Callable[[str], str | None]) -> tuple[str, str, str]:
    """Text, file name and table of the first file that `read` has and that holds a policy."""
    for name, prefix in POLICY_FILES:
        text = read(name)
        if text is not None and (not prefix or ("gitpact" in text and _has_table(text, prefix))):
            return text, name, prefix
    return "", BUILT_IN, ""


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


def read_plain(path: str, name: str, flags: int = 0) -> str:
    """The text of a plain file of a sane size, by more flags of `open`; `name` is what an error calls it.

    Nothing else is opened for reading: a device or a pipe would never end. Raises FileNotFoundError, GitpactError.
    """
    try:
        data = _first_bytes(path, MOST_BYTES + 1, flags)
    except FileNotFoundError:
        raise
    except OSError as error:
        link = "a symbolic link, which is not followed" if os.path.islink(path) else str(error.strerror)
        raise GitpactError(f"{name}: not a file that can be read: {link}", HINT) from error
    if data is None:
        raise GitpactError(f"{name}: not a file", HINT)
    return decoded(data, name)


def begins(path: str) -> bytes:
    """The first megabyte of a plain file; nothing of anything else: no link is followed, no device read."""
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


def decoded(data: bytes, name: str) -> str:
    """The text of a policy file. Raises GitpactError where it is too long, or none."""
    if len(data) > MOST_BYTES:
        raise GitpactError(f"{name}:1: more than {MOST_BYTES} bytes", "a policy is short; keep it in gitpact.toml")
    try:
        return data.decode("utf-8-sig")  # some editors begin a file with a byte order mark
    except UnicodeDecodeError as error:
        said = "not UTF-8 text" if ":" in name else "cannot be read as UTF-8 text"
        raise GitpactError(f"{name}: {said}: {error}", HINT) from error


def _has_table(text: str, prefix: str) -> bool:
    """Whether a TOML text has a table of that dotted name; one that cannot be read is for the parser to refuse."""
    from gitpact.policy import toml  # noqa: PLC0415  a snapshot spares it

    if len(text) > toml.MOST_BYTES and f"[{prefix}" not in text.replace(" ", ""):
        return False  # another tool's, and a long one
    try:
        data: object = toml.loads(text, "")
    except GitpactError:
        return True
    for part in prefix.split("."):
        data = data.get(part) if isinstance(data, dict) else None
    return data is not None


def identity(path: str) -> Identity:
    """What changes when a file does: modification and change time, size, inode; None where there is no file."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def _read_settings(git_dir: str, environ: Mapping[str, str]) -> tuple[Settings, Files | None]:
    """The settings, and the files they hang on; None where that cannot be told and git has to be asked each time."""
    from gitpact.git import config  # noqa: PLC0415  a snapshot spares the process

    entries = config.entries()
    settings = config.settings(entries)
    origins = config_files(entries)
    if origins is None or "GIT_CONFIG_PARAMETERS" in environ:
        return settings, None
    paths = dict.fromkeys([*origins, *_configs(git_dir, environ)])
    return settings, tuple((path, identity(path)) for path in paths)


def config_files(entries: Iterable[tuple[str, str, str]]) -> list[str] | None:
    """The files that a configuration came from; None where one includes another, which may come and go."""
    if any(key.startswith(("include.", "includeif.")) for _, key, _ in entries):
        return None
    return [origin.removeprefix("file:") for origin, _, _ in entries if origin.startswith("file:")]


def _configs(git_dir: str, environ: Mapping[str, str]) -> Iterable[str]:
    """Configuration files that may be absent now and appear later."""
    home = environ.get("HOME", "")
    yield environ.get("GIT_CONFIG_SYSTEM", "/etc/gitconfig")
    yield environ.get("GIT_CONFIG_GLOBAL", f"{home}/.gitconfig")
    yield f"{environ.get('XDG_CONFIG_HOME', f'{home}/.config')}/git/config"
    yield f"{git_dir}/config"
    yield f"{git_dir}/config.worktree"


def _key(top: str, environ: Mapping[str, str]) -> Key:
    names = ("HOME", "XDG_CONFIG_HOME", *sorted(name for name in environ if name.startswith("GIT_CONFIG")))
    return __version__, sys.hexversion, top, tuple((name, environ.get(name)) for name in names)


def _same(files: Files | None) -> bool:
    return files is not None and all(identity(path) == known for path, known in files)


def _read(path: str, key: Key) -> Snapshot | None:
    try:
        policy, policy_files, settings, settings_files = kept(path, key)
        return Snapshot(Policy(*policy), policy_files, Settings(*settings), settings_files)
    except (ValueError, TypeError):
        return None


def _write(path: str, key: Key, fresh: Snapshot) -> None:
    import time  # noqa: PLC0415  built in

    recent = time.time_ns() - RACY_NS
    known = [found for _, found in (*(fresh.policy_files or ()), *(fresh.settings_files or ())) if found]
    if any(found[0] > recent for found in known):
        return
    keep(path, key, tuple(tuple(part) if part is not None else None for part in fresh))


def kept(path: str, key: tuple[Any, ...]) -> Any:  # noqa: ANN401  whatever was kept
    """What `keep` wrote there under the same key; None where it did not."""
    import marshal  # noqa: PLC0415  built in

    try:
        with open(path, "rb") as file:
            its_key, data = marshal.loads(file.read())  # noqa: S302  ours
    except (OSError, EOFError, ValueError, TypeError):
        return None
    return data if its_key == key else None


def keep(path: str, key: tuple[Any, ...], data: Any) -> None:  # noqa: ANN401  whatever marshal writes
    """Write plain data for the next run, whole or not at all; where that cannot be, the next run does without."""
    import marshal  # noqa: PLC0415  built in

    scratch = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(scratch, "wb") as file:
            file.write(marshal.dumps((key, data)))
        os.replace(scratch, path)
    except OSError:
        return
