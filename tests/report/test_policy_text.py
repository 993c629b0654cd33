"""Which policy refuses, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitpact.message import display_width
from gitpact.policy import files, parsing
from gitpact.policy.in_force import InForce
from gitpact.report import policy_text
from gitpact.report.i18n import en, zh
from gitpact.report.style import Style

if TYPE_CHECKING:
    from gitpact.report.i18n import Catalog

BUILT_IN = InForce(parsing.parse("", files.BUILT_IN), files.BUILT_IN)


def test_what_the_built_in_policy_asks_for_is_what_it_asks_for() -> None:
    (line,) = policy_text.lines(BUILT_IN, "", Style(), en.TEXTS)
    assert line.endswith("headers of the form 'type: description', a sign-off in each commit, files of at most 5 MB")
    loose = BUILT_IN._replace(policy=BUILT_IN.policy._replace(sign_off="optional", max_file_size=0))
    (line,) = policy_text.lines(loose, "", Style(), en.TEXTS)
    assert line.endswith("; it requires headers of the form 'type: description'")


def test_it_is_broken_at_the_width_of_the_terminal() -> None:
    lines = policy_text.lines(BUILT_IN, "a/gitpact.toml", Style(width=60), en.TEXTS, "gitpact policy show > x")
    assert max(map(len, lines)) <= 60
    assert sum(line.startswith("gitpact: ") for line in lines) == 3


@pytest.mark.parametrize("texts", [en.TEXTS, zh.TEXTS], ids=["en", "zh"])
@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
def test_a_command_is_never_broken(texts: Catalog, width: int) -> None:
    command = "gitpact policy show > ../../gitpact.toml"
    lines = policy_text.lines(BUILT_IN, "", Style(width=width), texts, command)
    assert sum(command in line for line in lines) == 1
    assert lines[-1].strip() == command or display_width.width(lines[-1]) <= width
