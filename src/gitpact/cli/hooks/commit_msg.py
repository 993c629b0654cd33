"""commit-msg: the message of a commit that is being made. It loads what an ordinary one needs and nothing else."""

from __future__ import annotations

import os

from gitpact import message
from gitpact.cli import hooks
from gitpact.errors import FINDINGS, OK, GitpactError
from gitpact.git import cache
from gitpact.git import message_settings as git_settings
from gitpact.message import cleanup, encodings, idents
from gitpact.policy import in_force
from gitpact.records import Commit, Ident
from gitpact.rules import asks_branches, asks_paths, evaluate

BRANCH = "refs/heads/"
PLAIN = (":", ())  # `separators` and `trailer_keys` where trailer.* is not set
TWO = 2  # parents, of a merge of one branch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gitpact.records import Policy, Result, Settings


def run(args: Sequence[str], environ: Mapping[str, str]) -> int:
    """Judge the commit message in the file `args[0]`; returns 0 if it passes, also with warnings, else 1.

    Findings and commands go to standard error, nothing where there are no findings; a refused message and a suggestion
    may be saved below the git directory. GITPACT=0 in `environ`, gitpact.enabled=false and an empty message, which git
    itself refuses, give 0. Raises GitpactError unless there is one argument, and where the message, the policy or git's
    configuration cannot be read.
    """
    if len(args) != 1:
        raise GitpactError(
            "commit-msg: expected the path of the message file",
            "git starts this command as a hook: gitpact-hook commit-msg FILE",
        )
    if environ.get("GITPACT") == "0":
        return OK
    raw = read_message(args[0])
    git_dir = hooks.git_dir(environ)
    found = in_force.of_work_tree(os.getcwd(), git_dir, environ)
    policy = found.policy
    staged: Callable[[], Iterable[str]] = _begin_staged_paths() if asks_paths(policy) else tuple
    settings = git_settings.read(git_dir, environ)
    editor = environ.get("GIT_EDITOR") != ":"
    comment = cleanup.comment_of(raw, settings, editor=editor)
    stored = cleanup.clean(raw, settings, editor=editor)
    if stored != raw or raw.startswith(comment) or b"\n" + comment in raw:
        settings = _as_told(settings)
        stored = cleanup.clean(raw, settings, editor=editor)
    parsed = message.from_bytes(stored, settings, policy.issue_pattern, max_bytes=policy.max_bytes)
    if cleanup.is_empty(stored) and _git_aborts(raw, settings.cleanup):
        return OK
    codec = encodings.codec_or_utf8(settings.encoding)
    author, committer = _author(environ, codec), _committer(settings, environ, codec)
    parents, paths = _parents(git_dir), staged()
    merges = parents is not None and parents > 1  # then its files decide nothing, as in a range
    branches = _branches(policy, git_dir)
    commit = Commit(parsed, author, committer, parents, branches=branches, paths=() if merges else tuple(sorted(paths)))
    result = _judge(commit, policy, environ)
    if (settings.separators, settings.trailer_keys) != PLAIN and not evaluate.errors(result):
        # CI and servers do not know this clone's trailer.*, so what they would refuse is refused here.
        plain = settings._replace(separators=PLAIN[0], trailer_keys=PLAIN[1])
        parsed = message.from_bytes(stored, plain, policy.issue_pattern, max_bytes=policy.max_bytes)
        result = _judge(commit._replace(message=parsed), policy, environ)
    refused = evaluate.errors(result)
    # Without a word of the author's, a reference at the start would be the description.
    unedited = (refused or policy.issue_place == "start") and _is_as_prepared(git_dir, stored)
    if not refused and not unedited:
        _forget(git_dir)
    if not result.findings and not unedited:
        return OK
    if refused and settings.off:
        from gitpact.report import hook_text  # noqa: PLC0415  few switch it off

        hook_text.write_disabled({found.rule for found in result.findings if found.severity == "error"})
        return OK
    if unedited:
        from gitpact.report import hook_text  # noqa: PLC0415  few close the editor so

        hook_text.write_unedited()
        return FINDINGS
    from gitpact.report import refused_commit  # noqa: PLC0415  a message that passes needs no words

    begun = settings.cleanup == "default" and any(line.startswith(comment) for line in stored.split(b"\n"))
    hinted = not editor and (begun or settings.cleanup in {"whitespace", "verbatim"})
    refused_commit.write(refused_commit.Case(result, found, args[0], git_dir, stored, hinted), environ)
    return FINDINGS if refused else OK


def _begin_staged_paths() -> Callable[[], set[str]]:
    """What waits for the files of the commit, which git lists meanwhile."""
    from gitpact.git import command_line, staged_paths  # noqa: PLC0415  few policies ask

    staged = staged_paths.begin(amends=command_line.amends(command_line.words()))
    from gitpact.rules import path_tables, pattern  # noqa: F401, PLC0415  loaded while git lists the files

    return staged


def _branches(policy: Policy, git_dir: str) -> tuple[str, ...]:
    """The branch that the commit is made on, where a rule of the policy is for some branches."""
    if not asks_branches(policy):
        return ()
    branch = hooks.branch(git_dir).removeprefix(BRANCH)
    return (branch,) if branch else ()


def _as_told(settings: Settings) -> Settings:
    """The settings with `--cleanup` and `-v` of git's command line, where that can be seen."""
    from gitpact.git import command_line  # noqa: PLC0415  git has cleaned up most messages before the hook runs

    words = command_line.words()
    verbose = command_line.verbose(words)
    return settings._replace(
        cleanup=command_line.cleanup(words) or settings.cleanup,
        verbose=settings.verbose if verbose is None else verbose,
    )


def _git_aborts(raw: bytes, how: str) -> bool:
    """Whether git makes no commit of an empty message: nothing allows it, and white space is no message."""
    from gitpact.git import command_line  # noqa: PLC0415  few messages are empty

    words = command_line.words()
    verbatim = (command_line.cleanup(words) or how) == "verbatim"
    return not command_line.allows_empty(words) and not (verbatim and raw)


def _is_as_prepared(git_dir: str, stored: bytes) -> bool:
    """Whether a message is what the prepare-commit-msg hook wrote, and nobody has added a word."""
    try:
        with open(f"{git_dir}/{cache.DIRECTORY}/{cache.PREPARED}", "rb") as file:
            return file.read() == stored
    except OSError:
        return False


def _forget(git_dir: str) -> None:
    """What was kept of an earlier message is not for the next one."""
    for name in cache.MESSAGES:
        cache.drop(f"{git_dir}/{cache.DIRECTORY}/{name}")


def read_message(path: str) -> bytes:
    """Return the bytes of a message file; raises GitpactError with its path where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise GitpactError(
            "{path}: {reason}", "expected a readable file that holds a commit message", path=path, reason=error.strerror
        ) from error


def _judge(commit: Commit, policy: Policy, environ: Mapping[str, str]) -> Result:
    """Judge with the persons that are known; only where that leaves a doubt is git asked for them."""
    ignore = hooks.skipped(environ, policy)
    local = (*evaluate.NOT_LOCAL, *ignore)
    result = evaluate.judge(commit, policy, local)
    unsure = not commit.committer and any(found.rule.startswith("sign-off") for found in result.findings)
    doubt = not commit.author or unsure
    if doubt and not result.special and policy.sign_off == "required":
        from gitpact.git import query  # noqa: PLC0415  the exported author settles an ordinary commit

        codec = encodings.codec_or_utf8(commit.message.encoding)
        commit = commit._replace(
            author=commit.author or query.ident("AUTHOR", codec),
            committer=commit.committer or query.ident("COMMITTER", codec),
        )
        result = evaluate.judge(commit, policy, local)
    if result.special == "merge" and commit.parents == TWO and _adds_to_a_fast_forward("HEAD", "MERGE_HEAD"):
        result = _judge(commit._replace(parents=1), policy, environ)
        if evaluate.errors(result):
            from gitpact.report import hook_text  # noqa: PLC0415  few commits lead here

            hook_text.write_no_merge()
        return result
    if commit.parents is None:
        # What has MERGE_HEAD no longer may be a merge that is amended, whatever it says.
        if result.special == "merge" and not _amends_a_merge(unknown=True):
            return _judge(commit._replace(parents=1), policy, environ)
        if not result.special and evaluate.errors(result) and _amends_a_merge(unknown=False):
            return _judge(commit._replace(parents=2), policy, environ)
    return _tell_skips(result, policy, ignore)


def _tell_skips(result: Result, policy: Policy, ignore: Sequence[str]) -> Result:
    if ignore:
        hidden = evaluate.judge(result.commit, policy, evaluate.NOT_LOCAL).findings
        lost = sorted({found.rule for found in hidden if found.rule in ignore})
        if lost:
            from gitpact.report import hook_text  # noqa: PLC0415

            hook_text.write_skipped_rules(lost)
    return result


def _author(environ: Mapping[str, str], codec: str) -> Ident | None:
    """Who wrote the commit, as git tells its hooks."""
    name, email = environ.get("GIT_AUTHOR_NAME"), environ.get("GIT_AUTHOR_EMAIL")
    return _person(os.fsencode(name), os.fsencode(email), codec) if name is not None and email is not None else None


def _committer(settings: Settings, environ: Mapping[str, str], codec: str) -> Ident | None:
    """Who makes the commit and signs it off: what `git commit -s` would write. None where git has to be asked."""
    name = os.fsencode(environ.get("GIT_COMMITTER_NAME", "")) or settings.name.encode("utf-8", "surrogateescape")
    email = os.fsencode(environ.get("GIT_COMMITTER_EMAIL", "")) or settings.email.encode("utf-8", "surrogateescape")
    person = _person(name, email, codec)
    return person if name and email and all(map(idents.is_as_written, person)) else None


def _person(name: bytes, email: bytes, codec: str) -> Ident:
    """A person as the message is read: git writes the bytes of both without a look at what they say."""
    return Ident(name.decode(codec, "replace"), email.decode(codec, "replace"))


def _parents(git_dir: str) -> int | None:
    """How many parents a merge in progress will have; None where there is none, and the text has to tell."""
    try:
        with open(f"{git_dir}/MERGE_HEAD", encoding="ascii") as file:
            return 1 + len(file.readlines())
    except OSError:
        return None


def _amends_a_merge(*, unknown: bool) -> bool:
    """Whether the commit that is made takes the place of a merge; `unknown` where git's command line cannot be seen."""
    from gitpact.git import command_line, query  # noqa: PLC0415  few commits lead here

    words = command_line.words()
    amends = command_line.amends(words) if words else unknown
    return amends and query.exists("HEAD^2") and not _adds_to_a_fast_forward("HEAD^1", "HEAD^2")


def _adds_to_a_fast_forward(first: str, second: str) -> bool:
    """Whether a merge of these parents could have been a fast-forward, and the index has files other than the second's.

    A range and a server take such a commit for an ordinary one (`git.merges`).
    """
    from gitpact.git import query  # noqa: PLC0415  few commits are merges

    return query.is_ancestor(first, second) and bool(query.output("diff-index", "--cached", "--name-only", second))
