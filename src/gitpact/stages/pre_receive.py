"""pre-receive: the gate of a server, which nobody can go round. What it cannot judge it refuses."""

from __future__ import annotations

import os

from gitpact import policies, snapshot, stages, updates
from gitpact.errors import CANNOT_CHECK, FINDINGS, OK, GitpactError
from gitpact.git import history, objects
from gitpact.reports.escape import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitpact.gate import Push, Verdict
    from gitpact.records import Policy, RefUpdate

TAKES_OPTIONS = "receive.advertisePushOptions"
OPTIONS, OVERRIDE = "gitpact.", "gitpact.override="
# Who pushes, as hosts and web servers tell it; the first that is set.
PUSHER = ("GL_USERNAME", "GITEA_PUSHER_NAME", "FORGEJO_PUSHER_NAME", "REMOTE_USER", "GIT_PUSHER", "LOGNAME", "USER")


def run(_args: Sequence[str], environ: Mapping[str, str]) -> int:
    """Judge a push that is being received: all of it gets in, or nothing does."""
    told = updates.received(stages.standard_input())
    if not told:
        return OK
    try:
        in_force = snapshot.of_bare(os.getcwd(), snapshot.FILE, environ, _policy)
    except GitpactError as error:
        _tell_unable(error)
        return CANNOT_CHECK
    counting = _counting(told)
    changed = policies.changed(counting)
    tips = updates.linted(told)
    walk = history.records((*tips, "--not", "--all"), in_force) if tips else None
    brought = objects.received()
    from gitpact import gate  # noqa: PLC0415  while git walks

    broken = _brings_broken(counting) if changed() else ""
    if broken:
        _tell_broken(broken)
        return FINDINGS
    push = gate.to_here(told)
    found = gate.judge(push, in_force, walk=walk, received=brought)
    refused = found.count("error")
    options = _options(environ)
    reason = _override(options) if in_force.overrides and refused else ""
    if refused or found.count("warning"):
        _tell(found, environ, reason, options if in_force.overrides and _takes_options() else None)
    accepted = not refused or bool(reason)
    if in_force.log:
        _log(in_force.log, {**_row(push, found, environ), "accepted": accepted, "override": reason or None})
    return OK if accepted else FINDINGS


def _policy() -> tuple[Policy, list[str] | None]:
    """The policy in force, and the files that it hangs on; a broken one of the project is told of."""
    from gitpact import aloud, received  # noqa: PLC0415  a snapshot spares the reading

    found = received.in_force()
    if found.broken:
        said = f"gitpact: the project's policy cannot be read, the built-in one judges: {visible(found.broken)}"
        aloud.say([said], unicode=False)
    return found.policy, found.files


def _counting(told: Sequence[RefUpdate]) -> list[RefUpdate]:
    """The updates that may change the policy here, which is that of the default branch."""
    head = snapshot.head(".")
    return [update for update in told if head == stages.REFTABLE or update.ref in {head, *policies.USUAL}]


def _brings_broken(counting: Sequence[RefUpdate]) -> str:
    """Why the policy that a push gives the default branch cannot be read; empty where it can."""
    from gitpact import received  # noqa: PLC0415  few pushes change it

    return received.unreadable(counting)


def _tell_unable(error: GitpactError) -> None:
    """A pusher cannot mend the server's policy, and is told who can."""
    from gitpact import aloud  # noqa: PLC0415

    said = [f"gitpact: refused: the policy here cannot be read: {visible(str(error))}"]
    aloud.say([*said, "gitpact: the administrator mends it, or touches gitpact/off in the repository"], unicode=False)


def _tell_broken(why: str) -> None:
    """A policy that nobody can read would be nobody's policy."""
    from gitpact import aloud  # noqa: PLC0415

    said = ["gitpact: push refused: the policy that it brings cannot be read", f"  {visible(why)}"]
    aloud.say([*said, "  mend it, and before you push again: gitpact policy validate"], unicode=False)


def _options(environ: Mapping[str, str]) -> list[str]:
    """What `git push -o` gave for us."""
    count = environ.get("GIT_PUSH_OPTION_COUNT", "0")
    given = (environ.get(f"GIT_PUSH_OPTION_{number}", "") for number in range(int(count) if count.isdecimal() else 0))
    return [option for option in given if option.startswith(OPTIONS)]


def _override(options: Sequence[str]) -> str:
    """The reason of `git push -o gitpact.override=REASON`; empty where there is none."""
    return next((option[len(OVERRIDE) :].strip() for option in options if option.startswith(OVERRIDE)), "")


def _takes_options() -> bool:
    from gitpact.git import config  # noqa: PLC0415  a push that passes needs no way out

    return config.flag(TAKES_OPTIONS)


def _tell(found: Verdict, environ: Mapping[str, str], reason: str, options: Sequence[str] | None) -> None:
    """What the pusher sees behind `remote: `: plain lines, no colour. `options` are None where none would count."""
    from gitpact import aloud, i18n  # noqa: PLC0415  a push that passes needs no words
    from gitpact.reports import push as reports  # noqa: PLC0415
    from gitpact.reports import style as styles  # noqa: PLC0415

    texts = i18n.catalog(environ)
    style = styles.Style(unicode=i18n.shows_unicode(environ))
    errors = 0 if reason else found.count("error")
    lines = aloud.head("push", errors, found.count("error") + found.count("warning") - errors, style, texts)
    lines += reports.verdict(found, style, texts)
    if reason:
        lines.append(f"  {texts['server.overridden'].format(reason=visible(reason))}")
    elif errors:
        lines += ["", f"  {texts['server.again']}"]
        lines += [f"  {texts['server.no-reason'].format(option=visible(option))}" for option in options or ()]
        lines += [f"  {texts['server.override']}"] if options is not None else []
    aloud.say(lines, unicode=style.unicode)


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
