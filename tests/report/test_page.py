"""The report on a history: what a commit says has no effect in the page, and all three forms have the same figures."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from gitpact.checks import history_figures
from gitpact.message import display_width
from gitpact.policy import parsing
from gitpact.records import Blob, Finding, Ident
from gitpact.report.i18n import en, zh
from gitpact.report.page import about as words
from gitpact.report.page import charts, commit_url, documents, html
from gitpact.report.page.about import About
from tests.checks.test_history_figures import ERROR, figures, result

if TYPE_CHECKING:
    from gitpact.checks.history_figures import Figures

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\x1b[31m`|`[x](http://evil)"
POLICY = parsing.parse("", "built-in")
ABOUT = About("main", "gitpact.toml", "https://github.com/o/r/commit/")
SHOWN = Finding("type-known", "unknown", facts=(("got", HOSTILE), ("expected", "feat")))


@pytest.fixture(scope="module")
def made() -> Figures:
    rows = [
        (0, result("feat(api): x")),
        (0, result(f"{HOSTILE}: x", SHOWN, author=Ident(HOSTILE, "e@x.org"))),
        (86_400, result(f"fix({HOSTILE}): y", ERROR, ERROR, ERROR, ERROR, ERROR, ERROR, signed=False)),
        (86_400, result("Merge branch 'x'", special="merge")),
    ]
    blobs = tuple(Blob("2" * 40, 1000 * (9 - number), f"{HOSTILE}/{number}", "3" * 40) for number in range(9))
    return figures(rows)._replace(blobs=blobs)


class Read(HTMLParser):
    """The elements of a page, the text of its scripts, and every attribute that names something outside of it."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.scripts: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: D102
        self.tags.append(tag)
        for name, value in attrs:
            if name in {"href", "src", "xlink:href", "action", "data"} and not (value or "").startswith("#"):
                self.links.append(value or "")
            if name.startswith("on"):
                self.handlers.append(name)

    def handle_data(self, data: str) -> None:  # noqa: D102
        if self.tags[-1:] == ["script"] and data.strip():
            self.scripts.append(data)


@pytest.mark.parametrize("anonymous", [True, False])
def test_a_hostile_history_is_inert(made: Figures, *, anonymous: bool) -> None:
    page = html.page(made, ABOUT._replace(anonymous=anonymous), POLICY, "en")
    read = Read(page)
    assert (read.tags.count("script"), read.handlers, "img" in read.tags) == (1, [], False)
    assert len(read.scripts) == 1
    assert {link.removeprefix("https://github.com/o/r/commit/") for link in read.links} == {"1" * 40, "3" * 40}
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert not re.search(r"url\(|@import", page)


def test_each_chart_and_its_numbers_are_there(made: Figures) -> None:
    page = html.page(made, ABOUT, POLICY, "zh")
    for name in ("conforming", "signed", "types", "scopes", "rules", "files"):
        assert f'id="chart-{name}"' in page
    assert page.count("<summary>") == 4
    assert '<html lang="zh" data-language="zh">' in page
    assert "…" in page


def test_persons_are_left_out(made: Figures) -> None:
    about = ABOUT._replace(anonymous=True)
    whole = html.page(made, about, POLICY, "en") + documents.json_document(made, about, en.TEXTS)
    assert "x.org" not in whole
    assert "x.org" in html.page(made, ABOUT, POLICY, "en")


def test_a_history_without_commits_is_a_page_too() -> None:
    page = html.page(history_figures.Figures(0, {}, (), {}, (), ()), About("main", "gitpact.toml"), POLICY, "en")
    assert en.TEXTS["page.no-findings"] in page
    assert "<svg" not in page
    no_files = html.page(history_figures.Figures(0, {}, (), {}, (), (), ()), About("main", "x"), POLICY, "en")
    assert "chart-files" not in no_files


def test_the_json_has_the_figures(made: Figures) -> None:
    read = json.loads(documents.json_document(made, ABOUT, en.TEXTS))
    assert (read["commits"], read["checked"], read["conforming"], read["signed"]) == (4, 3, 1, 1)
    assert read["rules"][0] == {"rule": "type-known", "errors": 7, "warnings": 0}
    assert [period["name"] for period in read["periods"]] == ["1970-01-01", "1970-01-02"]
    assert read["offenders"][0]["url"] == f"https://github.com/o/r/commit/{'1' * 40}"
    assert len(read["offenders"][0]["findings"]) == 5
    assert read["files"][0]["size"] == 9000
    bare = json.loads(documents.json_document(made._replace(blobs=None), ABOUT._replace(commit_url=""), zh.TEXTS))
    assert (bare["files"], bare["offenders"][0]["url"]) == (None, None)


def test_the_markdown_has_them_too(made: Figures) -> None:
    lines = [*documents.markdown(made, ABOUT, en.TEXTS)]
    assert "- without an error: 33 %" in lines
    assert "| `type-known` | 7 | 0 |" in lines
    assert not [line for line in lines if "](http://evil" in line.replace("`", "") and "` " not in line]
    nothing = [*documents.markdown(history_figures.Figures(0, {}, (), {}, (), ()), ABOUT, en.TEXTS)]
    assert len([line for line in nothing if line.startswith("|")]) == 0


def test_many_types_are_few_colours() -> None:
    rows = [(0, result(f"t{number}: x")) for number in range(12)] + [(1 << 62, result("nope: x", ERROR))]
    page = html.page(figures(rows), ABOUT, POLICY, "en")
    assert page.count('<li class="series-') == charts.SERIES
    assert words.day(1 << 62) == ""
    assert words.share(0, 0) == 100


def test_a_text_in_the_treemap_is_no_wider_than_its_rectangle() -> None:
    rows = [(f"some/folder/file-{number}.bin: {number} MB", number * number) for number in range(1, 30)]
    svg = charts.treemap("files", rows)
    shown = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert shown
    assert max(map(display_width.width, shown)) < 900 / charts.CHARACTER
    assert len(shown) < len(rows)


@pytest.mark.parametrize(
    ("url", "platform", "prefix"),
    [
        ("https://github.com/o/r.git", "github", "https://github.com/o/r/commit/"),
        ("https://ann:secret@github.com/o/r", "github", "https://github.com/o/r/commit/"),
        ("git@github.com:o/r.git", "github", "https://github.com/o/r/commit/"),
        ("ssh://git@gitlab.example.org:2222/g/s/r.git/", "gitlab", "https://gitlab.example.org/g/s/r/-/commit/"),
        ("https://gitea.example.org:3000/o/r", "gitea", "https://gitea.example.org:3000/o/r/commit/"),
        ("git@bitbucket.org:o/r.git", "bitbucket", "https://bitbucket.org/o/r/commits/"),
        ("https://dev.azure.com/o/p/_git/r", "azure", "https://dev.azure.com/o/p/_git/r/commit/"),
        ("git@ssh.dev.azure.com:v3/o/p/r", "azure", "https://dev.azure.com/o/p/_git/r/commit/"),
        ('https://github.com/o/"><script>', "github", "https://github.com/o/%22%3E%3Cscript%3E/commit/"),
        ("https://example.org/o/r", "", ""),
        ("/srv/github.git", "github", ""),
        ("javascript:alert(1)//github.com", "", ""),
        ("", "", ""),
    ],
)
def test_where_a_commit_is_shown(url: str, platform: str, prefix: str) -> None:
    assert commit_url.prefix(url, platform) == prefix
