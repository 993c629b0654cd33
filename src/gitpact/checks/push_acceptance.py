"""Whether a server takes a push in: one without errors, or with a reason where its administrator allows overrides."""

from __future__ import annotations

from gitpact.git import config
from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitpact.checks.pushes import Verdict
    from gitpact.records import Policy

TAKES_OPTIONS = "receive.advertisePushOptions"
OPTIONS, OVERRIDE = "gitpact.", "gitpact.override="


class Answer(NamedTuple):
    """Whether a server accepts a push, with the `reason` of an override ("" without one).

    `unused` are the options of `git push -o` that begin with "gitpact." and had no effect. `offered` says that the push
    is refused but the pusher may repeat it with an override.
    """

    accepted: bool
    reason: str = ""
    unused: tuple[str, ...] = ()
    offered: bool = False


def decide(verdict: Verdict, policy: Policy, environ: Mapping[str, str]) -> Answer:
    """Decide whether a server accepts a push: without errors, or with a reason where the policy allows overrides.

    The reason is that of `git push -o gitpact.override=REASON`; push options are read from the GIT_PUSH_OPTION_*
    variables of `environ`.
    """
    if not verdict.count("error"):
        return Answer(accepted=True)
    options = _options(environ)
    if not policy.overrides:
        return Answer(accepted=False, unused=options)
    reason = _reason(options)
    if reason:
        return Answer(accepted=True, reason=reason)
    offered = config.get_bool(TAKES_OPTIONS)
    return Answer(accepted=False, unused=options if offered else (), offered=offered)


def _options(environ: Mapping[str, str]) -> tuple[str, ...]:
    """What `git push -o` gave for gitpact."""
    count = environ.get("GIT_PUSH_OPTION_COUNT", "0")
    given = (environ.get(f"GIT_PUSH_OPTION_{number}", "") for number in range(int(count) if count.isdecimal() else 0))
    return tuple(option for option in given if option.startswith(OPTIONS))


def _reason(options: Sequence[str]) -> str:
    """The reason of `git push -o gitpact.override=REASON`; empty where there is none."""
    return next((option[len(OVERRIDE) :].strip() for option in options if option.startswith(OVERRIDE)), "")
