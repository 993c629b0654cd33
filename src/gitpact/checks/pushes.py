"""Judge a push: its refs, the commits that nobody has yet, the files and the bytes that it would send."""

from __future__ import annotations

from gitpact.checks import commit_range, object_sizes
from gitpact.git import config, objects, processes, query
from gitpact.git.ref_updates import linted
from gitpact.records import Finding, NamedTuple, Sizes
from gitpact.rules import active, evaluate, file_size, findings, refs
from gitpact.rules.push_registry import TOTALS, TREE, every_policy, looks_at_paths, ref_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from gitpact.checks.push import Push
    from gitpact.checks.pushed_files import FileFinding
    from gitpact.git.commit_object import RawCommit
    from gitpact.records import Policy, RefUpdate, Result

SHOWN = 10  # commits with findings that a report shows
KEPT = 50  # commits that are refused, and as many with warnings alone, that are kept to be shown; all are counted
FORCED = 20  # protected branches of a push of which it is asked whether they lose commits; all are refused
SIZED = ("file-size", "push-size")  # rules that need the walk over objects


class Verdict(NamedTuple):
    """What is found of a push: on its `refs`, its commits (`results`), its `files` and, in `totals`, on its size.

    `results` are the first KEPT commits that are refused, and then as many with warnings alone; one on the whole range
    is always among them. `tally` counts all. `totals` also hold findings on the work tree and on a server's limit of
    commits.
    """

    refs: tuple[Finding, ...]
    results: tuple[Result, ...]
    files: tuple[FileFinding, ...]
    totals: tuple[Finding, ...]
    tally: evaluate.Tally
    sizes: Sizes

    @property
    def besides(self) -> tuple[Finding, ...]:
        """The findings on refs, files and totals: all but those in `results`."""
        return (*self.refs, *(one.finding for one in self.files), *self.totals)

    def count(self, severity: str) -> int:
        """The number of findings with this severity ("error" or "warning"), of all commits too."""
        commits = self.tally.errors if severity == "error" else self.tally.warnings
        return commits + sum(found.severity == severity for found in self.besides)

    @property
    def refusing(self) -> set[str]:
        """The ids of the rules with errors; of those on whole ranges only where `results` holds the finding."""
        on_commits = (found for result in self.results for found in result.findings)
        own = {found.rule for found in (*self.besides, *on_commits) if found.severity == "error"}
        return self.tally.rules | own


def judge(
    push: Push,
    policy: Policy,
    ignore: Collection[str] = (),
    walk: Iterator[RawCommit] | None = None,
) -> Verdict:
    """Judge a push: its refs, its commits, its files and its size.

    `walk` is the iterator that `history.records` returned for the pushed commits, where the caller has called it
    already. Git lists the objects at the same time. On a server, more than `policy.most_commits` commits end the
    judging: besides refs the verdict then has one finding, and no files and sizes. `sizes` are zeros where no rule and
    no report needs them. `ignore` are ids of rules that do not run. Raises GitpactError where git fails or an object is
    missing.
    """
    reported = policy.log if push.bare else policy.summary != "none"
    sized = reported or any(active(rule, policy, ignore) for rule in SIZED)
    every = (*push.tips, *push.has)
    walked = objects.walk(every) if push.tips and sized else ()
    on_refs = tuple(findings(ref_rules(policy), _with_force(push.updates, policy), policy, ignore))
    tally = evaluate.Tally()
    refused: list[Result] = []
    warned: list[Result] = []
    for result in tally.count(_commits(push, policy, ignore, walk)):
        kept = refused if evaluate.errors(result) else warned
        if result.findings and (len(kept) < KEPT or result.special == evaluate.RANGE):
            kept.append(result)
        if push.bare and policy.most_commits and tally.commits > policy.most_commits:
            found = Finding("commit-count", "cap", facts=(("expected", str(policy.most_commits)),))
            capped = evaluate.Tally()
            capped.commits = tally.commits  # at least
            return Verdict(on_refs, (), (), (found,), capped, Sizes())
    weighed = judge_files(push, policy, object_sizes.measure(walked, smallest_limit(policy, ignore)), ignore)
    totals = weighed.totals
    if not push.bare and active("worktree-clean", policy, ignore):
        from gitpact.git import trees  # noqa: PLC0415  few projects ask

        totals += tuple(findings(TREE, [len(trees.status())], policy, ignore))
    return weighed._replace(refs=on_refs, results=(*refused, *warned), totals=totals, tally=tally)


def judge_files(
    push: Push,
    policy: Policy,
    sizes: Sizes,
    ignore: Collection[str] = (),
    counted: Callable[[], int | None] | None = None,
) -> Verdict:
    """Judge the files and the total size of a push alone; `refs`, `results` and `tally` of the verdict are empty.

    `sizes` are those of `object_sizes.measure`, called with `smallest_limit` as `smallest`. `counted` is the function
    that `start_pack_count` returned, where it was called already; without it the pack is counted only if the raw total
    exceeds the limit. `sizes` of the verdict then have the pack. `ignore` are ids of rules that do not run. Raises
    GitpactError where git fails, and where the paths are too long (`pushed_files.findings_of_push`).
    """
    files: tuple[FileFinding, ...] = ()
    if push.tips and (sizes.large or looks_at_paths(policy, ignore)):
        from gitpact.checks import pushed_files  # noqa: PLC0415  most pushes hold nothing that is large or named

        files = tuple(pushed_files.findings_of_push(push, policy, ignore, sizes.large))
    if not counted and 0 < _most(policy, ignore) < sizes.raw:
        counted = start_pack_count(push, policy.time_budget)
    if counted:
        sizes = sizes._replace(pack=counted())
    totals = tuple(findings(TOTALS, [sizes], policy, ignore))
    return Verdict((), (), files, totals, evaluate.Tally(), sizes)


def smallest_limit(policy: Policy, ignore: Collection[str] = ()) -> int:
    """Return the smallest limit on file sizes in bytes, which no smaller file can exceed; 0 where there is none.

    Limits that only warn count too. `ignore` are ids of rules that do not run.
    """
    asking = [by for by in every_policy(policy) if active("file-size", by, ignore)]
    return min((limit for by in asking if (limit := file_size.smallest_limit(by))), default=0)


def _most(policy: Policy, ignore: Collection[str]) -> int:
    """The bytes that all may add up to; 0: any number."""
    return policy.max_push_size if active("push-size", policy, ignore) else 0


def start_pack_count(push: Push, seconds: float) -> Callable[[], int | None]:
    """Start to build the pack that `git push` would send; returns a function that waits for its size in bytes.

    Call that function once: it returns None where building the pack takes longer than `seconds` from now. Nothing is
    written to disk. Both functions raise GitpactError where git fails.
    """
    excluded = [word.removeprefix("^") for word in push.has if word.startswith("^")]
    listed = query.output("rev-parse", *_options(push.has)).decode("ascii").split()
    known = objects.existing(dict.fromkeys((*excluded, *listed)))
    pieces = objects.pack((*push.tips, *(f"^{oid}" for oid in known)), seconds)

    def counted() -> int | None:
        try:
            return sum(map(len, pieces))
        except processes.OutOfTimeError:
            return None

    return counted


def estimate_reason(push: Push) -> str:
    """Return why it is uncertain what the receiver has: "guessed" or "estimate"; "" where it is certain.

    "guessed": the receiver is no remote of this clone. "estimate": the old object of a ref was never fetched, no ref of
    the remote is known here, or the remote is pushed to another URL than it is fetched from. Raises GitpactError where
    git fails.
    """
    if push.guessed:
        return "guessed"
    olds = {update.old for update in push.updates if not update.creates}
    if config.has(f"remote.{push.remote}.pushurl"):
        return "estimate"  # what is fetched from one place may tell nothing of the other
    known = len(objects.existing(olds)) == len(olds) and (olds or query.output("rev-parse", *_options(push.has)))
    return "" if known else "estimate"


def _options(span: tuple[str, ...]) -> list[str]:
    """The refs that a span excludes as a whole, as options that name them."""
    return [word for word in span if word.startswith("--") and word != "--not"]


def _with_force(updates: Iterable[RefUpdate], policy: Policy) -> Iterator[RefUpdate]:
    """The updates; the first changes of protected branches with the answer to whether they throw commits away."""
    asked = 0
    for update in updates:
        known = update.creates or update.deletes or asked == FORCED or not next(refs.protected(update, policy), None)
        asked += not known
        yield update if known else update._replace(forced=not query.is_ancestor(update.old, update.new))


def _commits(push: Push, policy: Policy, ignore: Collection[str], walk: Iterator[RawCommit] | None) -> Iterable[Result]:
    """The verdicts on the commits that no remote has."""
    tips = linted(push.updates)
    span = (*tips, *push.seen)
    branches = tuple(
        [
            update.ref.removeprefix(refs.BRANCH)
            for update in push.updates
            if update.ref.startswith(refs.BRANCH) and not update.deletes
        ]
    )
    return commit_range.results(span, policy, ignore, branches=branches, walk=walk) if tips else ()
