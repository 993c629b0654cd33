"""What CI adds to `gitpact lint`: the event that it runs for, the policy of the base, and what a maintainer is told."""

from __future__ import annotations

import os
from pathlib import Path

from gitpact.checks.ci import PULL_REQUEST, event_range, events, fetch
from gitpact.cli.results_output import warn
from gitpact.errors import GitpactError, Phrase, as_phrase
from gitpact.git import cache, config, processes, query, trees
from gitpact.policy import extends, files, in_force

NOW = "; to use it now: --policy-from HEAD"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitpact.checks.ci.events import Event
    from gitpact.checks.commit_span import Span
    from gitpact.policy.in_force import InForce
    from gitpact.records import Policy


def load_job(policy_from: str, *, deepen: bool, title: bool) -> tuple[Event, Span, InForce]:
    """Return the event of this CI job, its commits and the policy that judges them; names them on standard error.

    The policy is that of the revision `policy_from` or, if that is "", of the range's base, so that a request cannot
    loosen it; the built-in one where that of the base cannot be read; that of the work tree without a base. `deepen`
    fetches first what the clone lacks. `title` says that the request's title will be judged. Where signatures are
    required, lists of SSH keys in the work tree are read from the base too, for which files are written below the git
    directory and GIT_CONFIG_PARAMETERS is set. Raises GitpactError where no platform is known, where the title or a
    commit is missing, and where the policy of `policy_from`, or a changed one of the last commit, cannot be read.
    """
    event = events.detect(os.environ)
    if event is None:
        raise GitpactError("--ci: gitpact does not know this CI platform", "name the range: gitpact lint A..B")
    if title and not event.title and event.kind == PULL_REQUEST:
        raise GitpactError(
            "{platform} does not tell the title of the pull request in this CI job",
            (
                "leave out --title and --squash, or check the title on your own machine: gitpact check -m TITLE "
                "--ignore dco"
            ),
            platform=event.platform,
        )
    if deepen:
        fetch.deepen(event)
    span = event_range.of_event(event)
    found = _policy(span, policy_from)
    held = [*(name for name, _ in files.NAMES), extends.LOCK, *found.extended]
    brought = sorted(trees.changed_files(span.revisions, held))
    rules, source = found.policy, found.source
    if rules.signature == "required" and span.base:
        _trust_base(span)
    said = "{platform}, {kind}: checking {range}; policy: {source}"
    warn(Phrase(said, platform=event.platform, kind=Phrase(event.kind), range=span.label, source=as_phrase(source)))
    if brought and _brought(span) != rules and event.kind == PULL_REQUEST:
        said = "the pull request changes the policy ({files}); the new policy applies after the merge"
        warn(Phrase(said + NOW if source == files.BUILT_IN else said, files=", ".join(brought)))
    return event, span, found


def _policy(span: Span, policy_from: str) -> InForce:
    """The policy and where it came from. Where that of the base is broken the built-in one counts, as on a server.

    The one that is brought never does: else who breaks it, or finds it broken, would bring the judge along. A lock file
    that is missing or was changed is an error, unless the checked commits repair it.
    """
    revision = policy_from or span.base
    if not revision:
        return in_force.of_work_tree()
    try:
        return in_force.of_revision(revision)
    except GitpactError as error:
        if policy_from or (isinstance(error, extends.LockError) and not _is_repaired(span)):
            raise
        warn(
            Phrase(
                "the built-in policy is used, because the policy of the base branch has an error: {error}", error=error
            )
        )
        return in_force.of_no_project()


def _is_repaired(span: Span) -> bool:
    """Whether the last commit has a policy that can be read."""
    try:
        in_force.of_revision(span.revisions[0])
    except GitpactError:
        return False
    return True


def of_base(path: str, span: Span) -> str | None:
    """Return the text of a file of the work tree as the base of `span` has it; None for a file that is not in git.

    So a request cannot change the file. `path` is relative to the current folder or absolute, and `span.base` is not
    "". Bytes that are not UTF-8 are replaced. Raises GitpactError for a file that the base does not have but the index
    has, and for one behind a symbolic link or in another repository.
    """
    names = _tracked_names(path)
    for name in names:
        if query.exists(f"{span.base}:{name}"):
            return query.output("cat-file", "blob", f"{span.base}:{name}").decode("utf-8", "replace")
        if query.output_or_nothing(*processes.MAGIC, "ls-files", "--", f":(top,literal){name}"):
            hint = "merge the file into the base branch first, or name a file outside of the work tree"
            raise GitpactError(
                "{path}: the base branch does not have this file; the checked commits add the file", hint, path=path
            )
    if names and _leads_elsewhere(names[0]):
        raise GitpactError(
            "{path}: a folder in this path is a symbolic link or belongs to another repository",
            "give the real path of a file in this repository",
            path=path,
        )
    return None


def _leads_elsewhere(name: str) -> bool:
    """Whether a folder on the way to a file of the work tree is a link, or holds another repository."""
    top = Path(query.top_level())
    folders = [top / folder for folder in Path(name).parents if str(folder) != "."]
    return any(folder.is_symlink() or (folder / ".git").exists() for folder in folders)


def _tracked_names(path: str) -> list[str]:
    """The names that a path may have in the work tree, by the letter and with its links followed."""
    top = query.top_level() if query.in_work_tree() else ""
    names = [os.path.relpath(place(path), place(top)) for place in (os.path.abspath, os.path.realpath)] if top else []
    return [name for name in dict.fromkeys(names) if name.split("/")[0] != ".."]


def _trust_base(span: Span) -> None:
    """Let git know whose keys count from the base alone, where it is told by files of the work tree."""
    for key in ("gpg.ssh.allowedSignersFile", "gpg.ssh.revocationFile"):
        path = query.text_or_nothing("config", "--type=path", "--get", key)
        name = next(iter(_tracked_names(path)), "") if path else ""
        if name:
            place = Path(query.git_dir(), cache.DIRECTORY, key.rpartition(".")[2])
            cache.write(str(place), query.output_or_nothing("cat-file", "blob", f"{span.base}:{name}"))
            config.override(key, str(place))
            warn(Phrase("the file named by {key} is read from the base branch", key=key))


def _brought(span: Span) -> Policy:
    """The policy as the last commit has it. Raises GitpactError where nobody could read it any more."""
    try:
        return in_force.of_revision(span.revisions[0]).policy
    except GitpactError as error:
        raise GitpactError(
            "the policy file that the checked commits contain has an error: {error}", error.hint, error=error
        ) from error
