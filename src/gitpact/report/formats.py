"""Every format by its name."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from gitpact.records import Result
    from gitpact.report.report_context import Run

    Report = Callable[[Iterable[Result], Run], Generator[Result]]

# The module of each, and the function in it; only the one that is asked for is loaded.
FORMATS = {
    "text": ("text", "report"),
    "json": ("json_format", "json_report"),
    "jsonl": ("json_format", "jsonl_report"),
    "github": ("github", "report"),
    "gitlab": ("gitlab", "report"),
    "sarif": ("sarif", "report"),
    "junit": ("junit", "report"),
    "markdown": ("markdown", "report"),
}
NAMES = tuple(FORMATS)


def report(name: str) -> Report:
    """The report that writes one of `NAMES`: it hands every result on, so that several write beside each other."""
    module, function = FORMATS[name]
    found: Report = getattr(import_module(f"gitpact.report.{module}"), function)
    return found
