"""The commands that take files out of commits that nobody has yet, each exact for this very case.

What is taken out stays in the work tree, and a version of a file that offends nobody stays in its commit.
"""

from __future__ import annotations

import os

from gitpact import retry, shell, snapshot
from gitpact.errors import GitpactError
from gitpact.git import ask
from gitpact.mending import BY_SIGNING, COMMENTS
from gitpact.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from gitpact.i18n import Catalog
    from gitpact.offences import Offence

    Rows = Iterator[tuple[str, str]]

FEW = 20  # paths that a command names; more stand in a file
PATTERN = set(":*?[]\\,!^")  # what git, or Git LFS, does not take for itself in a path
SHORT = 12
DELETE = 0x7F
QUOTED = dict(zip(b'\a\b\t\n\v\f\r"\\', 'abtnvfr"\\', strict=True))  # bytes that git writes as one after a backslash
FILTER = r"""
# gitpact wrote this for a push that it refused. It takes the files listed in
# $refused out of the commits that no remote has: where one of them was changed,
# it is as in the commit before, or not there. The work tree keeps them as they
# are, and refs/original/{short} keeps the commits.
head={head}
refused={refused}
kept={kept}
cd {top} || exit
if [ "$(git rev-parse HEAD)" != "$head" ]; then
    printf '%s\n' {moved} >&2
    exit 1
fi
found='
    $1 ~ / 0$/ {{ gone[$2]; print "0 " $0; next }}
    $2 in gone {{ print; delete gone[$2] }}
'
export refused found GIT_NO_REPLACE_OBJECTS=1 FILTER_BRANCH_SQUELCH_WARNING=1
git filter-branch --original refs/original/{short} --index-filter '
    there=$(git -c core.quotePath=false ls-files -s | cut -c 8- | LC_ALL=C grep -F -x -f "$refused")
    if [ -n "$there" ]; then
        {{
            printf "%s\n" "$there"
            for parent in $(git rev-parse "$GIT_COMMIT^@"); do
                git -c core.quotePath=false ls-tree -r "$(map "$parent")"
            done
        }} | LC_ALL=C awk -F "\t" "$found" | git update-index --index-info
    fi
' -- HEAD --not {first}^@ --remotes || exit
[ ! -s "$kept" ] || git restore --source="$head" --pathspec-from-file="$kept" --pathspec-file-nul
"""


class Case(NamedTuple):
    """Files that are refused, of commits that the branch checked out has and no remote; `head` is its last commit.

    `rules` are those that refuse the message of a commit, `git_dir` is where lists are left for a command.
    """

    refused: Sequence[Offence]
    head: str
    rules: Mapping[str, Collection[str]]
    git_dir: str

    @property
    def brought(self) -> set[str]:
        """The commits that brought the files."""
        return {one.blob.commit for one in self.refused}

    @property
    def paths(self) -> list[str]:
        """Every path once."""
        return list(dict.fromkeys(one.blob.path for one in self.refused))


def rows(case: Case, texts: Catalog) -> Rows:
    """The way out: of the last commit, of one commit that nobody built upon, or of all at once."""
    way = list(_way(case, texts))
    if not way:
        yield texts["push.take-out"], texts["push.by-hand"]
        return
    yield from way
    large = for_lfs(case.refused)
    if large:
        yield texts["push.lfs"], f"git lfs migrate import --include={names(large, ',')}"


def _way(case: Case, texts: Catalog) -> Rows:
    """One of the three ways; none where a command would change more than the files."""
    sparse = ask.answer("config", "--bool", "core.sparseCheckout") == b"true\n"
    if sparse or ask.answer("rev-parse", "--is-inside-work-tree") != b"true\n":
        return
    walked = (
        ask.output("rev-list", "--topo-order", "--reverse", case.head, "--not", "--remotes").decode("ascii").split()
    )
    first = next(oid for oid in walked if oid in case.brought)
    if first == case.head and not _merges(case, first):
        yield from aside(texts, staged=True)
        yield texts["push.take-out"], f"{_unstaged(case)} && {_amend(case, first)}"
    elif case.brought == {first} and len(case.paths) <= FEW and _plain(case, first):
        yield from aside(texts)
        base = f"{first[:SHORT]}^" if ask.has(f"{first}^") else "--root"
        yield texts["push.take-out"], f"git rebase -i {base}   {texts['push.edit-hint'].format(commit=first[:SHORT])}"
        out = f"git rm -q --cached {pathspecs(case.paths, case.git_dir)} && {_amend(case, first)}"
        yield texts["push.then"], f"{out} && git rebase --continue"
    elif not ask.output("log", "--format=%e", case.head, "--not", f"{first}^@", "--remotes").strip():
        yield from aside(texts)
        yield texts["push.take-out"], f"sh {_script(case, first, texts)}"


def aside(texts: Catalog, *, staged: bool = False) -> Rows:
    """What puts changes of the work tree aside, where there are any; with `staged` only those in the index count."""
    changes = ask.output("--no-optional-locks", "status", "--porcelain", "--untracked-files=no").splitlines()
    if any(line[:1] != b" " or not staged for line in changes):
        yield texts["push.stash"], f"git stash   {texts['push.pop']}"


def for_lfs(refused: Sequence[Offence]) -> list[Offence]:
    """The files that Git LFS could take; none where it is not there, or would take a name for a pattern."""
    large = [one for one in refused if one.finding.rule == "file-size" and one.blob.path]
    fit = len(large) <= FEW and not any(set(one.blob.path) & PATTERN for one in large)
    return large if fit and shell.on_path("git-lfs") else []


def names(refused: Sequence[Offence], between: str) -> str:
    """The paths as Git LFS takes them."""
    return between.join(shell.quoted(path) for path in dict.fromkeys(one.blob.path for one in refused))


def pathspecs(paths: Sequence[str], git_dir: str, name: str = snapshot.PATHS) -> str:
    """The words of a command that name the paths from wherever the person stands; none is taken for a pattern."""
    far = retry.here() != os.getcwd() + os.sep
    if len(paths) <= FEW:
        spec = [path if not far and not set(path) & PATTERN else f":(top,literal){path}" for path in paths]
        return f"-- {' '.join(map(shell.quoted, spec))}"
    listed = _listed(name, [f":(top,literal){path}\0" for path in paths], git_dir)
    return f"--pathspec-from-file={shell.quoted(listed)} --pathspec-file-nul"


def _listed(name: str, entries: Sequence[str], git_dir: str) -> str:
    """Leave a list where a command finds it; returns its path. Raises GitpactError."""
    path = os.path.join(os.path.abspath(git_dir), snapshot.DIRECTORY, name)
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.writelines(entries)
    except OSError as error:
        raise GitpactError(f"{path}: cannot be written: {error.strerror}") from error
    return path


def _amend(case: Case, commit: str) -> str:
    """What makes the commit anew. Our own hook judges its message too, so what is wrong with that is mended with it."""
    wrong = set(case.rules.get(commit, ()))
    edit = wrong - BY_SIGNING
    whole = ""
    if any(
        line[:1] in COMMENTS for line in ask.output("log", "-1", "--format=%B", commit).decode().split("\n") if line
    ):
        whole = f" --cleanup={'scissors' if edit else 'whitespace'}"
    return f"git commit --amend{'' if edit else ' --no-edit'}{whole}{' -s' if wrong & BY_SIGNING else ''} --allow-empty"


def _unstaged(case: Case) -> str:
    """What takes the files out of the index; one that the commit before had stays as it was there."""
    had = _tree(f"{case.head}^", case.paths)
    fresh = [path for path in case.paths if path not in had]
    old = [path for path in case.paths if path in had]
    if fresh and old and len(case.paths) > FEW:
        fresh, old = [], case.paths  # restoring what was not there takes it out, too
    parts = [f"git rm -q --cached {pathspecs(fresh, case.git_dir)}"] if fresh else []
    parts += [f"git restore --source=HEAD^ --staged {pathspecs(old, case.git_dir)}"] if old else []
    return " && ".join(parts)


def _tree(revision: str, paths: Sequence[str]) -> dict[str, str]:
    """The blobs of those of the paths that a revision has; none where it is none."""
    try:
        told = ask.output(
            "ls-tree", "-r", "-z", "--full-tree", revision, *(("--", *paths) if len(paths) <= FEW else ())
        )
    except GitpactError:
        return {}
    wanted = set(paths)
    entries = (entry.partition("\t") for entry in told.decode("utf-8", "surrogateescape").split("\0")[:-1])
    return {path: about.split(" ")[2] for about, _, path in entries if path in wanted}


def _merges(case: Case, first: str) -> bool:
    """Whether there is a merge from a commit on."""
    return bool(ask.output("rev-list", "--merges", "--max-count=1", case.head, "--not", f"{first}^@"))


def _plain(case: Case, first: str) -> bool:
    """Whether a rebase that stops once leads out: the commit made the files, none touches them later or is a merge."""
    if _tree(f"{first}^", case.paths) or _merges(case, first):
        return False
    paths = [f":(top,literal){path}" for path in case.paths]
    return not ask.output("rev-list", "--max-count=1", f"{first}..{case.head}", "--", *paths)


def _script(case: Case, first: str, texts: Catalog) -> str:
    """Write what takes the files out of every commit; returns its path as a shell takes it. Raises GitpactError."""
    tip = _tree(case.head, case.paths)
    kept = dict.fromkeys(one.blob.path for one in case.refused if tip.get(one.blob.path) == one.blob.oid)
    entries = dict.fromkeys(f"{one.blob.oid} 0\t{_as_git(one.blob.path)}\n" for one in case.refused)
    script = FILTER.format(
        head=case.head,
        short=case.head[:SHORT],
        first=first,
        top=shell.posix(os.getcwd()),
        refused=shell.posix(_listed(snapshot.TAKE_OUT_REFUSED, list(entries), case.git_dir)),
        kept=shell.posix(_listed(snapshot.TAKE_OUT_KEPT, [f":(top,literal){path}\0" for path in kept], case.git_dir)),
        moved=shell.posix(texts["push.moved"].format(commit=case.head[:SHORT])),
    )
    return shell.quoted(shell.shorter(_listed(snapshot.TAKE_OUT, [script], case.git_dir), retry.here()))


def _as_git(path: str) -> str:
    """A path as git writes it with core.quotePath=false (git-config)."""
    raw = path.encode("utf-8", "surrogateescape")
    if not any(byte in QUOTED or byte < ord(" ") or byte == DELETE for byte in raw):
        return path
    return '"' + b"".join(map(_escaped, raw)).decode("utf-8", "surrogateescape") + '"'


def _escaped(byte: int) -> bytes:
    if byte in QUOTED:
        return f"\\{QUOTED[byte]}".encode()
    return f"\\{byte:03o}".encode() if byte < ord(" ") or byte == DELETE else bytes([byte])
