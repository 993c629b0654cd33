"""Words of commands, read back by real shells."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gitpact.repair import shell
from tests.support.programs import need_shell

if TYPE_CHECKING:
    from pathlib import Path


def printed(program: str, words: str) -> bytes:
    script = os.fsencode(f"printf %s {words}")
    return subprocess.run([*need_shell(program), script], capture_output=True, check=True).stdout


def test_the_program_by_the_name_or_the_path_that_works(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin/python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shell.program(str(tmp_path)) == "gitpact"
    (tmp_path / "bin/gitpact").write_text("")
    (tmp_path / "bin/gitpact").chmod(0o755)
    assert shell.program(str(tmp_path)) == "bin/gitpact"
    assert shell.program("") == str(tmp_path / "bin/gitpact")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert shell.program("") == "gitpact"
    monkeypatch.setenv("PRE_COMMIT", "1")  # whose hooks find on PATH what a person does not
    assert shell.program("") == str(tmp_path / "bin/gitpact")
    (tmp_path / "own").mkdir()
    (tmp_path / "own/gitpact").symlink_to(tmp_path / "bin/gitpact")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{tmp_path / 'own'}")
    assert shell.program("") == "gitpact"


@pytest.mark.parametrize("name", ["bash", "dash", "zsh", "fish"])
@pytest.mark.parametrize(
    "word",
    ["a b", "$HOME", "中文", "", "a\u3000b", "it's", "a\\b", "\\\\", "ends\\", "=ls", "~", "!x", "a*", "#x", "%1"],
)
def test_a_word_is_read_back_by_a_shell(name: str, word: str) -> None:
    assert printed(name, shell.quoted(word)) == os.fsencode(word)


@pytest.mark.parametrize("name", ["bash", "zsh"])
@pytest.mark.parametrize("word", ["new\nline", "ta\tb", "l\udce9", "it's \\ \x1b"])
def test_a_word_that_cannot_be_typed_is_read_back(name: str, word: str) -> None:
    assert printed(name, shell.quoted(word)) == os.fsencode(word)


@pytest.mark.parametrize("word", ["a b", "a\u3000b", "a\u202fb", "\u6dfb", "a'b"])
def test_plain_words(word: str) -> None:
    assert shell.is_plain(word)


@pytest.mark.parametrize("word", ["a\nb", "a\tb", "a\x7fb", "a\x85b", "a\u2028b", "a\u202eb", "\udce9"])
def test_words_that_cannot_be_seen(word: str) -> None:
    assert not shell.is_plain(word)
