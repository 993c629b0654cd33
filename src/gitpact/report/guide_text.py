"""What a project's documents say of its commit messages: for contributors, and for coding agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact.rules import issue

if TYPE_CHECKING:
    from gitpact.records import Policy
    from gitpact.report.i18n import Catalog


def for_contributors(policy: Policy, texts: Catalog, *install: str) -> list[str]:
    """Return the paragraphs, in Markdown, that say how to write a message that passes a policy.

    `install` are the commands that install gitpact, if need be, and its hooks.
    """
    commands = texts["guide.and"].join(f"`{command}`" for command in install)
    return [*_rules(policy, texts), texts["guide.check"].format(install=commands)]


def for_agents(policy: Policy, texts: Catalog) -> list[str]:
    """Return the paragraphs, in Markdown, by which a coding agent writes messages that pass a policy."""
    signing = [texts["guide.agents-sign-off"]] if policy.sign_off == "required" else []
    return [*_rules(policy, texts), texts["guide.agents-check"], texts["guide.agents-no-verify"], *signing]


def _rules(policy: Policy, texts: Catalog) -> list[str]:
    scope = "" if policy.scope == "forbidden" else "scope"
    reference = "" if policy.issue == "forbidden" else issue.example(policy)
    form, trailer = issue.written(("type", scope, "", "description"), reference, policy.issue_place)
    shown = trailer or (f"({reference})" if policy.issue_place == "end" else reference)
    optional = ((f"({scope})", policy.scope), (shown, policy.issue))
    left_out = [f"`{part}`" for part, need in optional if need == "optional"]
    lines = [texts["guide.header"].format(form=form, width=policy.subject_max)]
    if trailer:
        lines.append(texts["guide.issue-trailer"].format(trailer=trailer))
    if left_out:
        lines.append(texts["guide.optional"].format(parts=texts["guide.and"].join(left_out)))
    if policy.types:
        lines.append(texts["guide.types"].format(types=", ".join(policy.types)))
    if policy.scopes:
        lines.append(texts["guide.scopes"].format(scopes=", ".join(policy.scopes)))
    if policy.sign_off == "required":
        lines.append(texts["guide.sign-off"])
    return [texts["guide.title"], texts["guide.space"].join(lines)]
