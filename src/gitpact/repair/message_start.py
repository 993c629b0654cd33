"""The beginning of a message, before a person has written anything: what is known of its header."""

from __future__ import annotations

from gitpact.records import NamedTuple
from gitpact.rules import header_correction, issue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.records import Policy
    from gitpact.report.i18n import Catalog


class Start(NamedTuple):
    """What is known of a header: its type, its scope and its issue, such as "#12"; "" for what is not.

    `place` is where the policy wants the issue.
    """

    type: str
    scope: str
    issue: str
    place: str = "end"

    @property
    def header(self) -> str:
        """The header without its description; "" where the type is unknown, before which nothing can stand."""
        if not self.type:
            return ""
        return issue.written((self.type, self.scope, "", ""), self.issue, self.place)[0]


def known(policy: Policy, branch: str, scope: str) -> Start:
    """Return what the name of a branch tells of a commit on it, such as `feat/12-login`; `scope` is "" for unknown."""
    first, slash, _ = branch.partition("/")
    kind = header_correction.known_type(first, policy, guess=False) if slash and policy.types else ""
    reference = issue.from_branch(branch, policy.issue_pattern) if policy.issue != "forbidden" else ""
    return Start(kind, scope, reference, policy.issue_place)


def comments(start: Start, policy: Policy, texts: Catalog) -> Iterator[str]:
    """Yield lines that say how to write a message by this policy, without what begins a comment."""
    scope = "" if policy.scope == "forbidden" else start.scope or "scope"
    reference = "" if policy.issue == "forbidden" else start.issue or issue.example(policy)
    form, _ = issue.written((start.type or "type", scope, "", "description"), reference, policy.issue_place)
    yield texts["start.form"].format(form=form, width=policy.subject_max)
    if policy.types:
        yield texts["start.types"].format(types=", ".join(policy.types))
    if policy.scopes:
        yield texts["start.scopes"].format(scopes=", ".join(policy.scopes))
    if policy.sign_off == "required" and not policy.add:
        yield texts["start.sign-off"]
