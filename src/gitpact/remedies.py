"""The commands that mend a refused push or a refused commit's files, each exact for this very case."""

from __future__ import annotations

import os

from gitpact import retry
from gitpact.errors import GitpactError
from gitpact.git import ask
from gitpact.reports.push import COMMITS
from gitpact.reports.text import mending_commands
from gitpact.rules import refs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.gate import Push, Verdict
    from gitpact.i18n import Catalog
    from gitpact.offences import Offence
    from gitpact.records import Finding

    Rows = Iterator[tuple[str, str]]

PATTERN = set(":*?[]\\,!^")  # what git, or Git LFS, does not take for itself in a path
NAMED = 5  # refs that a command names
SHORT = 12
HEAD = ("HEAD", "@")


def of_push(found: Verdict, push: Push, texts: Catalog) -> Rows:
    """What mends a push, first what has to be done, last where it is explained."""
    head = _head()
    branch = next((update.source for update in push.updates if update.new == head and not update.deletes), "")
    for one in found.refs:
        if one.severity == "error":
            yield from _on_ref(one, push, texts)
    refused = [one for one in found.files if one.finding.severity == "error"]
    if refused:
        yield from _take_out(refused, head if branch else "", texts)
        yield from _once(refused, retry.shown("git push"), texts)
    if branch and not refused:  # first things first: what is rewritten has other names then
        yield from ((texts[f"push.{kind}"], command) for kind, command in mending_commands(found.tally))
    if "worktree-clean" in found.refusing:
        yield texts["push.stash"], "git stash"
    if found.refusing & {"file-size", "push-size", "path-forbidden", "path-length"}:
        yield texts["push.measure"], _measure(push)
    if branch and len(found.results) > COMMITS:
        yield texts["push.all"], f"{_program()} lint"
    yield texts["push.explain"], f"{_program()} rules {min(found.refusing)}"


def of_commit(refused: Sequence[Offence], on_refs: Sequence[Finding], texts: Catalog) -> Rows:
    """What mends a commit that is about to be made: files out of the index, the branch renamed."""
    for one in on_refs:
        facts = dict(one.facts)
        if "better" in facts:
            yield texts["push.rename"], f"git branch -m {retry.quoted(facts['better'])}"
    if refused:
        named = _paths(refused)
        unborn = not ask.has("HEAD")
        again = f"   {texts['push.not-all']}" if _stages_itself() else ""
        yield texts["push.take-out"], f"git {'rm --cached' if unborn else 'restore --staged'} -- {named}{again}"
        large = _for_lfs(refused)
        if large:
            paths, tracked = _paths(large), _names(large, " ")  # what is staged as it is would stay so
            ready = (
                f"git rm --cached -q -- {paths} && git lfs install --local --skip-repo"  # our pre-push does its part
            )
            yield texts["push.lfs"], f"{ready} && git lfs track {tracked} && git add .gitattributes {tracked}"
        yield from _once(refused, retry.shown("git commit"), texts)
    rule = next((one.finding.rule for one in refused), next((one.rule for one in on_refs), ""))
    yield texts["push.explain"], f"{_program()} rules {rule}"


def _head() -> str:
    try:
        return ask.output("rev-parse", "--verify", "--quiet", "HEAD").decode().strip()
    except GitpactError:
        return ""


def _on_ref(found: Finding, push: Push, texts: Catalog) -> Rows:
    facts = dict(found.facts)
    source = next((update.source for update in push.updates if update.ref == found.ref), "")
    source = (ask.head() or source if source in HEAD else source).removeprefix(refs.BRANCH)
    remote = retry.quoted(push.where or "origin")
    if "better" in facts:
        old, better = retry.quoted(source), retry.quoted(facts["better"])
        if source == facts["got"]:
            dash = "-- " if old.startswith("-") else ""
            yield texts["push.rename"], f"git branch -m {dash}{old} {better} && git push -u {remote} {better}"
        else:
            yield texts["push.other"], f"git push {remote} {old}:refs/heads/{better}"
    elif found.rule == "protected-ref" and found.kind != "deleted":
        target = retry.quoted(f"{refs.BRANCH}feat/your-change")
        yield texts["push.other"], f"git push {remote} {retry.quoted(source)}:{target}"


def _take_out(refused: Sequence[Offence], head: str, texts: Catalog) -> Rows:
    """Out of the commits that brought the files; `head` is the commit checked out where that is what is pushed.

    Commits that another remote has are nobody's to rewrite here. What the commit before had stays as it was there.
    """
    brought = {one.blob.commit for one in refused if one.blob.path}
    if not brought or not head or not _ours(brought):
        return
    first = next(one.blob.commit for one in refused if one.blob.path)
    if brought == {head}:
        had = _had(f"{head}^", refused)
        fresh = [one for one in refused if one.blob.path not in had]
        old = [one for one in refused if one.blob.path in had]
        parts = [f"git rm -q --cached -- {_paths(fresh)}"] if fresh else []
        parts += [f"git restore --source=HEAD^ --staged -- {_paths(old)}"] if old else []
        yield texts["push.take-out"], " && ".join([*parts, "git commit --amend --no-edit --allow-empty"])
    elif _plain(brought, head, refused):
        base = f"{first[:SHORT]}^" if ask.has(f"{first}^") else "--root"
        yield texts["push.take-out"], f"git rebase -i {base}   {texts['push.edit-hint'].format(commit=first[:SHORT])}"
        out = f"git rm -q --cached -- {_paths(refused)} && git commit --amend --no-edit --allow-empty"
        yield texts["push.then"], f"{out} && git rebase --continue"
    else:
        yield texts["push.take-out"], _filtered(brought, refused)
    large = _for_lfs(refused)
    if large:
        yield texts["push.lfs"], f"git lfs migrate import --include={_names(large, ',')}"


def _for_lfs(refused: Sequence[Offence]) -> list[Offence]:
    """The files that Git LFS could take; none where it is not there, or would take a name for a pattern."""
    large = [one for one in refused if one.finding.rule == "file-size" and one.blob.path]
    return large if retry.on_path("git-lfs") and not any(set(one.blob.path) & PATTERN for one in large) else []


def _ours(commits: set[str]) -> bool:
    """Whether no remote has any of the commits."""
    return commits <= set(ask.output("rev-list", *commits, "--not", "--remotes").decode("ascii").split())


def _had(revision: str, refused: Sequence[Offence]) -> set[str]:
    """Those of the paths that a revision has; none where it is none."""
    paths = [one.blob.path for one in refused]
    try:
        told = ask.output("ls-tree", "-r", "-z", "--name-only", "--full-tree", revision, "--", *paths)
    except GitpactError:
        return set()
    return set(told.decode("utf-8", "surrogateescape").split("\0")) - {""}


def _plain(brought: set[str], head: str, refused: Sequence[Offence]) -> bool:
    """Whether a rebase that stops once leads out: one commit made the files, none touches them later or is a merge."""
    (first, *more) = brought
    if more or _had(f"{first}^", refused):
        return False
    paths = [f":(top,literal){one.blob.path}" for one in refused]
    later = ask.output("rev-list", "--max-count=1", f"{first}..{head}", "--", *paths)
    return not later and not ask.output("rev-list", "--merges", "--max-count=1", f"{first}..{head}")


def _filtered(brought: set[str], refused: Sequence[Offence]) -> str:
    """A command that takes the files out of every commit, whatever else touches them; what was there before stays."""
    walked = ask.output("rev-list", "--topo-order", "--reverse", *brought, "--not", "--remotes").decode("ascii").split()
    oldest = next(oid for oid in walked if oid in brought)
    base = f"{oldest[:SHORT]}^" if ask.has(f"{oldest}^") else ""
    paths = _paths(refused)
    words = f"git rm -q --cached --ignore-unmatch -- {paths}"
    if base and _had(base, refused):
        words += f"; git ls-tree -r {base} -- {paths} | git update-index --index-info"
    span = f"{base}..HEAD" if base else "HEAD"
    return f"git filter-branch -f --index-filter {retry.quoted(words)} {span}"


def _once(refused: Sequence[Offence], command: str, texts: Catalog) -> Rows:
    if all(one.finding.rule == "file-size" for one in refused):
        most = max(one.blob.size for one in refused)
        yield texts["push.once"], f"GIT_FILE_SIZE_LIMIT={most} {command}"


def _measure(push: Push) -> str:
    sources = [update.source for update in push.updates if update.source and not update.deletes]
    words = [push.where, *(source.removeprefix(refs.BRANCH) for source in sources[:NAMED])]
    return " ".join([f"{_program()} size", *(retry.quoted(word) for word in words if word)])


def _paths(refused: Sequence[Offence]) -> str:
    """The paths as a command takes them from wherever the person stands; none of them is taken for a pattern."""
    paths = list(dict.fromkeys(one.blob.path for one in refused if one.blob.path))
    far = bool(os.environ.get("GIT_PREFIX"))
    plain = (path if not far and not set(path) & PATTERN else f":(top,literal){path}" for path in paths)
    return " ".join(map(retry.quoted, plain))


def _names(refused: Sequence[Offence], between: str) -> str:
    return between.join(retry.quoted(path) for path in dict.fromkeys(one.blob.path for one in refused if one.blob.path))


def _stages_itself() -> bool:
    """Whether the commit that is running puts files into the index by itself: `-a`, or paths."""
    again = retry.asked()
    return any(word == "--all" or (word[:1] == "-" and word[1:2] != "-" and "a" in word) for word in again.commit)


def _program() -> str:
    return retry.program(os.getcwd())
