"""The rulebook teaches what the rules do: every example is judged, and both languages tell of every rule."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import gitpact
from gitpact import message
from gitpact.checks import pushed_files
from gitpact.message import idents
from gitpact.policy import parsing, validation
from gitpact.records import Blob, Commit, RefUpdate, Result, Sizes
from gitpact.rules import IDS, evaluate, findings
from gitpact.rules.push_registry import FILES, REFS, TOTALS, TREE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitpact.records import Finding

RULEBOOK = Path(gitpact.__file__).parent / "report" / "rulebook"
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
    "bad-fault",
    "bad-commits",
    "bad-size",
    "paths",
    "bad-bytes",
    "bad-changed",
}

every_rule = pytest.mark.parametrize("rule", IDS, ids=IDS)
every_language = pytest.mark.parametrize("language", ["en", "zh"])


def read(name: str) -> dict[str, dict[str, Any]]:
    """The tables of one file of the rulebook."""
    return tomllib.loads((RULEBOOK / f"{name}.toml").read_text(encoding="utf-8"))


EXAMPLES = read("examples")
TEXTS = {"en": read("en"), "zh": read("zh")}


def found_of_push(found: Iterable[Finding]) -> Result:
    """What is found of a push, as a verdict."""
    return Result(Commit(message.from_bytes(b"")), tuple(found))


def judge(rule: str, kind: str) -> Result:
    """The verdict on the bad or the good example of a rule under its policy."""
    example = EXAMPLES[rule]
    bad = kind == "bad"
    rules = parsing.parse(example.get("policy", ""), "examples.toml")
    if "bad-commits" in example:
        return evaluate.judge_range(example["bad-commits"] if bad else 3, rules) or found_of_push([])
    text = example[kind].strip()
    if rule in FILES:
        blob = Blob("0" * 40, example.get("bad-size", 0) if bad else 0, text)
        return found_of_push(one.finding for one in pushed_files.judge([blob], rules))
    if rule in REFS:
        ref = text if text.startswith("refs/") else f"refs/{'tags' if rule == 'tag-name' else 'heads'}/{text}"
        return found_of_push(findings(REFS, [RefUpdate("", "1" * 40, ref, "2" * 40)], rules))
    if rule in TOTALS:
        size = example["bad-bytes"] if bad else 0
        return found_of_push(TOTALS[rule](Sizes(raw=size, pack=size), rules))
    if rule in TREE:
        return found_of_push(TREE[rule](example["bad-changed"] if bad else 0, rules))
    commit = Commit(
        message.from_bytes(example[kind].encode(), issue_pattern=rules.issue_pattern, max_bytes=rules.max_bytes),
        author=idents.parse(example.get("bad-author" if bad else "author", example.get("author", AUTHOR))),
        committer=idents.parse(example.get("bad-committer", "")) if bad else None,
        parents=example.get("parents") if bad else None,
        signature=example.get("bad-signature", "") if bad else "G",
        fault=example.get("bad-fault", "") if bad else "",
        paths=tuple(example["paths"]) if "paths" in example else None,
    )
    return evaluate.judge(commit, rules)


def switch_keys(text: str) -> list[str]:
    """The policy keys that a `switch` names."""
    return re.findall(r"\b[a-z]+\.[a-z]+(?:-[a-z]+)*|\[[a-z]+\](?= )", text)


@pytest.mark.parametrize("name", ["examples", "en", "zh"])
def test_holds_every_rule_in_the_order_they_run(name: str) -> None:
    assert tuple(read(name)) == IDS


@every_rule
def test_example_has_only_known_keys(rule: str) -> None:
    assert {"bad", "good"} <= set(EXAMPLES[rule]) <= EXAMPLE_KEYS


@every_rule
def test_bad_example_is_found_by_its_rule_alone(rule: str) -> None:
    result = judge(rule, "bad")
    assert {finding.rule for finding in result.findings} == {rule}


@every_rule
def test_good_example_is_judged_in_full_and_clean(rule: str) -> None:
    result = judge(rule, "good")
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
    tables = {f"[{name}]" for name in validation.OWN_SHAPE}
    assert set(english) <= {*validation.BY_PATH, *tables}
    assert bool(english) == bool(TEXTS["en"][rule]["switch"]) == bool(TEXTS["zh"][rule]["switch"])
