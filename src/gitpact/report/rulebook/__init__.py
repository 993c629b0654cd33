"""What each rule asks for and why, in two languages, with an example that breaks it and one that passes."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitpact.report import i18n
from gitpact.report.i18n.en import TEXTS as ENGLISH
from gitpact.report.i18n.zh import TEXTS as CHINESE

if TYPE_CHECKING:
    from gitpact.records import PatternRule, Policy


def load(name: str) -> dict[str, Any]:
    """Read the file of the rulebook called `name`: "examples", or a language, "en" or "zh".

    Returns a dict by rule id, of dicts of texts: "bad" and "good" among the examples, "what", "why" and "switch" in a
    language.
    """
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


def pages(policy: Policy, language: str) -> dict[str, Any]:
    """The pages of all rules in a language, "en" or "zh", as `load` returns them; the policy's own rules are the last.

    What a private pattern looks for is not shown.
    """
    return {**load(language), **{own.rule: _page(own, language) for own in policy.patterns}}


def _page(own: PatternRule, language: str) -> dict[str, str]:
    texts = CHINESE if language == "zh" else ENGLISH
    said = (own.say_zh or own.say) if language == "zh" else (own.say or own.say_zh)
    key = "rules.private" if own.private else "rules.forbids" if own.forbid else "rules.requires"
    shown = texts[key].format(place=i18n.place(own.where, texts), pattern=own.forbid or own.require)
    shown = shown[0].upper() + shown[1:]
    return {"what": said or shown, "why": shown if said else "", "switch": ""}
