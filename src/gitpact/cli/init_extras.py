"""What `gitpact init` writes beside the policy: make targets, a CI job, lines for a hook manager, and documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact.cli import questions, results_output
from gitpact.errors import GitpactError, Phrase
from gitpact.git import query, revision_lookup
from gitpact.install import (
    ci_files,
    hook_managers,
    make_targets,
    manager_files,
    manager_lines,
    pre_commit_tool,
    project_files,
)
from gitpact.install.hook_script import HOOKS
from gitpact.records import NamedTuple
from gitpact.repair import shell
from gitpact.report import guide_text, i18n
from gitpact.report.escape import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitpact.install.project_files import Change
    from gitpact.install.source import Source
    from gitpact.records import Policy

OF_REMOTE = "auto"  # the platform that the URL of the remote tells
ALIASES = {"forgejo": "gitea", "azure pipelines": "azure", "travis ci": "travis", "cirrus ci": "cirrus"}
PRE_COMMIT = "pre-commit"
MANAGERS = (PRE_COMMIT, *manager_lines.MANAGERS)


class Extras(NamedTuple):
    """What is written beside the policy; `ci` is a platform, `via` a manager of hooks, "" for none."""

    makefile: bool
    ci: str
    via: str
    contributing: bool
    agents: bool

    @property
    def installs(self) -> bool:
        """Whether something of it installs gitpact, and so names where from."""
        return bool(self.makefile or self.ci or self.via)


def platform(name: str) -> str:
    """The CI platform of a name; of OF_REMOTE that of the remote, "" for "". Raises GitpactError if there is none."""
    known = ", ".join(ci_files.PLATFORMS)
    name = ALIASES.get(name.lower(), name.lower())
    if name == OF_REMOTE:
        name = ci_files.of_url(_remote())
        if not name:
            raise GitpactError(
                "--ci auto: gitpact cannot detect the CI platform from the URL of the remote",
                "name the platform: {known}",
                known=known,
            )
    if name and name not in ci_files.PLATFORMS:
        raise GitpactError("--ci {name}: unknown CI platform", "the platforms are: {known}", name=name, known=known)
    return name


def _installing(top: Path, extras: Extras, source: Source) -> list[str]:
    """What a contributor types to get gitpact and the hooks."""
    makefile = project_files.makefile(top)
    if extras.makefile or f"include {make_targets.FILE}" in manager_files.read_leniently(makefile):
        return ["make hooks-install"]
    return [f"pipx install {shell.quoted(source.requirement)}", "gitpact install"]


def manager(name: str) -> str:
    """The name of a manager of hooks, or "". Raises GitpactError for one that gets no lines of ours."""
    if name and name not in MANAGERS:
        known = ", ".join(MANAGERS)
        raise GitpactError(
            "--via {name}: unknown hook manager", "the hook managers are: {known}", name=name, known=known
        )
    return name


def _remote() -> str:
    """The URL of the remote of the branch that is checked out; "" where there is none."""
    return query.text_or_nothing("remote", "get-url", revision_lookup.remote())


def asked(top: Path) -> Extras:
    """Ask a person for each file that this project could have, by what it has."""
    platform = ci_files.of_url(_remote())
    place = ci_files.PLATFORMS[platform][0] if platform else ""
    managers = [name for name, _ in hook_managers.at(top) if name in MANAGERS]
    document, makefile = project_files.agents_file(top), project_files.makefile(top)

    def wants(question: Phrase, *, there: bool) -> bool:
        return there and questions.answer(i18n.translate(question)) in questions.YES

    there = bool(platform) and not (top / place).exists()
    first = managers[0] if managers else ""
    contributing = top / project_files.CONTRIBUTING
    return Extras(
        wants(
            Phrase("Add 'make hooks-install' to {path}? [y/N] ", path=makefile.name),
            there=makefile.is_file(),
        ),
        platform if wants(Phrase("Add a CI job ({path})? [y/N] ", path=place), there=there) else "",
        first if wants(Phrase("Add gitpact to the hooks of {name}? [y/N] ", name=first), there=bool(first)) else "",
        wants(
            Phrase("Add a section about commit messages to {path}? [y/N] ", path=contributing.name),
            there=contributing.is_file(),
        ),
        wants(
            Phrase("Add a section for coding agents to {path}? [y/N] ", path=document.name),
            there=document.is_file(),
        ),
    )


def changes(top: Path, extras: Extras, policy: Policy, source: Source) -> Iterator[Change]:
    """What else is to be written. Raises GitpactError where a file cannot be read, or has other contents."""
    texts = i18n.catalog()
    if extras.makefile:
        yield from project_files.make_hooks(top, source)
    if extras.ci:
        job = project_files.ci(top, extras.ci, source)
        if job.old in ("", job.new):
            yield job
        else:  # that of the project stays
            said = Phrase(
                "{path} already exists and was not changed; to check commits, add these lines to the file:",
                path=job.path,
            )
            results_output.echo(["", said, *(f"  {visible(line)}" for line in job.new.splitlines())])
    if extras.via == PRE_COMMIT:
        wanted = pre_commit_tool.wanted(top, HOOKS, source)
        yield project_files.change(top / pre_commit_tool.FILE, wanted)
    elif extras.via:
        for path, text in manager_lines.wanted(extras.via, top, HOOKS, source.requirement).items():
            yield project_files.change(path, text)
    if extras.contributing:
        yield project_files.guide(
            top / project_files.CONTRIBUTING,
            guide_text.for_contributors(policy, texts, *_installing(top, extras, source)),
        )
    if extras.agents:
        yield project_files.guide(project_files.agents_file(top), guide_text.for_agents(policy, texts))
