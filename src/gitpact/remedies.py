"""The commands that mend a refused push or a refused commit's files, each exact for this very case."""

from __future__ import annotations

import os

from gitpact import columns, git, retry
from gitpact.errors import GitpactError
from gitpact.reports.push import COMMITS
from gitpact.reports.text import MENDED_BY_REWORDING, MENDED_BY_SIGNING
from gitpact.rules import refs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gitpact.gate import Offence, Push, Verdict
    from gitpact.i18n import Catalog
    from gitpact.records import Finding

    Rows = Iterator[tuple[str, str]]

NAMED = 5  # paths that a command names
SHORT = 12
HEAD = ("HEAD", "@")


def lines(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Label and command under each other."""
    table = list(rows)
    wide = max((columns.width(label) for label, _ in table), default=0)
    for label, command in table:
        yield f"  {label}:{' ' * (wide - columns.width(label))}  {command}" if label else f"   {' ' * wide}  {command}"


def of_push(found: Verdict, push: Push, environ: Mapping[str, str], texts: Catalog) -> Rows:
    """What mends a push, first what has to be done, last where it is explained."""
    head = _head()
    branch = next((update.source for update in push.updates if update.new == head and not update.deletes), "")
    for one in found.refs:
        if one.severity == "error":
            yield from _on_ref(one, push, texts)
    refused = [one for one in found.files if one.finding.severity == "error"]
    if refused:
        yield from _take_out(refused, head if branch else "", texts)
        yield from _once(refused, retry.shown("git push", environ), texts)
    if branch:
        yield from _on_commits(found, texts)
    if "worktree-clean" in found.refusing:
        yield texts["push.stash"], "git stash"
    if found.refusing & {"file-size", "push-size", "path-forbidden", "path-length"}:
        yield texts["push.measure"], _measure(push)
    if branch and len(found.results) > COMMITS:
        yield texts["push.all"], f"{_program()} lint"
    yield texts["push.explain"], f"{_program()} rules {min(found.refusing)}"


def of_commit(
    refused: Sequence[Offence], on_refs: Sequence[Finding], environ: Mapping[str, str], texts: Catalog
) -> Rows:
    """What mends a commit that is about to be made: files out of the index, the branch renamed."""
    for one in on_refs:
        facts = dict(one.facts)
        if "better" in facts:
            yield texts["push.rename"], f"git branch -m {retry.quoted(facts['better'])}"
    if refused:
        named = _paths(refused)
        unborn = not git.has("HEAD")
        yield texts["push.take-out"], f"git {'rm --cached' if unborn else 'restore --staged'} -- {named}"
        large = [one for one in refused if one.finding.rule == "file-size"]
        if large:
            paths = _paths(large)  # what is staged as it is would stay so
            track = f"git rm --cached -q -- {paths} && git lfs track {paths} && git add .gitattributes {paths}"
            yield texts["push.lfs"], track
        yield from _once(refused, retry.shown("git commit", environ), texts)
    rule = next((one.finding.rule for one in refused), next((one.rule for one in on_refs), ""))
    yield texts["push.explain"], f"{_program()} rules {rule}"


def _head() -> str:
    try:
        return git.output("rev-parse", "--verify", "--quiet", "HEAD").decode().strip()
    except GitpactError:
        return ""


def _branch() -> str:
    """The branch that is checked out, HEAD where none is."""
    try:
        return git.output("symbolic-ref", "--quiet", "HEAD").decode("utf-8", "surrogateescape").strip()
    except GitpactError:
        return "HEAD"


def _on_ref(found: Finding, push: Push, texts: Catalog) -> Rows:
    facts = dict(found.facts)
    source = next((update.source for update in push.updates if update.ref == found.ref), "")
    source = (_branch() if source in HEAD else source).removeprefix(refs.BRANCH)
    remote = retry.quoted(push.where or "origin")
    if "better" in facts:
        old, better = retry.quoted(source), retry.quoted(facts["better"])
        if source == facts["got"]:
            yield texts["push.rename"], f"git branch -m {old} {better} && git push -u {remote} {better}"
        else:
            yield texts["push.other"], f"git push {remote} {old}:refs/heads/{better}"
    elif found.rule == "protected-ref" and found.kind != "deleted":
        target = retry.quoted(f"{refs.BRANCH}feat/your-change")
        yield texts["push.other"], f"git push {remote} {retry.quoted(source)}:{target}"


def _take_out(refused: Sequence[Offence], head: str, texts: Catalog) -> Rows:
    """Out of the commits that brought the files; `head` is the commit checked out where that is what is pushed."""
    brought = {one.blob.commit for one in refused if one.blob.path}
    if not brought or not head:
        return
    out = f"git rm --cached -- {_paths(refused)} && git commit --amend --no-edit --allow-empty"
    if brought == {head}:
        yield texts["push.take-out"], out
    else:
        first = next(one.blob.commit for one in refused if one.blob.path)
        base = f"{first[:SHORT]}^" if git.has(f"{first}^") else "--root"
        names = ", ".join(sorted(oid[:SHORT] for oid in brought))
        yield texts["push.take-out"], f"git rebase -i {base}   {texts['push.edit-hint'].format(commit=names)}"
        yield texts["push.then"], f"{out} && git rebase --continue"
    large = [one for one in refused if one.finding.rule == "file-size" and one.blob.path]
    if large:
        yield texts["push.lfs"], f"git lfs migrate import --include={_paths(large, ',')}"


def _once(refused: Sequence[Offence], command: str, texts: Catalog) -> Rows:
    if all(one.finding.rule == "file-size" for one in refused):
        most = max(one.blob.size for one in refused)
        yield texts["push.once"], f"GIT_FILE_SIZE_LIMIT={most} {command}"


def _on_commits(found: Verdict, texts: Catalog) -> Rows:
    """As `reports.text.mending`: only commits of one person, without merges."""
    tally = found.tally
    if not tally.last or not tally.last.oid or "merge" in tally.skipped or "merge-commit" in tally.rules:
        return
    base = "--root" if tally.last.parents == 0 else f"{tally.last.oid[:SHORT]}^"
    if tally.rules & MENDED_BY_SIGNING and len(tally.authors) == 1:
        yield texts["push.sign"], f"git rebase --signoff {base}"
    if tally.rules & MENDED_BY_REWORDING:
        yield texts["push.reword"], f"git rebase -i {base}"


def _measure(push: Push) -> str:
    sources = [update.source for update in push.updates if update.source and not update.deletes]
    words = [push.where, *(source.removeprefix(refs.BRANCH) for source in sources[:NAMED])]
    return " ".join([f"{_program()} size", *(retry.quoted(word) for word in words if word)])


def _paths(refused: Sequence[Offence], between: str = " ") -> str:
    paths = dict.fromkeys(one.blob.path for one in refused if one.blob.path)
    shown = [retry.quoted(path) for path in list(paths)[:NAMED]]
    return between.join([*shown, *([retry.ELLIPSIS] if len(paths) > NAMED else [])])


def _program() -> str:
    return retry.program(os.getcwd())
