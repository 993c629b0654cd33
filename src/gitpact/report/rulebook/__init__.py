"""What each rule asks for and why, in two languages, with an example that breaks it and one that passes."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any


def load(name: str) -> dict[str, Any]:
    """Read the file of the rulebook called `name`: "examples", or a language, "en" or "zh".

    Returns a dict by rule id, of dicts of texts: "bad" and "good" among the examples, "what", "why" and "switch" in a
    language.
    """
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))
