"""`gitpact init`: write the policy of a project, as its history has it or as a preset says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact.checks import policy_from_history
from gitpact.cli import questions, results_output
from gitpact.errors import OK, GitpactError, Phrase
from gitpact.git import repository
from gitpact.policy import files, in_force, parsing
from gitpact.policy.keys import PRESETS
from gitpact.policy.parsing import DEFAULT_PRESET
from gitpact.repair import shell
from gitpact.report import i18n, policy_text
from gitpact.report.escape import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.checks.policy_from_history import Proposal
    from gitpact.records import Policy

SHOWN = 5  # commits that are named


def command(
    *,
    preset: Annotated[
        str, typer.Option("--preset", metavar="NAME", help="Use this preset, and do not look at the history.")
    ] = "",
    from_history: Annotated[
        bool, typer.Option("--from-history", help="Propose a policy that 95 % of the last commits pass (the default).")
    ] = False,
    commits: Annotated[
        int, typer.Option("--commits", min=1, help="How many commits to look at.")
    ] = policy_from_history.MOST,
    yes: Annotated[bool, typer.Option("--yes", help="Write the policy without asking.")] = False,
) -> int:
    """Write a gitpact.toml for this project. gitpact shows it and asks first."""
    if preset and from_history:
        raise GitpactError("--preset and --from-history cannot be combined", "give only one of them")
    if preset and preset not in PRESETS:
        raise GitpactError(
            "--preset {name}: unknown preset", "the presets are: {all}", name=preset, all=", ".join(PRESETS)
        )
    path = _path()
    proposal = None if preset else policy_from_history.propose(commits)
    settings = proposal.settings if proposal else {}
    about = [i18n.translate(_share(proposal))] if proposal and proposal.total else []
    text = policy_from_history.text(settings, about, i18n.translate, preset=preset or DEFAULT_PRESET)
    results_output.echo([*text.splitlines(), "", *(_evidence(proposal) if proposal else ())])
    if not (yes or _agrees(path)):
        again = _again(f"init {f'--preset {preset} ' if preset else ''}--yes")
        results_output.echo([Phrase("nothing was written; to write this policy: {command}", command=again)])
        return OK
    _write(path, text)
    results_output.echo([Phrase("written: {path}", path=visible(str(path))), *_next(parsing.parse(text, files.OWN))])
    return OK


def _path() -> Path:
    """Where the policy is to be written. Raises GitpactError where the project has one, or no work tree."""
    top = repository.here().top
    if not top:
        raise GitpactError("this is not a work tree", "run the command in the work tree of the project")
    found = in_force.of_work_tree(top)
    if found.source != files.BUILT_IN:
        raise GitpactError(
            "the project has a policy already: {source}",
            "to see all its settings: gitpact policy show",
            source=visible(found.source),
        )
    return Path(top, files.OWN)


def _share(proposal: Proposal) -> Phrase:
    return Phrase(
        "{passing} of the last {total} commits pass this policy ({percent} %; merges not counted)",
        passing=proposal.passing,
        total=proposal.total,
        percent=100 * proposal.passing // proposal.total,
    )


def _evidence(proposal: Proposal) -> Iterator[str]:
    """What the proposal rests on: how many commits pass, what is no error and why, and commits that do not pass."""
    if not proposal.total:
        yield Phrase("there are no commits yet, so this is the preset {preset}", preset=DEFAULT_PRESET)
        return
    yield _share(proposal)
    for rule, count in proposal.relaxed:
        yield Phrase("  {rule} is only a warning, because {count} of these commits break it", rule=rule, count=count)
    for result in proposal.worst[:SHOWN]:
        header = visible(result.commit.message.header.text)
        yield Phrase("  does not pass: {commit} {header}", commit=(result.commit.oid or "")[:12], header=header)
    more = len(proposal.worst) - SHOWN
    if more > 0:
        yield Phrase("  and {count} more commits", count=more)


def _agrees(path: Path) -> bool:
    """Ask at a terminal whether to write the file; elsewhere nobody agrees."""
    question = i18n.translate(Phrase("Write this policy to {path}? [Y/n] ", path=visible(str(path))))
    return questions.can_ask() and questions.answer(question) in ("", *questions.YES)


def _write(path: Path, text: str) -> None:
    """Write a file that is not there yet. Raises GitpactError where that fails."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise GitpactError("{path}: cannot be written: {reason}", path=path, reason=error.strerror) from error


def _next(policy: Policy) -> Iterator[str]:
    yield Phrase("  it requires {asks}", asks=policy_text.asks(policy, i18n.catalog()))
    yield Phrase("  to change it, edit this file; to see all settings: {command}", command=_again("policy show"))
    yield Phrase("  to install the hooks: {command}", command=_again("install"))


def _again(words: str) -> str:
    return f"{shell.program_again()} {words}"
