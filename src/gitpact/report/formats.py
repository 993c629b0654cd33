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
    """The function that writes a format, and its module in gitpact.report.

    `whole` says that the output is one document, of no use unless it is complete.
    """

    module: str
    function: str = "report"
    whole: bool = False


MESSAGES, SUMMARY = "json with messages", "markdown summary"  # what --messages and --summary make of json and markdown
FORMATS = {
    "text": Format("text"),
    "json": Format("json_format", "json_report", whole=True),
    MESSAGES: Format("messages", whole=True),
    "jsonl": Format("json_format", "jsonl_report"),
    "github": Format("github"),
    "gitlab": Format("gitlab", whole=True),
    "sarif": Format("sarif", whole=True),
    "junit": Format("junit", whole=True),
    "markdown": Format("markdown"),
    SUMMARY: Format("markdown", "summary", whole=True),
}
NAMES = tuple(name for name in FORMATS if name not in {MESSAGES, SUMMARY})


def report(name: str) -> Report:
    """Return the function that writes the format `name`; raises KeyError for one that is not in NAMES.

    It takes results and a `Run` and is a generator: it yields each result unchanged and writes as it is consumed, so
    that several can be chained. Its module is imported by this call.
    """
    module, function, _ = FORMATS[name]
    found: Report = getattr(import_module(f"gitpact.report.{module}"), function)
    return found
