"""`gitpact report`: the figures about a history, as a page to look at, as Markdown or as JSON."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact.checks import commit_range, history_figures, range_argument
from gitpact.cli import completions, extras, questions, results_output
from gitpact.errors import OK, GitpactError, Phrase
from gitpact.git import query, repository, revision_lookup, trees
from gitpact.policy import files as policy_files
from gitpact.policy import in_force
from gitpact.report import i18n
from gitpact.report.escape import visible
from gitpact.report.page import commit_url, documents
from gitpact.report.page.about import About

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitpact.checks.history_figures import Figures
    from gitpact.records import Policy

LARGEST = 40  # files that are named
WHOLE = ("HEAD",)


class Form(StrEnum):
    """The formats of a report."""

    html = "html"
    markdown = "markdown"
    json = "json"


def command(  # noqa: PLR0913  one parameter an option
    revision: Annotated[
        list[str] | None,
        typer.Argument(
            autocompletion=completions.revisions,
            metavar="[RANGE…]",
            help="A range, written as for git log; default: all commits of HEAD.",
        ),
    ] = None,
    *,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Write the report to this file.")] = "",
    form: Annotated[Form, typer.Option("--format", help="Format of the report.")] = Form.html,
    tables: Annotated[
        str,
        typer.Option(
            "--from", metavar="DIR|URL", help="Report on all repositories, from the tables that gitpact audit wrote."
        ),
    ] = "",
    anonymous: Annotated[bool, typer.Option("--anonymous", help="Leave out names and e-mail addresses.")] = False,
    files: Annotated[bool, typer.Option("--files/--no-files", help="Show the largest files.")] = True,
) -> int:
    """Write an HTML page on how many commits follow the policy."""
    if form is Form.html:
        if not output and questions.is_terminal(sys.stdout):
            raise GitpactError("the report is a page for a browser", "name a file: gitpact report -o pact.html")
        with extras.needed("--format html", "Jinja2", "pygal"):
            from gitpact.report.page import html  # noqa: PLC0415  an extra
    if tables and revision:
        raise GitpactError("a range and --from cannot be combined", "give only one of these arguments")
    figures, about, policy = (
        _of_fleet(tables, anonymous=anonymous, files=files)
        if tables
        else _of_range(tuple(revision or WHOLE), anonymous=anonymous, files=files)
    )
    if form is Form.html:
        lines: Sequence[str] = html.page(figures, about, policy, i18n.language(os.environ)).splitlines()
    elif form is Form.markdown:
        lines = [*documents.markdown(figures, about, i18n.catalog())]
    else:
        lines = [documents.json_document(figures, about, i18n.catalog())]
    results_output.document(lines, output)
    if output:
        results_output.echo([Phrase("written: {names}", names=visible(output))])
    return OK


def _of_range(names: tuple[str, ...], *, anonymous: bool, files: bool) -> tuple[Figures, About, Policy]:
    here = repository.here()
    found = in_force.of_repository(here.git_dir, here.top)
    span = range_argument.span(names, all_refs=False, since_tag=False, shallow=here.shallow)
    try:
        figures = _figures(span.revisions, found.policy, files=files)
    except GitpactError:
        range_argument.raise_for_unknown(names)
        raise
    source = found.source if found.source != policy_files.BUILT_IN else f"{found.source} '{found.policy.preset}'"
    return figures, About(" ".join(names), source, _commit_url(), anonymous), found.policy


def _of_fleet(url: str, *, anonymous: bool, files: bool) -> tuple[Figures, About, Policy]:
    with extras.needed("--from", "pyarrow"):
        from gitpact.audit import fleet_figures  # noqa: PLC0415  an extra
    figures, date, policy = fleet_figures.read(url, top=LARGEST if files else 0)
    about = About(f"{url} {date}", policy or policy_files.OWN, anonymous=anonymous)
    return figures, about, in_force.of_no_project().policy


def _figures(span: tuple[str, ...], policy: Policy, *, files: bool) -> Figures:
    commits = trees.commits_with_files(span) if files else None  # git lists them while gitpact judges
    return history_figures.collect(
        commit_range.results(span, policy, commit_range.OF_A_REQUEST, suggest=False), policy, commits, top=LARGEST
    )


def _commit_url() -> str:
    """What stands before a commit's oid on the web page of the remote; "" where nothing tells."""
    from gitpact.install import ci_files  # noqa: PLC0415  it knows the platforms

    url = query.text_or_nothing("remote", "get-url", "--", revision_lookup.remote())
    return commit_url.prefix(url, ci_files.of_url(url))
