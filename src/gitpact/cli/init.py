"""`gitpact init`: write the policy of a project, as its history has it or as a preset says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact.checks import propose_from_history
from gitpact.cli import completions, questions, results_output
from gitpact.cli.common_options import SourceOption  # noqa: TC001  typer reads the annotation
from gitpact.errors import OK, GitpactError, Phrase
from gitpact.git import repository
from gitpact.policy import files, in_force, parsing
from gitpact.policy.keys import PRESETS
from gitpact.policy.parsing import DEFAULT_PRESET
from gitpact.repair import shell
from gitpact.report import i18n, policy_text
from gitpact.report.escape import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.checks.propose_from_history import Proposal
    from gitpact.checks.propose_from_tool import Imported
    from gitpact.install.project_files import Change
    from gitpact.records import Policy

SHOWN = 5  # commits that are named
BASE = "conventional"  # the preset over which the rules of another tool stand


def command(  # noqa: PLR0913  one parameter an option
    *,
    preset: Annotated[
        str,
        typer.Option(
            "--preset",
            metavar="NAME",
            autocompletion=completions.presets,
            help="Use this preset, and do not look at the history.",
        ),
    ] = "",
    tool: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="TOOL",
            autocompletion=completions.tools,
            help="Import the rules of another tool, such as commitlint, from its configuration.",
        ),
    ] = "",
    from_history: Annotated[
        bool,
        typer.Option(
            "--from-history", help="Propose a policy that 95 % of the latest commits follow. This is the default."
        ),
    ] = False,
    commits: Annotated[
        int, typer.Option("--commits", metavar="N", min=1, help="How many commits to look at.")
    ] = propose_from_history.MOST,
    pyproject: Annotated[
        bool, typer.Option("--pyproject", help="Write the policy into pyproject.toml, not into gitpact.toml.")
    ] = False,
    makefile: Annotated[
        bool, typer.Option("--makefile", help="Add the target hooks-install and the related targets to the Makefile.")
    ] = False,
    ci: Annotated[
        str,
        typer.Option(
            "--ci",
            metavar="NAME",
            autocompletion=completions.platforms,
            help="Add a CI job for this platform; 'auto' detects the platform from the URL of the remote.",
        ),
    ] = "",
    via: Annotated[
        str,
        typer.Option(
            "--via",
            metavar="NAME",
            autocompletion=completions.managers,
            help="Add gitpact to the files of pre-commit, husky or lefthook.",
        ),
    ] = "",
    contributing: Annotated[
        bool, typer.Option("--contributing", help="Add a section about commit messages to CONTRIBUTING.md.")
    ] = False,
    agents: Annotated[
        bool, typer.Option("--agents", help="Add a section for coding agents to AGENTS.md or CLAUDE.md.")
    ] = False,
    source: SourceOption = "",
    yes: Annotated[bool, typer.Option("--yes", help="Write the files without asking.")] = False,
) -> int:
    """Write gitpact.toml, and the other files that you request. gitpact shows the files and asks for confirmation."""
    from gitpact.cli import init_extras  # noqa: PLC0415  GitPython is slow to load
    from gitpact.install import project_files  # noqa: PLC0415  as above
    from gitpact.install import source as sources  # noqa: PLC0415  as above

    given = [
        name for name, value in {"--preset": preset, "--from": tool, "--from-history": from_history}.items() if value
    ]
    if len(given) > 1:
        raise GitpactError(
            "{options} cannot be combined", "give only one of these arguments", options=" and ".join(given)
        )
    if preset and preset not in PRESETS:
        raise GitpactError(
            "--preset {name}: unknown preset", "the presets are: {all}", name=preset, all=", ".join(PRESETS)
        )
    top = _top()
    extras = init_extras.Extras(makefile, init_extras.platform(ci), init_extras.manager(via), contributing, agents)
    found = in_force.of_work_tree(str(top))
    policy = found.policy
    changes: list[Change] = []
    if found.source == files.BUILT_IN:
        imported = _imported(tool, top) if tool else None
        over = BASE if imported else preset or DEFAULT_PRESET
        proposal: Proposal | None = None
        if imported:
            proposal = propose_from_history.measured(imported.settings, over, commits)
        elif not preset:
            proposal = propose_from_history.propose(commits)
        text = _text(proposal, over)
        policy = parsing.parse(text, files.OWN)
        changes.append(project_files.policy(top, text, pyproject=pyproject))
        results_output.echo([*text.splitlines(), "", *(_evidence(proposal, over) if proposal else ())])
        results_output.echo(_left_out(imported, top) if imported else ())
    elif preset or from_history or pyproject or tool or not any(extras):
        raise GitpactError(
            "the project already has a policy: {source}",
            "to see all settings of the policy: gitpact policy show",
            source=visible(found.source),
        )
    if not (any(extras) or yes) and questions.can_ask():
        extras = init_extras.asked(top)
    origin = sources.of_option(source)
    warning = sources.local_warning(origin, "gitpact init") if extras.installs else None
    if warning:
        results_output.warn(warning)
    changes += init_extras.changes(top, extras, policy, origin)
    options = {"--preset": preset, "--from": tool, "--ci": ci, "--via": via, "--source": source}
    options["--commits"] = "" if commits == propose_from_history.MOST else f"{commits}"
    words = [word for option, value in options.items() if value for word in (option, value)]
    flags = {"--pyproject": pyproject, "--makefile": makefile, "--contributing": contributing, "--agents": agents}
    words += [option for option, is_given in flags.items() if is_given]
    return _write(top, [one for one in changes if one.new != one.old], policy, extras.via, words=words, yes=yes)


def _top() -> Path:
    """The top of the work tree. Raises GitpactError where there is none."""
    top = repository.here().top
    if not top:
        raise GitpactError(
            "the current folder is not in a git work tree", "run the command in the work tree of the project"
        )
    return Path(top)


def _text(proposal: Proposal | None, preset: str) -> str:
    """The text of the policy that is proposed; of the preset alone where nothing is."""
    about = [i18n.translate(_share(proposal))] if proposal and proposal.total else []
    settings = proposal.settings if proposal else {}
    return propose_from_history.text(settings, about, i18n.translate, preset=preset)


def _share(proposal: Proposal) -> Phrase:
    return Phrase(
        "{passing} of the last {total} commits pass this policy ({percent} %; merges not counted)",
        passing=proposal.passing,
        total=proposal.total,
        percent=100 * proposal.passing // proposal.total,
    )


def _imported(tool: str, top: Path) -> Imported:
    from gitpact.checks import propose_from_tool  # noqa: PLC0415  YAML is slow to load

    if tool not in propose_from_tool.TOOLS:
        known = ", ".join(propose_from_tool.TOOLS)
        raise GitpactError("--from {tool}: unknown tool", "the tools are: {known}", tool=tool, known=known)
    return propose_from_tool.read(tool, top)


def _left_out(imported: Imported, top: Path) -> Iterator[str]:
    yield Phrase("imported from {file}", file=visible(str(imported.path.relative_to(top))))
    for name in imported.left_out:
        yield Phrase("  not imported, because gitpact has no equivalent: {name}", name=visible(name))


def _evidence(proposal: Proposal, preset: str) -> Iterator[str]:
    """What the proposal rests on: how many commits pass, what is no error and why, and commits that do not pass."""
    if not proposal.total:
        yield Phrase("there are no commits yet; the policy is based on the preset {preset}", preset=preset)
        return
    yield _share(proposal)
    for rule, count in proposal.relaxed:
        yield Phrase("  {rule} is only a warning, because {count} of the last commits break it", rule=rule, count=count)
    for result in proposal.worst[:SHOWN]:
        header = visible(result.commit.message.header.text)
        yield Phrase(
            "  does not pass the policy: {commit} {header}", commit=(result.commit.oid or "")[:12], header=header
        )
    more = len(proposal.worst) - SHOWN
    if more > 0:
        yield Phrase("  and {count} more commits", count=more)


def _write(  # noqa: PLR0913  what, and for whom
    top: Path, changes: Sequence[Change], policy: Policy, via: str, *, words: Sequence[str], yes: bool
) -> int:
    """Show what changes beside a new policy, ask, and write it all; `words` are the options that were given."""
    from gitpact.install import project_files  # noqa: PLC0415  as above

    for one in changes:
        if one.path.name != files.OWN:
            results_output.echo(["", *map(visible, project_files.diff(one, str(one.path.relative_to(top))))])
    names = ", ".join(visible(str(one.path.relative_to(top))) for one in changes)
    if not changes:
        results_output.echo(
            [Phrase("nothing was written, because the files already contain everything that gitpact would add")]
        )
        return OK
    if not (yes or _agrees(names)):
        again = _again(shell.joined(("init", *words, "--yes")))
        results_output.echo([Phrase("nothing was written; to write these files: {command}", command=again)])
        return OK
    for one in changes:
        project_files.put(one)
    results_output.echo([Phrase("written: {names}", names=names), *_next(policy, via)])
    return OK


def _agrees(names: str) -> bool:
    """Ask at a terminal whether to write the files; elsewhere nobody agrees."""
    question = i18n.translate(Phrase("Write {names}? [Y/n] ", names=names))
    return questions.can_ask() and questions.answer(question) in ("", *questions.YES)


def _next(policy: Policy, via: str) -> Iterator[str]:
    asks = policy_text.asks(policy, i18n.catalog())
    yield Phrase("  the policy requires {asks}", asks=asks)
    yield Phrase(
        "  to change the policy, edit the policy file; to see all settings: {command}", command=_again("policy show")
    )
    yield Phrase("  to install the hooks: {command}", command=_again(f"install --via {via}" if via else "install"))


def _again(words: str) -> str:
    return f"{shell.program_again()} {words}"
