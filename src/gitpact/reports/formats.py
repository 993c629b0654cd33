"""Every format by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact.reports import document, github, gitlab, junit, markdown, sarif, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gitpact.records import Result
    from gitpact.reports.run import Run

    Report = Callable[[Iterable[Result], Run], None]

FORMATS: dict[str, Report] = {
    "text": text.report,
    "json": document.json_report,
    "jsonl": document.jsonl_report,
    "github": github.report,
    "gitlab": gitlab.report,
    "sarif": sarif.report,
    "junit": junit.report,
    "markdown": markdown.report,
}
