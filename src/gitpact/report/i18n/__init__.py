"""Which language a person reads, and a finding's sentence in it. Catalogs are literal modules: loading one is cheap."""

from __future__ import annotations

import os
import sys

from gitpact.errors import GitpactError, Phrase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitpact.records import Finding

    Catalog = Mapping[str, str]


OWN = "pattern/"  # what the ids of a policy's own rules begin with


def catalog(environ: Mapping[str, str] = os.environ) -> Catalog:
    """Return all texts in the reader's language (`language`), by the keys of `en.TEXTS`.

    Some hold fields in braces for `str.format`.
    """
    if language(environ) == "zh":
        from gitpact.report.i18n.zh import TEXTS  # noqa: PLC0415  one catalog is read, not both
    else:
        from gitpact.report.i18n.en import TEXTS  # noqa: PLC0415
    return TEXTS


def language(environ: Mapping[str, str]) -> str:
    """Return the reader's language, "zh" or "en": that of GITPACT_LANG, else of LC_ALL, LC_MESSAGES or LANG.

    It is English where the locale cannot show Chinese, and for every other language.
    """
    wanted = environ.get("GITPACT_LANG") or _locale(environ, "LC_MESSAGES")
    return "zh" if wanted.lower().startswith("zh") and shows_unicode(environ) else "en"


def shows_unicode(environ: Mapping[str, str]) -> bool:
    """Whether a terminal shows more than ASCII: the locale's encoding is UTF-8, or GITPACT_LANG asks for Chinese."""
    if environ.get("GITPACT_LANG", "").lower().startswith("zh"):
        return True
    if sys.flags.utf8_mode and environ.get("LC_CTYPE") == "C.UTF-8":
        # Python found no locale and set this one itself (PEP 538); the person has none that is known to show anything.
        environ = {name: environ[name] for name in ("LC_ALL", "LANG") if name in environ}
    return _locale(environ, "LC_CTYPE").lower().replace("-", "").endswith("utf8")


def takes_unicode(environ: Mapping[str, str] = os.environ, *, terminal: bool) -> bool:
    """Whether a stream, a terminal or not, may get more than ASCII.

    Only a terminal is limited by the locale. What reads a pipe or a file (git's side band, a CI log, an editor's
    window) reads UTF-8, and a server or a container often has no locale at all.
    """
    return not terminal or shows_unicode(environ)


def translate(said: object, environ: Mapping[str, str] = os.environ) -> str:
    """A phrase or an error (`gitpact.errors`) in the reader's language, and with it the facts that are such.

    A plain text is taken for a phrase without facts, and stays as it is where it is none. Facts that are plain texts
    always stay: a remote may be called "commit".
    """
    if language(environ) != "zh":
        return str(said)
    from gitpact.report.i18n.phrases_zh import PHRASES  # noqa: PLC0415  only who reads Chinese needs it

    return _translated(said, PHRASES)


def _translated(said: object, phrases: Catalog) -> str:
    phrase = said.message if isinstance(said, GitpactError) else said
    if not isinstance(phrase, Phrase):
        return phrases.get(str(phrase), str(phrase))
    facts = {
        name: _translated(fact, phrases) if isinstance(fact, Phrase | GitpactError) else fact
        for name, fact in phrase.facts.items()
    }
    text = phrases.get(phrase.template, phrase.template)
    return text.format_map(facts) if facts else text


def sentence(finding: Finding, texts: Catalog) -> str:
    """Return the one sentence of a finding in the language of `texts`, with its facts filled in as they are.

    Nothing is escaped. Raises KeyError where `texts` has no `rule/kind` of the finding.
    """
    facts = dict(finding.facts)
    if not finding.rule.startswith(OWN):
        return texts[f"{finding.rule}/{finding.kind}"].format_map(facts)
    facts["place"] = place(facts["where"], texts)
    facts["say"] = facts["say_zh" if texts["language"] == "zh" else "say"]
    return texts[f"{OWN}{finding.kind}"].format_map(facts)


def place(where: str, texts: Catalog) -> str:
    """Return what a pattern's `where`, such as "header" or "trailer:KEY", is called in the language of `texts`."""
    name, _, key = where.partition(":")
    return texts[f"place.{name}"].format(key=key)


def labelled(label: str, text: str) -> str:
    """Return a label, a colon and a text; behind a Chinese label the colon is full-width, and so needs no space."""
    return f"{label}{': ' if label.isascii() else '：'}{text}"


def _locale(environ: Mapping[str, str], category: str) -> str:
    return environ.get("LC_ALL") or environ.get(category) or environ.get("LANG") or ""
