"""The commands that repair a refused push or a refused commit's files, each exact for this very case."""

from __future__ import annotations

import os
from itertools import islice

from gitpact.checks import pushes
from gitpact.git import query, repository, trees
from gitpact.repair import branch_names, commit_again, rebase_commands, removal_commands, shell
from gitpact.repair.shell import Command
from gitpact.rules import refs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gitpact.checks.push import Push
    from gitpact.checks.pushed_files import FileFinding
    from gitpact.checks.pushes import Verdict
    from gitpact.git.revision_lookup import Published
    from gitpact.records import Finding, Policy, RefUpdate

    Rows = Iterator[Command]
    Texts = Mapping[str, str]  # the sentences of a language, by key

FORCE = "git push --force-with-lease"
FORGET = "git for-each-ref --format='delete %(refname)' refs/gitpact/ | git update-ref --stdin"
NAMED = 5  # refs that a command names
TRIED = 20  # refs that are looked at for where something wrong is


def force_push(branch: Published) -> str:
    """The command that replaces a branch of a remote, where nobody else has pushed to it since."""
    target = branch.source if branch.source == branch.name else f"{branch.source}:{refs.BRANCH}{branch.name}"
    return f"{FORCE} {shell.quoted(branch.remote)} {shell.quoted(target)}"


def of_push(found: Verdict, push: Push, texts: Texts, policy: Policy | None = None) -> Rows:
    """Yield the commands that repair a refused push, in the order to run them; the last one explains a rule.

    `found` has at least one rule in `refusing`; ValueError is raised otherwise. Commands on files come before those on
    messages, as rewritten commits get new ids. For commits of a branch that is not checked out, the command goes there
    first. Labels and hints are of `texts`. By `policy` another branch gets a name that is accepted. A long list of
    paths is written below the git directory. Raises GitpactError where that or git fails.
    """
    yield from _there(texts)
    if any(update.source.startswith(refs.BACKUPS) for update in push.updates):
        yield Command(texts["push.forget"], FORGET, texts["push.mirror"])
    for one in found.refs:
        if one.severity == "error":
            yield from _on_ref(one, push, texts, policy)
    refused = [one for one in found.files if one.finding.severity == "error"]
    yield from _commits(found, refused, push, texts)
    if found.refusing == {"file-size"}:
        yield from _once(refused, commit_again.command_line("git push"), texts)
    if "worktree-clean" in found.refusing:
        yield from _aside(push, texts)
    if found.refusing & {"file-size", "push-size", "path-forbidden", "path-length"}:
        yield Command(texts["push.measure"], _with_push("size", push))
    yield Command(texts["push.explain"], f"{_program()} rules {min(found.refusing)}")


def _commits(found: Verdict, refused: Sequence[FileFinding], push: Push, texts: Texts) -> Rows:
    """What rewrites commits, without files or with other messages."""
    head = _head()
    ours = _brought([head]) if head else set()
    holding = _holding({one.blob.commit for one in refused if one.blob.commit}, push, head, ours)
    last = (found.tally.last and found.tally.last.oid) or ""
    if (holding or last) and repository.is_operation_in_progress(push.git_dir):
        yield Command(texts["push.first"], "git status", texts["push.under-way"])
    elif holding:
        yield from _files(found, refused, holding, push, texts)
    elif last:
        there = () if last in ours and _pushes(head, push) else tuple(_elsewhere(last, head, push, texts))
        yield from there
        if last in ours and not there and query.in_work_tree():
            yield from _messages(found, head, push, texts)


def _holding(wrong: set[str], push: Push, head: str, ours: set[str]) -> list[str]:
    """What is to be rewritten: branches and tags of the push that hold these commits; else HEAD, where that does."""
    names = []
    for update in push.updates[:TRIED] if wrong else ():
        if update.source in query.HEAD or update.source.startswith((refs.BRANCH, refs.TAG)):
            commits = ours if update.new == head else _brought([update.new])
            names += [update.source] if not update.deletes and wrong & commits else []
    return names or (["HEAD"] if wrong & ours else [])


def _files(found: Verdict, refused: Sequence[FileFinding], names: Sequence[str], push: Push, texts: Texts) -> Rows:
    """What takes files out of the branches and tags that hold them."""
    strip = _with_push("strip", push, names)
    if [query.head() if name in query.HEAD else name for name in names] != [query.head()]:
        yield Command(texts["push.take-out"], strip)
        return
    by_commit = {result.commit.oid: result.findings for result in found.results if result.commit.oid}
    rules = {oid: {one.rule for one in every if one.severity == "error"} for oid, every in by_commit.items()}
    case = removal_commands.Case(refused, _head(), {oid: its for oid, its in rules.items() if its}, push.git_dir, strip)
    if removal_commands.leaves_messages(case):
        yield Command(texts["push.take-out"], strip)
        yield from _messages(found, case.head, push, texts, since=removal_commands.oldest(case))
    else:
        yield from removal_commands.of_push(case, texts)


def _messages(found: Verdict, head: str, push: Push, texts: Texts, since: str = "") -> Rows:
    """What repairs the messages of the branch that is checked out; from `since` on it is rewritten before."""
    span, person = (head, "--not", "--remotes"), query.ident("AUTHOR")
    rows = list(rebase_commands.of_range(found.tally, head, span, person, since=since))
    fixing = rebase_commands.fix_options(found.tally, person)
    folding = [row for row in rows if row[0] == "fold"]
    if folding:  # before other messages give the commits that it names other ids
        yield from _aside(push, texts)
    for kind, command in folding:
        yield Command(texts[f"push.{kind}"], command)
    if fixing is not None:
        yield Command(
            texts["push.fix"],
            f"{_program()} fix {fixing}".rstrip(),
            texts["push.in-one-step" if rows else "push.in-one"],
        )
    if rows and not folding:
        yield from _aside(push, texts)
    for kind, command in rows[len(folding) :]:
        yield Command(texts[f"push.{kind}"], command, texts["mending.reword"] if kind == "reword" else "")
    yield from _tags_here(head, push, texts)
    if len(found.results) > pushes.SHOWN:
        yield Command(texts["push.all"], f"{_program()} lint")


def _aside(push: Push, texts: Texts) -> Rows:
    """What puts changes of the work tree aside, where there are any that git would not rebase over."""
    changes = trees.status("--ignore-submodules=all")
    intended = [line[3:] for line in changes if line.startswith(" A")]  # by `git add -N`; a stash takes none such
    if changes:
        added = f"git add {removal_commands.pathspecs(intended, push.git_dir)} && " if intended else ""
        yield Command(texts["push.stash"], f"{added}git stash", texts["push.pop"])


def _there(texts: Texts) -> Rows:
    """Where the person has to go first who sent git there from elsewhere."""
    if commit_again.used_dash_c():
        yield Command(texts["push.switch"], f"cd {shell.quoted(os.getcwd())}")


def _tags_here(head: str, push: Push, texts: Texts) -> Rows:
    """What moves a tag to the commit that takes the place of the last one."""
    for update in _tags(push):
        if _peeled(update.new) == head:
            annotated = "" if update.new == head else "-a "
            yield Command(
                texts["push.then"], f"git tag -f {annotated}{shell.quoted(update.source.removeprefix(refs.TAG))}"
            )


def _pushes(head: str, push: Push) -> bool:
    """Whether the commit that is checked out is pushed itself, as a branch or as a tag."""
    return head in push.tips or any(_peeled(update.new) == head for update in _tags(push))


def _tags(push: Push) -> Iterator[RefUpdate]:
    """The first tags of a push."""
    tags = (update for update in push.updates if update.source.startswith(refs.TAG) and not update.deletes)
    return islice(tags, NAMED)


def _elsewhere(last: str, head: str, push: Push, texts: Texts) -> Rows:
    """Where to go for what is wrong on another branch of the push: the first that there is."""
    for update in push.updates[:TRIED]:
        branch = update.source.removeprefix(refs.BRANCH)
        if branch != update.source and not update.deletes and update.new != head and last in _brought([update.new]):
            place = query.text("for-each-ref", "--format=%(worktreepath)", update.source)
            name = shell.quoted(branch)
            go = f"cd {shell.quoted(place)}" if place else f"git switch {name}"
            yield Command(texts["push.switch"], f"{go} && git push {shell.quoted(push.remote)} {name}")
            return


def _brought(tips: Sequence[str]) -> set[str]:
    """The commits of these that no remote has."""
    return set(query.output("rev-list", *tips, "--not", "--remotes").decode("ascii").split())


def of_commit(refused: Sequence[FileFinding], on_refs: Sequence[Finding], texts: Texts, git_dir: str) -> Rows:
    """Yield the commands that repair a commit whose files or branch name are refused; the last one explains a rule.

    `refused` are the findings with errors on staged files, `on_refs` those on the branch; one of the two may be empty.
    Labels and hints are of `texts`. A long list of paths is written below `git_dir`. Raises GitpactError where that or
    git fails.
    """
    yield from _there(texts)
    for one in on_refs:
        facts = dict(one.facts)
        if "better" in facts and not branch_names.is_taken(facts["better"]):
            yield Command(texts["push.rename"], f"git branch -m {shell.quoted(facts['better'])}")
    if refused:
        named = removal_commands.pathspecs(list(dict.fromkeys(one.blob.path for one in refused)), git_dir)
        unborn = not query.exists("HEAD")
        staging = commit_again.running_commit().staging
        hint = texts["push.not-all"].format(word=shell.quoted(staging)) if staging else ""
        # Git throws away what a refused `commit -a` has staged.
        first = "git add -u && " if staging.startswith("-") else ""
        yield Command(
            texts["push.take-out"], f"{first}git {'rm --cached -f' if unborn else 'restore --staged'} {named}", hint
        )
        large = removal_commands.lfs_candidates(refused)
        if large:
            # What is staged as it is would stay so; our pre-push does the part of the one that LFS would install.
            tracked = removal_commands.lfs_patterns(large, " ")
            paths = removal_commands.pathspecs([one.blob.path for one in large], git_dir)
            ready = f"git rm --cached -q {paths} && git lfs install --local --skip-repo"
            yield Command(texts["push.lfs"], f"{ready} && git lfs track {tracked} && git add .gitattributes {tracked}")
        yield from _once(refused, commit_again.command_line("git commit"), texts)
    rule = next((one.finding.rule for one in refused), next((one.rule for one in on_refs), ""))
    yield Command(texts["push.explain"], f"{_program()} rules {rule}")


def _head() -> str:
    """The commit that is checked out; empty where there is none yet."""
    return _peeled("HEAD")


def _peeled(name: str) -> str:
    """The commit that a name stands for; empty where it is none."""
    return query.output_or_nothing("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode().strip()


def _on_ref(found: Finding, push: Push, texts: Texts, policy: Policy | None) -> Rows:
    facts = dict(found.facts)
    update = next((update for update in push.updates if update.ref == found.ref), None)
    source = update.source if update else ""
    source = (query.head() or source if source in query.HEAD else source).removeprefix(refs.BRANCH)
    remote = shell.quoted(push.remote or "origin")
    if "better" in facts:
        old, better = shell.quoted(source), shell.quoted(facts["better"])
        if source == facts["got"]:
            dash = "-- " if old.startswith("-") else ""
            if not branch_names.is_taken(facts["better"]):
                yield Command(
                    texts["push.rename"], f"git branch -m {dash}{old} {better} && git push -u {remote} {better}"
                )
        else:
            yield Command(texts["push.other"], f"git push {remote} {old}:refs/heads/{better}")
    elif found.rule == "protected-ref" and found.kind != "deleted" and update:
        name = branch_names.for_commit(update.new, source, policy)
        target = shell.quoted(name if name == source else f"{source}:{refs.BRANCH}{name}")
        yield Command(texts["push.other"], f"git push {remote} {target}")


def _once(refused: Sequence[FileFinding], command: str, texts: Texts) -> Rows:
    if command and all(one.finding.rule == "file-size" for one in refused):
        most = max(one.blob.size for one in refused)
        yield Command(texts["push.once"], f"GIT_FILE_SIZE_LIMIT={most} {command}")


def _with_push(command: str, push: Push, names: Sequence[str] = ()) -> str:
    """One of our commands for what is pushed, or for these parts of it."""
    sources = names or [update.source for update in push.updates if update.source and not update.deletes][:NAMED]
    words = [push.remote, *map(_short, sources)]
    return " ".join([f"{_program()} {command}", *(shell.quoted(word) for word in words if word)])


def _short(source: str) -> str:
    """A branch by its short name, where that is nothing else to us and to git."""
    name = source.removeprefix(refs.BRANCH)
    return source if name in {"tag", *query.HEAD} or query.exists(f"{refs.TAG}{name}") else name


def _program() -> str:
    return shell.program(commit_again.person_folder())
