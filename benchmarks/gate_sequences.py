"""Random sequences of pushes to a server with the gate: afterwards no judged ref has a commit that breaks the policy.

Usage: gate_sequences.py [--sequences N] [--seed N]
Each sequence makes good and bad commits and pushes them to random namespaces: by git, and in packs made by hand that
leave out what the server may have. Refs are deleted, and the server has objects from elsewhere. What is bad is known
from how it was made, not from gitpact. Exit code 0: nothing bad got in, and nothing good was refused; 1: something was.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PERSON = "Ann Lee <ann@example.org>"
SIGNED = f"\n\nSigned-off-by: {PERSON}\n"
POLICY = '[push]\nmax-file-size = "1kB"\nforbidden-paths = ["*.pem"]\n[rules]\nbranch-name = "off"\n'
UNJUDGED = ("refs/notes/", "refs/meta/")
NAMESPACES = (
    *("refs/heads/{}", "refs/heads/feat/{}", "refs/tags/{}", "refs/notes/{}", "refs/meta/{}", "refs/replace/{}"),
    *("refs/changes/01/{}/1", "refs/pull/{}/head", "refs/stash", "refs/remotes/up/{}", "refs/x/{}", "refs/keep/{}"),
)
SERVERS = ("plain", "packs are kept", "borrows objects", "a linked work tree", "has leftovers")
PUSHES = 7  # of a sequence


class Made(NamedTuple):
    """An object that was made: a commit or a tag of one; `bad` tells that the policy refuses it, or what it has."""

    oid: str
    bad: bool


class World(NamedTuple):
    """A clone, the server's repository, and the path that is pushed to."""

    here: Path
    there: Path
    url: str
    environ: Mapping[str, str]
    made: list[Made]

    def git(self, *args: str, data: bytes | None = None, where: Path | None = None) -> str:
        """Standard output of git, which has to succeed."""
        environ = {**self.environ, "GIT_NO_REPLACE_OBJECTS": "1"}  # ours alone: a push goes without
        done = subprocess.run(
            ["git", *args], cwd=where or self.here, env=environ, input=data, capture_output=True, check=False
        )
        if done.returncode:
            sys.exit(f"git {' '.join(args)}: {done.stderr.decode('utf-8', 'replace')}")
        return done.stdout.decode("utf-8", "replace").strip()


def world(folder: Path, kind: str) -> World:
    """A clone with one good commit, and a server of this kind that has it on main."""
    (folder / ".gitconfig").write_text("[user]\n\tname = Ann Lee\n\temail = ann@example.org\n", encoding="utf-8")
    kept = {
        name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "COVERAGE_PROCESS_CONFIG") if name in os.environ
    }
    environ = {**kept, "HOME": str(folder), "GIT_CONFIG_GLOBAL": str(folder / ".gitconfig"), "GIT_CONFIG_NOSYSTEM": "1"}
    here, there = folder / "here", folder / "there.git"
    url = folder / "linked" if kind == "a linked work tree" else there
    made = World(here, there, str(url), environ, [])
    for path, options in ((here, ()), (there, ("--bare",))):
        path.mkdir()
        made.git("init", "-q", "--template=", "-b", "main", *options, where=path)
    (folder / "admin.toml").write_text(POLICY, encoding="utf-8")
    for key, value in {
        "gitpact.policy": str(folder / "admin.toml"),
        "receive.unpackLimit": "1" if kind == "packs are kept" else "100",
        "gc.auto": "0",
        "receive.denyCurrentBranch": "ignore",
        "receive.denyDeleteCurrent": "ignore",
    }.items():
        made.git("config", key, value, where=there)
    tree = made.git("mktree", data=b"")
    made.made.append(Made(made.git("commit-tree", "-m", f"feat: start{SIGNED}", tree), bad=False))
    install = "from gitpact.cli.entry import command; command()"
    subprocess.run(
        [sys.executable, "-c", install, "server", "install", str(there)],
        env=environ,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    made.git("push", "-q", str(there), f"{made.made[0].oid}:refs/heads/main")
    if kind == "a linked work tree":
        made.git("worktree", "add", "-q", "--no-checkout", "-b", "linked", str(url), "main", where=there)
    return made


def stored(made: World, parents: Sequence[Made], chance: random.Random) -> Made:
    """A commit on some parents: good, or bad in one of many ways."""
    number = len(made.made)
    bad = chance.random() < 0.5
    kind = (
        chance.choice(("message", "sign-off", "size", "path", "nul", "author", "merge", "encoding")) if bad else "good"
    )
    subject = f"feat: change {number}" if kind != "message" else f"Change {number}"
    name = "key.pem" if kind == "path" else f"f{number}"
    content = f"{number}".encode() * (2000 if kind == "size" else 1)
    blob = made.git("hash-object", "-w", "--stdin", data=content)
    tree = made.git("mktree", data=f"100644 blob {blob}\t{name}\n".encode())
    message = (subject + ("\n" if kind in {"sign-off", "merge"} else SIGNED)).encode()
    lines = [f"tree {tree}", *(f"parent {parent.oid}" for parent in parents)]
    if kind == "merge":
        lines = [lines[0], *[f"parent {parents[0].oid}"] * 3]
        message = b"Merge branch 'x'\n"
    lines += [f"author {PERSON} {1_600_000_000 + number} +0000"] * (2 if kind == "author" else 1)
    lines.append(f"committer {PERSON} {1_600_000_000 + number} +0000")
    if kind == "encoding":
        lines.append("encoding UTF-7")
    if kind == "nul":
        message = message.replace(b"\n", b"\0", 1)
    raw = "\n".join(lines).encode() + b"\n\n" + message
    oid = made.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", data=raw)
    return Made(oid, bad or any(parent.bad for parent in parents[: 1 if kind == "merge" else None]))


def grow(made: World, chance: random.Random) -> Made:
    """One more commit, on one or on two of those that are there, or an annotated tag of one."""
    some = chance.sample(made.made, min(len(made.made), 1 + (chance.random() < 0.2)))
    if chance.random() < 0.1:
        kind = made.git("cat-file", "-t", some[0].oid)
        text = f"object {some[0].oid}\ntype {kind}\ntag t\ntagger {PERSON} 1 +0000\n\nt\n"
        new = Made(made.git("mktag", data=text.encode()), some[0].bad)
    else:
        commits = [Made(made.git("rev-parse", f"{one.oid}^{{commit}}"), one.bad) for one in some]
        new = stored(made, commits, chance)
    made.made.append(new)
    return new


def keep(made: World, oid: str) -> str:
    """A ref of the clone by which an object can be fetched."""
    made.git("update-ref", "refs/notes/keep", oid)
    return "refs/notes/keep"


def refs(made: World) -> dict[str, str]:
    """What the server has."""
    rows = made.git("for-each-ref", "--format=%(refname) %(objectname)", where=made.there).splitlines()
    return dict(row.split(" ") for row in rows)


def push(made: World, updates: Mapping[str, str], chance: random.Random) -> str:
    """Push by git, or by a pack of one's own that may leave out what the server has; returns what the server said."""
    if chance.random() < 0.5:
        words = [f"+{new}:{ref}" if new else f":{ref}" for ref, new in updates.items()]
        command = ["git", "push", "-q", *(["--atomic"] if chance.random() < 0.3 else []), made.url, *words]
        done = subprocess.run(command, cwd=made.here, env=made.environ, capture_output=True, check=False)
        return done.stderr.decode("utf-8", "replace")
    has, null = refs(made), "0" * 40
    lines = b""
    for number, (ref, new) in enumerate(updates.items()):
        line = f"{has.get(ref, null)} {new or null} {ref}".encode() + (b"" if number else b"\0report-status") + b"\n"
        lines += b"%04x" % (len(line) + 4) + line
    wanted = [new for new in updates.values() if new]
    # What any ref there has, or lay there once, a pack need not bring.
    known = made.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)", where=made.there).split()
    objects = made.git("rev-list", "--objects", "--no-object-names", *wanted).split() if wanted else []
    sent = [oid for oid in objects if oid not in set(known)] + [oid for oid in wanted if oid not in known]
    pack = subprocess.run(
        ["git", "pack-objects", "--stdout", "-q"],
        cwd=made.here,
        env=made.environ,
        input="".join(f"{oid}\n" for oid in dict.fromkeys(sent)).encode(),
        capture_output=True,
        check=True,
    ).stdout
    done = subprocess.run(
        ["git", "receive-pack", made.url],
        env=made.environ,
        input=lines + b"0000" + (pack if wanted else b""),
        capture_output=True,
        check=False,
    )
    return (done.stderr + done.stdout).decode("utf-8", "replace")


def judged(ref: str) -> bool:
    """Whether whatever is good may be pushed to a ref; some are git's own, and some nobody may make."""
    return ref.startswith(("refs/heads/", "refs/tags/", "refs/x/"))


def is_good(made: World, oid: str) -> bool:
    """Whether nothing bad is in the history of an object."""
    bad = {one.oid for one in made.made if one.bad}
    return bool(oid) and not bad & {oid, *made.git("rev-list", oid, "--").split()}


def bad_commits(made: World, ref: str) -> set[str]:
    """The bad objects that a ref of the server has in its history."""
    bad = {one.oid for one in made.made if one.bad}
    oid = made.git("rev-parse", ref, where=made.there)
    return bad & {oid, *made.git("rev-list", ref, "--", where=made.there).split()}


def sequence(folder: Path, seed: int) -> list[str]:
    """One sequence of pushes; returns what went wrong."""
    chance = random.Random(seed)  # noqa: S311  the same every time
    kind = SERVERS[seed % len(SERVERS)]
    made = world(folder, kind)
    if kind == "borrows objects":
        (made.there / "objects" / "info" / "alternates").write_text(f"{made.here / '.git' / 'objects'}\n", "utf-8")
    wrong = []
    for number in range(PUSHES):
        updates: dict[str, str] = {}
        for _ in range(chance.choice((1, 1, 1, 2))):
            old = [ref for ref in refs(made) if ref != "refs/heads/main"]
            if old and chance.random() < 0.15:
                updates[chance.choice(old)] = ""
                continue
            new = grow(made, chance) if chance.random() < 0.7 else chance.choice(made.made)
            namespace = chance.choice(NAMESPACES)
            name = chance.choice(made.made).oid if "replace" in namespace else f"n{number}"
            # Git itself takes no tag for a branch.
            commit = made.git("rev-parse", f"{new.oid}^{{commit}}") if "heads" in namespace else new.oid
            updates[namespace.format(name)] = commit
        if kind == "has leftovers":
            # Objects without a ref, as a ref that is gone or an older policy leaves them.
            left = grow(made, chance).oid
            made.git("fetch", "-q", str(made.here), f"{keep(made, left)}:refs/notes/left", where=made.there)
            made.git("update-ref", "-d", "refs/notes/left", where=made.there)
        before = refs(made)
        said = push(made, updates, chance)
        after = refs(made)
        wrong += [
            f"seed {seed}: {ref} has {found}"
            for ref in after
            if not ref.startswith(UNJUDGED) and (found := bad_commits(made, ref))
        ]
        if before == after and all(map(judged, updates)) and all(is_good(made, oid) for oid in updates.values()):
            wrong += [
                f"seed {seed}: good commits were refused: {said}"
                for ref, oid in updates.items()
                if after.get(ref) != oid
            ]
    return wrong


def main() -> int:
    """Run the sequences; print what went wrong and how many there were."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sequences", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    wrong: list[str] = []
    for seed in range(options.seed, options.seed + options.sequences):
        with tempfile.TemporaryDirectory() as folder:
            wrong += sequence(Path(folder), seed)
        if sys.stderr.isatty():
            print(f"\r{seed + 1 - options.seed} of {options.sequences}", end="", file=sys.stderr)
    print(*wrong, sep="\n")
    print(f"{options.sequences} sequences of {PUSHES} pushes; {len(wrong)} deviations")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
