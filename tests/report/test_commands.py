"""What is printed to be pasted is a command and nothing else, in bash, zsh and dash."""

from __future__ import annotations

import ast
from pathlib import Path

import gitpact
from gitpact.repair.shell import Command
from gitpact.report import hook_text
from gitpact.report.i18n import en, zh

PACKAGE = Path(gitpact.__file__).parent


def test_what_is_to_be_read_first_stands_on_the_line_above() -> None:
    rows = [Command("use this message", "git commit"), Command("stash changes", "git stash", "Read this.")]
    lines = ["  use this message:  git commit", "  Read this.", "  stash changes:     git stash"]
    assert hook_text.command_table(rows) == lines


def test_no_sentence_hides_a_command_before_a_comment() -> None:
    """At zsh's prompt `#` begins no comment: what follows it would be arguments."""
    for texts in (en.TEXTS, zh.TEXTS):
        assert [key for key, text in texts.items() if "{command}" in text and "#" in text] == []


def test_no_code_puts_a_comment_behind_a_command() -> None:
    paths = [path for folder in ("repair", "report") for path in (PACKAGE / folder).glob("*.py")]
    nodes = [(path.name, node) for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    texts = [(name, node.value) for name, node in nodes if isinstance(node, ast.Constant)]
    assert [(name, text) for name, text in texts if isinstance(text, str) and "  # " in text] == []
