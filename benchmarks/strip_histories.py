"""Random repositories for `gitpact strip`: it removes the refused files, and nothing else in the repository changes.

Usage: strip_histories.py [--histories N] [--seed N] [--only FEATURE]
Each history has random features (FEATURES): shapes of history, layouts of a repository, states of the index, odd names.
`gitpact strip` runs on it, is undone, and runs again; then the branch is pushed. What has to hold is found out with git
alone: from the raw objects, `git ls-files` and the bytes of the work tree. Prints a table of the features, how many
histories had each, and how many of these deviate. Exit code 0: no history deviates; 1: some do.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

GITPACT = (sys.executable, "-c", "from gitpact.cli.entry import command; command()")
LIMIT = 1000  # bytes; the policy refuses larger files
POLICY = f'[push]\nmax-file-size = "{LIMIT}B"\n[rules]\n"branch-name" = "off"\n[dco]\nsign-off = "optional"\n'
PERSON = "Ann Lee <ann@example.org>"
PATHS = (b"a.txt", b"b.bin", b"dir/c.bin", b"dir/deep/d.bin", b"e.bin")
ODD_PATHS = (
    b":(top)y",
    b":/y",
    b"-y",
    b"new\nline",
    b"caf\xe9",
    b"A.txt",
    b"B.BIN",
    b"dir/d\xc3\xbc",
    b"*",
    b"[a]",
    b'"q"',
)
BUSY = ("merge in progress", "rebase in progress", "cherry-pick in progress", "bisect in progress")
LAYOUTS = ("plain", "separate git dir", "submodule", "linked work tree", "bare")
FEATURES = {
    **dict.fromkeys(("merges", "octopus", "criss-cross", "odd names", "encodings", "signatures"), 0.3),
    **dict.fromkeys(("tags", "tag of a tag", "notes", "stash", "second branch", "other work tree"), 0.25),
    **dict.fromkeys(("sparse", "split index", "index v4", "untracked cache", "sha256", "reftable"), 0.15),
    **dict.fromkeys(("staged", "intent to add", "assume unchanged", "skip worktree", "conflicts"), 0.25),
    **dict.fromkeys(("shallow", "partial", "detached", "no reflogs", "replaced HEAD", "same name"), 0.1),
    **dict.fromkeys(BUSY, 0.04),
}
FORMATS = (  # of the index: feature, configuration, option of git update-index
    ("split index", "core.splitIndex", "true", "--split-index"),
    ("untracked cache", "core.untrackedCache", "true", "--untracked-cache"),
    ("index v4", "index.version", "4", "--index-version=4"),
)
EXCLUSIVE = (BUSY, ("shallow", "partial"), ("sparse", "skip worktree"))  # one of each at most

Entry = tuple[str, str]  # mode and oid
Files = dict[bytes, Entry]


class Deviation(Exception):  # noqa: N818  it is found, not an error of this program
    """Something else than the refused files has changed, or one of them is still there."""


class Case(NamedTuple):
    """A repository to try: where git is run in it, its remote, its features and the refs that are stripped."""

    here: Path
    there: Path
    environ: Mapping[str, str]
    features: frozenset[str]
    refs: tuple[str, ...]

    def raw(
        self, *args: str | bytes, data: bytes | None = None, where: Path | None = None, fails: bool = False
    ) -> bytes:
        """Standard output of git, which has to succeed unless it may fail."""
        done = subprocess.run(
            ["git", *args],
            cwd=where or self.here,
            env={**self.environ, "GIT_NO_REPLACE_OBJECTS": "1"},
            input=data,
            capture_output=True,
            check=False,
        )
        if done.returncode and not fails:
            words = [os.fsdecode(word) for word in args]
            raise Deviation(f"git {' '.join(words)}: {(done.stdout[-300:] + done.stderr).decode('utf-8', 'replace')}")
        return done.stdout

    def git(self, *args: str | bytes, data: bytes | None = None, where: Path | None = None, fails: bool = False) -> str:
        """As `raw`, as text without the last line feed."""
        return os.fsdecode(self.raw(*args, data=data, where=where, fails=fails)).removesuffix("\n")

    def gitpact(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run gitpact here."""
        return subprocess.run(
            [*GITPACT, *args],
            cwd=self.here,
            env=self.environ,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )


# ---- making a repository


def quoted(path: bytes) -> bytes:
    """A path as git fast-import reads it."""
    return (
        b'"' + b"".join(b"\\%03o" % byte if byte in b'"\\\n' or byte > 126 else bytes((byte,)) for byte in path) + b'"'
    )


def content(chance: random.Random) -> bytes:
    """The bytes of a file, refused or not."""
    size = chance.choice((5, 40, 900, LIMIT + 1, LIMIT + 2, 3000))
    return (b"%d\n" % chance.randrange(6)) * (size // 2) + b"x" * (size % 2)


def parents_of(number: int, chance: random.Random, features: frozenset[str]) -> list[int]:
    """The parents of a commit, by number; the last commit joins all that would be left out."""
    if number == 0:
        return []
    if "criss-cross" in features and number >= 5 and chance.random() < 0.4:
        return chance.sample((number - 1, number - 2), 2)
    if "octopus" in features and number >= 4 and chance.random() < 0.25:
        return chance.sample(range(number - 4, number), 3)
    if "merges" in features and number >= 2:
        first = chance.choice((number - 1, max(number - 3, 0)))
        second = chance.randrange(number)
        return [first, second] if chance.random() < 0.4 and first != second else [first]
    return [number - 1]


def stream(chance: random.Random, features: frozenset[str]) -> tuple[bytes, list[list[int]]]:
    """A history for git fast-import, and the parents of its commits by number."""
    paths = PATHS + (ODD_PATHS if "odd names" in features else ())
    lines, parents = [b"feature done\n"], []
    held: list[set[bytes]] = []
    for number in range(chance.randrange(3, 11)):
        its = parents_of(number, chance, features)
        parents.append(its)
        text = b"feat: change %d\n" % number
        lines.append(b"commit refs/made/x\nmark :%d\n" % (number + 1))
        if "encodings" in features and chance.random() < 0.4:
            text = b"feat: caf\xe9 %d\n\n  odd \n\n\n" % number
            encoding = b"encoding ISO-8859-1\n"
        else:
            encoding = b""
        stamp = 1_700_000_000 + number * chance.choice((1, -1))
        lines.append(b"author Ann  Lee <ann@example.org> %d +0130\n" % (stamp - 5))
        lines.append(b"committer %s %d -0200\n%sdata %d\n%s" % (PERSON.encode(), stamp, encoding, len(text), text))
        for kind, parent in zip((b"from", *[b"merge"] * 2), its, strict=False):
            lines.append(b"%s :%d\n" % (kind, parent + 1))
        if not number:
            lines.append(b"M 100644 inline gitpact.toml\ndata %d\n%s\n" % (len(POLICY), POLICY.encode()))
        has = set(held[its[0]]) if its else set()
        for path in chance.sample(sorted(has), min(len(has), chance.choice((0, 0, 0, 1)))):
            lines.append(b"D %s\n" % quoted(path))
            has.discard(path)
        for path in chance.sample(paths, chance.choice((0, 1, 1, 2, 3))):
            data = content(chance)
            mode = chance.choice((b"100644", b"100644", b"100755"))
            lines.append(b"M %s inline %s\ndata %d\n%s\n" % (mode, quoted(path), len(data), data))
            has.add(path)
        held.append(has)
        lines.append(b"\n")
    lines.append(b"done\n")
    return b"".join(lines), parents


def environment(folder: Path, signing: bool) -> dict[str, str]:  # noqa: FBT001  one of two
    """Variables of a person with a key, and of nobody's configuration."""
    config = folder / ".gitconfig"
    config.write_text(
        '[user]\n\tname = Ann Lee\n\temail = ann@example.org\n[protocol "file"]\n\tallow = always\n'
        "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[advice]\n\tdetachedHead = false\n"
        + (f"[gpg]\n\tformat = ssh\n[user]\n\tsigningKey = {folder}/key\n" if signing else ""),
        encoding="utf-8",
    )
    kept = {name: os.environ[name] for name in ("PATH", "COVERAGE_PROCESS_CONFIG") if name in os.environ}
    bin_of_ours = folder / "bin"
    bin_of_ours.mkdir()
    program = bin_of_ours / "gitpact"
    program.write_text(f'#!/bin/sh\nexec {GITPACT[0]} -c "{GITPACT[2]}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return {
        **kept,
        "PATH": f"{bin_of_ours}:{kept['PATH']}",
        "LC_ALL": "C.UTF-8",
        "HOME": str(folder),
        "GIT_CONFIG_GLOBAL": str(config),
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def chosen(chance: random.Random, only: str) -> frozenset[str]:
    """Features that can go together, with `only` among them."""
    features = {name for name, often in FEATURES.items() if chance.random() < often} | ({only} & set(FEATURES))
    layout = only if only in LAYOUTS else chance.choice(("plain", "plain", *LAYOUTS))
    for group in EXCLUSIVE:
        some = [name for name in group if name in features]
        keep = only if only in some else next(iter(some), "")
        features -= set(some) - {keep}
    version = subprocess.run(["git", "version"], capture_output=True, text=True, check=True).stdout
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < (2, 45):
        features.discard("reftable")
    if not shutil.which("ssh-keygen"):
        features.discard("signatures")
    if layout == "bare":
        features &= {*list(FEATURES)[:10], "second branch", "sha256", "no reflogs", "same name", "replaced HEAD"}
    if layout in {"linked work tree", "submodule"}:
        features -= {"shallow", "partial"}
    if "bisect in progress" in features or features & set(BUSY):
        features -= {"detached", "conflicts", "staged", "intent to add", "stash", "sparse", "skip worktree"}
    return frozenset({*features, layout})


def start(folder: Path, chance: random.Random, features: frozenset[str]) -> Case:
    """The repository without states of its index."""
    environ = environment(folder, "signatures" in features)
    kinds = [
        *(["--object-format=sha256"] if "sha256" in features else []),
        *(["--ref-format=reftable"] if "reftable" in features else []),
    ]
    there, here, source = folder / "there.git", folder / "here", folder / "source.git"
    made = Case(folder, there, environ, features, ())
    for path in (there, source):
        made.git("init", "-q", "--bare", "--template=", "-b", "main", *kinds, str(path))
    made.git("config", "uploadpack.allowFilter", "true", where=there)
    made.git("config", "uploadpack.allowAnySHA1InWant", "true", where=there)
    text, parents = stream(chance, features)
    made.git("fast-import", "--quiet", "--export-marks=marks", data=text, where=source)
    marks = dict(line.split(" ") for line in (source / "marks").read_text(encoding="ascii").splitlines())
    oids = [marks[f":{number + 1}"] for number in range(len(parents))]
    least = 0 if features & {"shallow", "partial"} else -1
    published = chance.randrange(least, max(len(oids) - 1, 1))
    if published >= 0:
        made.git("push", "-q", str(there), f"{oids[published]}:refs/heads/main", where=source)
    here = layout(made, folder, chance, kinds)
    made = made._replace(here=here)
    if "no reflogs" in features:
        made.git("config", "core.logAllRefUpdates", "false")
    made.git("fetch", "-q", str(source), "refs/made/x", where=here)
    if "bare" in features:
        made.git("update-ref", "refs/heads/main", oids[-1])
    else:
        made.git("checkout", "-q", "-f", "-B", "main", oids[-1])
    return made


def layout(made: Case, folder: Path, chance: random.Random, kinds: Sequence[str]) -> Path:
    """Where git is run: a repository with the remote origin, in one of LAYOUTS."""
    features, here = made.features, folder / "here"
    url = made.there.as_uri()
    ref_format = ["--ref-format=reftable"] if "reftable" in features else []
    if "submodule" in features:
        above = folder / "above"
        made.git("init", "-q", "--template=", "-b", "main", *kinds, str(above))
        empty = made.git("ls-remote", url) == ""
        if empty:  # a submodule needs a commit
            tree = made.git("mktree", data=b"", where=made.there)
            oid = made.git("commit-tree", "-m", "feat: start", tree, where=made.there)
            made.git("update-ref", "refs/heads/start", oid, where=made.there)
            made.git("symbolic-ref", "HEAD", "refs/heads/start", where=made.there)
        made.git("submodule", "--quiet", "add", url, "sub", where=above)
        return above / "sub"
    if "shallow" in features or "partial" in features:
        how = "--filter=blob:none" if "partial" in features else f"--depth={chance.choice((1, 2))}"
        words = ["--separate-git-dir", str(folder / "git dir")] if "separate git dir" in features else []
        made.git("clone", "-q", "--template=", "--no-checkout", how, *words, *ref_format, url, str(here))
        return here
    words = ["--separate-git-dir", str(folder / "git dir")] if "separate git dir" in features else []
    words += ["--bare"] if "bare" in features else []
    made.git("init", "-q", "--template=", "-b", "main", *kinds, *words, str(here))
    made.git("remote", "add", "origin", url, where=here)
    made.git("fetch", "-q", "origin", where=here)
    if "linked work tree" in features:
        made.git("commit", "-q", "--allow-empty", "-m", "feat: apart", where=here)
        made.git("checkout", "-q", "-b", "apart", where=here)
        made.git("worktree", "add", "-q", "--detach", str(folder / "linked tree"), where=here)
        return folder / "linked tree"
    return here


def furnish(made: Case, chance: random.Random) -> Case:
    """Give the repository what its features say, on top of its history; returns it with the refs to strip."""
    features, git, refs = made.features, made.git, ["HEAD"]
    head = git("rev-parse", "HEAD" if "bare" not in features else "main")
    walked = git("rev-list", "--topo-order", "--reverse", head).split()
    if "bare" not in features and "signatures" in features:
        sign(made, chance.choice((1, 2)))
    if "bare" in features:
        refs = ["main"]
    if "second branch" in features:
        git("branch", "-f", "feat/second", chance.choice(walked))
        refs.append("feat/second")
    if "other work tree" in features:
        folder = made.environ["HOME"] + "/else"
        git("worktree", "add", "-q", "--no-checkout", "-b", "elsewhere", folder, chance.choice(walked))
    refs += tags(made, walked)
    if "same name" in features:
        git("tag", "main", walked[0])
        refs = ["refs/heads/main" if ref == "main" else ref for ref in refs]
    if "notes" in features:
        for oid in chance.sample(walked, min(2, len(walked))):
            git("notes", "add", "-m", f"about {oid}", oid)
    if "replaced HEAD" in features and len(walked) > 1:
        git("replace", git("rev-parse", "HEAD"), walked[0])
    if "bare" not in features:
        index_states(made, chance)
    return made._replace(refs=tuple(refs))


def sign(made: Case, commits: int) -> None:
    """Make a key, and so many commits that are signed with it."""
    key = made.environ["HOME"] + "/key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    for number in range(commits):
        (made.here / "signed.txt").write_bytes(b"%d" % number)
        made.git("add", "signed.txt")
        made.git("commit", "-q", "-S", "-m", f"feat: sign {number}")


def tags(made: Case, commits: Sequence[str]) -> list[str]:
    """Make tags; returns those that can be stripped."""
    if "tag of a tag" in made.features:
        made.git("tag", "-a", "-m", "inner", "inner", commits[0])
        made.git("tag", "-a", "-m", "outer", "outer", "inner")
    if "tags" not in made.features:
        return []
    made.git("tag", "light", commits[-1])
    kind = "-s" if "signatures" in made.features and "bare" not in made.features else "-a"
    made.git("tag", kind, "-m", "feat: tag\n\nof a commit", "v1", commits[-1])
    return ["light", "v1"]


def index_states(made: Case, chance: random.Random) -> None:
    """Put the index and the work tree into the states of the features."""
    features, git = made.features, made.git
    if "detached" in features:
        git("checkout", "-q", "--detach")
    tracked = [path for path in made.raw("ls-files", "-z").split(b"\0") if path and path != b"gitpact.toml"]
    if "stash" in features and tracked:
        (made.here / os.fsdecode(tracked[0])).write_bytes(b"stashed")
        git("stash", "-q")
    for feature, key, value, option in FORMATS:
        if feature in features:
            git("config", key, value)
            git("update-index", *option.split("="))
    if "sparse" in features:
        git("sparse-checkout", "set", *(["--cone"] if chance.random() < 0.5 else ["--cone", "--sparse-index"]), "dir")
    if "staged" in features:
        stage(made, tracked)
    if "intent to add" in features and "sparse" not in features:
        (made.here / "later.txt").write_bytes(b"later")
        git("add", "-N", "later.txt")
    for feature in sorted({"assume unchanged", "skip worktree"} & features) if tracked else ():
        some = chance.sample(tracked, min(2, len(tracked)))
        option = f"--{feature.replace(' ', '-')}"
        made.raw("update-index", option, "-z", "--stdin", data=b"".join(path + b"\0" for path in some))
    if "conflicts" in features:
        oids = [git("hash-object", "-w", "--stdin", data=b"side %d" % stage) for stage in (1, 2, 3)]
        rows = "".join(f"100644 {oid} {stage}\tconflict.txt\n" for stage, oid in enumerate(oids, 1))
        git("update-index", "--index-info", data=rows.encode())
    (made.here / "untracked.txt").write_bytes(b"untracked")
    busy(made)


def stage(made: Case, tracked: Sequence[bytes]) -> None:
    """Stage a new file, and a change of an old one that has changed again since."""
    (made.here / "staged.txt").write_bytes(b"staged")
    made.git("add", "--sparse", "staged.txt")
    if tracked and "sparse" not in made.features:
        path = made.here / os.fsdecode(tracked[-1])
        path.write_bytes(b"changed and staged")
        made.raw("--literal-pathspecs", "add", "--", tracked[-1])
        path.write_bytes(b"and changed once more")


def busy(made: Case) -> None:
    """Leave an operation of git in progress."""
    features, git = made.features, made.git
    if not features & set(BUSY):
        return
    head = git("rev-parse", "HEAD")
    tree = git("mktree", data=f"100644 blob {git('hash-object', '-w', '--stdin', data=b'other')}\tclash.txt\n".encode())
    other = git("commit-tree", "-m", "feat: other", "-p", head, tree)
    if "merge in progress" in features:
        git("merge", "-q", "--no-ff", "--no-commit", other, fails=True)
    elif "cherry-pick in progress" in features:
        git("cherry-pick", "--no-commit", other, fails=True)
        (Path(git("rev-parse", "--absolute-git-dir")) / "CHERRY_PICK_HEAD").write_text(f"{other}\n", encoding="ascii")
    elif "rebase in progress" in features:
        git(
            "-c", "core.editor=true", "-c", "sequence.editor=sed -i 1ibreak", "rebase", "-q", "-i", "--root", fails=True
        )
    else:
        git("bisect", "start", fails=True)


# ---- what is there, by git alone


def files(made: Case, commit: str) -> Files:
    """The files of a commit."""
    rows = made.raw("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")[:-1]
    split = (row.partition(b"\t") for row in rows)
    return {path: (about.split(b" ")[0].decode(), about.split(b" ")[2].decode()) for about, _, path in split}


def state(made: Case) -> dict[str, Any]:
    """All that is to stay: refs, HEAD, stash, notes, the index with its flags, the work tree."""
    rows = made.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    refs = dict(row.rsplit(" ", 1) for row in rows if not row.startswith("refs/gitpact/"))
    its: dict[str, Any] = {"HEAD": made.git("symbolic-ref", "-q", "HEAD", fails=True), "refs": refs}
    its["at"] = made.git("rev-parse", "-q", "--verify", "HEAD", fails=True)
    if "bare" not in made.features:
        its["index"] = index(made)
        its["work tree"] = {
            str(path): (path.lstat().st_mode, path.lstat().st_mtime_ns, path.read_bytes())
            for path in made.here.rglob("*")
            if path.is_file() and ".git" not in path.relative_to(made.here).parts
        }
        its["version"] = max(index_path(made).read_bytes()[7], 3)  # git chooses between 2 and 3 by what it holds
    return its


def reflogs(made: Case) -> dict[str, bytes]:
    """The reflogs in files, by ref."""
    folders = {made.git("rev-parse", "--path-format=absolute", kind) for kind in ("--git-dir", "--git-common-dir")}
    logs = [(Path(folder) / "logs", path) for folder in folders for path in (Path(folder) / "logs").rglob("*")]
    return {str(path.relative_to(folder)): path.read_bytes() for folder, path in logs if path.is_file()}


def index_path(made: Case) -> Path:
    """The index file."""
    return made.here / made.git("rev-parse", "--git-path", "index")


def index(made: Case) -> dict[bytes, tuple[bytes, str]]:
    """The entries of the index: by path and stage, (tag, mode and oid; flags)."""
    rows = made.raw("ls-files", "-s", "-v", "-z").split(b"\0")[:-1]
    plain = made.raw("ls-files", "-s", "--debug", "-z").replace(b"\0  ctime", b"\n  ctime")
    flags = re.findall(rb"flags: ([0-9a-f]+)", plain)
    found = {}
    for row, flag in zip(rows, flags, strict=True):
        about, _, path = row.partition(b"\t")
        tag, mode, oid, stage = about.split(b" ")
        # The length of the name and what is only remembered of the file are not what a person sees.
        kept = int(flag, 16) & 0x60008000
        found[path + b"\0" + stage] = (b" ".join((tag, mode, oid)), f"{kept:x}")
    return found


def parts(made: Case, oid: str) -> tuple[list[bytes], list[str], bytes, bool]:
    """Of a commit: its other headers, its parents, its message, and whether it is signed."""
    head, _, message = made.raw("cat-file", "commit", oid).partition(b"\n\n")
    lines, parents, signed, skipped = [], [], False, False
    for line in head.split(b"\n"):
        key, _, value = line.partition(b" ")
        skipped = skipped if line.startswith(b" ") else key in {b"gpgsig", b"gpgsig-sha256"}
        signed = signed or skipped
        if key == b"parent":
            parents.append(value.decode())
        elif key != b"tree" and not skipped:
            lines.append(line)
    return lines, parents, message, signed


def published(made: Case) -> set[str]:
    """The commits that the remote has."""
    tips = [row.split("\t")[0] for row in made.git("ls-remote", str(made.there)).splitlines()]
    known = [tip for tip in tips if made.git("cat-file", "-t", tip, fails=True)]
    remotes = made.git("rev-list", "--remotes").split()
    return {*remotes, *made.git("rev-list", *known, "--").split()} if known else set(remotes)


def refused(made: Case, commits: Sequence[str], known: set[str]) -> set[tuple[bytes, str]]:
    """The (path, blob) of files above the limit that these commits have and no published one, wherever."""
    theirs = {oid for commit in known for _, oid in files(made, commit).values()}
    sizes: dict[str, int] = {}
    found = set()
    for commit in commits:
        for path, (_, oid) in files(made, commit).items():
            if oid not in theirs:
                if oid not in sizes:
                    sizes[oid] = int(made.git("cat-file", "-s", oid, fails=True) or 0)
                if sizes[oid] > LIMIT:
                    found.add((path, oid))
    return found


# ---- what has to hold


def check(*, holds: bool, what: str) -> None:
    """Raise Deviation unless it holds."""
    if not holds:
        raise Deviation(what)


class Check:
    """Compares a repository with what it was before `gitpact strip`; remembers commits that were compared."""

    def __init__(self, made: Case, bad: set[tuple[bytes, str]], known: set[str], *, linear: bool) -> None:
        self.made, self.bad, self.known, self.linear = made, bad, known, linear
        self.compared: dict[str, str] = {}
        self.unsigned = 0

    def history(self, old: str, new: str) -> None:
        """Check that `new` is `old` without the refused files, and so are its parents."""
        work = [(old, new)]
        while work:
            old, new = work.pop()
            if self.compared.setdefault(old, new) != new:
                raise Deviation(f"{old} became two commits")
            if old in self.known or not self.reaches(old):
                check(holds=old == new, what=f"{old} was rewritten without need")
                continue
            was, now = parts(self.made, old), parts(self.made, new)
            if self.linear and (was[0], was[2]) != (now[0], now[2]):
                self.dropped(old, was[1], new, work)
                continue
            check(holds=(was[0], was[2]) == (now[0], now[2]), what=f"{old}: a header or the message changed")
            check(holds=len(was[1]) == len(now[1]) and not now[3], what=f"{old}: parents or signature")
            self.unsigned += was[3]
            self.tree(old, new, now[1])
            work.extend(zip(was[1], now[1], strict=True))

    def reaches(self, commit: str) -> bool:
        """Whether the commit, or an unpublished one in its history, has a refused file that is removed."""
        own = [oid for oid in self.made.git("rev-list", commit).split() if oid not in self.known]
        return any(self.bad & {(path, oid) for path, (_, oid) in files(self.made, one).items()} for one in own)

    def dropped(self, old: str, parents: Sequence[str], new: str, work: list[tuple[str, str]]) -> None:
        """A commit that only brought refused files has its parent in its place."""
        check(holds=len(parents) == 1, what=f"{old} is gone")
        was, before = files(self.made, old), files(self.made, parents[0])
        changed = {path for path in {*was, *before} if was.get(path) != before.get(path)}
        bad = {path for path in changed if self.is_bad(path, was.get(path)) or self.is_bad(path, before.get(path))}
        check(holds=bool(changed) and changed == bad, what=f"{old} is gone, and held other changes")
        work.append((parents[0], new))

    def is_bad(self, path: bytes, entry: Entry | None) -> bool:
        """Whether this is a refused file."""
        return entry is not None and (path, entry[1]) in self.bad

    def tree(self, old: str, new: str, parents: Sequence[str]) -> None:
        """Check the files of one commit."""
        was, now = files(self.made, old), files(self.made, new)
        above = [files(self.made, parent) for parent in parents]
        for path in {*was, *now}:
            check(holds=not self.is_bad(path, now.get(path)), what=f"{old}: {path!r} is still there")
            if self.is_bad(path, was.get(path)):
                wanted = {one.get(path) for one in above} or {None}
                check(holds=now.get(path) in wanted, what=f"{old}: {path!r} is not as in a parent")
            else:
                check(holds=was.get(path) == now.get(path), what=f"{old}: {path!r} changed")


def compare(before: Mapping[str, Any], after: Mapping[str, Any], but: Sequence[str] = ()) -> None:
    """Check that two states are the same, but for some of their parts."""
    for name, value in before.items():
        if name not in but:
            check(holds=value == after[name], what=f"{name} changed: {value!r:.600} -> {after[name]!r:.600}")


def tips(made: Case) -> dict[str, str]:
    """The full names of the refs to strip, and the objects that they name."""
    found = {}
    for ref in made.refs:
        full = made.git("rev-parse", "--symbolic-full-name", ref) if ref != "HEAD" else ""
        found[full or made.git("symbolic-ref", "-q", "HEAD", fails=True) or "HEAD"] = made.git("rev-parse", ref)
    return found


def try_one(made: Case) -> None:
    """Strip, look, undo, look, strip once more, push. Raises Deviation."""
    before, old, logs = state(made), tips(made), reflogs(made)
    commits = {ref: made.git("rev-parse", f"{oid}^{{commit}}") for ref, oid in old.items()}
    known = published(made)
    own = [oid for oid in made.git("rev-list", *commits.values(), "--").split() if oid not in known]
    bad = refused(made, own, known)
    dry = made.gitpact("strip", "--dry-run", "origin", *made.refs)
    compare(before, state(made))
    done = made.gitpact("strip", "origin", *made.refs)
    if made.features & set(BUSY) or done.returncode == 2:
        check(
            holds=done.returncode == dry.returncode == 2,
            what=f"exit code {done.returncode}: {done.stdout}{done.stderr}",
        )
        check(holds=bool(allowed(made, done.stderr)), what=f"refused: {done.stderr}")
        compare(before, state(made))
        return
    check(holds=done.returncode == 0, what=f"exit code {done.returncode}: {done.stderr}")
    after, new = state(made), tips(made)
    compare(before, after, ("refs", "at", "index"))
    moved = set(old)
    compare_refs(before, after, moved)
    compare_reflogs(made, logs, {*moved, "HEAD"})
    rows = [made.git("rev-list", "--parents", "-1", oid).split() for oid in own]
    linear = all(len(row) <= 2 for row in rows)
    its = Check(made, bad, known, linear=linear)
    for ref, commit in commits.items():
        its.history(commit, made.git("rev-parse", f"{new[ref]}^{{commit}}"))
        tag(made, old[ref], new[ref])
    head = commits.get(str(before["HEAD"] or "HEAD"))
    if "bare" not in made.features and head:
        index_follows(made, before, after, bad, (head, str(after["at"])))
    check(holds=(its.unsigned > 0) <= ("signature" in done.stdout), what=f"lost signatures are not said: {done.stdout}")
    for may_fail in (True, False):  # git writes some trees of a sparse index only when it expands it, as fsck does
        made.raw("fsck", "--no-dangling", "--no-progress", "--connectivity-only", fails=may_fail)
    again = made.gitpact("strip", "origin", *made.refs)
    check(
        holds=again.returncode == 0 and again.stdout.startswith("nothing to remove"),
        what=f"again: {again.stdout}{again.stderr}",
    )
    compare(after, state(made))
    undo(made, done.stdout, before, after)
    push(made, old, bad)


def allowed(made: Case, said: str) -> str:
    """The reason for which nothing was done, if it is one for this repository."""
    reasons = {
        "in progress": made.features & set(BUSY),
        "shallow": made.features & {"shallow"},
        "checked out in": made.features & {"second branch", "linked work tree", "other work tree"},
    }
    return next((reason for reason, given in reasons.items() if given and reason in said), "")


def compare_refs(before: Mapping[str, Any], after: Mapping[str, Any], moved: set[str]) -> None:
    """Check that no other ref moved."""
    was, now = before["refs"], after["refs"]
    check(holds=was.keys() == now.keys(), what=f"refs came or went: {was.keys() ^ now.keys()}")
    others = [ref for ref in was if was[ref] != now[ref] and ref not in moved]
    check(holds=not others, what=f"other refs moved: {others}")


def compare_reflogs(made: Case, before: Mapping[str, bytes], moved: set[str]) -> None:
    """Check that the reflogs of refs that moved have only grown, and the others not even that."""
    after = reflogs(made)
    for ref, log in before.items():
        same = after.get(ref, b"").startswith(log) if ref in moved else after.get(ref) == log
        check(holds=same, what=f"the reflog of {ref} changed")


def tag(made: Case, old: str, new: str) -> None:
    """Check that a tag says what it said, but for its signature."""
    if made.git("cat-file", "-t", old) != "tag":
        return
    was, now = (made.raw("cat-file", "tag", oid).partition(b"\n")[2] for oid in (old, new))
    kept = was if old == new else was.partition(b"-----BEGIN SSH SIGNATURE-----")[0]
    check(holds=kept == now, what="a tag changed")


def index_follows(
    made: Case,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    bad: set[tuple[bytes, str]],
    heads: tuple[str, str],
) -> None:
    """Check that of the index only refused entries that were as in the last commit changed, to what that has now."""
    was, now = before["index"], after["index"]
    old, new = (files(made, commit) for commit in heads)
    for key in {*was, *now}:
        path, _, stage = key.partition(b"\0")
        entry = was.get(key)
        mode_and_oid = tuple(entry[0].decode("utf-8", "replace").split(" ")[1:]) if entry else None
        follows = stage == b"0" and old.get(path) is not None and mode_and_oid == old[path] != new.get(path)
        if follows and path not in new:
            check(holds=key not in now, what=f"index: {key!r} is still there")
        elif follows:
            mode, oid = new[path]
            check(
                holds=now.get(key) == (f"{entry[0].decode()[0]} {mode} {oid}".encode(), entry[1]),
                what=f"index: {key!r} {entry} {now.get(key)}",
            )
        else:
            check(holds=entry == now.get(key), what=f"index: {key!r} changed: {entry} -> {now.get(key)}")
    check(holds=bool(bad) or was == now, what="the index changed")


def undo(made: Case, said: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Run what was printed, compare with before, and strip once more with the same result."""
    commands = re.findall(r"^\s*undo: (.*)$", said, re.MULTILINE)
    for command in commands:
        done = subprocess.run(
            ["sh", "-c", command], cwd=made.here, env=made.environ, capture_output=True, text=True, check=False
        )
        check(holds=done.returncode == 0, what=f"undo: {command}: {done.stderr}")
    compare(before, state(made))
    if commands:
        made.gitpact("strip", "origin", *made.refs)
    compare(after, state(made))


def push(made: Case, old: Mapping[str, str], bad: set[tuple[bytes, str]]) -> None:
    """Push with the hook, and check that no refused file arrived."""
    had = made.git("rev-list", "--objects", "--all", where=made.there)  # a shallow clone knows less
    for ref in old:
        target = "refs/heads/new" if ref in {"HEAD", "refs/heads/main"} else ref
        source = "HEAD" if ref == "HEAD" else ref
        made.git("push", "-q", "-f", "--no-verify", "origin", f"{source}:{target}")
    there = made.git("rev-list", "--objects", "--all", where=made.there)
    check(holds=not any(oid in there and oid not in had for _, oid in bad), what="a refused file was pushed")


def histories(number: int, seed: int, only: str) -> Iterator[tuple[int, frozenset[str], str]]:
    """Try so many; yields each one's seed, features and deviation, "" for none."""
    for each in range(seed, seed + number):
        chance = random.Random(each)  # noqa: S311  repeatable, no secret
        features = chosen(chance, only)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            try:
                try_one(furnish(start(Path(folder).resolve(), chance, features), chance))
            except Deviation as error:
                yield each, features, str(error).replace(folder, "")
            else:
                yield each, features, ""


def main() -> int:
    """Print the table and the deviations."""
    reader = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    reader.add_argument("--histories", type=int, default=500)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--only", default="", help="a feature that every history has")
    reader.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md too")
    given = reader.parse_args()
    counts: dict[str, list[int]] = {name: [0, 0] for name in (*LAYOUTS, *FEATURES)}
    deviations = 0
    for seed, features, problem in histories(given.histories, given.seed, given.only):
        for feature in features:
            counts[feature][0] += 1
            counts[feature][1] += bool(problem)
        if problem:
            deviations += 1
            print(f"seed {seed} ({', '.join(sorted(features))}): {problem}", flush=True)
    table = [("feature", "histories", "deviations")]
    table += [(name, f"{many}", f"{bad}") for name, (many, bad) in counts.items()]
    table += [("all", f"{given.histories}", f"{deviations}")]
    print(*tables.aligned(table), sep="\n")
    if given.write:
        tables.write("benchmarks.md", "strip histories", table)
    print(f"{given.histories} histories; {deviations} deviations")
    return int(deviations > 0)


if __name__ == "__main__":
    sys.exit(main())
