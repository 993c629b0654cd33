"""Judge the commits of a range: which walk the policy asks for, and what of its findings is already known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gitpact import checks, git, idents, message, policy, remediation, snapshot
from gitpact.errors import GitpactError
from gitpact.records import Commit
from gitpact.rules import DCO, IDENTITY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from gitpact.records import Policy, Remedy, Result

    Known = frozenset[tuple[str, str]]

# A title has neither body nor persons; it becomes the header of the squashed commit.
NOT_IN_TITLE = (*DCO, *IDENTITY, "body-required", "trailer-required")


def results(span: Sequence[str], rules: Policy, ignore: Collection[str] = ()) -> Iterator[Result]:
    """The verdict on every commit of `span`, as it arrives. Raises GitpactError where the walk fails."""
    judge = checks.judging(rules, ignore)
    walk = git.commits(span, rules.issue_pattern, mailmap=rules.mailmap, signatures=rules.signature == "required")
    if rules.remediation == "none":
        return map(judge, walk)
    remedies = _remedies(span, rules)
    return (judge(commit._replace(remedies=tuple(remedies.get(commit.oid or "", ())))) for commit in walk)


def title(text: str, rules: Policy, ignore: Collection[str] = ()) -> Result:
    """The verdict on the title of a pull request, which a squash makes the header of its one commit."""
    commit = Commit(message.from_bytes(text.encode("utf-8", "replace"), issue_pattern=rules.issue_pattern), parents=1)
    return checks.judge(commit, rules, (*ignore, *NOT_IN_TITLE))._replace(skipped=())


def policy_at(revision: str) -> tuple[Policy, str]:
    """The policy as a revision holds it, and the name of its source. Raises GitpactError."""
    texts = git.texts_at(revision, [name for name, _ in snapshot.POLICY_FILES])
    text, name, prefix = snapshot.choose(texts.get)
    source = f"{revision}:{name}" if text else name
    return policy.parse(text, source, prefix), source


def read_baseline(path: Path) -> Known:
    """Known findings as (commit, rule), from a file that `--format jsonl` wrote. Raises GitpactError."""
    known = set()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise GitpactError(
            f"{path}: cannot be read: {error}", "write one: gitpact lint --format jsonl > FILE"
        ) from error
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            known.add((row["commit"], row["rule"]))
        except (ValueError, KeyError, TypeError) as error:
            hint = "write one: gitpact lint --format jsonl > FILE"
            raise GitpactError(f"{path}:{number}: not a finding in JSON", hint) from error
    return frozenset(known)


def without(known: Known, judged: Iterable[Result]) -> Iterator[Result]:
    """The results without the findings that are known already."""
    for result in judged:
        oid = result.commit.oid or ""
        yield result._replace(findings=tuple(found for found in result.findings if (oid, found.rule) not in known))


def _remedies(span: Sequence[str], rules: Policy) -> dict[str, list[Remedy]]:
    """By commit, the sign-offs that others of the range give for it; one walk of its own, which git narrows down."""
    found: dict[str, list[Remedy]] = {}
    for commit in git.commits(span, rules.issue_pattern, grep=idents.REMEDY):
        for remedy in remediation.parse(commit):
            found.setdefault(remedy.oid, []).append(remedy)
    return found
