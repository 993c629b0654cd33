"""Persons in sign-offs (how-git-reads-a-message 57 to 62)."""

from __future__ import annotations

import os
import subprocess
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitpact.message import idents
from gitpact.records import Ident

FORMS = {
    "plain": ("A B <a@b.co>", ""),
    "plus address": ("A <a+alias@b.co>", ""),
    "one letter": ("A <a@b.c>", ""),
    "no brackets": ("A B a@b.co", "brackets"),
    "text after the address": ("A <a@b.co> (work)", "brackets"),
    "nothing": ("", "brackets"),
    "no name": ("<a@b.co>", "name-missing"),
    "no space before the address": ("A B<a@b.co>", "space-missing"),
    "doubled space": ("A  B <a@b.co>", "space-doubled"),
    "doubled space before the address": ("A B  <a@b.co>", "space-doubled"),
    "no at": ("A <ab.co>", "email"),
    "no domain ending": ("A <a@b>", "email"),
    "empty label": ("A <a@b..co>", "email"),
    "space inside": ("A <a b@c.de>", "email"),
    "two ats": ("A <a@b@c.de>", "email"),
    "no local part": ("A <@b.co>", "email"),
    "spaces inside the brackets": ("A < a@b.co >", "email"),
    "a space before the bracket that closes": ("A <a@b.co >", "email"),
}


@pytest.mark.parametrize(("text", "kind"), FORMS.values(), ids=FORMS)
def test_form(text: str, kind: str) -> None:
    assert idents.form_error(text) == kind


def test_case_and_normal_form_do_not_matter() -> None:
    composed, apart = (unicodedata.normalize(form, "José") for form in ("NFC", "NFD"))
    assert composed != apart
    assert idents.same(Ident(composed, "A@B.co"), Ident(apart.upper(), "a@b.CO"))
    assert not idents.same(Ident("A", "a@b.co"), Ident("A", "a+x@b.co"))
    assert not idents.same(Ident("A", "a@b.co"), Ident("B", "a@b.co"))


def test_noreply_is_told_when_only_one_has_it() -> None:
    hidden = Ident("A", "1+a@users.noreply.github.com")
    assert idents.differ_in_noreply(hidden, Ident("A", "a@b.co"))
    assert not idents.differ_in_noreply(hidden, hidden)


def test_marks_without_number_are_compared_soon() -> None:
    start = time.process_time()
    marks = "\u0301\u0323" * 200_000
    assert idents.same(Ident(f"A{marks}", "a@b.co"), Ident(f"a{marks}", "A@b.co"))
    assert not idents.same(Ident(f"A{marks}", "a@b.co"), Ident("A", "a@b.co"))
    assert time.process_time() - start < 10, "seconds, where it was for ever"


NAMES = st.text(st.sampled_from(" .,:;<>\"'\\\t\x01aZé李-@"), min_size=1, max_size=8)


@settings(max_examples=500, deadline=None)
@given(NAMES, NAMES)
def test_a_name_that_git_would_change_is_known(name: str, email: str) -> None:
    """`git var` is the oracle; that it keeps a name that we would ask it about is allowed, and differs by its version."""
    if not (idents.is_as_written(name) and idents.is_as_written(email)):
        return
    environ = {**os.environ, "GIT_COMMITTER_NAME": name, "GIT_COMMITTER_EMAIL": email}
    done = subprocess.run(["git", "var", "GIT_COMMITTER_IDENT"], env=environ, capture_output=True, check=True)
    assert done.stdout.decode().rpartition("> ")[0] == f"{name} <{email}"
