"""Every format by its name."""

from __future__ import annotations

from importlib import import_module

from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from gitpact.records import Result
    from gitpact.report.report_context import Run

    Report = Callable[[Iterable[Result], Run], Generator[Result]]


class Format(NamedTuple):
    """Where the report is that writes a format; `whole` tells that a half of it is of no use to its readers."""

    module: str
    function: str = "report"
    whole: bool = False


FORMATS = {
    "text": Format("text"),
    "json": Format("json_format", "json_report", whole=True),
    "jsonl": Format("json_format", "jsonl_report"),
    "github": Format("github"),
    "gitlab": Format("gitlab", whole=True),
    "sarif": Format("sarif", whole=True),
    "junit": Format("junit", whole=True),
    "markdown": Format("markdown"),
}
NAMES = tuple(FORMATS)


def report(name: str) -> Report:
    """The report that writes one of `NAMES`: it hands every result on, so that several write beside each other."""
    module, function, _ = FORMATS[name]
    found: Report = getattr(import_module(f"gitpact.report.{module}"), function)
    return found
