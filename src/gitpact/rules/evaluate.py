"""Judge one commit by a policy: which rules apply to it, what they find, how much it weighs."""

from __future__ import annotations

from gitpact import message
from gitpact.message import commit_kind
from gitpact.records import Commit, Result
from gitpact.rules import DCO, FAMILIES, IDENTITY, IDS, active, findings, severity, weighed
from gitpact.rules.commits import COMMITS, COUNTS
from gitpact.rules.dco import KEY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from gitpact.records import Finding, Ident, Policy

STORED = ("message-encoding", "commit-object")  # of every commit, whoever made it and whatever it says
# What is still judged of a special message; of an ordinary one every rule there is (None).
JUDGED: dict[str, Collection[str] | None] = {
    "": None,
    "oversized": ("message-size", "commit-object", *IDENTITY),
    "empty": ("message-empty", *STORED),
    "merge": ("merge-commit", *STORED, *IDENTITY),
    "bot": STORED,
    "exempt": (*STORED, *DCO, *IDENTITY),
    "remediation": (*STORED, "header-characters", *DCO, *IDENTITY),
    "revert": (*STORED, "header-characters", *DCO, *IDENTITY),
    "reapply": (*STORED, "header-characters", *DCO, *IDENTITY),
    "fixup": (*STORED, "fixup-commit", *IDENTITY),
    "squash": (*STORED, "fixup-commit", *IDENTITY),
    "amend": (*STORED, "fixup-commit", *IDENTITY),
}
# What stands where a verdict is on no commit: on all of them, or on the title of a request.
NO_COMMIT = RANGE, TITLE = "range", "title"
MOST_FINDINGS = 1000  # of one commit, and one of each rule that comes after these; nobody reads more
MENDABLE = 64  # commits of a branch that a person mends by hand
# On the developer's machine these are tools; only what is pushed must be without them.
NOT_LOCAL = ("fixup-commit", "wip-commit")


def judging(policy: Policy, ignore: Collection[str] = ()) -> Callable[[Commit], Result]:
    """What judges a commit by this policy: every finding of the rules that apply, in reading order.

    Which rules run is settled once, for a range of many commits.
    """
    running = {
        rule_id: (rule, severity(rule_id, policy))
        for rule_id, rule in COMMITS.items()
        if active(rule_id, policy, ignore)
    }
    by_kind = {
        kind: [one for rule_id, one in running.items() if ids is None or rule_id in ids] for kind, ids in JUDGED.items()
    }
    signed = policy.sign_off == "required"

    def judge_one(commit: Commit) -> Result:
        kind = commit_kind.kind(commit, policy)
        every: list[Finding] = []
        for rule, weight in by_kind[kind]:
            for found in rule(commit, policy):
                every.append(weighed(found, weight))
                if len(every) >= MOST_FINDINGS:
                    break
        if len(every) > 1:
            every.sort(key=lambda found: (found.line, found.column))
        unable = ("sign-off-identity",) if signed and not kind and not commit.author else ()
        return Result(commit, tuple(every), kind, unable)

    return judge_one


def judge(commit: Commit, policy: Policy, ignore: Collection[str] = ()) -> Result:
    """The verdict on one commit."""
    return judging(policy, ignore)(commit)


def judge_range(commits: int, policy: Policy, ignore: Collection[str] = ()) -> Result | None:
    """The verdict on a range of so many commits; None where no rule has anything to say of it."""
    found = tuple(findings(COUNTS, [commits], policy, ignore))
    return Result(Commit(message.header_only(b"")), found, RANGE) if found else None


def errors(result: Result) -> int:
    """How many findings refuse the commit."""
    return sum(found.severity == "error" for found in result.findings)


class Tally:
    """Counts of a run, filled while its results stream by.

    `kinds` are rules and kinds of what refuses commits, `last` is the last that is refused. Of the first ones, as many
    as are mended by hand: who made them, the oldest, and whether a sign-off is `covered` by another trailer, so that
    git would not see it when it adds one. `merges` tells that there are any.
    """

    def __init__(self) -> None:
        self.commits = self.checked = self.errors = self.warnings = 0
        self.skipped: dict[str, int] = {}
        self.kinds: set[tuple[str, str]] = set()
        self.last: Commit | None = None
        self.oldest: Commit | None = None
        self.authors: set[Ident | None] = set()
        self.covered = self.merges = False

    @property
    def rules(self) -> set[str]:
        """The rules that refuse a commit."""
        return {rule for rule, _ in self.kinds}

    def count(self, results: Iterable[Result]) -> Iterator[Result]:
        """Hand every result on, counted."""
        kinds = self.kinds
        for result in results:
            commit, findings, kind, _, _ = result
            if kind not in NO_COMMIT:
                self.commits += 1
                self.merges |= kind == "merge"
                if self.commits <= MENDABLE:
                    self.oldest = result.commit
                    self.authors.add(self.oldest.author)
                    self.covered |= any(trailer.key.lower() == KEY for trailer in self.oldest.message.trailers[:-1])
                if kind and not findings:
                    self.skipped[kind] = self.skipped.get(kind, 0) + 1
                else:
                    self.checked += 1
            for rule, said, _, _, _, _, grave, _, _ in findings:
                if grave != "error":
                    self.warnings += 1
                    continue
                self.errors += 1
                if commit.oid:
                    self.last = commit
                    kinds.add((rule, said))
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
