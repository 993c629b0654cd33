"""`gitpact rules`: list the rules, or explain one."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact import __version__
from gitpact.cli import common_options, completions, results_output
from gitpact.policy import in_force
from gitpact.report import i18n, rulebook
from gitpact.report.escape import visible
from gitpact.report.style import wrap
from gitpact.rules import families, ids, severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.records import Policy
    from gitpact.report.style import Style


def command(
    rule: Annotated[
        str, typer.Argument(metavar="[RULE]", autocompletion=completions.rules, help="The rule to explain.")
    ] = "",
    *,
    form: common_options.DocumentOption = common_options.Document.text,
    colour: common_options.ColourOption = common_options.Colour.auto,
) -> int:
    """List the rules with their severities, or explain one rule."""
    policy = in_force.of_work_tree().policy
    every = ids(policy)
    if rule and rule not in every:
        raise results_output.unknown_rule(rule, policy)
    if form is common_options.Document.json:
        results_output.echo([json.dumps(document([rule] if rule else every, policy), ensure_ascii=False)])
        return 0
    style = results_output.style(colour.value)
    results_output.echo(explain(rule, policy, style) if rule else listing(policy, style))
    return 0


def listing(policy: Policy, style: Style) -> Iterator[str]:
    """Yield the lines of `gitpact rules`: each rule by family, with its severity by this policy and what it asks.

    Their language is that of the environment (`i18n.language`).
    """
    words = rulebook.pages(policy, i18n.language(os.environ))
    for family, rules in families(policy).items():
        yield style.paint(family, "bold")
        for rule in rules:
            weight = severity(rule, policy)
            yield from wrap(f"  {rule:<22} {weight:<8} {visible(words[rule]['what'])}", style.width, 34)


def document(rules: Sequence[str], policy: Policy) -> dict[str, object]:
    """Return the JSON document of `gitpact rules`: for each id of `rules` its severity by this policy, and its page.

    The texts are in the language of the environment (`i18n.language`).
    """
    words, examples = rulebook.pages(policy, i18n.language(os.environ)), rulebook.load("examples")
    family = {rule: name for name, members in families(policy).items() for rule in members}
    rows = [
        {
            "rule": rule,
            "family": family[rule],
            "severity": severity(rule, policy),
            **words[rule],
            **examples.get(rule, {}),
        }
        for rule in rules
    ]
    return {"schema": 1, "version": __version__, "rules": rows}


def explain(rule: str, policy: Policy, style: Style) -> Iterator[str]:
    """Yield the lines of `gitpact rules RULE`: what it asks and why, a bad and a good example, how to switch it.

    `rule` is an id; KeyError is raised for another name. Their language is that of the environment (`i18n.language`).
    """
    texts = i18n.catalog()
    words = rulebook.pages(policy, i18n.language(os.environ))[rule]
    example = rulebook.load("examples").get(rule, {})
    weight = severity(rule, policy)
    yield style.paint(f"{rule} ({texts['word.' + weight] if weight != 'off' else weight})", "bold")
    yield from wrap(visible(words["what"]), style.width, 0)
    if words["why"]:
        yield ""
        yield from wrap(visible(words["why"]), style.width, 0)
    for kind, colour in (("bad", "red"), ("good", "green")) if example else ():
        yield ""
        yield texts[f"rules.{kind}"]
        yield from (
            ("    " + style.paint(visible(line), colour)).rstrip() for line in example[kind].rstrip("\n").split("\n")
        )
    yield ""
    if any(own.rule == rule and own.private for own in policy.patterns):
        return  # it is not the project's, which can neither switch it off nor weigh it
    yield texts["rules.switch"]
    if words["switch"]:
        yield from wrap(f"    {words['switch']}", style.width, 4)
    name = f'"{rule}"' if "/" in rule else rule
    yield f'    [rules] {name} = "error" | "warning" | "off"'
