"""What a server says to who pushes, and writes into its log."""

from __future__ import annotations

import os

from gitpact.errors import GitpactError
from gitpact.report import hook_output, i18n
from gitpact.report import push as reports
from gitpact.report import style as styles
from gitpact.report.escape import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitpact.checks.pushes import Push, Verdict
    from gitpact.records import Policy

TAKES_OPTIONS = "receive.advertisePushOptions"
OPTIONS, OVERRIDE = "gitpact.", "gitpact.override="
# Who pushes, as hosts and web servers tell it; the first that is set.
PUSHER = ("GL_USERNAME", "GITEA_PUSHER_NAME", "FORGEJO_PUSHER_NAME", "REMOTE_USER", "GIT_PUSHER", "LOGNAME", "USER")


def accepts(push: Push, found: Verdict, in_force: Policy, environ: Mapping[str, str]) -> bool:
    """Say what is found, log it where that is asked for, and tell whether the push gets in. Raises GitpactError."""
    refused = found.count("error")
    options = _options(environ)
    reason = _override(options) if in_force.overrides and refused else ""
    if refused or found.count("warning"):
        _tell(found, environ, reason, _ways(options, in_force) if refused else ())
    accepted = not refused or bool(reason)
    if in_force.log:
        _log(in_force.log, {**_row(push, found, environ), "accepted": accepted, "override": reason or None})
    return accepted


def unable(error: GitpactError) -> None:
    """A pusher cannot mend the server's policy, and is told who can."""
    _say(("server.unable", "server.administrator"), str(error))


def too_late(seconds: int) -> None:
    """A push that takes longer to judge than a server has is refused, not let in."""
    _say(("server.time-limit",), str(seconds))


def broken(why: str) -> None:
    """A policy that nobody can read would be nobody's policy."""
    _say(("server.broken", "server.why", "server.validate"), why)


def takes_over(branch: str) -> None:
    """Who makes or deletes a branch does not choose the policy by it."""
    _say(("server.takes-over", "server.head"), branch)


def built_in(why: str) -> None:
    """The project's own policy does not count, as it cannot be read."""
    _say(("server.built-in",), why)


def _say(kinds: Sequence[str], why: str) -> None:
    texts = i18n.catalog()
    hook_output.say([texts[kind].format(why=visible(why)) for kind in kinds], unicode=i18n.shows_unicode(os.environ))


def _options(environ: Mapping[str, str]) -> list[str]:
    """What `git push -o` gave for us."""
    count = environ.get("GIT_PUSH_OPTION_COUNT", "0")
    given = (environ.get(f"GIT_PUSH_OPTION_{number}", "") for number in range(int(count) if count.isdecimal() else 0))
    return [option for option in given if option.startswith(OPTIONS)]


def _override(options: Sequence[str]) -> str:
    """The reason of `git push -o gitpact.override=REASON`; empty where there is none."""
    return next((option[len(OVERRIDE) :].strip() for option in options if option.startswith(OVERRIDE)), "")


def _takes_options() -> bool:
    from gitpact.git import config  # noqa: PLC0415  few servers enable overrides

    return config.flag(TAKES_OPTIONS)


def _ways(options: Sequence[str], in_force: Policy) -> list[tuple[str, str]]:
    """What is said of the options of a refused push, and of the way round, as texts with the option they are on."""
    if not in_force.overrides:
        return [("server.no-overrides", option) for option in options]
    if not _takes_options():
        return []
    said = [("server.no-reason" if one.startswith(OVERRIDE) else "server.no-option", one) for one in options]
    return [*said, ("server.override-logged" if in_force.log else "server.override", "")]


def _tell(found: Verdict, environ: Mapping[str, str], reason: str, ways: Sequence[tuple[str, str]]) -> None:
    """What the pusher sees behind `remote: `: plain lines, no colour."""
    texts = i18n.catalog(environ)
    style = styles.Style(unicode=i18n.shows_unicode(environ))
    errors = found.count("error")
    lines = hook_output.head("override" if reason else "push", errors, found.count("warning"), style, texts)
    lines += reports.verdict(found, style, texts)
    if reason:
        lines.append(f"  {texts['server.overridden'].format(reason=visible(reason))}")
    elif errors:
        lines += ["", f"  {texts['server.again']}"]
        lines += [f"  {texts[way].format(option=visible(option))}" for way, option in ways]
    hook_output.say(lines, unicode=style.unicode)


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
            f"server.log: {path}: {error.strerror}", "the administrator has to make it writable"
        ) from error


def _row(push: Push, found: Verdict, environ: Mapping[str, str]) -> dict[str, object]:
    """Who pushed what, and what was found of it."""
    import time  # noqa: PLC0415

    return {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "repository": os.getcwd(),
        "pusher": next((environ[name] for name in PUSHER if environ.get(name)), f"uid {os.getuid()}"),
        "refs": [{"ref": update.ref, "old": update.old, "new": update.new} for update in push.updates],
        "rules": sorted(found.refusing),
        "errors": found.count("error"),
        "warnings": found.count("warning"),
        "commits": found.tally.commits,
        "objects": found.sizes.objects,
        "raw": found.sizes.raw,
    }
