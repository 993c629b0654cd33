"""The figures about a history for programs (JSON) and for a comment or a job summary (Markdown)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitpact import __version__
from gitpact.report.json_format import dumped
from gitpact.report.markdown import code
from gitpact.report.page import about as words
from gitpact.rules import byte_sizes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.checks.history_figures import Figures
    from gitpact.records import Finding
    from gitpact.report.i18n import Catalog
    from gitpact.report.page.about import About

FIRST = 10  # rows of a table in Markdown


def json_document(figures: Figures, about: About, texts: Catalog) -> str:
    """Return one JSON document; docs/report.md lists its keys."""
    return dumped(
        {
            "schema": 1,
            "version": __version__,
            "range": about.range,
            "policy": about.policy,
            "commits": figures.commits,
            "checked": figures.checked,
            "conforming": figures.conforming,
            "signed": figures.signed,
            "skipped": figures.skipped,
            "rules": [
                {"rule": rule, "errors": errors, "warnings": warnings}
                for rule, errors, warnings in words.totals(figures.rules)
            ],
            "periods": [period._asdict() for period in figures.periods],
            "persons": [] if about.anonymous else [person._asdict() for person in figures.persons],
            "offenders": [*_offenders(figures, about, texts)],
            "files": _files(figures),
            "repositories": [one._asdict() for one in figures.repositories],
        }
    )


def _offenders(figures: Figures, about: About, texts: Catalog) -> Iterator[dict[str, Any]]:
    for when, result in figures.offenders:
        oid = result.commit.oid or ""
        yield {
            "commit": oid,
            "date": words.day(when),
            "subject": words.header(result),
            "author": None if about.anonymous else words.short(str(result.commit.author or "")),
            "url": f"{about.commit_url}{oid}" if about.commit_url else None,
            "findings": [
                {"rule": found.rule, "message": None if about.anonymous else words.sentence(found, texts)}
                for found in result.findings[: words.SHOWN]
            ],
        }


def _files(figures: Figures) -> list[dict[str, Any]] | None:
    if figures.blobs is None:
        return None
    return [{"path": blob.path, "size": blob.size, "commit": blob.commit or None} for blob in figures.blobs]


def markdown(figures: Figures, about: About, texts: Catalog) -> Iterator[str]:
    """Yield the lines of a Markdown document: the shares, and a table each for rules, commits and files."""
    yield from (f"### {texts['page.title']} {code(about.range)}", "")
    yield f"- {texts['page.commits']}: {figures.commits} ({texts['page.checked']}: {figures.checked})"
    for label, part in (("page.conforming", figures.conforming), ("page.signed", figures.signed)):
        yield f"- {texts[label]}: {words.share(part, figures.checked):.0f} %"
    yield from _table(
        texts,
        ("page.rule", "page.errors", "page.warnings"),
        [(f"`{rule}`", str(errors), str(warnings)) for rule, errors, warnings in words.totals(figures.rules)],
    )
    yield from _table(
        texts,
        ("page.commit", "page.header", "page.rules"),
        [
            (_linked(result.commit.oid or "", about), code(words.header(result)), ", ".join(_rules(result.findings)))
            for _, result in figures.offenders
        ],
    )
    yield from _table(
        texts,
        ("page.repository", "page.number", "page.failing", "page.unsigned"),
        [(code(one.name), str(one.commits), str(one.failing), str(one.unsigned)) for one in figures.repositories],
    )
    rows = [(code(blob.path), byte_sizes.size(blob.size), _linked(blob.commit, about)) for blob in figures.blobs or ()]
    yield from _table(texts, ("page.path", "page.size", "page.commit"), rows)


def _rules(findings: Sequence[Finding]) -> list[str]:
    return [*dict.fromkeys(f"`{found.rule}`" for found in findings)]


def _linked(oid: str, about: About) -> str:
    short = f"`{oid[:12]}`" if oid else ""
    return f"[{short}]({about.commit_url}{oid})" if oid and about.commit_url else short


def _table(texts: Catalog, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """A table of the first rows; nothing without rows."""
    if not rows:
        return
    yield ""
    yield f"| {' | '.join(texts[key] for key in head)} |"
    yield f"|{' --- |' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows[:FIRST])
