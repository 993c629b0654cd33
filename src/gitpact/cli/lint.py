"""`gitpact lint`: the commits of a range, or of the event that CI is running for."""

from __future__ import annotations

import itertools
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact.checks import commit_range, range_argument
from gitpact.checks.ci import MERGE_QUEUE, PULL_REQUEST
from gitpact.cli import common_options, completions, results_output
from gitpact.errors import GitpactError, Phrase
from gitpact.git import commits, config, history, query, repository, revision_lookup
from gitpact.message import pattern_syntax
from gitpact.message.header import parse
from gitpact.policy import files, in_force
from gitpact.report import formats
from gitpact.rules import asks_branches, asks_issue, asks_paths, path_globs
from gitpact.rules.refs import BRANCH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gitpact.checks.ci.events import Event
    from gitpact.checks.commit_span import Span
    from gitpact.git.commit_object import RawCommit
    from gitpact.policy.in_force import InForce
    from gitpact.records import Policy, Result
    from gitpact.report.report_context import RepairCommands
    from gitpact.rules.evaluate import Tally

# A queue makes commits itself: it signs nothing off, and merges where the project merges (how-git-reads-a-message 64).
QUEUED = ("sign-off-identity", "merge-commit")
TOLD_EVERY = 1000  # commits between two words of progress


def command(  # noqa: PLR0913  one parameter an option
    revision: Annotated[
        list[str] | None,
        typer.Argument(
            autocompletion=completions.revisions,
            metavar="[RANGE…]",
            help="A range, written as for git log; default: the commits that are not yet on any remote.",
        ),
    ] = None,
    *,
    ci: Annotated[
        bool, typer.Option("--ci", help="Check the commits of the pull request or push that started this CI job.")
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Check the commits of all branches, tags and other refs.")
    ] = False,
    since_tag: Annotated[bool, typer.Option("--since-tag", help="Check the commits since the last tag.")] = False,
    title: Annotated[
        bool, typer.Option("--title", help="With --ci: also check the title of the pull request.")
    ] = False,
    deepen: Annotated[bool, typer.Option("--deepen", help="Fetch the history that a shallow clone lacks.")] = False,
    squash: Annotated[
        bool,
        typer.Option(
            "--squash", help="With --ci: also check the commit that a squash merge of the pull request makes."
        ),
    ] = False,
    policy_from: Annotated[
        str,
        typer.Option(
            "--policy-from",
            metavar="REV",
            autocompletion=completions.revisions,
            help="Read the policy from this commit or branch; with --ci, the default is the base branch.",
        ),
    ] = "",
    path: Annotated[
        list[str] | None,
        typer.Option(
            "--path",
            metavar="GLOB",
            help="Check only commits that change a file that matches this glob, as in .gitignore.",
        ),
    ] = None,
    baseline: Annotated[
        str,
        typer.Option(
            "--baseline", metavar="FILE", help="Do not report the mistakes that are listed in this JSONL file."
        ),
    ] = "",
    select: common_options.SelectOption = "",
    ignore: common_options.IgnoreOption = "",
    form: Annotated[
        list[common_options.Format] | None,
        typer.Option("--format", help="Format of the results. Give the option several times to get several formats."),
    ] = None,
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="Write the results to this file instead of the terminal. "
            "For several formats, give one --output for each --format.",
        ),
    ] = None,
    messages: Annotated[
        bool,
        typer.Option(
            "--messages",
            help="With --format json: add every commit, split into type, scope, issues, footers and so on.",
        ),
    ] = False,
    summary: Annotated[
        bool, typer.Option("--summary", help="With --format markdown: write a comment that a bot can keep up to date.")
    ] = False,
    colour: common_options.ColourOption = common_options.Colour.auto,
) -> int:
    """Check every commit in a range."""
    names = tuple(revision or ())
    _check_use(ci=ci, ranged=bool(names or every or since_tag), title=title, squash=squash)
    event: Event | None = None
    held: str | None = None
    if ci:
        from gitpact.cli import lint_ci  # noqa: PLC0415  what knows the platforms takes 7 ms to load

        event, span, found = lint_ci.load_job(policy_from, deepen=deepen, title=title or squash)
        held = lint_ci.of_base(baseline, span) if baseline and span.base else None
    else:
        if deepen:
            from gitpact.checks.ci import fetch  # noqa: PLC0415  few clones are shallow

            fetch.deepen()
        if os.environ.get("CI") and not (names or every or since_tag):
            results_output.warn(
                Phrase("in CI, use gitpact lint --ci, which finds the commits of the pull request or push")
            )
        span, found = _of_user(names, policy_from, all_refs=every, since_tag=since_tag)
    policy = found.policy
    ignored = (*results_output.ignored(select, ignore, policy), *_exempt(span, event))
    results = _judged(span, policy, ignored, event, _globs(path or ()))
    if event:
        results = itertools.chain(_of_request(event, span, policy, ignored, title=title, squash=squash), results)
    if baseline:
        results = commit_range.without_known(commit_range.read_baseline(baseline, held), results)
    try:
        return results_output.give(
            *(
                _counted(results),
                _forms(form or (), messages=messages, summary=summary),
                output or (),
                colour.value,
                span.label,
            ),
            repair=_repair_commands(span, event, policy),
            policy=policy,
            # A job has named it already, and of a revision without a policy nothing is to be said here.
            found=None if event or (policy_from and found.source == files.BUILT_IN) else found,
        )
    except GitpactError:
        range_argument.raise_for_unknown(names)
        raise


def _check_use(*, ci: bool, ranged: bool, title: bool, squash: bool) -> None:
    """Raise GitpactError for options that do not go together."""
    if ci and ranged:
        raise GitpactError(
            "a range cannot be given with --ci, which finds the range of commits itself",
            "leave out the range, or leave out --ci",
        )
    if squash and not ci:
        raise GitpactError("--squash needs --ci", "to check a message on your own machine: gitpact check FILE")
    if title and not ci:
        raise GitpactError(
            "--title needs --ci", "to check a title on your own machine: gitpact check -m TITLE --ignore dco"
        )


def _forms(given: Sequence[common_options.Format], *, messages: bool, summary: bool) -> list[str]:
    """The names of the formats; --messages and --summary make others of JSON and Markdown.

    Raises GitpactError where that is none of them.
    """
    forms = [one.value for one in given]
    if messages and "json" not in forms:
        raise GitpactError(
            "--messages needs --format json", "for one JSON object: gitpact lint --format json --messages"
        )
    if summary and "markdown" not in forms:
        raise GitpactError(
            "--summary needs --format markdown", "for a comment: gitpact lint --format markdown --summary"
        )
    others = {**({"json": formats.MESSAGES} if messages else {}), **({"markdown": formats.SUMMARY} if summary else {})}
    return [others.get(form, form) for form in forms]


def _of_user(names: tuple[str, ...], policy_from: str, *, all_refs: bool, since_tag: bool) -> tuple[Span, InForce]:
    """The commits that a person names, and the policy by which they are judged."""
    here = repository.here()
    span = range_argument.span(names, all_refs=all_refs, since_tag=since_tag, shallow=here.shallow)
    found = in_force.of_revision(policy_from) if policy_from else in_force.of_repository(here.git_dir, here.top)
    return span._replace(here=span.here and bool(here.top)), found


def _exempt(span: Span, event: Event | None) -> Iterator[str]:
    """Rules that do not apply to these commits, whatever the policy says."""
    if event and event.kind == MERGE_QUEUE:
        yield from QUEUED
    if not any(word.startswith(("^", "--not")) or ".." in word for word in span.revisions):
        yield from commit_range.OF_A_REQUEST


def _judged(
    span: Span, policy: Policy, ignored: tuple[str, ...], event: Event | None, paths: tuple[str, ...]
) -> Iterable[Result]:
    walk = history.records(span.revisions, policy, base=span.base, paths=bool(paths))
    if paths:
        walk = _touching(walk, paths)
    if policy.signature == "required":
        _tell_of_signers()
    asked = asks_issue(policy) or asks_branches(policy)
    current = query.head().removeprefix(BRANCH) if asked and span.here else ""
    named = (event.source or event.branch) if event else current
    branches = (named,) if named else ()
    return commit_range.results(span.revisions, policy, ignored, branch=current, branches=branches, walk=walk)


def _of_request(  # noqa: PLR0913  what is judged, by what
    event: Event, span: Span, policy: Policy, ignored: tuple[str, ...], *, title: bool, squash: bool
) -> Iterator[Result]:
    """The verdicts on the title of a request, and on the commit that the host makes of it by squashing."""
    if title and event.title:
        yield commit_range.title(event.title, policy, ignored)
    if squash and event.kind == PULL_REQUEST:
        from gitpact.checks.ci import squash as messages  # noqa: PLC0415  few projects squash

        walk = history.records(span.revisions, paths=asks_paths(policy))
        found = [one for raw in walk if (one := commits.read(raw, policy.issue_pattern)).parents in {0, 1}][::-1]
        paths = tuple(sorted({path for one in found for path in one.paths or ()}))
        text = messages.message_of(event, found)
        if event.squash.numbered and not parse(messages.title_of(event, found), policy.issue_pattern).issues:
            ignored = (*ignored, "issue-forbidden")  # the number is the host's
        yield commit_range.squashed(text, policy, ignored, paths=paths)


def _touching(walk: Iterator[RawCommit], globs: Sequence[str]) -> Iterator[RawCommit]:
    """The commits that change a file which one of the globs matches."""
    for commit in walk:
        names = (path.decode("utf-8", "surrogateescape") for path in commit.paths or ())
        if path_globs.any_matches(globs, names):
            yield commit


def _globs(given: Sequence[str]) -> tuple[str, ...]:
    """The values of --path. Raises GitpactError for a glob that matches nothing."""
    if not all(glob.strip() for glob in given):
        raise GitpactError("--path: the glob is empty", "leave out --path to check all commits")
    try:
        for glob in given:
            path_globs.check(glob)
    except pattern_syntax.PatternError as error:
        raise GitpactError("--path: {fault}", fault=error.args[0]) from error
    return tuple(given)


def _tell_of_signers() -> None:
    if not config.has("gpg.ssh.allowedSignersFile"):
        results_output.warn(
            Phrase("gpg.ssh.allowedSignersFile is not set, so commits signed with SSH keys count as not signed")
        )


def _repair_commands(span: Span, event: Event | None, policy: Policy) -> RepairCommands:
    """What finds the commands that repair the range, where it is a branch whose history may change."""

    def commands(tally: Tally) -> Iterator[tuple[str, str]]:
        if not span.here or not tally.last:
            return
        from gitpact.repair import push_commands, rebase_commands, shell  # noqa: PLC0415  most ranges have no errors
        from gitpact.rules import refs  # noqa: PLC0415  as above

        last = tally.last.oid or ""
        person = None if event else query.ident("AUTHOR")
        published = "" if event else revision_lookup.remote_branch("").oid
        branch = revision_lookup.Published() if event else revision_lookup.published_branch(last)
        protected = refs.matches(policy.protected, branch.name, f"{refs.BRANCH}{branch.name}")
        if (branch.name and protected) or (published and revision_lookup.is_reachable(published, last)):
            return
        head = span.revisions[0] if event else "HEAD"
        fixing = rebase_commands.fix_options(tally, person)
        found = [*rebase_commands.of_range(tally, head, span.revisions, person)]
        # First what names commits that would have other ids once the messages are corrected.
        folding = [pair for pair in found if pair[0] == "fold"]
        yield from folding
        if fixing is not None:
            program = "gitpact" if event else shell.program_again()
            yield "fix", f"{program} fix {fixing}".rstrip()
        yield from (pair for pair in found if pair not in folding)
        if found and branch.name:
            yield "push", push_commands.force_push(branch)
        elif found and event and event.kind == PULL_REQUEST:
            yield "push", f"{push_commands.FORCE} origin HEAD"

    return commands


def _counted(results: Iterable[Result]) -> Iterable[Result]:
    """The results; a person who waits at a terminal sees how far it has come."""
    waits = sys.stderr.isatty() and not sys.stdout.isatty()
    return results_output.progress(results, Phrase("commits"), every=TOLD_EVERY) if waits else results
