"""The rulebook teaches what the rules do: every example is judged, and both languages tell of every rule."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import gitpact
from gitpact import checks, idents, message, policy
from gitpact.records import Commit, Result
from gitpact.rules import IDS

RULEBOOK = Path(gitpact.__file__).parent / "rulebook"
AUTHOR = "Ann Lee <ann@example.org>"
# What begins with `bad-` is so for the bad example only.
EXAMPLE_KEYS = {
    "bad",
    "good",
    "policy",
    "parents",
    "author",
    "bad-author",
    "bad-committer",
    "bad-signature",
    "bad-commits",
}

every_rule = pytest.mark.parametrize("rule", IDS, ids=IDS)
every_language = pytest.mark.parametrize("language", ["en", "zh"])


def read(name: str) -> dict[str, dict[str, Any]]:
    """The tables of one file of the rulebook."""
    return tomllib.loads((RULEBOOK / f"{name}.toml").read_text(encoding="utf-8"))


EXAMPLES = read("examples")
TEXTS = {"en": read("en"), "zh": read("zh")}


def judge(example: dict[str, Any], kind: str) -> Result:
    """The verdict on the bad or the good example under its policy."""
    bad = kind == "bad"
    rules = policy.parse(example.get("policy", ""), "examples.toml")
    if "bad-commits" in example:
        return checks.judge_range(example["bad-commits"] if bad else 3, rules) or Result(
            Commit(message.header_only(b"")), ()
        )
    commit = Commit(
        message.from_bytes(example[kind].encode(), issue_pattern=rules.issue_pattern),
        author=idents.parse(example.get("bad-author" if bad else "author", example.get("author", AUTHOR))),
        committer=idents.parse(example.get("bad-committer", "")) if bad else None,
        parents=example.get("parents") if bad else None,
        signature=example.get("bad-signature", "") if bad else "G",
    )
    return checks.judge(commit, rules)


def switch_keys(text: str) -> list[str]:
    """The policy keys that a `switch` names."""
    return re.findall(r"\b[a-z]+\.[a-z]+(?:-[a-z]+)*", text)


@pytest.mark.parametrize("name", ["examples", "en", "zh"])
def test_holds_every_rule_in_the_order_they_run(name: str) -> None:
    assert tuple(read(name)) == IDS


@every_rule
def test_example_has_only_known_keys(rule: str) -> None:
    assert {"bad", "good"} <= set(EXAMPLES[rule]) <= EXAMPLE_KEYS


@every_rule
def test_bad_example_is_found_by_its_rule_alone(rule: str) -> None:
    result = judge(EXAMPLES[rule], "bad")
    assert {finding.rule for finding in result.findings} == {rule}


@every_rule
def test_good_example_is_judged_in_full_and_clean(rule: str) -> None:
    result = judge(EXAMPLES[rule], "good")
    assert (result.special, result.skipped, result.findings) == ("", (), ())


@every_rule
@every_language
def test_text_says_what_and_why(language: str, rule: str) -> None:
    text = TEXTS[language][rule]
    assert list(text) == ["what", "why", "switch"]
    assert text["what"].strip()
    assert text["why"].strip()


@every_rule
def test_switch_names_the_same_existing_keys_in_both_languages(rule: str) -> None:
    english, chinese = (switch_keys(TEXTS[language][rule]["switch"]) for language in ("en", "zh"))
    assert english == chinese
    assert set(english) <= set(policy.BY_PATH)
    assert bool(english) == bool(TEXTS["en"][rule]["switch"]) == bool(TEXTS["zh"][rule]["switch"])
