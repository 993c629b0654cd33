"""What a commit-msg hook adds to `git commit`: gitpact beside its peers, on this machine, in one run.

Every round commits once with each contender before the next round begins, so whatever else the machine does hits all
alike. Exit code 0: every claim holds; 1: one does not; 2: it could not be measured.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import tables
from peers import (
    ACCEPTED,
    CONTENDERS,
    FLOOR,
    GITPACT,
    KINDS,
    NO_HOOK,
    REFUSED,
    SOURCES,
    Contender,
    Ground,
    Installed,
    Unavailable,
    git_version,
    install,
    last_line,
    make_repositories,
    spoken,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

Key = TypeVar("Key")

HEADER = "api): add the login page\n\nThe page asks for a name and a password.\n"
MESSAGES = {
    ACCEPTED: f"feat({HEADER}\nSigned-off-by: Ann Lee <ann@example.org>\n",
    # Two mistakes: a type that nobody knows, for every contender; no sign-off, for those who ask for one.
    REFUSED: f"feature({HEADER}",
    # What git itself refuses, where a hook would have: the baseline of a refusal.
    "empty": "",
}
GIT_CONFIG = "[user]\n\tname = Ann Lee\n\temail = ann@example.org\n[init]\n\tdefaultBranch = main\n"
# gitpact keeps what it has read only once the files are two seconds old.
SETTLE_SECONDS = 2.5
WARM_UPS = 3
RUNS_AT_LEAST = 20
BARE = "python -I -c pass"
RATIOS = {ACCEPTED: 2.0, REFUSED: 3.0}
# 120 ms on a machine where bare Python takes 10.
PROCESS_FACTOR = 12
COLUMNS = ("contender", "version", "accepted ms", "added ms", "/ floor", "refused ms", "added ms", "/ floor")


class BenchError(Exception):
    """It cannot be measured; the text says why."""


class Ready(NamedTuple):
    """A contender with a repository for each kind of message; `notes` holds why a kind is not timed."""

    contender: Contender
    version: str
    repos: Mapping[str, Path]
    notes: Mapping[str, str]


class Figures(NamedTuple):
    """Medians in milliseconds: of commits by kind and contender, and of whole processes by command."""

    commits: Mapping[str, Mapping[str, float]]
    processes: Mapping[str, float]
    quartiles: tuple[float, float]

    def added(self, kind: str, name: str) -> float:
        """What a contender adds to the commit without a hook."""
        return self.commits[kind][name] - self.commits[kind][NO_HOOK]

    def ratio(self, kind: str, name: str) -> float:
        """What it adds, as a multiple of what starting Python adds."""
        return self.added(kind, name) / self.added(kind, FLOOR)


class Claim(NamedTuple):
    """A promise, and whether this run bears it out."""

    text: str
    holds: bool

    def __str__(self) -> str:
        return f"{'PASS' if self.holds else 'FAIL'}: {self.text}"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, and say which claims hold."""
    options = parse(argv)
    try:
        with tempfile.TemporaryDirectory(prefix="gitpact-bench-", ignore_cleanup_errors=True) as scratch:
            contenders, figures = run(lay_out(Path(scratch), options.peers.resolve()), options.runs)
    except BenchError as error:
        tell(f"commit_hook.py: {error}")
        return 2
    claims = [*commit_claims(contenders, figures), *process_claims(figures)]
    sys.stdout.write(text_report(options.runs, contenders, figures, claims))
    if options.write:
        tables.write("benchmarks.md", "a commit", table(contenders, figures), process_table(figures), claims=claims)
    return 0 if all(claim.holds for claim in claims) else 1


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    peers = Path(tempfile.gettempdir()) / "gitpact-bench-peers"
    parser.add_argument("--runs", type=int, default=30, metavar="N", help="rounds that count, 20 or more (%(default)s)")
    parser.add_argument("--peers", type=Path, default=peers, metavar="DIR", help="where peers are installed and kept")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md too")
    options = parser.parse_args(argv)
    if options.runs < RUNS_AT_LEAST:
        parser.error(f"--runs: expected {RUNS_AT_LEAST} or more")
    return options


def run(ground: Ground, runs: int) -> tuple[list[Ready], Figures]:
    """Prepare everybody, see that they judge, then take the times."""
    contenders = [prepare(contender, ground) for contender in CONTENDERS]
    time.sleep(SETTLE_SECONDS)
    contenders = [examine(ready, ground) for ready in contenders]
    commits = measure(commit_calls(contenders, ground), runs)
    processes = measure(process_calls(ground), runs)
    by_kind = {kind: {name: statistics.median(t) for (k, name), t in commits.items() if k == kind} for kind in KINDS}
    low, _, high = statistics.quantiles(commits[ACCEPTED, NO_HOOK], n=4)
    return contenders, Figures(by_kind, {name: statistics.median(t) for name, t in processes.items()}, (low, high))


def tell(text: str) -> None:
    """Progress and trouble, beside the results."""
    sys.stderr.write(f"{text}\n")


# The ground.


def lay_out(scratch: Path, peers: Path) -> Ground:
    """Message files, and an environment that knows nothing of whoever runs this. Raises BenchError without git."""
    if not shutil.which("git"):
        raise BenchError("git is not on PATH")
    (scratch / "home").mkdir()
    (scratch / "home" / ".gitconfig").write_text(GIT_CONFIG, encoding="utf-8")
    for kind, text in MESSAGES.items():
        (scratch / f"{kind}.txt").write_text(text, encoding="utf-8")
    # On PATH is only what hooks name: a manager found there would run instead of the one that was installed.
    needed = [Path(program).parent for program in map(shutil.which, ("git", "sh", "bash", "node")) if program]
    environ = {
        "PATH": os.pathsep.join(dict.fromkeys([*map(str, needed), *os.defpath.split(os.pathsep)])),
        "HOME": str(scratch / "home"),
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_GLOBAL": str(scratch / "home" / ".gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    return Ground(scratch, peers, environ)


def prepare(contender: Contender, ground: Ground) -> Ready:
    """Have the contender's programs, and its hook in a repository of its own."""
    tell(f"preparing {contender.name}")
    try:
        sources = {name: find(name, ground.peers) for name in contender.needs}
        places = {"python": sys.executable, **{name: str(found.programs) for name, found in sources.items()}}
        repos = make_repositories(contender, places, ground)
    except Unavailable as reason:
        text = f"not available: {reason}"
        return Ready(contender, "", {}, {ACCEPTED: text, REFUSED: text})
    own = {"git": git_version(), "floor": platform.python_version()}
    version = own.get(contender.runtime) or " + ".join(found.version for found in sources.values())
    return Ready(contender, version, repos, {})


def find(name: str, peers: Path) -> Installed:
    """A peer below the folder of peers, or gitpact beside the Python that runs this."""
    if name in SOURCES:
        return install(name, peers)
    programs = Path(sysconfig.get_path("scripts"))
    if not (programs / name).is_file():
        raise BenchError(f"{name} is not installed beside this Python; make hooks-install, then use .venv/bin/python")
    said = subprocess.run([programs / name, "--version"], capture_output=True, text=True, check=False).stdout
    return Installed(programs, said.strip().removeprefix(f"{name} "))


# The verdicts.


def examine(ready: Ready, ground: Ground) -> Ready:
    """Find out whether the contender accepts one message and refuses the other; what it does not do is not timed."""
    notes = ready.notes or verdicts(ready, ground)
    if notes and ready.contender.runtime in ("git", "floor", "gitpact"):
        raise BenchError(f"{ready.contender.name}: {notes[REFUSED]}")
    return ready._replace(notes=notes)


def verdicts(ready: Ready, ground: Ground) -> dict[str, str]:
    """Why a kind is not to be timed; empty for a contender that judges as it should."""
    accepts, refuses = (spoken(commit_command(ready, kind, ground), ready.repos[kind], ground) for kind in KINDS)
    if accepts.returncode:
        return dict.fromkeys(KINDS, f"does not judge: refuses the valid message too ({last_line(accepts)})")
    if refuses.returncode:
        return {}
    if not ready.contender.judges:
        return {REFUSED: "judges nothing"}
    return dict.fromkeys(KINDS, "does not judge: accepts both")


def commit_command(ready: Ready, kind: str, ground: Ground) -> list[str]:
    """The call of git; without a hook, git's own refusal of an empty message is the baseline of refusals."""
    text = "empty" if (kind, ready.contender.name) == (REFUSED, NO_HOOK) else kind
    return ["git", "commit", "--allow-empty", "-q", "-F", str(ground.scratch / f"{text}.txt")]


# The clock.


def commit_calls(contenders: Sequence[Ready], ground: Ground) -> dict[tuple[str, str], Callable[[], float]]:
    """One timed commit per kind and contender, in the order of a round."""
    return {
        (kind, ready.contender.name): partial(
            timed, commit_command(ready, kind, ground), ready.repos[kind], ground, fails=kind == REFUSED
        )
        for kind in KINDS
        for ready in contenders
        if kind not in ready.notes
    }


def process_calls(ground: Ground) -> dict[str, Callable[[], float]]:
    """Whole processes, bare Python first."""
    gitpact = str(Path(sysconfig.get_path("scripts")) / "gitpact")
    commands = {
        BARE: [sys.executable, "-I", "-c", "pass"],
        "gitpact --version": [gitpact, "--version"],
        "gitpact --help": [gitpact, "--help"],
    }
    return {name: partial(timed, command, ground.scratch, ground, fails=False) for name, command in commands.items()}


def timed(command: Sequence[str], folder: Path, ground: Ground, *, fails: bool) -> float:
    """Milliseconds of a command. Raises BenchError where it ends otherwise than before."""
    quiet, environ = subprocess.DEVNULL, ground.environ
    begin = time.perf_counter()
    code = subprocess.call(command, cwd=folder, env=environ, stdin=quiet, stdout=quiet, stderr=quiet)
    spent = time.perf_counter() - begin
    if bool(code) != fails:
        raise BenchError(f"{folder.name}: exit code {code} was not expected from: {' '.join(command)}")
    return spent * 1000


def measure(calls: Mapping[Key, Callable[[], float]], runs: int) -> dict[Key, list[float]]:
    """The times of every call, round after round, without those of the warm-up."""
    times: dict[Key, list[float]] = {key: [] for key in calls}
    for turn in range(-WARM_UPS, runs):
        tell("warming up" if turn < 0 else f"round {turn + 1} of {runs}")
        for key, call in calls.items():
            spent = call()
            if turn >= 0:
                times[key].append(spent)
    return times


# The claims.


def commit_claims(contenders: Sequence[Ready], figures: Figures) -> Iterator[Claim]:
    """What is promised of a commit."""
    for kind, limit in RATIOS.items():
        ratio = figures.ratio(kind, GITPACT)
        said = f"{kind} message: the hook of gitpact adds {ratio:.2f} times the time of a hook that only starts Python"
        yield Claim(f"{said}; limit {limit}", ratio <= limit)
    for kind in KINDS:
        yield ahead(kind, contenders, figures)


def ahead(kind: str, contenders: Sequence[Ready], figures: Figures) -> Claim:
    """Gitpact before every peer that runs on Python or Node; who could not be timed is named, and proves nothing."""
    rivals = [r.contender for r in contenders if r.contender.runtime in ("python", "node") and r.contender.judges]
    raced = {rival.name: figures.added(kind, rival.name) for rival in rivals if rival.name in figures.commits[kind]}
    absent = [rival.name for rival in rivals if rival.name not in raced]
    own, tail = figures.added(kind, GITPACT), f"; not timed: {', '.join(absent)}" if absent else ""
    if not raced:
        return Claim(f"{kind}: no peer on Python or Node could be timed{tail}", holds=False)
    first = min(raced, key=raced.__getitem__)
    field = f"the fastest of the {len(raced)} other tools on Python or Node, {first}, adds {raced[first]:.1f} ms{tail}"
    return Claim(f"{kind} message: gitpact adds {own:.1f} ms; {field}", own < raced[first])


def process_claims(figures: Figures) -> Iterator[Claim]:
    """What is promised of the command line."""
    limit = figures.processes[BARE] * PROCESS_FACTOR
    for name in (name for name in figures.processes if name != BARE):
        spent = figures.processes[name]
        text = f"{name} takes {spent:.1f} ms; limit {limit:.0f} ms, {PROCESS_FACTOR} times as long as {BARE}"
        yield Claim(text, spent < limit)


# The paper.


def table(contenders: Sequence[Ready], figures: Figures) -> list[tuple[str, ...]]:
    """The commits: a row per contender, under the names of the columns."""
    rows = [(*(ready.contender.name, ready.version or "-"), *cells(ready, figures)) for ready in contenders]
    return [COLUMNS, *rows]


def cells(ready: Ready, figures: Figures) -> Iterator[str]:
    """Median, added and ratio, for both kinds; a kind that was not timed says so in the first of its cells."""
    name = ready.contender.name
    for kind in KINDS:
        if kind in ready.notes:
            yield from (ready.notes[kind].partition(":")[0], "-", "-")
        elif name == NO_HOOK:
            yield from (f"{figures.commits[kind][name]:.1f}", "-", "-")
        else:
            yield f"{figures.commits[kind][name]:.1f}"
            yield f"{figures.added(kind, name):.1f}"
            yield f"{figures.ratio(kind, name):.2f}"


def process_table(figures: Figures) -> list[tuple[str, ...]]:
    """The whole processes, under the names of the columns."""
    bare = figures.processes[BARE]
    rows = [(name, f"{spent:.1f}", f"{spent / bare:.2f}") for name, spent in figures.processes.items()]
    return [("process", "ms", "/ bare Python"), *rows]


def remarks(runs: int, contenders: Sequence[Ready], figures: Figures) -> Iterator[str]:
    """How it was taken, how quiet the machine was, and who is missing."""
    yield (
        f"Medians of {runs} rounds; {platform.system()}, {os.cpu_count()} cores,"
        f" Python {platform.python_version()}, git {git_version()}."
    )
    low, high = figures.quartiles
    yield f"Half of the commits without a hook took {low:.1f} to {high:.1f} ms."
    yield baselines(figures)
    for ready in contenders:
        for note in dict.fromkeys(ready.notes.values()):
            yield f"{ready.contender.name}: {note}."


def baselines(figures: Figures) -> str:
    """What a refusal is compared with, and what the other choice would make of gitpact's ratio."""
    full, refused = (figures.commits[kind][NO_HOOK] for kind in KINDS)
    other = (figures.commits[REFUSED][GITPACT] - full) / (figures.commits[REFUSED][FLOOR] - full)
    return (
        f"From a refusal is taken what git needs to refuse an empty message without a hook ({refused:.1f} ms);"
        f" were a whole commit taken from it ({full:.1f} ms), gitpact's ratio would be {other:.2f}."
    )


def text_report(runs: int, contenders: Sequence[Ready], figures: Figures, claims: Sequence[Claim]) -> str:
    """For a terminal."""
    both = [tables.aligned(table(contenders, figures)), tables.aligned(process_table(figures))]
    notes = [*remarks(runs, contenders, figures)]
    return "\n\n".join("\n".join(lines) for lines in (*both, notes, map(str, claims))) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
