"""Attacks on the gate, one by one, and what each input that an outsider controls costs as it doubles.

Usage: hostile.py [--quick] [--only WORD]
Everything is made in a temporary folder. The first table has the attacks: what the server said, seconds, megabytes. The
second doubles one input at a time: it fails where the time grows by more than 2.3 for a doubling, or the memory by more
than three times the input. Then fifty clients push at once. Exit code 0: nothing got in and everything ended; 1: not.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import many_pushes
from gate_sequences import PERSON, SIGNED, World, refs, world

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GROWTH, MEMORY = 2.3, 3.0  # the most that a doubling may cost; megabytes a megabyte
TELLS = 0.15  # seconds of processor time above those of nothing, below which a ratio tells nothing
SLACK_MB = 12.0  # a heap grows in steps; a refusal and a suggestion load what writes them
MOST_SECONDS = 100
RUNS = 3
WHEN = "1700000000 +0000"
# What runs gitpact and says at the end how much memory it itself took, git not counted.
MEASURED = """
import os, sys
from gitpact.cli.entry import {entry}
end = os._exit
def measured(code):
    own = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print("\\nVmHWM", own, flush=True)
    end(code)
os._exit = measured
{entry}()
"""
COMMAND = [sys.executable, "-c", MEASURED.format(entry="command")]
HOOK = [sys.executable, "-c", MEASURED.format(entry="hook"), "pre-receive"]


class Run(NamedTuple):
    """What a process took: exit code (None: it had to be killed), processor seconds, megabytes, what it said."""

    code: int | None
    seconds: float
    megabytes: float
    said: str


def run(command: Sequence[str], cwd: Path, environ: dict[str, str], data: bytes = b"") -> Run:
    """Run a process; its children count too."""
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as said:
        told.write(data)
        told.seek(0)
        process = subprocess.Popen(
            command, cwd=cwd, env=environ, stdin=told, stdout=said, stderr=said, start_new_session=True
        )
        code: int | None
        try:
            # A thread that waits, so that the system's own accounting can be asked for.
            watch = subprocess.Popen(["sleep", str(MOST_SECONDS)])
            _, status, usage = os.wait4(process.pid, 0) if not _outlives(process, watch) else (0, None, None)
            watch.kill()
            watch.wait()
            process.returncode = code = None if status is None else os.waitstatus_to_exitcode(status)
        finally:
            if process.returncode is None:
                os.killpg(process.pid, 9)
                process.wait()
        said.seek(max(said.seek(0, os.SEEK_END) - 100_000, 0))
        text = said.read().decode("utf-8", "replace")
    if usage is None:
        return Run(None, float(MOST_SECONDS), 0.0, text)
    text, _, own = text.partition("\nVmHWM ")
    return Run(code, usage.ru_utime + usage.ru_stime, int(own or usage.ru_maxrss) / 1024, text)


def _outlives(process: subprocess.Popen[bytes], watch: subprocess.Popen[bytes]) -> bool:
    """Whether a process is there when the watch is over; neither is waited for."""
    while True:
        ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        if ended and ended.si_pid == process.pid:
            return False
        if ended and ended.si_pid == watch.pid:
            return True


# Attacks, one by one


def attack_commit(
    made: World, message: bytes, headers: str = "", *, tree: str = "", parents: Sequence[str] = ()
) -> str:
    """A commit object by hand."""
    tree = tree or made.git("mktree", data=b"")
    lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents or [made.made[0].oid])]
    text = headers or f"author {PERSON} {WHEN}\ncommitter {PERSON} {WHEN}\n"
    raw = "\n".join(lines).encode() + b"\n" + text.encode() + b"\n" + message
    return made.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", data=raw)


def tree_with(made: World, name: str, size: int = 1, text: bytes = b"x") -> str:
    """A tree with one file."""
    blob = made.git("hash-object", "-w", "--stdin", data=text * size)
    return made.git("mktree", data=f"100644 blob {blob}\t{name}\n".encode())


def good(subject: str = "feat: x") -> bytes:
    """A message that passes."""
    return f"{subject}{SIGNED}".encode()


def _by(author: str, more: str = "") -> str:
    return f"author {author} {WHEN}\n{more}committer {PERSON} {WHEN}\n"


def _chain(made: World, target: str, length: int) -> str:
    oid, kind = target, made.git("cat-file", "-t", target)
    for _ in range(length):
        oid = made.git("mktag", data=f"object {oid}\ntype {kind}\ntag t\ntagger {PERSON} {WHEN}\n\nt\n".encode())
        kind = "tag"
    return oid


def _bomb(made: World, depth: int) -> str:
    """A tree of so many objects in which a file lies under two to that many paths."""
    tree = tree_with(made, "f")
    for _ in range(depth):
        tree = made.git("mktree", data=f"040000 tree {tree}\ta\n040000 tree {tree}\tb\n".encode())
    return tree


BOMB = b"a = " + b"[" * 3000
ATTACKS: dict[str, Callable[[World], str]] = {
    "no header": lambda made: attack_commit(made, b"Change x" + SIGNED.encode()),
    "no sign-off": lambda made: attack_commit(made, b"feat: x\n"),
    "signed off by an agent": lambda made: attack_commit(
        made, b"feat: x\n\nSigned-off-by: Claude <noreply@anthropic.com>\n"
    ),
    "signed off by somebody else": lambda made: attack_commit(made, b"feat: x\n\nSigned-off-by: Bob <b@x.yz>\n"),
    "a large file": lambda made: attack_commit(made, good(), tree=tree_with(made, "big", 2000)),
    "a forbidden path": lambda made: attack_commit(made, good(), tree=tree_with(made, "key.pem")),
    "a tag of a tree": lambda made: tree_with(made, "key.pem"),
    "a tag of a tag of a tree": lambda made: _chain(made, tree_with(made, "key.pem"), 3),
    "text behind a NUL": lambda made: attack_commit(made, good().replace(b"x\n", b"x\0hidden\n", 1)),
    "UTF-7": lambda made: attack_commit(made, good(), _by(PERSON).rstrip() + "\nencoding UTF-7\n"),
    "two authors": lambda made: attack_commit(made, good(), _by("Eve <e@x.yz>", f"author {PERSON} {WHEN}\n")),
    "no author": lambda made: attack_commit(made, good(), f"committer {PERSON} {WHEN}\n"),
    "a parent twice": lambda made: attack_commit(made, b"Merge branch 'x'\n", parents=[made.made[0].oid] * 2),
    "too many parents": lambda made: attack_commit(
        made,
        b"Merge\n",
        parents=[attack_commit(made, good(f"feat: {n}"), tree=tree_with(made, f"f{n}")) for n in range(101)],
    ),
    "a message of 25 MB": lambda made: attack_commit(made, good() + b"x" * 25_000_000),
    "a message of a million lines": lambda made: attack_commit(made, b"feat: x\n\n" + b"\n" * 1_000_000),
    "headers of 20 MB": lambda made: attack_commit(made, good(), _by(PERSON) + "x y\n" * 5_000_000),
    "100,000 equal sign-offs": lambda made: attack_commit(
        made, good() + f"Signed-off-by: {PERSON}\n".encode() * 24_000
    ),
    "100,000 references": lambda made: attack_commit(made, b"feat: x" + b" (#1)" * 100_000 + SIGNED.encode()),
    "a header of a megabyte": lambda made: attack_commit(made, b"feat: " + b"x" * 1_000_000 + SIGNED.encode()),
    "a scope of a megabyte": lambda made: attack_commit(made, b"feat(" + b"a," * 500_000 + b"a): x" + SIGNED.encode()),
    "folders that hold themselves": lambda made: attack_commit(made, good(), tree=_bomb(made, 40)),
    "a policy that crashes": lambda made: attack_commit(made, b"x\n", tree=tree_with(made, "gitpact.toml", text=BOMB)),
}


def attacks(only: str) -> tuple[int, int]:
    """Try each; returns how many got in, and how many did not end."""
    inside = endless = 0
    print(f"{'attack':<36}{'what happened':<44}{'s':>7}{'MB':>7}")
    for name, make in ATTACKS.items():
        if only not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            made = world(Path(folder), "plain")
            made.git("config", "core.bigFileThreshold", "100m")
            ref = "refs/tags/v1" if "tag" in name else "refs/heads/attack"
            oid = make(made)
            done = run(["git", "push", "-q", made.url, f"{oid}:{ref}"], made.here, dict(made.environ))
            got_in = ref in refs(made)
        inside += got_in
        endless += done.code is None
        rules = {line.rsplit("[", 1)[1].rstrip(" ]") for line in done.said.splitlines() if line.rstrip().endswith("]")}
        what = (
            "GOT IN"
            if got_in
            else "DID NOT END"
            if done.code is None
            else f"refused: {', '.join(sorted(rules)) or done.said[:30]}"
        )
        print(f"{name:<36}{what[:43]:<44}{done.seconds:>7.2f}{done.megabytes:>7.0f}")
    return inside, endless


# What doubles

K = 1024
LONG = (128 * K, 256 * K, 512 * K, 1020 * K)  # bytes of a message within the limit
BEYOND = (2_000 * K, 4_000 * K, 8_000 * K, 16_000 * K)
FEW = (1000, 2000, 4000, 8000)


def _filled(unit: bytes, size: int, head: bytes = b"feat: x\n\n", tail: bytes = b"") -> bytes:
    return head + unit * ((size - len(head) - len(tail)) // len(unit)) + tail


def _marked(size: int) -> bytes:
    """A sign-off by a name with so many bytes of marks, which have to be brought into order."""
    return b"Signed-off-by: a" + "\u0301\u0323".encode() * (size // 4) + b" <a@x.yz>\n"


TEXTS: dict[str, Callable[[int], bytes]] = {
    "equal sign-offs": lambda n: _filled(f"Signed-off-by: {PERSON}\n".encode(), n),
    "sign-offs of others": lambda n: (
        b"feat: x\n\n" + b"".join(b"Signed-off-by: A <a%d@x.yz>\n" % k for k in range(n // 32))
    ),
    "picked and signed off": lambda n: _filled(
        f"(cherry picked from commit {'a' * 40})\nSigned-off-by: {PERSON}\n".encode(), n
    ),
    "trailers": lambda n: _filled(b"Reviewed-by: Ann <a@x.yz>\n", n),
    "lines of a folded trailer": lambda n: _filled(
        b" continued, and continued, and continued\n", n, b"feat: x\n\nKey: value\n"
    ),
    "lines of a footer": lambda n: _filled(
        b"more of it, and more of it, and more\n", n, b"feat: x\n\nBREAKING CHANGE: a\n"
    ),
    "lines of prose": lambda n: _filled(b"word " * 12 + b"\n", n),
    "lines of four bytes": lambda n: b"feat: x\n\n" + b"".join(b"%03x\n" % (k % 4096) for k in range(n // 4)),
    "lines of nothing": lambda n: _filled(b"\n", min(n, 249_000)),
    "wide lines": lambda n: _filled("添加".encode() * 40 + b"\n", n),
    "one long line": lambda n: _filled(b"x", n),
    "spaces": lambda n: _filled(b" ", n, b"feat: x\n\nx", b"x"),
    "tabs at the end of a header": lambda n: _filled(b"\t", n, b"feat: x", b"x"),
    "a long header": lambda n: _filled(b"x", n, b"feat: "),
    "a wide header": lambda n: _filled("添".encode(), n, b"feat: "),
    "emoji in a header": lambda n: _filled("👨\u200d👩\u200d👧".encode(), n, b"feat: "),
    "issue references": lambda n: _filled(b" (#1)", n, b"feat: x"),
    "issues in one reference": lambda n: _filled(b"#1, ", n, b"feat: x (", b"#1)"),
    "open parentheses": lambda n: _filled(b"(", n, b"feat"),
    "closed parentheses": lambda n: _filled(b")", n, b"feat: x"),
    "members of a scope": lambda n: _filled(b"a,", n, b"feat(", b"a): x"),
    "a type without an end": lambda n: _filled(b"a", n, b""),
    "quotes of a revert": lambda n: _filled(b'" (#1)', n, b'Revert "', b"x"),
    "merged in": lambda n: _filled(b" (pull request #1", n, b"Merged in x"),
    "words of a host": lambda n: _filled(b"Merged PR 1: ", n, b""),
    "a word that closes, and spaces": lambda n: _filled(b" ", n, b"Feat x\n\nFixes", b"x"),
    "words that close": lambda n: _filled(b"Fixes #1 fixes ", n, b"Feat x\n\n"),
    "breaking changes in fences": lambda n: _filled(b"```\nbreaking change: y\n", n),
    "remediations": lambda n: _filled(
        f"I, {PERSON}, hereby add my Signed-off-by to this commit: {'a' * 40}\n".encode(), n
    ),
    "breaking changes": lambda n: _filled(b"breaking change: x of the interface of this\n", n),
    "fences": lambda n: _filled(b"```\n~~~\n", n * 15 // 100),
    "invisible characters": lambda n: _filled("\u200b".encode(), n, b"feat: x"),
    "bytes that are none": lambda n: _filled(b"\xff", n, b"feat: x"),
    "marks on a name": lambda n: b"feat: x\n\n" + _marked(n),
    "marks on many names": lambda n: b"feat: x\n\n" + _marked(300) * (n // 300),
    "spaces in a prefix": lambda n: _filled(b" ", min(n, 900), b"feat", b"x: y"),
    "colons of another script": lambda n: _filled("：".encode(), min(n, 1500), b"", b" x"),
    "fixups of fixups": lambda n: _filled(b"fixup! ", min(n, 9000), b"fixup! "),
    "conflicts": lambda n: _filled(b"\tpath/of/a/file/that/is/in/conflict\n", n, b"feat: x\n\nConflicts:\n"),
}


SOME = (7_500, 15_000, 30_000, 60_000)  # bytes of a policy
# What a policy may have much of, as (a policy, a message that is judged by it).
POLICIES: dict[str, Callable[[int], tuple[str, bytes]]] = {
    "agents": lambda n: (f"[dco]\nagents = {_globs(n)}", b"feat: x\n\n" + _filled_signers(100_000)),
    "scopes": lambda n: (
        f"[message]\nscopes = {_globs(n)}",
        b"feat(" + b",".join(b"b%d" % k for k in range(900)) + b"): x" + SIGNED.encode(),
    ),
    "people that are exempt": lambda n: (f"[exempt]\nauthors = {_globs(n)}", good()),
    "co-authors": lambda n: (
        '[dco]\nco-authors = "required"',
        b"feat: x\n\n"
        + b"".join(b"Co-authored-by: A <c%d@x.yz>\n" % k for k in range(n // 60))
        + _filled_signers(n // 2),
    ),
    "names in quotes": lambda n: ("a" + '."="' * (n // 4) + " = 1", good()),
    "brackets": lambda n: ("[message]\ntypes = " + "[" * (n // 100) + "]" * (n // 100), good()),
}


def _globs(size: int) -> str:
    return "[" + ",".join(f'"*{number:05}"' for number in range(size // 9)) + "]"


def _filled_signers(size: int) -> bytes:
    return b"".join(b"Signed-off-by: A <a%d@x.yz>\n" % k for k in range(size // 32))


class Case(NamedTuple):
    """What doubles, in which sizes, and what measures it: bytes of input and what it took."""

    name: str
    sizes: Sequence[int]
    measure: Callable[[int], tuple[int, Run]]


def best(act: Callable[[], Run]) -> Run:
    """The least that it took in some runs."""
    return min((act() for _ in range(RUNS)), key=lambda one: one.seconds)


def of_text(made: World, make: Callable[[int], bytes]) -> Callable[[int], tuple[int, Run]]:
    """Judge one commit with a message of so many bytes."""

    def measure(size: int) -> tuple[int, Run]:
        message = make(size)
        oid = attack_commit(made, message)
        command = [*COMMAND, "lint", f"{oid}^!", "--policy-from", made.made[0].oid, "--format", "jsonl"]
        return len(message), best(lambda: run(command, made.here, dict(made.environ)))

    return measure


def of_policy(made: World, make: Callable[[int], tuple[str, bytes]]) -> Callable[[int], tuple[int, Run]]:
    """Judge one commit by a policy of so many bytes."""

    def measure(size: int) -> tuple[int, Run]:
        text, message = make(size)
        policy = attack_commit(made, good(), tree=tree_with(made, "gitpact.toml", text=text.encode()))
        command = [*COMMAND, "lint", f"{attack_commit(made, message)}^!", "--policy-from", policy, "--format", "jsonl"]
        return len(text) + len(message), best(lambda: run(command, made.here, dict(made.environ)))

    return measure


def of_push(made: World, make: Callable[[int], tuple[int, str, bytes]]) -> Callable[[int], tuple[int, Run]]:
    """Let the gate judge what `make` puts into the server: bytes of input, and the lines of standard input."""

    def measure(size: int) -> tuple[int, Run]:
        count, _, told = make(size)
        return count, best(lambda: run(HOOK, made.there, dict(made.environ), told))

    return measure


def pushed(  # noqa: C901  one function for each thing that a push has many of
    made: World,
) -> dict[str, tuple[Sequence[int], Callable[[int], tuple[int, str, bytes]]]]:
    """What a push may have much of."""
    null = "0" * 40

    def into(oid: str, count: int, ref: str = "refs/heads/x") -> tuple[int, str, bytes]:
        made.git("update-ref", "refs/notes/made", oid)
        made.git("fetch", "-q", str(made.here), "+refs/notes/made:refs/notes/made", where=made.there)
        return count, oid, f"{null} {oid} {ref}\n".encode()

    def many_refs(count: int) -> tuple[int, str, bytes]:
        oid = made.made[0].oid
        told = "".join(f"{null} {oid} refs/heads/odd-name-{number}\n" for number in range(count)).encode()
        return len(told), oid, told

    def many_files(count: int) -> tuple[int, str, bytes]:
        blob = made.git("hash-object", "-w", "--stdin", data=b"x")
        listed = "".join(f"100644 blob {blob}\tname-of-a-file-{number:07}\n" for number in range(count)).encode()
        return into(attack_commit(made, good(), tree=made.git("mktree", data=listed)), len(listed))

    def long_path(count: int) -> tuple[int, str, bytes]:
        return into(attack_commit(made, good(), tree=tree_with(made, "a" * count)), count)

    def deep(count: int) -> tuple[int, str, bytes]:
        tree = tree_with(made, "f")
        for _ in range(count):
            tree = made.git("mktree", data=f"040000 tree {tree}\td\n".encode())
        return into(attack_commit(made, good(), tree=tree), count * 40)

    def tags(count: int) -> tuple[int, str, bytes]:
        return into(_chain(made, made.made[0].oid, count), count * 150, "refs/tags/v1")

    def parents(count: int) -> tuple[int, str, bytes]:
        return into(
            attack_commit(
                made, b"Merge\n", parents=[f"{number:040x}" for number in range(1)] and [made.made[0].oid] * count
            ),
            count * 48,
        )

    def commits(count: int) -> tuple[int, str, bytes]:
        text = "".join(
            f"commit refs/notes/many\ncommitter {PERSON} {1_600_000_000 + n} +0000\ndata 8\nChange x\n"
            for n in range(count)
        )
        made.git("fast-import", "--quiet", "--force", data=text.encode())
        return into(made.git("rev-parse", "refs/notes/many"), len(text))

    def tags_of_tags(count: int) -> tuple[int, str, bytes]:
        oid, told = made.made[0].oid, b""
        for number in range(count):
            oid = _chain(made, oid, 1)
            told += f"{null} {oid} refs/tags/v{number}\n".encode()
        into(oid, count)
        return len(told), oid, told

    def folders_of_themselves(count: int) -> tuple[int, str, bytes]:
        return into(attack_commit(made, good(), tree=_bomb(made, count)), 2**count * count * 2)

    def names(count: int) -> tuple[int, str, bytes]:
        name = "é" + "\u0301\u0323" * (count // 4)
        return into(attack_commit(made, good(), _by(f"{name} <a@x.yz>")), count)

    def crossing(count: int) -> tuple[int, str, bytes]:
        """Merges that cross each other, each older than what it merges: git looks through all of them for each."""
        rows = []
        for mark in range(1, count + 1):
            here, there = (mark - 2, mark - 1) if mark % 2 else (mark - 2, mark - 3)
            text = f"commit refs/notes/c{mark % 2}\nmark :{mark}\n"
            text += f"committer {PERSON} {1_600_000_000 - mark} +0000\ndata 8\nChange x\n"
            rows.append(
                text + (f"from :{here}\nmerge :{there}\n" if min(here, there) > 0 else f"from {made.made[0].oid}\n")
            )
        made.git("fast-import", "--quiet", "--force", data="".join(rows).encode())
        return into(made.git("rev-parse", f"refs/notes/c{count % 2}"), count * 300)

    def merges(count: int) -> tuple[int, str, bytes]:
        oid = made.made[0].oid
        for _ in range(count):
            other = attack_commit(made, good(), parents=[oid])
            oid = attack_commit(made, b"Merge branch 'x'\n", parents=[other, oid])
        return into(oid, count * 400)

    return {
        "refs": (FEW, many_refs),
        "files": (FEW, many_files),
        "characters of a path": ((500, 1000, 2000, 4000), long_path),
        "folders in folders": ((100, 200, 400, 800), deep),
        "tags of tags": ((50, 100, 200, 400), tags),
        "parents": (FEW, parents),
        "commits": (FEW, commits),
        "merges that are none": ((100, 200, 400), merges),
        "merges that cross": (FEW, crossing),
        "tags of tags, each pushed": ((50, 100, 200, 400), tags_of_tags),
        "files in folders that hold themselves": ((12, 13, 14, 15), folders_of_themselves),
        "a name": ((100_000, 200_000, 400_000, 800_000), names),
    }


def growth(only: str, *, quick: bool) -> int:
    """Double one input after the other; returns how many cost too much."""
    bad = 0
    print(f"\n{'what doubles':<30}{'to':>10}{'seconds':>26}{'worst':>8}{'MB':>7}")
    with tempfile.TemporaryDirectory() as folder:
        made = world(Path(folder), "plain")
        cases = [Case(name, LONG, of_text(made, make)) for name, make in TEXTS.items()]
        cases += [Case(f"{name}, too long", BEYOND, of_text(made, make)) for name, make in list(TEXTS.items())[:2]]
        cases += [Case(name, SOME, of_policy(made, make)) for name, make in POLICIES.items()]
        cases += [Case(name, sizes, of_push(made, make)) for name, (sizes, make) in pushed(made).items()]
        base = of_text(made, lambda _: good())(0)[1]
        gate = of_push(made, lambda _: (1, "", f"{'0' * 40} {made.made[0].oid} refs/heads/x\n".encode()))(0)[1]
        for case in cases:
            if only not in case.name:
                continue
            nothing = gate if case.name in pushed(made) else base
            runs = [case.measure(size) for size in (case.sizes[1:3] if quick else case.sizes)]
            spent = [max(done.seconds - nothing.seconds, 0) for _, done in runs]
            worst = max(
                (after / max(before, TELLS / 2) for before, after in pairwise(spent) if after > TELLS),
                default=0,
            )
            count, last = runs[-1]
            # What says what is wrong with a policy loads libraries; what counts is what a longer one takes more.
            memory = last.megabytes - (runs[0][1] if case.name in POLICIES else nothing).megabytes
            wrong = (
                worst > GROWTH or memory > MEMORY * count / 1e6 + SLACK_MB or any(done.code is None for _, done in runs)
            )
            # What a policy has too much of is refused by its name.
            unable = any(done.code not in {0, 1, *({2} if case.name in POLICIES else ())} for _, done in runs)
            wrong = wrong or unable
            bad += wrong
            shown = " ".join(f"{one:.2f}" for one in spent)
            print(f"{case.name:<30}{count:>10}{shown:>26}{worst:>8.2f}{memory:>7.1f}{'  TOO MUCH' if wrong else ''}")
            if unable:
                print(f"    {last.code}: {last.said[:300]}")
    return bad


def main() -> int:
    """Both tables, the fifty clients, and the last line that counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one doubling of each, and fewer pushes of the clients")
    parser.add_argument("--only", default="", help="attacks and inputs whose name has this word")
    options = parser.parse_args()
    inside, endless = attacks(options.only)
    bad = growth(options.only, quick=options.quick)
    clients = 0 if options.only else many_pushes.main(["--pushes", "4" if options.quick else "20"])
    print(f"\n{inside} attacks got in, {endless} did not end; {bad} inputs cost too much")
    return 1 if inside or endless or bad or clients else 0


if __name__ == "__main__":
    sys.exit(main())
