"""The command that tries a refused commit again, with what the person had asked of git besides the message."""

from __future__ import annotations

import os

from gitpact import __version__
from gitpact.git import cache, query
from gitpact.git import command_line as git_command
from gitpact.records import NamedTuple
from gitpact.repair import shell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SAID_AGAIN = ("--edit", "--no-edit", "--signoff")
ALL = ("--all",)
RESET = ("--reset-author",)  # what the author is then, is said
ELLIPSIS = "..."
AWAY = "-C"
ELSEWHERE = (AWAY, "--git-dir", "--work-tree")
# What changes how git shows or finds something, and no commit and no push; Magit and others pass a line of these.
SHOWN = ("--no-pager", "--paginate", "-p", "-P", "--no-optional-locks", "--no-advice")
SHOWN_KEYS = (
    *("advice.", "color.", "column.", "diff.", "gc.", "log.", "maintenance.", "pager.", "status."),
    *("core.fsmonitor", "core.pager", "core.preloadindex", "core.quotepath", "core.untrackedcache"),
)
PATHSPECS = ("--literal-pathspecs", "--glob-pathspecs", "--noglob-pathspecs", "--icase-pathspecs")
STREAMS = ("/dev/fd/", "/dev/stdin", "/proc/")  # what is read from there is gone


class Again(NamedTuple):
    """The words of a `git commit` command: `git` those between `git` and `commit`, `commit` those after it.

    Options that give the message are left out, and those of git that change no commit. Both are () where the command is
    unknown.
    """

    git: tuple[str, ...] = ()
    commit: tuple[str, ...] = ()

    @property
    def elsewhere(self) -> bool:
        """Whether `git` has an option such as -C, by which git works in another folder than the person's."""
        return any(word.startswith(ELSEWHERE) for word in self.git)

    @property
    def staging(self) -> str:
        """The word in `commit` that makes git stage files itself, such as `-a` or the first path; "" for none."""
        rest = list(self.commit)
        while rest:
            word = rest.pop(0)
            if word == "--":
                return rest[0] if rest else ""
            if git_command.is_option(word, git_command.VALUED):
                rest = rest[1:]
            elif (
                not word.startswith("-")
                or git_command.is_option(word, ALL)
                or (word[1:2] != "-" and "a" in git_command.cluster(word))
            ):
                return word
        return ""


class Refused(NamedTuple):
    """The commands that make a refused commit, and the folder to run them in.

    `take` are the words of the command that uses the suggested message, () if there is none; `edit` of the one that
    opens the refused message in an editor.
    """

    folder: str
    take: tuple[str, ...]
    edit: tuple[str, ...]


def running_commit(environ: Mapping[str, str] = os.environ) -> Again:
    """Return the `git commit` that runs this hook, without the options for its message; `Again()` where it is unknown.

    `environ` is that of the hook, see `without_message`.
    """
    options, rest = git_command.split(git_command.words())
    if rest[:1] != ["commit"]:
        return Again()
    return Again(_that_matter(options, rest[1:]), without_message(rest[1:], environ))


def person_folder() -> str:
    """Return the absolute path of the folder in which the person typed the git command, with a slash at its end.

    Read from GIT_PREFIX. After `git -C` that is of no use, and the current folder, the top of the work tree, is
    returned.
    """
    return os.path.join(os.getcwd(), "" if used_dash_c() else os.environ.get("GIT_PREFIX", ""))


def used_dash_c() -> bool:
    """Whether the git command that runs this hook has the option -C."""
    options, _ = git_command.split(git_command.words())
    return any(option[0] == AWAY for option in options)


def _that_matter(options: Sequence[tuple[str, ...]], arguments: Sequence[str]) -> tuple[str, ...]:
    """The words of the options of git itself that make a difference to a command with these arguments."""
    unneeded = SHOWN if "--" in arguments[:-1] else (*SHOWN, *PATHSPECS)
    kept = (
        option
        for option in options
        if option[0] not in unneeded and not (option[0] == "-c" and option[-1].lower().startswith(SHOWN_KEYS))
    )
    return tuple(word for option in kept for word in option)


def without_message(arguments: Sequence[str], environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return the arguments of a `git commit`, the words after `commit`, without the options for its message.

    Those are -m, -F, -t, -C, -c, --fixup, --squash and --trailer with their values, and -e, --no-edit and -s. Where one
    of them takes the author from another commit, `--author` and `--date` come first, with the values of GIT_AUTHOR_* in
    `environ`. Words after `--` stay.
    """
    left: list[str] = []
    author: list[str] = []
    rest = list(arguments)
    while rest and rest[0] != "--":
        word = rest.pop(0)
        name = word.split("=", 1)[0]
        attached = "=" in word
        if word.startswith("-") and not word.startswith("--"):
            flags, source, takes_next = git_command.split_flags(word[1:])
            left += [f"-{flags}"] if flags else []
            author = author or (_author(environ) if source in git_command.SHORT_REUSED and source else [])
            rest = rest[1:] if takes_next else rest
        elif git_command.is_option(name, (*git_command.SOURCES, *git_command.REUSED)):
            author = author or (_author(environ) if git_command.is_option(name, git_command.REUSED) else [])
            rest = rest if attached else rest[1:]
        elif git_command.is_option(name, git_command.VALUED) and not attached:
            left += [word, *rest[:1]]
            rest = rest[1:]
        elif not git_command.is_option(word, SAID_AGAIN):
            left.append(word)
    if author:
        left = [word for word in left if not git_command.is_option(word, RESET)]
    return (*author, *left, *(rest if len(rest) > 1 else ()))


def cleanup_options(again: Again, *, has_comments: bool) -> tuple[str, ...]:
    """Return the option by which an editor's cleanup leaves lines that look like comments; () where it is not needed.

    `has_comments` says that the message has such lines. A cleanup that the person chose is not replaced.
    """
    return ("--cleanup=scissors",) if has_comments and not git_command.cleanup(("git", "commit", *again.commit)) else ()


def command_line(fallback: str) -> str:
    """Return the git command that runs this hook, quoted for a shell, to be typed in `person_folder()`.

    Its -C and options that make no difference are left out. `fallback`, "git" and one command such as "git push", is
    returned with dots where the command is unknown; "" where the command read standard input or a pipe, which cannot be
    read again.
    """
    words = git_command.words()
    command = fallback.split(" ")[1]
    if command not in words:
        return f"{fallback} {ELLIPSIS}"
    if any(
        word.startswith(STREAMS) or (word.startswith("-") and word.endswith("-") and word != "--") for word in words
    ):
        return ""
    options, rest = git_command.split(words)
    kept = _that_matter([option for option in options if option[0] != AWAY], rest)
    return shell.joined(("git", *kept, *rest))


def _author(environ: Mapping[str, str]) -> list[str]:
    """Who git says the author is, and since when."""
    name, email, date = (environ.get(f"GIT_AUTHOR_{part}", "") for part in ("NAME", "EMAIL", "DATE"))
    return [f"--author={name} <{email}>", *([f"--date={date}"] if date else [])] if email else []


def commit_words(again: Again, *message: str) -> tuple[str, ...]:
    """Return the words of a `git commit` command: those of `again`, with another message.

    `message` are the options that give the message, such as `-F`, PATH; they come before the paths.
    """
    cut = again.commit.index("--") if "--" in again.commit else len(again.commit)
    return ("git", *again.git, "commit", *again.commit[:cut], *message, *again.commit[cut:])


def keep_command(git_dir: str, refused: Refused | None) -> bool:
    """Keep the refused commit below the git directory; with None, drop the one that is kept. Returns whether it is."""
    path = f"{git_dir}/{cache.DIRECTORY}/{cache.COMMAND}"
    if refused:
        cache.save(path, _on(), tuple(refused))
    else:
        cache.drop(path)
    return bool(refused) and os.path.exists(path)


def kept_command(git_dir: str) -> Refused | None:
    """Return the commit that was refused last; None if another one was made or checked out since."""
    kept = cache.load(f"{git_dir}/{cache.DIRECTORY}/{cache.COMMAND}", _on())
    return Refused(*kept) if kept else None


def _on() -> cache.Key:
    """The files of HEAD, which stay the same when the messages of its history are corrected."""
    return __version__, query.text_or_nothing("rev-parse", "--verify", "--quiet", "HEAD^{tree}")
