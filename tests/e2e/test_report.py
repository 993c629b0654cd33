"""`gitpact report`, and its page in a real browser."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from gitpact.cli import questions, report
from tests.support.commands import caller
from tests.support.repos import gitpact, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.repos import Repo

QUIET = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--force-prefers-reduced-motion"),
)
HOSTILE = "</td><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"


@pytest.fixture
def history(repo: Repo) -> Repo:
    """Six commits, two of them with errors, one of these hostile; and a large file."""
    repo.git("remote", "add", "origin", "git@github.com:o/r.git")
    for number in range(4):
        (repo.path / f"file-{number}").write_bytes(bytes(1000 * (number + 1)))
        repo.git("add", "-A")
        repo.git("commit", "-q", "-s", "-m", f"feat(api): step {number}")
    repo.git("commit", "-q", "--allow-empty", "-s", "-m", "no header")
    repo.git("commit", "-q", "--allow-empty", "-m", f"feature: {HOSTILE}")
    return repo


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    """Chromium without a window; it keeps what pages write to the console, and every request."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (program and driver):
        pytest.skip("there is no Chromium; .ci/run installs it where it can")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for option in (*QUIET, "--window-size=1000,900"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    opened = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield opened
    opened.quit()


def made(history: Repo, *options: str) -> Path:
    done = gitpact("report", "-o", "pact.html", *options, env={"GITPACT_LANG": "en"})
    assert (done.returncode, done.stdout, done.stderr) == (0, "written: pact.html\n", "")
    return history.path / "pact.html"


def console(browser: webdriver.Chrome, kind: str = "browser") -> list[dict[str, str]]:
    """What the browser noted: what the page wrote to the console, or its events."""
    rows: list[dict[str, str]] = browser.get_log(kind)  # type: ignore[no-untyped-call]
    return rows


def requests(browser: webdriver.Chrome) -> list[str]:
    """What the page asked the network for."""
    events = [json.loads(row["message"])["message"] for row in console(browser, "performance")]
    urls = [one["params"]["request"]["url"] for one in events if one["method"] == "Network.requestWillBeSent"]
    return [url for url in urls if not url.startswith(("file:", "data:"))]


def shown(browser: webdriver.Chrome, selector: str) -> list[str]:
    return [one.text for one in browser.find_elements(By.CSS_SELECTOR, selector) if one.is_displayed()]


def test_the_page_in_a_browser(history: Repo, browser: webdriver.Chrome) -> None:
    browser.get(made(history).as_uri())
    assert browser.title == "gitpact: HEAD"
    assert [one.size["height"] > 100 for one in browser.find_elements(By.CSS_SELECTOR, "figure svg")] == [True] * 6
    assert "67 %" in " ".join(shown(browser, ".tiles li"))
    assert "taken" not in browser.title
    links = [one.get_attribute("href") for one in browser.find_elements(By.CSS_SELECTOR, "#offenders a")]
    head = history.git("rev-parse", "HEAD")
    assert f"https://github.com/o/r/commit/{head}" in links
    assert (console(browser), requests(browser)) == ([], [])


def test_the_filters_of_the_page(history: Repo, browser: webdriver.Chrome) -> None:
    browser.get(made(history).as_uri())
    rows = "#offenders tbody tr"
    assert len(shown(browser, rows)) == 2
    browser.find_element(By.ID, "filter-text").send_keys("NO HEADER")
    assert (len(shown(browser, rows)), shown(browser, "#filter-count")) == (1, ["1 / 2"])
    browser.find_element(By.ID, "filter-text").clear()
    browser.find_element(By.ID, "filter-text").send_keys(Keys.BACKSPACE)
    browser.find_element(By.ID, "filter-rule").send_keys("sign-off-required")
    assert ["sign-off-required" in row for row in shown(browser, rows)] == [True]


def test_languages_themes_and_keys(history: Repo, browser: webdriver.Chrome) -> None:
    browser.get(made(history).as_uri())
    background = "return getComputedStyle(document.body).backgroundColor"
    light = browser.execute_script(background)
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB, Keys.TAB, Keys.ENTER)
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "zh"
    assert "gitpact 报告" in browser.find_element(By.TAG_NAME, "h1").text
    assert "gitpact report" not in browser.find_element(By.TAG_NAME, "h1").text
    browser.switch_to.active_element.send_keys(Keys.TAB, Keys.ENTER)
    assert browser.execute_script(background) != light
    browser.set_window_size(390, 900)
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert browser.execute_script(wide) == 0, "a phone does not scroll sideways"
    assert console(browser) == []


def test_the_other_forms(history: Repo) -> None:
    document = json.loads(gitpact("report", "--format", "json", "HEAD~1..HEAD").stdout)
    assert (document["range"], document["commits"], len(document["files"])) == ("HEAD~1..HEAD", 1, 0)
    said = gitpact("report", "--format", "markdown", "--no-files").stdout
    assert said.startswith("### gitpact report ` HEAD `\n")
    assert "file-3" not in said
    whole = gitpact("report", "--anonymous").stdout
    assert (whole.count("<html"), "ann@example.org" in whole) == (1, False)
    assert not [*history.path.glob(".pact*")]


def test_what_cannot_be_is_two_lines(history: Repo, capfd: pytest.CaptureFixture[str]) -> None:
    run = caller("report", capfd)
    code, _, err = run("nowhere", "-o", "pact.html")
    assert (code, err.count("\n")) == (2, 2)
    done = gitpact("report", "-o", "missing/pact.html")
    assert (done.returncode, "mkdir -p missing" in done.stderr) == (2, True)
    oid = history.git("rev-parse", "HEAD~3")
    (history.path / ".git/objects" / oid[:2] / oid[2:]).unlink()
    code, _, err = run("-o", "pact.html")
    assert (code, oid in err) == (2, True), err
    assert not (history.path / "pact.html").exists()


def test_without_the_extra_and_at_a_terminal(
    history: Repo, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = caller("report", capfd)
    monkeypatch.setattr(questions, "is_terminal", lambda _: True)
    code, _, err = run()
    assert (code, "name a file: gitpact report -o pact.html" in err) == (2, True)
    monkeypatch.setitem(sys.modules, "gitpact.report.page.html", None)
    monkeypatch.delattr("gitpact.report.page.html", raising=False)
    code, _, err = run("-o", "pact.html")
    assert (code, "-m pip install Jinja2 pygal" in err) == (2, True)
    assert history.path.is_dir()
    assert report.LARGEST == 40


def test_the_policy_and_the_remote_are_named(history: Repo) -> None:
    write(history.path / "gitpact.toml", 'preset = "conventional"\n')
    assert "gitpact.toml" in made(history).read_text()
