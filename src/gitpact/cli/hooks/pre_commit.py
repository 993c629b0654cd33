"""pre-commit: the files of a commit as the index holds them, and the name of the branch it goes to."""

from __future__ import annotations

import os

from gitpact.checks import pushed_files
from gitpact.cli import hooks
from gitpact.errors import FINDINGS, OK
from gitpact.git import message_settings, objects, query, trees
from gitpact.git.ref_updates import NULL
from gitpact.policy import in_force
from gitpact.records import Blob, RefUpdate
from gitpact.report import i18n
from gitpact.rules import active, findings, severity
from gitpact.rules.push_registry import every_policy, file_rules, ref_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitpact.checks.pushed_files import FileFinding
    from gitpact.policy.in_force import InForce
    from gitpact.records import Finding, Policy


def run(_args: Sequence[str], environ: Mapping[str, str]) -> int:
    """Judge the staged files and the name of the branch; returns 0 if they pass, also with warnings, else 1.

    Findings and commands go to standard error, nothing where there are no findings. The hook has no arguments.
    GITPACT=0 in `environ` and gitpact.enabled=false give 0; GITPACT_SKIP and GIT_FILE_SIZE_LIMIT count. Raises
    GitpactError where the policy or one of these cannot be read, and where git fails.
    """
    if environ.get("GITPACT") == "0":
        return OK
    git_dir = hooks.git_dir(environ)
    by = in_force.of_work_tree(os.getcwd(), git_dir, environ)
    policy = hooks.with_limit(by.policy, environ)
    ignore = hooks.skipped(environ, policy)
    files, on_branch = _found(git_dir, policy)
    lost = {found.rule for found in (*(one.finding for one in files), *on_branch) if found.rule in ignore}
    if lost:
        from gitpact.report import hook_text  # noqa: PLC0415  few skip a rule

        hook_text.write_skipped_rules(sorted(lost))
        files = [one for one in files if one.finding.rule not in lost]
        on_branch = [one for one in on_branch if one.rule not in lost]
    refusing = {found.rule for found in (*(one.finding for one in files), *on_branch) if found.severity == "error"}
    if refusing and message_settings.read(git_dir, environ).off:
        from gitpact.report import hook_text  # noqa: PLC0415  few switch it off

        hook_text.write_disabled(refusing)
        return OK
    if files or on_branch:
        return _tell(files, on_branch, by._replace(policy=policy), git_dir, environ)
    return OK


def _found(git_dir: str, policy: Policy) -> tuple[list[FileFinding], list[Finding]]:
    """What is found of the files, and of the branch where its name would refuse the push."""
    asked = any(active(rule, by) for by in every_policy(policy) for rule in file_rules(policy))
    files = pushed_files.with_lfs_hint(list(pushed_files.judge(_staged(git_dir), policy)), policy) if asked else []
    if files and query.exists("HEAD^"):
        # What goes back to where it was before the last commit may amend that; what else it is, a push tells.
        differing = trees.differing("HEAD^")
        files = [one for one in files if one.blob.path in differing]
    # A large file that is restored travels no second time, and a push lets it pass.
    files = pushed_files.without_known(files, ["--remotes"])
    on_name = {"branch-name", *(own.rule for own in policy.patterns if own.where == "branch")}
    branch = hooks.branch(git_dir) if any(severity(rule, policy) == "error" for rule in on_name) else ""
    updates = [RefUpdate(branch, branch, branch, NULL)] if branch else []
    return files, [found for found in findings(ref_rules(policy), updates, policy) if found.rule in on_name]


def _staged(git_dir: str) -> list[Blob]:
    """The files that the commit adds or changes; of a merge only what neither side has."""
    entries = trees.staged_files()
    if os.path.exists(f"{git_dir}/MERGE_HEAD"):
        theirs = set(trees.staged_files("MERGE_HEAD"))
        entries = [entry for entry in entries if entry in theirs]
    sizes = objects.sizes([oid for _, oid in entries]) if entries else {}
    return [Blob(oid, sizes.get(oid, 0), path) for path, oid in entries]


def _tell(
    files: list[FileFinding], on_branch: list[Finding], by: InForce, git_dir: str, environ: Mapping[str, str]
) -> int:
    from gitpact.repair import commit_again, push_commands  # noqa: PLC0415  a commit that passes needs no words
    from gitpact.report import hook_text, policy_text  # noqa: PLC0415  a commit that passes needs no words
    from gitpact.report import push_text as reports  # noqa: PLC0415
    from gitpact.report import style as styles  # noqa: PLC0415

    texts = i18n.catalog(environ)
    style = styles.style_of(hook_text.STDERR, environ)
    every = [*(one.finding for one in files), *on_branch]
    errors = sum(found.severity == "error" for found in every)
    lines = hook_text.heading("hook", errors, len(every) - errors, style, texts)
    for found in on_branch:
        lines += reports.finding_lines(found, style, texts)
    lines += reports.file_table(files, style, texts)
    if errors:
        refused = [one for one in files if one.finding.severity == "error"]
        lines += ["", *policy_text.of_work_tree(by, commit_again.person_folder(), style, texts), ""]
        lines += hook_text.command_table(push_commands.of_commit(refused, on_branch, texts, git_dir), style.width)
    hook_text.write(lines, unicode=style.unicode)
    return FINDINGS if errors else OK
