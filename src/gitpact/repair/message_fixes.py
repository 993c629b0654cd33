"""Which commits have messages with errors, and what each would say instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact import message
from gitpact.git import commit_blocks, commits, history
from gitpact.message import encodings, idents
from gitpact.records import NamedTuple
from gitpact.rules import DCO, IDENTITY, MESSAGE, correction, evaluate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from gitpact.records import Commit, Finding, Ident, Policy, Result

SIGNED = ("sign-off-required", "missing")  # rule and kind of what a sign-off repairs
NOT_WORDS = ("fixup-commit", "merge-commit")  # no other message repairs them
AT_ONCE = 256  # commits that are judged together


class Fix(NamedTuple):
    """A commit with errors that another message repairs: `text` is that message, "" where a person has to write it.

    `result` is the verdict on the commit as it is, of which `findings` are only the errors that a message can repair.
    """

    result: Result
    text: str


def fixes(span: Sequence[str], policy: Policy, signer: Ident | None = None, branch: str = "") -> Iterator[Fix]:
    """Yield a fix for each commit of a range whose message has errors, newest first.

    `span` is as for `history.records`. With a `signer`, commits whose author is that person also get the sign-off that
    they lack, whatever the policy asks; nobody else is signed off. `branch` is the name of their branch, in which the
    issue may stand; "" for none. Raises GitpactError where git fails, also after some
    fixes.
    """
    worded = (*IDENTITY, *DCO, *NOT_WORDS)
    signed = (*IDENTITY, *NOT_WORDS)
    signing = policy._replace(sign_off="required")
    judge, judge_own = evaluate.judging(policy, worded), evaluate.judging(signing, signed)
    walk = history.records(span, policy)
    while block := commit_blocks.take(walk, AT_ONCE):
        read = [commits.read(record, policy.issue_pattern, policy.max_bytes) for record in block]
        own = [bool(signer and commit.author and idents.same(signer, commit.author)) for commit in read]
        judged = iter(judge([commit for commit, mine in zip(read, own, strict=True) if not mine]))
        judged_own = iter(
            judge_own([commit._replace(committer=signer) for commit, mine in zip(read, own, strict=True) if mine])
        )
        for mine in own:
            result = next(judged_own if mine else judged)
            findings = tuple(found for found in result.findings if _is_of_words(found))
            if findings:
                by, ignored = (signing, signed) if mine else (policy, worded)
                yield Fix(
                    result._replace(findings=findings), _text(result._replace(findings=findings), by, ignored, branch)
                )


def of_commit(oid: str, policy: Policy) -> Fix:
    """Return one commit, about whose message nothing is wrong, to be edited. Raises GitpactError if there is none."""
    record = next(history.records((f"{oid}^!",), policy))
    return Fix(judge(commits.read(record, policy.issue_pattern, policy.max_bytes), policy), "")


def reworded(fix: Fix, text: str, policy: Policy) -> Fix:
    """Return a fix with the message that a person wrote: its verdict is that on the new message.

    Its `text` is "" while that has errors.
    """
    parsed = message.from_bytes(text.encode("utf-8"), issue_pattern=policy.issue_pattern)
    result = judge(fix.result.commit._replace(message=parsed), policy)
    passes = not evaluate.errors(result) and stored(text, fix.result.commit) is not None
    return Fix(fix.result if passes else result, text if passes else "")


def judge(commit: Commit, policy: Policy) -> Result:
    """The verdict on a commit's words alone: by the rules on messages."""
    return evaluate.judge(commit, policy, (*IDENTITY, *DCO, *NOT_WORDS))


def _text(result: Result, policy: Policy, ignored: Collection[str], branch: str) -> str:
    its = result.commit.message
    if its.bad_byte >= 0 or its.excess or its.size > history.MOST_MESSAGE:
        return ""  # what was read is not all that the message has
    text = correction.suggest(result, policy, ignored, branch=branch)
    return text if text and stored(text, result.commit) is not None else ""


def _is_of_words(found: Finding) -> bool:
    return found.severity == "error" and (found.rule in MESSAGE or (found.rule, found.kind) == SIGNED)


def stored(text: str, commit: Commit) -> bytes | None:
    """The bytes of a new message in the encoding of its commit; None where that has not all its characters."""
    try:
        return text.encode(encodings.codec_or_utf8(commit.message.encoding))
    except UnicodeEncodeError:
        return None
