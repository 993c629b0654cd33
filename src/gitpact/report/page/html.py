"""The figures about a history as one HTML page, which needs no network, no server and no other file."""

from __future__ import annotations

import base64
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from gitpact import __version__
from gitpact.checks.history_figures import OTHER
from gitpact.report import rulebook
from gitpact.report.i18n.en import TEXTS as ENGLISH
from gitpact.report.i18n.zh import TEXTS as CHINESE
from gitpact.report.page import about as words
from gitpact.report.page import charts
from gitpact.rules import byte_sizes, ids

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gitpact.checks.history_figures import Figures, Period
    from gitpact.records import Finding, Policy
    from gitpact.report.page.about import About

FOLDER = Path(__file__).parent
LANGUAGES = {"en": ENGLISH, "zh": CHINESE}


def page(figures: Figures, about: About, policy: Policy, language: str) -> str:
    """Return the page; a reader can switch between both languages, and `language` ("en" or "zh") is shown first.

    `policy` is that of the figures, whose own rules are explained as it says. What came from commits is escaped, and
    the page forbids every script but its own (Content-Security-Policy).
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    style, script = ((FOLDER / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    names = [period.name for period in figures.periods]
    return environment.get_template("page.html").render(
        about=about,
        blobs=figures.blobs or (),
        day=words.day,
        figures=figures,
        header=words.header,
        language=language,
        short=words.short,
        security="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
        f"script-src 'sha256-{_digest(script)}'",
        script=Markup(script),  # noqa: S704  our own file
        sentence=_sentence,
        share=words.share,
        share_rows=lambda field: _share_rows(figures, field),
        most=words.SHOWN,
        size=byte_sizes.size,
        style=Markup(style),  # noqa: S704  as above
        text=_text,
        totals=words.totals(figures.rules),
        version=__version__,
        what=_what(policy),
        # S704: pygal escapes what it is given.
        chart={
            "conforming": Markup(charts.shares("conforming", names, _shares(figures, "conforming"))),  # noqa: S704
            "signed": Markup(charts.shares("signed", names, _shares(figures, "signed"))),  # noqa: S704
            "types": _stacked("types", figures.periods, lambda period: period.types),
            "scopes": _stacked("scopes", figures.periods, lambda period: period.scopes),
            "rules": _rules(figures),
            "files": _files(figures),
        },
    )


def _digest(script: str) -> str:
    return base64.b64encode(sha256(script.encode()).digest()).decode()


def _text(key: str, **facts: object) -> Markup:
    """A sentence of the catalogs."""
    return _in_both(lambda language: LANGUAGES[language][key].format_map(facts))


def _sentence(found: Finding) -> Markup:
    return _in_both(lambda language: words.sentence(found, LANGUAGES[language]))


def _what(policy: Policy) -> dict[str, Markup]:
    """What each rule asks for."""
    books = {language: rulebook.pages(policy, language) for language in LANGUAGES}

    def what(rule: str) -> Markup:
        return _in_both(lambda language: books[language][rule]["what"])

    return {rule: what(rule) for rule in ids(policy)}


def _in_both(say: Callable[[str], str]) -> Markup:
    """What `say` returns for each language; the page shows one of them."""
    texts = (Markup('<span lang="{}">{}</span>').format(language, say(language)) for language in LANGUAGES)
    return Markup("").join(texts)


def _shares(figures: Figures, field: str) -> list[float]:
    return [words.share(getattr(period, field), period.commits) for period in figures.periods]


def _stacked(name: str, periods: Sequence[Period], counts: Callable[[Period], Counter[str]]) -> dict[str, Any]:
    """A chart of the most frequent names over time, and their numbers; all others are one."""
    whole: Counter[str] = Counter()
    for period in periods:
        whole += counts(period)
    frequent = [label for label, _ in whole.most_common(charts.SERIES - 1) if label != OTHER]
    series = {label: [counts(period)[label] for period in periods] for label in frequent}
    rest = [sum(counts(period).values()) - sum(counts(period)[label] for label in frequent) for period in periods]
    if any(rest):
        series[OTHER] = rest
    shown = {words.short(label): values for label, values in series.items()}
    chart = Markup(charts.stacked(name, [period.name for period in periods], shown)) if series else None  # noqa: S704
    rows = [(period.name, *numbers) for period, *numbers in zip(periods, *shown.values(), strict=True)]
    return {"chart": chart, "series": shown, "rows": rows}


def _share_rows(figures: Figures, field: str) -> list[tuple[str, int, int, str]]:
    """The numbers behind a chart of shares."""
    return [
        (
            period.name,
            period.commits,
            getattr(period, field),
            f"{words.share(getattr(period, field), period.commits):.0f} %",
        )
        for period in figures.periods
    ]


def _rules(figures: Figures) -> Markup | None:
    rows = [(rule, errors + warnings) for rule, errors, warnings in words.totals(figures.rules)]
    return Markup(charts.bars("rules", rows)) if rows else None  # noqa: S704


def _files(figures: Figures) -> Markup | None:
    if not figures.blobs:
        return None
    rows = [(f"{words.short(blob.path)}: {byte_sizes.size(blob.size)}", blob.size) for blob in figures.blobs]
    return Markup(charts.treemap("files", rows))  # noqa: S704
