"""`gitpact commit` with questionary: a person chooses and edits; the keys go through the real prompt_toolkit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from gitpact.cli import message_questions, plain_prompt, questionary_prompt
from gitpact.errors import Phrase
from gitpact.policy import parsing
from gitpact.repair import compose
from tests.support.repos import write
from tests.support.terminals import answered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.repos import Repo

UP, DOWN, ENTER, TAB, CTRL_C, CTRL_D, CTRL_U = "\x1b[A", "\x1b[B", "\r", "\t", "\x03", "\x04", "\x15"
TYPES = (("feat", "something new for users"), ("fix", "a bug is corrected"), ("docs", ""))


@pytest.fixture
def keys() -> Iterator[Callable[[str], None]]:
    """Presses keys at the prompts of this test."""
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        yield pipe.send_text


@pytest.mark.parametrize(
    ("pressed", "known", "chosen"),
    [
        (ENTER, "", "feat"),
        (ENTER, "docs", "docs"),
        (DOWN + ENTER, "", "fix"),
        (UP + ENTER, "fix", "feat"),
        ("3" + ENTER, "", "docs"),
    ],
    ids=["the first one", "what is known", "an arrow", "an arrow back", "a number"],
)
def test_a_type_is_chosen(keys: Callable[[str], None], pressed: str, known: str, chosen: str) -> None:
    keys(pressed)
    assert questionary_prompt.choose(Phrase("Type"), TYPES, known, 80) == chosen


def test_where_any_type_is_allowed_it_is_typed(keys: Callable[[str], None]) -> None:
    keys("infra" + ENTER + ENTER + "add x" + ENTER)
    policy = parsing.parse("[message]\ntypes = []\n", "gitpact.toml")
    ask = message_questions.Prompts(questionary_prompt.choose, questionary_prompt.line)
    parts = message_questions.required_parts(compose.Parts(), policy, ask)
    assert (parts.type, parts.scope, parts.description) == ("infra", "", "add x")


def test_more_types_than_keys_are_chosen_by_arrows(keys: Callable[[str], None]) -> None:
    keys(UP + ENTER)
    many = [(f"type{number}", "") for number in range(40)]
    assert questionary_prompt.choose(Phrase("Type"), many, "", 80) == "type39"


@pytest.mark.parametrize(
    ("pressed", "known", "given"),
    [
        ("add x" + ENTER, "", "add x"),
        (" 修复登录 " + ENTER, "", "修复登录"),
        (ENTER, "add x", "add x"),
        (" and y" + ENTER, "add x", "add x and y"),
        (CTRL_U + ENTER, "add x", ""),
        (ENTER, "why\n\nand how", "why\n\nand how"),
    ],
    ids=["typed", "with spaces around it", "known", "continued", "removed", "of several lines"],
)
def test_a_line_is_edited(keys: Callable[[str], None], pressed: str, known: str, given: str) -> None:
    keys(pressed)
    assert questionary_prompt.line(Phrase("Scope"), known, words=("api", "build"), columns=80) == given


def test_an_answer_with_a_fault_is_edited_further(keys: Callable[[str], None]) -> None:
    keys("abc" + ENTER + "\x7f" + ENTER)
    fault = lambda typed: Phrase("too long") if len(typed) > 2 else None  # noqa: E731
    assert questionary_prompt.line(Phrase("Description"), fault=fault) == "ab"


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["Ctrl-C", "the end of input"])
def test_a_person_gives_up(keys: Callable[[str], None], key: str) -> None:
    keys(key)
    with pytest.raises(KeyboardInterrupt):
        questionary_prompt.line(Phrase("Description"))
    keys(CTRL_C)
    with pytest.raises(KeyboardInterrupt):
        questionary_prompt.choose(Phrase("Type"), TYPES, "", 80)


@pytest.mark.parametrize(
    ("term", "line"),
    [("xterm-256color", questionary_prompt.line), ("dumb", plain_prompt.line), ("", plain_prompt.line)],
)
def test_the_terminal_decides(monkeypatch: pytest.MonkeyPatch, term: str, line: object) -> None:
    monkeypatch.setenv("TERM", term)
    assert message_questions.prompts().line is line


def test_without_the_extra_the_prompts_are_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert message_questions.prompts() is message_questions.PLAIN


@pytest.mark.measured
def test_on_a_real_terminal_of_forty_columns(repo: Repo) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "chore: start")
    repo.git("switch", "-q", "-c", "12-login")
    write(repo.path / "gitpact.toml", '[message]\nscopes = ["api", "web-shop"]\n')
    repo.git("add", "gitpact.toml")
    environ = {"TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", "GITPACT_LANG": "zh", "NO_COLOR": "1"}
    answers = {
        "类型": DOWN + ENTER,
        "范围": "we" + TAB,
        "web-shop": ENTER,
        "描述": "修复登录" + ENTER,
        "[Y/n/e/m]": ENTER,
    }
    code = answered(repo, 40, answers, "commit", **environ)
    signed = "Signed-off-by: Ann Lee <ann@example.org>"
    assert (code, repo.git("log", "-1", "--format=%B").strip()) == (
        0,
        f"fix(web-shop): 修复登录 (#12)\n\n{signed}",
    )
