"""Judge one commit by a policy: which rules apply to it, what they find, how much it weighs."""

from __future__ import annotations

from gitpact import special
from gitpact.records import Result
from gitpact.rules import DCO, FAMILIES, IDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from gitpact.records import Commit, Finding, Policy

# What is still judged of a special message (messages.md 34 to 42, 64).
JUDGED: dict[str, Collection[str]] = {
    "": IDS,
    "empty": ("message-empty",),
    "merge": ("merge-commit",),
    "bot": (),
    "exempt": tuple(DCO),
    "revert": ("message-encoding", "header-characters", *DCO),
    "reapply": ("message-encoding", "header-characters", *DCO),
    "fixup": ("fixup-commit",),
    "squash": ("fixup-commit",),
    "amend": ("fixup-commit",),
}
# On the developer's machine these are tools; only what is pushed must be without them.
NOT_LOCAL = ("fixup-commit", "wip-commit")


def judge(commit: Commit, policy: Policy, ignore: Collection[str] = ()) -> Result:
    """Every finding of the rules that apply, in reading order, its severity the policy's."""
    kind = special.kind(commit, policy)
    findings: list[Finding] = []
    applies = JUDGED[kind]
    for family in FAMILIES.values():
        for rule_id, rule in family.items():
            severity = policy.rules.get(rule_id, "error")
            if rule_id in applies and rule_id not in ignore and severity != "off":
                findings.extend(
                    found if found.severity == "warning" else found._replace(severity=severity)
                    for found in rule(commit, policy)
                )
    findings.sort(key=lambda found: (found.line, found.column))
    unable = ("sign-off-identity",) if not commit.author and policy.sign_off == "required" else ()
    return Result(commit, tuple(findings), kind, unable if kind == "" else ())


def errors(result: Result) -> int:
    """How many findings refuse the commit."""
    return sum(found.severity == "error" for found in result.findings)


class Tally:
    """Counts of a run, filled while its results stream by; a class because it is what changes."""

    def __init__(self) -> None:
        self.commits = self.checked = self.errors = self.warnings = 0
        self.skipped: dict[str, int] = {}

    def count(self, results: Iterable[Result]) -> Iterator[Result]:
        """Hand every result on, counted."""
        for result in results:
            self.commits += 1
            if result.special:
                self.skipped[result.special] = self.skipped.get(result.special, 0) + 1
            else:
                self.checked += 1
            refused = errors(result)
            self.errors += refused
            self.warnings += len(result.findings) - refused
            yield result


def expand(names: Collection[str]) -> tuple[str, ...]:
    """Rule ids and families into rule ids; raises KeyError with the first name that is neither."""
    ids: list[str] = []
    for name in names:
        if name in FAMILIES:
            ids.extend(FAMILIES[name])
        elif name in IDS:
            ids.append(name)
        else:
            raise KeyError(name)
    return tuple(ids)
