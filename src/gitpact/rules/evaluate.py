"""Judge one commit by a policy: which rules apply to it, what they find, how much it weighs."""

from __future__ import annotations

from gitpact import message
from gitpact.message import commit_kind
from gitpact.message.bounded_memory import LONGEST, key_size, put
from gitpact.records import Commit, Finding, NamedTuple, Result
from gitpact.rules import DCO, IDENTITY, active, families, findings, ids, severity, with_severity
from gitpact.rules.commit_registry import COMMITS, COUNTS
from gitpact.rules.dco import KEY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from gitpact.records import Ident, Policy
    from gitpact.rules.commit_registry import Part, Rule

    Find = Callable[[Any, Policy], Iterable[Finding]]
    Judge = Callable[[Sequence[Commit]], list[Result]]
    Suspects = Callable[[Iterable[tuple[int, Any]]], Iterable[tuple[int, Any]]]

STORED = ("message-encoding", "commit-object")  # of every commit, whoever made it and whatever it says
OF_ONE_KIND = ("message-size", "message-empty", "merge-commit", "fixup-commit")  # no other kind can break them
# Which rules judge a commit of each kind (`commit_kind.kinds`).
JUDGED: dict[str, Collection[str]] = {
    "": tuple(rule for rule in COMMITS if rule not in OF_ONE_KIND),
    "oversized": ("message-size", "commit-object", *IDENTITY),
    "empty": ("message-empty", *STORED),
    "merge": ("merge-commit", *STORED, *IDENTITY),
    "bot": STORED,
    "exempt": (*STORED, *DCO, *IDENTITY),
    "remediation": (*STORED, "header-characters", *DCO, *IDENTITY),
    "revert": (*STORED, "header-characters", *DCO, *IDENTITY),
    "reapply": (*STORED, "header-characters", *DCO, *IDENTITY),
    "subtree": (*STORED, *IDENTITY),
    "fixup": (*STORED, "fixup-commit", *IDENTITY),
    "squash": (*STORED, "fixup-commit", *IDENTITY),
    "amend": (*STORED, "fixup-commit", *IDENTITY),
}
# What stands where a verdict is on no commit: on all of them, on the title of a request, or on what it will be.
NO_COMMIT = RANGE, TITLE, SQUASH = "range", "title", "squash"
MOST_FINDINGS = 1000  # of one rule on one commit; nobody reads more
MOST_REMEMBERED = 10  # findings on one part
UNSIGNED = ("sign-off-required", "missing")  # rule and kind of what a sign-off of the author repairs
NOT_BY_MESSAGE = ("fixup-commit", "merge-commit")  # rules on messages that no other message satisfies
MOST_REPAIRED = 64  # commits of a branch that a person corrects by hand
# On the developer's machine these are tools; only what is pushed must be without them.
NOT_LOCAL = ("fixup-commit", "wip-commit")
ORDER = {rule: number for number, rule in enumerate(COMMITS)}


class Step(NamedTuple):
    """A part of a commit, the rules that read it with their severities, and their findings on such parts so far."""

    part: Part
    rules: list[tuple[Find, str, Suspects]]
    known: dict[Hashable, Sequence[Finding]]


def judging(policy: Policy, ignore: Collection[str] = ()) -> Judge:
    """Return a function that judges commits by this policy, many at a time: one result for each, in their order.

    Each rule runs on all commits before the next one does. The function remembers findings on the parts that commits
    have in common, so use one for a whole history. The findings of a result are in the order of their lines and
    columns; `special` is the kind of the commit (`commit_kind.kinds`), by which some rules do not apply; `suggestion`
    is None. `ignore` are ids of rules that do not run.
    """
    if policy.by_path:
        return _judging_by_path(policy, ignore)
    registry = _registry(policy)
    running = {rule_id: severity(rule_id, policy) for rule_id in registry if active(rule_id, policy, ignore)}
    judged = _judged(policy)
    kind_of = commit_kind.kinds(policy)
    steps_of: dict[str, list[Step]] = {}
    signed, unable = policy.sign_off == "required", ("sign-off-identity",)

    def judge_all(commits: Sequence[Commit]) -> list[Result]:
        kinds = [kind_of(commit) for commit in commits]
        found: dict[int, list[Finding]] = {}
        for kind in set(kinds):
            if kind not in steps_of:
                weights = {rule: running[rule] for rule in running if rule in judged[kind]}
                steps_of[kind] = _steps(registry, weights)
            numbers = [number for number, its in enumerate(kinds) if its == kind]
            alike = [commits[number] for number in numbers]
            for step in steps_of[kind]:
                for at, some in _of_step(step, alike, policy):
                    found.setdefault(numbers[at], []).extend(some)
        return [
            Result._make(
                (
                    commit,
                    tuple(sorted(found[number], key=_in_reading_order)) if number in found else (),
                    kinds[number],
                    unable if signed and not kinds[number] and not commit.author else (),
                    None,
                )
            )
            for number, commit in enumerate(commits)
        ]

    return judge_all


def _judging_by_path(policy: Policy, ignore: Collection[str]) -> Judge:
    """What judges each commit by what the tables `[[path]]` make of the policy for its files."""
    from gitpact.rules import path_tables  # noqa: PLC0415  few policies have such tables

    judges: dict[tuple[int, ...], Judge] = {}
    by_changes: dict[str, Judge] = {}  # tables that change the same share a judge

    def judge_by(tables: tuple[int, ...]) -> Judge:
        changes = repr([policy.by_path[number][1] for number in tables])  # a value may be a dict, which has no hash
        judge = by_changes.get(changes) or judging(path_tables.changed(policy, tables), ignore)
        put(by_changes, changes, judge)
        put(judges, tables, judge)
        return judge

    def judge_all(commits: Sequence[Commit]) -> list[Result]:
        groups: dict[Judge, list[int]] = {}
        for at, commit in enumerate(commits):
            tables = path_tables.numbers(policy, commit.paths or ())
            groups.setdefault(judges.get(tables) or judge_by(tables), []).append(at)
        results: dict[int, Result] = {}
        for judge, places in groups.items():
            results.update(zip(places, judge([commits[at] for at in places]), strict=True))
        return [results[at] for at in range(len(commits))]

    return judge_all


def _registry(policy: Policy) -> Mapping[str, Rule]:
    """The rules on commits, and those of the policy's own."""
    if not policy.patterns:
        return COMMITS
    from gitpact.rules import pattern  # noqa: PLC0415  few policies have rules of their own

    return {**COMMITS, **pattern.on_commits(policy)}


def _judged(policy: Policy) -> Mapping[str, Collection[str]]:
    """By kind of commit, the rules that judge it: a policy's own judge what is written by hand, and persons always.

    Those of a file outside of the project judge every commit.
    """
    if not policy.patterns:
        return JUDGED
    own = [rule.rule for rule in policy.patterns]
    persons = [rule.rule for rule in policy.patterns if rule.where in {"author", "committer"}]
    private = [rule.rule for rule in policy.patterns if rule.private]
    return {
        kind: (*rules, *(own if not kind else [*private, *(persons if set(IDENTITY) <= {*rules} else ())]))
        for kind, rules in JUDGED.items()
    }


def _steps(registry: Mapping[str, Rule], weights: dict[str, str]) -> list[Step]:
    """One step for each part of a commit that these rules read."""
    steps: dict[Part, Step] = {}
    for rule_id, weight in weights.items():
        find, part, suspects = registry[rule_id]
        steps.setdefault(part, Step(part, [], {})).rules.append((find, weight, suspects))
    return [*steps.values()]


def _of_step(step: Step, commits: Sequence[Commit], policy: Policy) -> Iterator[tuple[int, Sequence[Finding]]]:
    """What the rules of a step find in each of the commits, by its index; nothing for most of them."""
    (read, recurs, lines_above), rules, known = step
    if not recurs:
        parts = [read(commit) for commit in commits]
        for find, weight, suspects in rules:
            for at, part in suspects(enumerate(parts)):
                found = find(part, policy)
                if found:
                    yield at, _weighed(found, weight)
        return
    for at, commit in enumerate(commits):
        part = read(commit)
        every = known.get(part)
        if every is None:
            every = [one for find, weight, _ in rules for one in _weighed(find(part, policy), weight)]
            if len(every) <= MOST_REMEMBERED and key_size(part) <= LONGEST:
                put(known, part, every)
        if every:
            yield at, _moved(every, lines_above(commit))


def _weighed(found: Iterable[Finding], weight: str) -> list[Finding]:
    """The findings of one rule with their severity, no more than MOST_FINDINGS."""
    every: list[Finding] = []
    for one in found:
        every.append(with_severity(one, weight))
        if len(every) == MOST_FINDINGS:
            break
    return every


def _moved(found: Sequence[Finding], lines: int) -> Sequence[Finding]:
    """Findings so many lines further down."""
    return [Finding._make((*one[:2], one.line + lines, *one[3:])) for one in found] if lines else found


def _in_reading_order(found: Finding) -> tuple[int, int, int]:
    return found.line, found.column, ORDER.get(found.rule, len(ORDER))


def judge(commit: Commit, policy: Policy, ignore: Collection[str] = ()) -> Result:
    """The verdict on one commit, as by the function that `judging` returns; for many commits that one is faster.

    `ignore` are ids of rules that do not run.
    """
    return judging(policy, ignore)([commit])[0]


def judge_range(commits: int, policy: Policy, ignore: Collection[str] = ()) -> Result | None:
    """The verdict on the size of a range of `commits` commits; None where there is no finding.

    Its `special` is "range" and its commit is an empty one. `ignore` are ids of rules that do not run.
    """
    found = tuple(findings(COUNTS, [commits], policy, ignore))
    return Result(Commit(message.from_bytes(b"")), found, RANGE) if found else None


def errors(result: Result) -> int:
    """How many findings of a result have the severity "error", any of which refuses the commit."""
    return sum(found.severity == "error" for found in result.findings)


class Tally:
    """Counts over the results that went through `count`; all are 0 or empty before that.

    `commits` are those seen, `skipped` counts by kind the ones that are not judged in full and have no finding,
    `checked` the others; `errors` and `warnings` count findings. `kinds` are (rule, kind) of the errors on commits that
    exist, `last` the last commit with one. `oldest`, `authors` and `covered` are about the first MOST_REPAIRED commits
    only: the last of them, who made them, and whether a sign-off precedes another trailer in one, which `git commit -s`
    would not see. `merges` says whether there is any merge.
    """

    def __init__(self) -> None:
        self.commits = self.checked = self.errors = self.warnings = 0
        self.skipped: dict[str, int] = {}
        self.kinds: set[tuple[str, str]] = set()
        self.last: Commit | None = None
        self.oldest: Commit | None = None
        self.authors: set[Ident | None] = set()
        self.unsigned: set[Ident | None] = set()
        self.covered = self.merges = False

    @property
    def rules(self) -> set[str]:
        """The ids of the rules that have errors on commits."""
        return {rule for rule, _ in self.kinds}

    def count(self, results: Iterable[Result]) -> Iterator[Result]:
        """Yield the results unchanged, and add each to the counts when it is taken."""
        kinds = self.kinds
        for result in results:
            commit, findings, kind, _, _ = result
            if kind not in NO_COMMIT:
                self.commits += 1
                if self.commits <= MOST_REPAIRED:
                    self.oldest = commit
                    self.authors.add(commit.author)
                    self.covered |= any(trailer.key.lower() == KEY for trailer in commit.message.trailers[:-1])
                if kind == "merge":
                    self.merges = True
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
                    if (rule, said) == UNSIGNED:
                        self.unsigned.add(commit.author)
            yield result


def expand(names: Collection[str], policy: Policy) -> tuple[str, ...]:
    """The ids of rules for `names`, each the id of a rule or a family such as "dco"; in their order, with repetitions.

    Rules of the `policy`'s own have names too. Raises KeyError with the first name that is neither.
    """
    chosen: list[str] = []
    members, known = families(policy), {*ids(policy)}
    for name in names:
        if name in members:
            chosen.extend(members[name])
        elif name in known:
            chosen.append(name)
        else:
            raise KeyError(name)
    return tuple(chosen)
