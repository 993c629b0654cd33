"""What the commands that print a verdict share: the rules that are left out, and writing the results."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from gitpact.errors import FINDINGS, OK, GitpactError, Phrase
from gitpact.repair import shell
from gitpact.report import escape, formats, i18n
from gitpact.report import style as styles
from gitpact.report.report_context import Run
from gitpact.rules import evaluate, ids
from gitpact.rules.push_registry import FILES, REFS, TOTALS, TREE

AT_ONCE = 256  # lines that are written together
MOST_KEPT = 1 << 20  # bytes of a document that are kept in memory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from typing import TextIO, TypeVar

    from gitpact.policy.in_force import InForce
    from gitpact.records import Policy, Result
    from gitpact.report.report_context import RepairCommands, Write

    Item = TypeVar("Item")
    Writer = tuple[Write, Callable[[], None], Callable[[], None]]


def ignored(select: str, ignore: str, policy: Policy) -> tuple[str, ...]:
    """Return the ids of the rules that do not run by the options `--select` and `--ignore`.

    Both are texts of rule ids and families with commas; "" selects all rules, or ignores none. The policy may have
    rules of its own. Raises GitpactError for an unknown name.
    """
    every = ids(policy)
    chosen = _expand("--select", select, policy) if select else every
    dropped = _expand("--ignore", ignore, policy)
    left = [rule for rule in chosen if rule not in dropped]
    if not set(left) - {*FILES, *TOTALS, *REFS, *TREE}:
        names = ", ".join(filter(None, (select, ignore)))
        raise GitpactError(
            "{names}: none of the selected rules applies to commits",
            "rules on files, sizes and branch names apply only to pushes; to apply these rules now: gitpact size",
            names=names,
        )
    return tuple(rule for rule in every if rule not in left)


def _expand(option: str, text: str, policy: Policy) -> tuple[str, ...]:
    try:
        return evaluate.expand([name.strip() for name in text.split(",") if name.strip()], policy)
    except KeyError as error:
        raise unknown_rule(str(error.args[0]), policy, f"{option}: ") from error


def unknown_rule(name: str, policy: Policy, place: str = "") -> GitpactError:
    """Build (not raise) the error on a name that is no rule, with the nearest one; `place` is what begins its text."""
    from gitpact.policy import parsing  # noqa: PLC0415  few names are wrong

    near = parsing.nearest(name, ids(policy))
    hint = "to list the rules: gitpact rules"
    if near:
        hint = Phrase("did you mean '{near}'?", near=near)
    return GitpactError("{place}unknown rule {name!r}", hint, place=place, name=name)


def give(  # noqa: PLR0913  what is asked for, and of what
    results: Iterable[Result],
    forms: Sequence[str],
    outputs: Sequence[str],
    colour: str,
    span: str | None,
    *,
    repair: RepairCommands = lambda _: (),
    found: InForce | None = None,
    policy: Policy | None = None,
) -> int:
    """Write the results as they come, in each of the formats `forms`; returns 0, or 1 where there are errors.

    The n-th format goes to the n-th path of `outputs`, one more to standard output; where each has a path, text goes
    there. `forms` are of formats.NAMES, none is text. A file is replaced only when all is written. `colour` is "auto",
    "always" or "never"; `span`, `repair` and `policy` are those of `Run`. `found` is the policy with its file, which is
    named on standard error where text shows what it refuses. Raises GitpactError where `forms` and `outputs` do not
    fit, or cannot be written, and BrokenPipeError where nobody reads standard output.
    """
    forms = forms or ["text"]
    if len(outputs) > len(forms):
        raise GitpactError(
            "more --output options ({outputs}) than --format options ({forms})",
            "write one --format for each --output",
            outputs=len(outputs),
            forms=len(forms),
        )
    unplaced = forms[len(outputs) :] or ["text"]
    if len(unplaced) > 1:
        names = ", ".join(unplaced)
        raise GitpactError(
            "only one of these formats can go to the terminal: {names}",
            "add one --output FILE for each of the other formats",
            names=names,
        )
    if "-" in outputs or len(set(outputs)) < len(outputs):
        raise GitpactError("--output: give each format its own file", "to write to standard output, leave out --output")
    tally = evaluate.Tally()
    write, flush, end = _whole_writer() if formats.FORMATS[unplaced[0]].whole else _writer(unplaced[0])
    run = Run(span, tally, style(colour), i18n.catalog(), write, repair, policy)
    flow: Iterable[Result] = tally.count(results)
    for form, path in zip(forms, outputs, strict=False):
        flow = _into_file(path, form, flow, run._replace(style=styles.Style(unicode=True)))
    told = formats.report(unplaced[0])(flow, run)
    del flow  # so that closing the last one closes all
    try:
        for _ in told:
            pass
        end = flush
    finally:
        told.close()  # a file that is not whole goes
        end()
    if found and tally.errors and unplaced == ["text"]:
        name_policy(found)
    return FINDINGS if tally.errors else OK


def name_policy(found: InForce) -> None:
    """Write to standard error which policy is in force, and what a person may take for it. Asks git."""
    from gitpact.report import hook_text, policy_text  # noqa: PLC0415  most runs refuse nothing

    shown = styles.style_of(hook_text.STDERR)
    hook_text.write(policy_text.of_work_tree(found, str(Path.cwd()), shown, i18n.catalog()), unicode=shown.unicode)


def _into_file(path: str, form: str, results: Iterable[Result], run: Run) -> Generator[Result]:
    """The results, written into a file that takes the place of `path` when all of it was written; a pipe directly."""
    with _replacing(path) as file:
        into = run._replace(write=lambda lines: file.writelines(f"{line}\n" for line in lines))
        yield from formats.report(form)(results, into)


def document(lines: Iterable[str], path: str) -> None:
    """Write a document, a line feed after each line: into a file that takes the place of `path`, "" is standard output.

    Nothing is written if the lines cannot all be made. Raises GitpactError where the file cannot be written.
    """
    if path:
        with _replacing(path) as file:
            file.writelines(f"{line}\n" for line in lines)
        return
    write, flush, end = _whole_writer()
    try:
        write(lines)
        end = flush
    finally:
        end()


@contextlib.contextmanager
def _replacing(path: str) -> Iterator[TextIO]:
    """A file that takes the place of `path` at the end if nothing was raised; a pipe or device is written directly."""
    direct = os.path.exists(path) and not os.path.isfile(path)
    folder, name = os.path.split(path)
    scratch = path if direct else os.path.join(folder, f".{name}.{os.urandom(8).hex()}")
    try:
        with open(scratch, "w" if direct else "x", encoding="utf-8", errors="backslashreplace") as file:
            yield file
        if not direct:
            os.replace(scratch, path)
    except OSError as error:
        hint = "make the folder first: mkdir -p {folder}" if folder and not os.path.isdir(folder) else ""
        raise GitpactError(
            "--output {path}: {reason}", hint, path=path, reason=error.strerror, folder=shell.quoted(folder)
        ) from error
    finally:
        if not direct and os.path.lexists(scratch):
            os.unlink(scratch)


def progress(
    items: Iterable[Item], noun: str, *, count: Callable[[Item], int] = lambda _: 1, every: int = 1
) -> Iterator[Item]:
    """Yield the items, and show on standard error how many `noun` have come; call it only where that is a terminal.

    `count` returns how many one item is worth. The line is rewritten where their sum is a multiple of `every`, and
    erased at the end.
    """
    number = 0
    for item in items:
        number += count(item)
        if number % every == 0:
            sys.stderr.write(f"\r{number} {i18n.translate(noun)}")
            sys.stderr.flush()
        yield item
    sys.stderr.write("\r\x1b[K")


def style(colour: str = "auto") -> styles.Style:
    """The style of standard output; `colour` is auto, always or never."""
    return styles.style_of(sys.stdout.fileno(), colour=colour)


def echo(lines: Iterable[str]) -> None:
    """Write lines to standard output, a line feed after each; they may be an iterator.

    The encoding is UTF-8 if the locale's is, else ASCII, where other characters are escapes of Python. Where a CI
    runner reads the log for commands, the lines are made harmless (`escape.inert`). Raises GitpactError where the disk
    is full, BrokenPipeError where nobody reads on.
    """
    write, flush, _ = _writer("text")
    write(map(i18n.translate, lines))
    flush()


def warn(said: object) -> None:
    """Write a line to standard error: a phrase or an error in the reader's language, escaped for terminals and logs."""
    sys.stderr.write(f"gitpact: {escape.inert(escape.visible(i18n.translate(said)))}\n")


def _writer(form: str) -> Writer:
    """What writes lines to standard output, and twice what writes those that were kept until there are many.

    The last is for a report that breaks off: of lines a part is of use too.
    """
    encoding = "utf-8" if i18n.takes_unicode(terminal=sys.stdout.isatty()) else "ascii"
    inert = form == "text" and escape.is_read(os.environ)
    # Many at once: where PYTHONUNBUFFERED is set, as in many a container, each write is a system call.
    most = 1 if sys.stdout.isatty() else AT_ONCE
    kept: list[str] = []

    def write(lines: Iterable[str]) -> None:
        kept.extend(map(escape.inert, lines) if inert else lines)
        if len(kept) >= most:
            flush()

    def flush() -> None:
        _do(_put, "\n".join((*kept, "") if kept else ()).encode(encoding, "backslashreplace"))
        kept.clear()
        _do(sys.stdout.flush)

    return write, flush, flush


def _whole_writer() -> Writer:
    """What keeps the lines of a document, those of a long one in a file, what writes them all, and what drops them."""
    import tempfile  # noqa: PLC0415  only a document has to be whole

    encoding = "utf-8" if i18n.takes_unicode(terminal=sys.stdout.isatty()) else "ascii"
    kept = tempfile.SpooledTemporaryFile(MOST_KEPT)  # noqa: SIM115  closed when all is written

    def write(lines: Iterable[str]) -> None:
        kept.write("".join(f"{line}\n" for line in lines).encode(encoding, "backslashreplace"))

    def flush() -> None:
        with kept:
            kept.seek(0)
            while data := kept.read(MOST_KEPT):
                _do(_put, data)
        _do(sys.stdout.flush)

    return write, flush, kept.close


def _put(data: bytes) -> None:
    """Unbuffered, a full disk takes a part of it and says nothing."""
    while data:
        data = data[sys.stdout.buffer.write(data) :]


def _do(act: Callable[..., object], *given: bytes) -> None:
    """Use standard output. Raises GitpactError where the disk is full."""
    try:
        act(*given)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise GitpactError("standard output: {reason}", reason=error.strerror) from error
