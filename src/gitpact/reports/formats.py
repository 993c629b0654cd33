"""Every format by its name; text loads nothing of the others."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gitpact.records import Result
    from gitpact.reports.run import Run

    Report = Callable[[Iterable[Result], Run], None]

NAMES = ("text", "json", "jsonl", "github", "gitlab", "sarif", "junit", "markdown")


def report(name: str) -> Report:
    """The report that writes one of `NAMES`."""
    if name == "text":
        from gitpact.reports import text  # noqa: PLC0415

        return text.report
    from gitpact.reports import document, github, gitlab, junit, markdown, sarif  # noqa: PLC0415

    return {
        "json": document.json_report,
        "jsonl": document.jsonl_report,
        "github": github.report,
        "gitlab": gitlab.report,
        "sarif": sarif.report,
        "junit": junit.report,
        "markdown": markdown.report,
    }[name]
