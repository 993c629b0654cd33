"""What a server says to who pushes, and writes into its log."""

from __future__ import annotations

import os

from gitpact.checks import push_acceptance
from gitpact.errors import GitpactError, Phrase
from gitpact.report import hook_text, i18n, policy_text
from gitpact.report import push_text as reports
from gitpact.report import style as styles
from gitpact.report.escape import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gitpact.checks.push import Push
    from gitpact.checks.push_acceptance import Answer
    from gitpact.checks.pushes import Verdict
    from gitpact.policy.in_force import InForce
    from gitpact.records import Policy

# Who pushes, as hosts and web servers tell it; the first that is set.
PUSHER = ("GL_USERNAME", "GITEA_PUSHER_NAME", "FORGEJO_PUSHER_NAME", "REMOTE_USER", "GIT_PUSHER", "LOGNAME", "USER")


def report(push: Push, verdict: Verdict, answer: Answer, by: InForce, environ: Mapping[str, str]) -> None:
    """Write findings and the answer to standard error, which git shows to the pusher, and a line to the policy's log.

    Nothing is shown without findings; nothing is logged where the log of the policy `by` is "". `environ` gives the
    language and the pusher's name. Raises GitpactError where the log cannot be written.
    """
    policy = by.policy
    if policy.log:  # first: what cannot be logged is not accepted
        row = {**_row(push, verdict, environ), "accepted": answer.accepted, "override": answer.reason or None}
        _log(policy.log, row)
    if verdict.count("error") or verdict.count("warning"):
        _tell(verdict, answer, by, environ)


def policy_error(error: GitpactError) -> None:
    """Write to standard error that the server's policy cannot be read, and why; its administrator can repair it."""
    why = Phrase("{error} ({what})", error=error, what=error.hint) if error.hint else error.message
    _say(("server.unable", "server.administrator"), why)


def timeout(seconds: int) -> None:
    """Write to standard error that judging took longer than the server's limit of `seconds`, so the push is refused."""
    _say(("server.time-limit",), str(seconds))


def broken_pushed_policy(why: str) -> None:
    """Write to standard error that the push is refused, as the policy that it brings cannot be read; `why` says why."""
    _say(("server.broken", "server.why", "server.validate"), why)


def other_default_branch(branch: str) -> None:
    """Write to standard error that the push is refused, as it would change the default branch and with it the policy.

    `branch` is the name of the new default branch.
    """
    _say(("server.takes-over", "server.head"), branch)


def built_in_policy(why: str) -> None:
    """Write to standard error that the built-in policy is used, as the project's own cannot be read; `why` says why."""
    _say(("server.built-in",), why)


def _say(kinds: Sequence[str], why: str) -> None:
    texts = i18n.catalog()
    hook_text.write(
        [texts[kind].format(why=visible(i18n.translate(why))) for kind in kinds], unicode=True
    )


def _tell(verdict: Verdict, answer: Answer, by: InForce, environ: Mapping[str, str]) -> None:
    """What the pusher sees behind `remote: `: plain lines, no colour."""
    texts = i18n.catalog(environ)
    style = styles.Style(unicode=True)  # git hands on the bytes, whatever the locale of the server is
    errors = verdict.count("error")
    lines = hook_text.heading("override" if answer.reason else "push", errors, verdict.count("warning"), style, texts)
    lines += reports.verdict(verdict, style, texts)
    if answer.reason:
        lines.append(f"  {texts['server.overridden'].format(reason=visible(answer.reason))}")
    elif errors:
        lines += ["", *policy_text.lines(by, by.unread, style, texts), "", f"  {texts['server.again']}"]
        lines += [f"  {texts[kind].format(option=visible(option))}" for kind, option in _on_options(answer, by.policy)]
    hook_text.write(lines, unicode=style.unicode)


def _on_options(answer: Answer, policy: Policy) -> Iterator[tuple[str, str]]:
    """What is to be said of the options of a refused push: kinds of sentences, each with the option that it is on."""
    for option in answer.unused:
        without_reason = "server.no-reason" if option.startswith(push_acceptance.OVERRIDE) else "server.no-option"
        yield without_reason if answer.offered else "server.no-overrides", option
    if answer.offered:
        yield "server.override-logged" if policy.log else "server.override", ""


def _log(path: str, row: Mapping[str, object]) -> None:
    """Append a line of JSON in one write, so that pushes at once do not mix. Raises GitpactError."""
    import json  # noqa: PLC0415  not every server keeps a log

    data = f"{json.dumps(row)}\n".encode()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            os.write(descriptor, data)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise GitpactError(
            "server.log: {path}: {reason}",
            "the administrator has to make it writable",
            path=path,
            reason=error.strerror,
        ) from error


def _row(push: Push, verdict: Verdict, environ: Mapping[str, str]) -> dict[str, object]:
    """Who pushed what, and what was found of it."""
    import time  # noqa: PLC0415

    return {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "repository": os.getcwd(),
        "pusher": next((environ[name] for name in PUSHER if environ.get(name)), f"uid {os.getuid()}"),
        "refs": [{"ref": update.ref, "old": update.old, "new": update.new} for update in push.updates],
        "rules": sorted(verdict.refusing),
        "errors": verdict.count("error"),
        "warnings": verdict.count("warning"),
        "commits": verdict.tally.commits,
        "objects": verdict.sizes.objects,
        "raw": verdict.sizes.raw,
    }
