"""Two languages, one set of facts."""

from __future__ import annotations

import string
import sys
from typing import NamedTuple

import pytest

from gitpact.records import Finding
from gitpact.report import i18n
from gitpact.report.i18n import en, zh


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_catalogs_say_the_same_things() -> None:
    assert list(en.TEXTS) == list(zh.TEXTS)
    assert {key: fields(text) for key, text in en.TEXTS.items()} == {
        key: fields(text) for key, text in zh.TEXTS.items()
    }


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.utf8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "zh_CN.GB18030"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "GITPACT_LANG": "en"}, "en"),
        ({"LANG": "C", "GITPACT_LANG": "zh"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_CTYPE": "C"}, "en"),
    ],
    ids=[
        "nothing",
        "Chinese",
        "LC_ALL",
        "LC_MESSAGES",
        "cannot be shown",
        "asked English",
        "asked Chinese",
        "C characters",
    ],
)
def test_language(environ: dict[str, str], language: str) -> None:
    assert i18n.language(environ) == language


@pytest.mark.parametrize(("utf8_mode", "shown"), [(1, False), (0, True)], ids=["set by Python", "set by the person"])
def test_a_locale_that_python_made_up_shows_nothing(
    monkeypatch: pytest.MonkeyPatch, utf8_mode: int, shown: bool
) -> None:
    class Flags(NamedTuple):
        utf8_mode: int

    monkeypatch.setattr(sys, "flags", Flags(utf8_mode))
    assert i18n.shows_unicode({"LC_CTYPE": "C.UTF-8"}) is shown
    assert i18n.shows_unicode({"LC_CTYPE": "C.UTF-8", "LANG": "zh_CN.UTF-8"})


def test_a_sentence_is_made_of_the_facts() -> None:
    found = Finding("type-case", "upper", facts=(("got", "FEAT"), ("expected", "feat")))
    assert i18n.sentence(found, i18n.catalog({})) == "write the type in lower case: 'feat'"
    assert "feat" in i18n.sentence(found, i18n.catalog({"GITPACT_LANG": "zh"}))


def test_braces_in_a_fact_are_text() -> None:
    found = Finding("sign-off-format", "brackets", facts=(("got", "{evil} {0}"),))
    assert (
        i18n.sentence(found, en.TEXTS)
        == "'{evil} {0}' does not have the form 'Name <email>'; write the name, a space, and the e-mail in angle brackets"
    )
