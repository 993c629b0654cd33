"""Each sentence outside of the catalogs exists in Chinese too, with the same facts; and none that nobody says."""

from __future__ import annotations

import ast
import inspect
import string
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer

import gitpact
from gitpact.checks.ci import MERGE_QUEUE, PULL_REQUEST
from gitpact.cli import app, clean, common_options, help_pages, install, lint_ci, server, status
from gitpact.errors import GitpactError, Phrase
from gitpact.install import files_or_config
from gitpact.message import pattern_syntax
from gitpact.policy import extends, files, keys, toml_writer, values
from gitpact.report import i18n
from gitpact.report.i18n import en, zh
from gitpact.report.i18n.phrases_zh import PHRASES

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(gitpact.__file__).parent
SAYS = {
    "Phrase",
    "GitpactError",
    "ServerError",
    "NoFilesError",
    "OthersFolderError",
    "config_error",
    "shallow_error",
    "_error",
    "_missing",
}  # what is called with sentences
PLACE_AND_KEY = 2  # arguments of config_error before its sentences
CHINESE = {"GITPACT_LANG": "zh"}


def sources() -> Iterator[str]:
    """The sentences in calls, and those that constants hold."""
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in SAYS:
                given = node.args[PLACE_AND_KEY:] if _name(node.func) == "config_error" else node.args
                yield from (text for one in given for text in _constants(one))
            elif isinstance(node, ast.Assign) and _name(node.targets[0]).lower() in {
                "hint",
                "said",
                "there",
                "line",
                "by_hand",
                "from_git",
            }:
                yield from _constants(node.value)


def _name(node: ast.AST) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def _constants(node: ast.AST) -> Iterator[str]:
    """A text, or those of a choice between two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_constants(node.body), *_constants(node.orelse))


def tables() -> Iterator[str]:
    """The sentences that modules keep in tables."""
    for module in (install, clean, status):
        yield from module.SAID.values()
    yield from (
        install.LINES,
        install.REMOVED,
        clean.RESTORABLE,
        status.OTHERS,
        common_options.STRAY,
        files_or_config.CHOSEN,
        files_or_config.AFTER,
        server.OVERRIDES,
        server.NOT_LOGGED,
    )
    yield from (*status.CHAINED, PULL_REQUEST, MERGE_QUEUE, "new branch", "tag")
    yield from (*status.VIA.values(), *status.JUDGED.values(), "push")
    yield from values.EXPECTED.values()
    yield keys.EXTENDS.about
    yield extends.FORM
    yield from (key.about for key in (*keys.KEYS, *keys.PATTERN_KEYS, *keys.TRAILER_KEYS, *keys.PATH_KEYS))
    yield toml_writer.WHICH_RUN
    yield files.BUILT_IN
    yield from (template for _, template in help_pages.WRONG_USE)
    yield from (text for pair in pattern_syntax.REFUSED.values() for text in pair)
    yield "the pull request changes the policy ({files}); the new policy applies after the merge" + lint_ci.NOW


def helps() -> Iterator[str]:
    """What the help of each command says: its own sentences, and those of its options and arguments."""
    yield "Show this message and exit."
    root: Any = typer.main.get_command(app.app)
    todo = [root, *(root.get_command(None, name) for name in app.COMMANDS)]
    while todo:
        command = todo.pop()
        todo += getattr(command, "commands", {}).values()
        yield inspect.cleandoc(command.help)
        yield from (help_ for parameter in command.params if (help_ := getattr(parameter, "help", "")))


def every() -> set[str]:
    return {text for text in (*sources(), *tables(), *helps()) if text}


def facts_removed(text: str) -> str:
    return "".join(literal for literal, *_ in string.Formatter().parse(text)) if "{" in text else text


def facts(text: str) -> set[tuple[str, str]]:
    return {(name, conversion or "") for _, name, _, conversion in string.Formatter().parse(text) if name is not None}


WORDED = sorted(text for text in every() if any(char.isalpha() for char in facts_removed(text)))


@pytest.mark.parametrize("text", WORDED)
def test_each_sentence_is_in_chinese_too_with_the_same_facts(text: str) -> None:
    assert text in PHRASES
    assert facts(PHRASES[text]) == facts(text)


def test_no_sentence_holds_a_character_that_cannot_be_shown() -> None:
    """A lost backslash makes one control character of two that were to be read."""
    said = [*PHRASES, *PHRASES.values(), *en.TEXTS.values(), *zh.TEXTS.values()]
    assert [text for text in said if not text.replace("\n", "").isprintable()] == []


def test_no_sentence_is_left_that_nobody_says() -> None:
    assert not PHRASES.keys() - every()


def test_a_phrase_and_its_facts_are_translated() -> None:
    inner = Phrase("core.hooksPath = {value!r} ({scope}, {origin})", value="x", scope="global", origin="file:y")
    error = GitpactError("{said}: this value is only set for this one command", "make a commit: git commit", said=inner)
    assert str(error) == "core.hooksPath = 'x' (global, file:y): this value is only set for this one command"
    assert i18n.translate(error, CHINESE) == "core.hooksPath = 'x'（global，file:y）：这个设置只对当前这一条命令有效"
    assert i18n.translate(error.hint, CHINESE) == "请先提交：git commit"
    assert i18n.translate(Phrase("{error} ({what})", error=error, what="push"), CHINESE).endswith("（push）"), "a name"


def test_what_nobody_translates_stays() -> None:
    assert i18n.translate("push to {nowhere}", CHINESE) == "push to {nowhere}"
    assert i18n.translate(Phrase("{path}: no such thing", path="{x}"), CHINESE) == "{x}: no such thing"
    assert i18n.translate(Phrase("not a file"), {}) == "not a file"


def test_the_key_of_a_policy_and_its_values_stay_as_they_are() -> None:
    assert set(keys.PRESETS).isdisjoint(PHRASES)
