"""pre-push: everything that is about to travel is measured and judged, before it does."""

from __future__ import annotations

import os

from gitpact.checks import pushes
from gitpact.checks.push import outgoing_push
from gitpact.cli import hooks
from gitpact.errors import FINDINGS, OK, GitpactError
from gitpact.git import command_line, history, message_settings, query, ref_updates, trees
from gitpact.policy import files, in_force
from gitpact.repair import commit_again
from gitpact.report import i18n
from gitpact.rules import refs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitpact.checks.push import Push
    from gitpact.checks.pushes import Verdict
    from gitpact.policy.in_force import InForce
    from gitpact.records import Policy

COUNTED = 3  # refs of a push whose changed files are told


def run(args: Sequence[str], environ: Mapping[str, str]) -> int:
    """Judge a push to the remote `args[0]` at the URL `args[1]`; returns 0 if it passes, also with warnings, else 1.

    Its refs are read from standard input, or, like missing `args`, from variables of pre-commit in `environ`. Findings
    and commands, or a summary of what is pushed, go to standard error; after `git push -q` only those of a push that is
    refused. Where the project uses Git LFS and has no hook for it, its files are sent. A push to this repository
    itself, such as `git push . main:next`, is not judged: nothing leaves. GITPACT=0 in `environ` gives 0, as does
    gitpact.enabled=false, with a line on standard error if there are errors. Raises GitpactError where the input or the
    policy cannot be read, and where git fails.
    """
    if environ.get("GITPACT") == "0":
        return OK
    data = hooks.standard_input()
    updates = ref_updates.pushed(data) or ref_updates.from_framework(environ)
    remote, url = (*args, *_of_framework(environ), "", "")[:2] if args else (*_of_framework(environ), "", "")[:2]
    if not updates or query.is_this_repository(url):
        return OK
    git_dir = hooks.git_dir(environ)
    by = in_force.of_repository(git_dir, hooks.work_tree(environ), environ)
    policy = hooks.with_limit(by.policy, environ)
    quiet = command_line.quiet_push(command_line.words())
    policy = policy._replace(summary="none") if quiet else policy
    push = outgoing_push(updates, remote, url, git_dir)
    ignore = hooks.skipped(environ, by.policy)
    found = pushes.judge(push, policy, ignore)
    if ignore:
        lost = sorted(pushes.judge(push, policy).refusing - found.refusing)
        if lost:
            from gitpact.report import hook_text  # noqa: PLC0415

            hook_text.write_skipped_rules(lost)
    if found.count("error") and message_settings.read(git_dir, environ).off:
        from gitpact.report import hook_text  # noqa: PLC0415  few switch it off

        hook_text.write_disabled(found.refusing)
        return OK
    if found.count("error") or (found.count("warning") and not quiet):
        _tell(found, push, by._replace(policy=policy), environ)
    if found.count("error"):
        return FINDINGS
    if policy.summary != "none" and push.tips:
        _sum_up(found, push, policy, environ)
    _send_large_files(remote, url, data)
    return OK


def _send_large_files(remote: str, url: str, data: bytes) -> None:
    """What Git LFS does before a push, where our hook stands in the place of its own: no pointer goes without its file.

    Raises GitpactError where it fails.
    """
    if not data or not _is_lfs(".gitattributes"):
        return
    from gitpact.repair import shell  # noqa: PLC0415  few projects use LFS

    if not shell.on_path("git-lfs"):
        return
    folder = query.text("rev-parse", "--git-path", "hooks")
    names = [name for name in os.listdir(folder) if name.startswith("pre-push")] if os.path.isdir(folder) else []
    if not any(_is_lfs(f"{folder}/{name}") for name in names):
        query.output_with_input(["lfs", "pre-push", remote, url], data)


def _is_lfs(path: str) -> bool:
    """Whether a file speaks of Git LFS: as a filter of attributes, or as a hook of its own."""
    text = files.first_megabyte(path)
    return b"filter=lfs" in text or b"git lfs " in text


def _of_framework(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The remote's name and URL as pre-commit and prek tell them."""
    return tuple(environ.get(f"PRE_COMMIT_REMOTE_{part}", "") for part in ("NAME", "URL"))


def _tell(found: Verdict, push: Push, by: InForce, environ: Mapping[str, str]) -> None:
    from gitpact.repair import push_commands  # noqa: PLC0415  a push that passes needs no words
    from gitpact.report import hook_text, policy_text  # noqa: PLC0415  a push that passes needs no words
    from gitpact.report import push_text as reports  # noqa: PLC0415
    from gitpact.report import style as styles  # noqa: PLC0415

    texts = i18n.catalog(environ)
    style = styles.style_of(hook_text.STDERR, environ)
    errors = found.count("error")
    lines = [*hook_text.heading("push", errors, found.count("warning"), style, texts)]
    lines += reports.verdict(found, style, texts)
    doubt = pushes.estimate_reason(push) if errors else ""
    if doubt:
        lines += styles.wrap("  " + texts[f"push.{doubt}"].format(where=push.where), style.width, 2)
    if errors:
        lines += ["", *policy_text.of_work_tree(by, commit_again.person_folder(), style, texts), ""]
        lines += hook_text.command_table(push_commands.of_push(found, push, texts, by.policy), style.width)
    hook_text.write(lines, unicode=style.unicode)


def _sum_up(found: Verdict, push: Push, policy: Policy, environ: Mapping[str, str]) -> None:
    """One line on a push that is accepted; more where the policy asks for it."""
    from gitpact.report import hook_text  # noqa: PLC0415  some projects want no summary
    from gitpact.report import push_text as reports  # noqa: PLC0415
    from gitpact.report import style as styles  # noqa: PLC0415

    texts = i18n.catalog(environ)
    hook_text.sentence(reports.accepted_line(found.sizes, _files(found, push), push.where, texts), environ)
    style = styles.style_of(hook_text.STDERR, environ)
    lines = []
    if push.guessed:
        lines += styles.wrap("  " + texts["push.guessed"].format(where=push.where), style.width, 2)
    if policy.summary == "full":
        lines += reports.summary_lines(push.updates, found.sizes, texts)
    hook_text.write(lines, unicode=style.unicode)


def _files(found: Verdict, push: Push) -> tuple[int, int, int] | None:
    """How many files the branches of a push add, change and delete there; None where there are too many to ask."""
    branches = [update for update in push.updates if update.ref.startswith(refs.BRANCH) and not update.deletes]
    if not found.sizes.commits or not 0 < len(branches) <= COUNTED:
        return None
    try:
        counts = [trees.differences(_base(push, update.new, update.old), update.new) for update in branches]
    except GitpactError:
        return None  # the receiver has commits that are not here
    added, changed, deleted = (sum(numbers) for numbers in zip(*counts, strict=True))
    return added, changed, deleted


def _base(push: Push, new: str, old: str) -> str:
    """What a branch is compared with: what it was there, else where it leaves what is known of the receiver."""
    if old.strip("0"):
        return old
    return history.first_parent_base((new, *push.has))
