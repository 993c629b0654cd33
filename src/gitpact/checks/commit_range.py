"""Judge the commits of a range: which walk the policy asks for, and what of its findings is already known."""

from __future__ import annotations

from gitpact import message
from gitpact.errors import GitpactError
from gitpact.git import commit_blocks, commits, history
from gitpact.message import idents
from gitpact.records import Commit, Result
from gitpact.rules import DCO, IDENTITY, MESSAGE, active, dco, evaluate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from gitpact.git.commit_object import RawCommit
    from gitpact.records import Policy, Remediation

    Judge = Callable[[Sequence[RawCommit]], Iterable[Result]]
    Known = frozenset[tuple[str, str]]

FEW = evaluate.MOST_REPAIRED  # commits of a range in which each gets a suggestion
AT_ONCE = 256  # commits that are judged together, which takes two thirds of the time of judging each alone
OF_A_REQUEST = ("commit-count",)  # nobody asks for a whole history at once
HINT = "write the existing mistakes to a file: gitpact lint --format jsonl > FILE"
# A title has neither body nor persons; it becomes the header of the squashed commit.
NOT_IN_TITLE = (*DCO, *IDENTITY, "body-required", "breaking-mark", "trailer-required", "trailer-count")


def results(  # noqa: PLR0913  what is judged, and by what
    span: Sequence[str],
    rules: Policy,
    ignore: Collection[str] = (),
    *,
    base: str = "",
    branch: str = "",
    branches: tuple[str, ...] = (),
    walk: Iterator[RawCommit] | None = None,
    suggest: bool = True,
) -> Iterator[Result]:
    """Yield the verdict on each commit of `span`, newest first, then one on their number where a rule objects to it.

    `span` is what `history.records` takes: revisions, then options. With `base` the mailmap is read from that commit.
    `walk` is the iterator that `history.records` returned where the caller has called it already; `base` then has no
    effect. In a range of at most FEW commits, one with errors in its message gets a `suggestion` where there is one,
    unless `suggest` is False; the name of the `branch`, "" for none, may give it the issue. `branches` are the names of
    those that the range is on, for rules that apply to some branches only. The last result, on the range, has
    evaluate.RANGE as `special`. `ignore` are ids of rules that do not run. Raises GitpactError where git fails, also
    after some results.
    """
    walk = walk or history.records(span, rules, base=base)
    judged = _judging(span, rules, ignore, branches)
    block = commit_blocks.take(walk, FEW + 1)
    if suggest and len(block) <= FEW:
        judged = _suggesting(judged, rules, ignore, branch)
    number = 0
    while block:
        number += len(block)
        yield from judged(block)
        block = commit_blocks.take(walk, AT_ONCE)
    whole = evaluate.judge_range(number, rules, ignore)
    if whole:
        yield whole


def _judging(span: Sequence[str], rules: Policy, ignore: Collection[str], branches: tuple[str, ...]) -> Judge:
    """What reads commits whole and judges them."""
    remediations = _remediations(span, rules) if rules.remediation != "none" else {}
    judge_all, pattern, most = evaluate.judging(rules, ignore), rules.issue_pattern, rules.max_bytes

    def judged(records: Sequence[RawCommit]) -> Iterable[Result]:
        read = [commits.read(record, pattern, most) for record in records]
        if remediations:
            read = [commit._replace(remediations=tuple(remediations.get(commit.oid or "", ()))) for commit in read]
        if branches:
            read = [commit._replace(branches=branches) for commit in read]
        return judge_all(read)

    return judged


def _suggesting(judged: Judge, rules: Policy, ignore: Collection[str], branch: str) -> Judge:
    """The verdicts, each with a message that would pass where there is one; nobody is signed off by it."""

    def suggested(records: Sequence[RawCommit]) -> Iterator[Result]:
        for result in judged(records):
            worded = tuple([found for found in result.findings if found.rule in MESSAGE])
            if any(found.severity == "error" for found in worded):
                from gitpact.rules import correction  # noqa: PLC0415  most commits need no other message

                ignored = (*ignore, *DCO, *IDENTITY)
                text = correction.suggest(result._replace(findings=worded), rules, ignored, branch=branch)
                yield result._replace(suggestion=text)
            else:
                yield result

    return suggested


def title(text: str, rules: Policy, ignore: Collection[str] = ()) -> Result:
    """Return the verdict on the title of a pull request, which a squash merge makes the header of its one commit.

    A mark such as "Draft:" at its beginning is not judged, as the host removes it before the merge. Rules that need a
    body, trailers or persons do not run, nor do those whose ids are in `ignore`. The result has evaluate.TITLE as
    `special`, and its commit no oid.
    """
    from gitpact.checks.ci import squash  # noqa: PLC0415  few runs judge a title

    return _of_no_commit(squash.without_draft(text), rules, (*ignore, *NOT_IN_TITLE), evaluate.TITLE)


def squashed(text: str, rules: Policy, ignore: Collection[str] = (), *, paths: tuple[str, ...] | None = None) -> Result:
    """Return the verdict on the message of the commit that a squash merge will make (`ci.squash.message_of`).

    What breaks release tools is a warning, unless the policy makes it an error (the rule release-notes). `paths` are
    the files that the commit changes, None where unknown. Rules on persons and sign-offs do not run, as the host writes
    those; nor do those whose ids are in `ignore`. The result has evaluate.SQUASH as `special`, and its commit no oid.
    """
    if not active("release-notes", rules):
        rules = rules._replace(rules={**rules.rules, "release-notes": "warning"})
    return _of_no_commit(text, rules, (*ignore, *DCO, *IDENTITY), evaluate.SQUASH, paths)


def _of_no_commit(
    text: str, rules: Policy, ignored: tuple[str, ...], special: str, paths: tuple[str, ...] | None = None
) -> Result:
    parsed = message.from_bytes(
        text.encode("utf-8", "replace"), issue_pattern=rules.issue_pattern, max_bytes=rules.max_bytes
    )
    from gitpact.rules import correction  # noqa: PLC0415  as above

    judged = evaluate.judge(Commit(parsed, parents=1, paths=paths), rules, ignored)._replace(skipped=())
    suggestion = correction.suggest(judged, rules, ignored) if evaluate.errors(judged) else None
    return judged._replace(special=special, suggestion=suggestion)


def read_baseline(path: str, text: str | None = None) -> Known:
    """Read the known findings that `gitpact lint --format jsonl` wrote to a file; returns pairs (commit oid, rule id).

    The oid is None for a finding on no commit; an empty file gives an empty set. `text` is the content of the file
    where the caller has it, and `path` then only names the file in errors. Raises GitpactError where the file cannot be
    read, is not UTF-8, or has a line that is not a finding in JSON.
    """
    import json  # noqa: PLC0415  a new project has no baseline

    known = set()
    try:
        whole = text if text is not None else _text(path)
        lines = whole.removesuffix("\n").split("\n") if whole else []
    except (OSError, UnicodeDecodeError) as error:
        raise GitpactError(
            "{path}: cannot be read: {error}",
            HINT,
            path=path,
            error=getattr(error, "strerror", None) or error,
        ) from error
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            known.add((row["commit"], row["rule"]))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise GitpactError(
                "{path}:{number}: this line is not a JSON result of gitpact lint --format jsonl",
                HINT,
                path=path,
                number=number,
            ) from error
    return frozenset(known)


def _text(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def without_known(known: Known, judged: Iterable[Result]) -> Iterator[Result]:
    """Yield every result, less its findings of a rule that `known` has for its commit.

    `known` holds pairs (commit oid, rule id), as `read_baseline` returns them. A result without findings is yielded
    too; one without a commit oid, such as that on a whole range, is unchanged.
    """
    for result in judged:
        oid = result.commit.oid
        left = tuple(found for found in result.findings if (oid, found.rule) not in known)
        yield result._replace(findings=left) if oid else result


def _remediations(span: Sequence[str], rules: Policy) -> dict[str, list[Remediation]]:
    """By commit, the sign-offs that others of the range give for it; one walk of its own, which git narrows down."""
    found: dict[str, list[Remediation]] = {}
    from gitpact.message import remediation  # noqa: PLC0415  few projects know remediations

    for commit in commits.walk(span, rules.issue_pattern, grep=idents.REMEDIATION):
        for remedy in remediation.parse(commit, rules, dco.is_signed_off_by):
            if not remedy.fault:
                found.setdefault(remedy.oid, []).append(remedy)
    return found
