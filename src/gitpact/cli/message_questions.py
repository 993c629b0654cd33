"""The questions for the parts of a commit message, at a terminal."""

from __future__ import annotations

import importlib.util
import os
from typing import TYPE_CHECKING

from gitpact.cli import plain_prompt, questions, results_output
from gitpact.errors import Phrase
from gitpact.message import display_width
from gitpact.records import NamedTuple
from gitpact.repair import compose
from gitpact.report import i18n
from gitpact.report import style as styles
from gitpact.report.escape import visible
from gitpact.rules import issue

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gitpact.records import Ident, Policy
    from gitpact.repair.compose import Parts

SCOPE = ("scope-required", "scope-known", "scope-case")  # rules that a scope alone can break
MARK = "!"  # the answer of someone who says that something breaks, and not what


class Prompts(NamedTuple):
    """How questions are asked: `questionary_prompt.choose`, None where a type is typed; `line` of the same module."""

    choose: Callable[[Phrase, Sequence[tuple[str, str]], str, int], str] | None
    line: Callable[..., str]


PLAIN = Prompts(None, plain_prompt.line)


def prompts() -> Prompts:
    """Return the prompts of questionary if it is installed and the terminal can move its cursor; else plain ones."""
    if os.environ.get("TERM", "") in {"", "dumb"} or not importlib.util.find_spec("questionary"):
        return PLAIN
    from gitpact.cli import questionary_prompt  # noqa: PLC0415  an extra

    return Prompts(questionary_prompt.choose, questionary_prompt.line)


def required_parts(parts: Parts, policy: Policy, ask: Prompts) -> Parts:
    """Ask for the parts without which there is no message; what is known is the answer to an empty line."""
    parts = _type(parts, policy, ask)
    if policy.scope != "forbidden":
        parts = parts._replace(scope=_scope(parts, policy, ask))
    parts = parts._replace(description=_description(parts, policy, ask))
    if policy.body == "required" and not parts.body:
        parts = _body(parts, ask)
    if policy.issue in {"required", "branch"} and not parts.issue:
        parts = _issue(parts, policy, ask)
    return parts


def further_parts(parts: Parts, policy: Policy, signer: Ident | None, ask: Prompts) -> Parts:
    """Ask for the parts that a message can do without; `signer` is who can sign off, None for nobody."""
    parts = _breaking(_body(parts, ask), ask)
    if policy.issue != "forbidden":
        parts = _issue(parts, policy, ask)
    if not signer or compose.is_signed_off(parts._replace(signer=signer)):
        return parts
    said = Phrase("Sign off as {signer} (DCO)? [Y/n] ", signer=visible(str(signer)))
    return parts._replace(signer=None if chosen(said, questions.NO) in questions.NO else signer)


def chosen(question: Phrase, others: Sequence[str]) -> str:
    """Return the answer to a question, in lower case: one of `others`, or a yes, which an empty line is too."""
    while True:
        answer = plain_prompt.answer(i18n.translate(question)).lower()
        if answer in {"", *questions.YES, *others}:
            return answer


def _type(parts: Parts, policy: Policy, ask: Prompts) -> Parts:
    """A type of the policy; with a `!` behind it the person is asked what breaks."""
    texts, width = i18n.catalog(), results_output.style().width
    rows = [(kind, texts.get(f"type.{kind}", "")) for kind in policy.types]
    if ask.choose and rows:
        known = parts.type if parts.type in policy.types else ""
        return parts._replace(type=ask.choose(Phrase("Type"), rows, known, width))
    for number, (kind, meaning) in enumerate(rows, 1):
        results_output.echo(styles.wrap(f"  {number:>2}  {kind:<10} {meaning}".rstrip(), width, 17))

    def fault(typed: str) -> Phrase | None:
        word = typed.removesuffix(MARK)
        several = compose.begin_with(word, policy)
        if compose.meant(word, policy):
            return None
        if several:
            return Phrase("several types begin with the letters that you typed: {types}", types=", ".join(several))
        return Phrase("the policy does not list this commit type")

    typed = ask.line(Phrase("Type (a number, a name, or the first letters of a name)"), parts.type, fault=fault)
    word = typed.removesuffix(MARK)
    parts = parts._replace(type=compose.meant(word, policy))
    return parts if word == typed else _breaking(parts._replace(marked=True), ask)


def _scope(parts: Parts, policy: Policy, ask: Prompts) -> str:
    """A scope; without one of its own, the policy's list says which there are."""

    def fault(scope: str) -> str | None:
        judged = compose.judged(parts._replace(scope=scope, description="x"), policy, None)
        found = next((one for one in judged.findings if (one.rule in SCOPE, one.severity) == (True, "error")), None)
        return i18n.sentence(found, i18n.catalog()) if found else None

    question = Phrase("Scope") if policy.scopes else Phrase("Scope, such as api")
    return ask.line(question, parts.scope, fault=fault, words=policy.scopes, optional=policy.scope != "required")


def _description(parts: Parts, policy: Policy, ask: Prompts) -> str:
    """A description that the header has room for."""
    columns = compose.left(parts, policy)

    def fault(description: str) -> Phrase | None:
        if not description:
            return Phrase("say what the commit does, such as: add the login page")
        judged = compose.judged(parts._replace(description=description), policy, None)
        if not any((found.rule, found.severity) == ("header-max", "error") for found in judged.findings):
            return None
        return Phrase("the description is {count} columns too long", count=display_width.width(description) - columns)

    return ask.line(Phrase("Description"), parts.description, fault=fault, columns=columns)


def _breaking(parts: Parts, ask: Prompts) -> Parts:
    known = parts.breaking or (MARK if parts.marked else "")
    typed = ask.line(Phrase("Breaking change: what no longer works"), known, optional=True)
    return parts._replace(breaking="" if typed == MARK else typed, marked=typed == MARK)


def _body(parts: Parts, ask: Prompts) -> Parts:
    return parts._replace(body=ask.line(Phrase("Body: the reason for the change"), parts.body, optional=True))


def _issue(parts: Parts, policy: Policy, ask: Prompts) -> Parts:
    def fault(typed: str) -> Phrase | None:
        if typed in {"", parts.issue} or compose.reference(typed, policy):
            return None
        return Phrase(
            "the answer is not an issue reference; write one like {example}",
            example=issue.example(policy),
        )

    typed = ask.line(Phrase("Issue"), parts.issue, fault=fault, optional=True)
    return parts._replace(issue=compose.reference(typed, policy) or typed)
