"""What a server says to who pushes, and writes into its log."""

from __future__ import annotations

import os

from gitpact.checks import push_acceptance
from gitpact.errors import GitpactError, Phrase, ServerError
from gitpact.git import shared_permissions
from gitpact.repair.shell import Command
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
    from gitpact.report.i18n import Catalog

# Who pushes, by the variable in which a server tells its hooks; the first that is set. The last two are the user of
# the machine, whom everybody shares where a server has one account for all.
PUSHER = (
    "GL_USERNAME",  # GitLab
    "GL_USER",  # gitolite
    "GITEA_PUSHER_NAME",
    "FORGEJO_PUSHER_NAME",
    "GOGS_AUTH_USER_NAME",
    "GITHUB_USER_LOGIN",  # GitHub Enterprise Server
    "BB_USER_NAME",  # Bitbucket Data Center
    "REMOTE_USER",  # git http-backend behind a web server
    "GIT_PUSHER",  # a wrapper of one's own
    "LOGNAME",
    "USER",
)
LOG_MODE = 0o640
STRIPPED = {"file-size", "path-forbidden", "path-length"}  # rules on files, which `gitpact strip` removes


def report(  # noqa: PLR0913  what, by which policy, and to whom
    push: Push, verdict: Verdict, answer: Answer, by: InForce, environ: Mapping[str, str], *, brings_policy: bool
) -> None:
    """Write findings and the answer to standard error, which git shows to the pusher, and a line to the policy's log.

    Nothing is shown without findings; nothing is logged where the log of the policy `by` is "". `environ` gives the
    language and the pusher's name. `brings_policy` says that the push changes the policy of the default
    branch. Raises GitpactError where the log cannot be written.
    """
    policy = by.policy
    if policy.log:  # first: what cannot be logged is not accepted
        row = {**_row(push, verdict, environ), "accepted": answer.accepted, "override": answer.reason or None}
        _log(policy.log, row)
    if verdict.count("error") or verdict.count("warning"):
        _tell(verdict, answer, by, environ, brings_policy=brings_policy)


def policy_error(error: GitpactError) -> None:
    """Write to standard error that the server's policy cannot be read, and why; its administrator can repair it.

    Paths and values are left out: how a server is laid out and what an unpublished pattern looks for is nothing for its
    pushers. `gitpact server status` shows them.
    """
    _say(("server.unable", "server.administrator"), _for_pushers(error.message))


def server_error(error: ServerError) -> None:
    """Write to standard error that the push is refused for a fault of the server, and which; paths are left out."""
    _say(("server.fault", "server.administrator"), _for_pushers(error.message))


def _for_pushers(said: Phrase) -> Phrase:
    """A phrase whose facts name files by their last part alone, without the value of any key."""
    facts: dict[str, object] = {}
    for name, fact in said.facts.items():
        if isinstance(fact, GitpactError | Phrase):
            facts[name] = _for_pushers(fact.message if isinstance(fact, GitpactError) else fact)
        elif name == "value":
            facts[name] = "…"
        else:
            facts[name] = os.path.basename(str(fact)) if os.path.isabs(str(fact)) else fact
    return Phrase(said.template, **facts)


def timeout(seconds: int) -> None:
    """Write to standard error that judging took longer than the server's limit of `seconds`, so the push is refused."""
    _say(("server.time-limit",), str(seconds))


def broken_pushed_policy(why: str | Phrase) -> None:
    """Write to standard error that the push is refused, as the policy that it brings cannot be read; `why` says why."""
    _say(("server.broken", "server.why", "server.validate"), why)


def other_default_branch(branch: str, *, deleted: bool) -> None:
    """Write to standard error that the push is refused, as it would change the default branch and with it the policy.

    `branch` is the name of the new default branch; of the present one if that is `deleted`.
    """
    _say(("server.deletes" if deleted else "server.takes-over", "server.head"), branch)


def built_in_policy(why: str) -> None:
    """Write to standard error that the built-in policy is used, as the project's own cannot be read; `why` says why."""
    _say(("server.built-in",), why)


def _say(kinds: Sequence[str], why: str) -> None:
    texts = i18n.catalog()
    hook_text.write([texts[kind].format(why=visible(i18n.translate(why))) for kind in kinds], unicode=True)


def _tell(verdict: Verdict, answer: Answer, by: InForce, environ: Mapping[str, str], *, brings_policy: bool) -> None:
    """What the pusher sees behind `remote: `: plain lines, no colour."""
    texts = i18n.catalog(environ)
    style = styles.Style(unicode=True)  # git hands on the bytes, whatever the locale of the server is
    errors = verdict.count("error")
    lines = hook_text.heading("override" if answer.reason else "push", errors, verdict.count("warning"), style, texts)
    lines += reports.verdict(verdict, style, texts)
    if answer.reason:
        lines.append(f"  {texts['server.overridden'].format(reason=visible(answer.reason))}")
    elif errors:
        lines += ["", *policy_text.lines(by, by.unread, style, texts), ""]
        lines += [f"  {texts['server.brings-policy']}"] if brings_policy else []
        lines += [f"  {texts['server.own-policy']}"] if by.administrator else []
        lines.append(f"  {texts['server.again']}")
        lines += hook_text.command_table(_commands(verdict, texts))
        lines += [f"  {texts[kind].format(option=visible(option))}" for kind, option in _on_options(answer, by.policy)]
    hook_text.write(lines, unicode=style.unicode)


def _commands(verdict: Verdict, texts: Catalog) -> Iterator[Command]:
    """What the pusher can run in their clone, in this order."""
    from gitpact.repair import rebase_commands  # noqa: PLC0415  most pushes are accepted

    if verdict.refusing & STRIPPED:
        yield Command(texts["push.take-out"], "gitpact strip")
    fixing = rebase_commands.fix_options(verdict.tally)
    if fixing is not None:
        yield Command(texts["push.fix"], f"gitpact fix {fixing}".rstrip())


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
        descriptor = _opened(path)
        try:
            os.write(descriptor, data)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise ServerError(
            "server.log: {path}: {reason}", "see: gitpact server status", path=path, reason=error.strerror
        ) from error


def _opened(path: str) -> int:
    """A descriptor that appends to a file; a new file is as shared as the repository (core.sharedRepository)."""
    how = os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK  # a pipe that nobody reads is no log
    try:
        return os.open(path, how)
    except FileNotFoundError:
        descriptor = os.open(path, how | os.O_CREAT, LOG_MODE)
    from contextlib import suppress  # noqa: PLC0415  a log is made once

    with suppress(PermissionError):  # a push of somebody else has made it meanwhile
        os.fchmod(descriptor, shared_permissions.of_file(LOG_MODE))
    return descriptor


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
