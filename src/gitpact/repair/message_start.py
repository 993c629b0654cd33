"""The beginning of a message, before a person has written anything: what is known of its header."""

from __future__ import annotations

from gitpact.message import pattern_example
from gitpact.records import NamedTuple
from gitpact.rules import header_correction, issue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.records import Policy
    from gitpact.report.i18n import Catalog


class Start(NamedTuple):
    """What is known of a header: its type, its scope and its issue, such as "#12"; "" for what is not."""

    type: str
    scope: str
    issue: str

    @property
    def header(self) -> str:
        """The header without its description; "" where the type is unknown, before which nothing can stand."""
        if not self.type:
            return ""
        scope, issue = f"({self.scope})" if self.scope else "", f" ({self.issue})" if self.issue else ""
        return f"{self.type}{scope}: {issue}"


def known(policy: Policy, branch: str, scope: str) -> Start:
    """Return what the name of a branch tells of a commit on it, such as `feat/12-login`; `scope` is "" for unknown."""
    first, slash, _ = branch.partition("/")
    kind = header_correction.known_type(first, policy, guess=False) if slash and policy.types else ""
    reference = issue.from_branch(branch, policy.issue_pattern) if policy.issue != "forbidden" else ""
    return Start(kind, scope, reference)


def comments(start: Start, policy: Policy, texts: Catalog) -> Iterator[str]:
    """Yield lines that say how to write a message by this policy, without what begins a comment."""
    scope = "" if policy.scope == "forbidden" else f"({start.scope or 'scope'})"
    example = pattern_example.example(policy.issue_pattern)
    reference = "" if policy.issue == "forbidden" else f" ({start.issue or example})"
    form = f"{start.type or 'type'}{scope}: description{reference}"
    yield texts["start.form"].format(form=form, width=policy.subject_max)
    if policy.types:
        yield texts["start.types"].format(types=", ".join(policy.types))
    if policy.scopes:
        yield texts["start.scopes"].format(scopes=", ".join(policy.scopes))
    if policy.sign_off == "required" and not policy.add:
        yield texts["start.sign-off"]
