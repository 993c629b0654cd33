"""The command that tries a refused commit again, with what the person had asked of git besides the message."""

from __future__ import annotations

import os

from gitpact import __version__
from gitpact.git import cache, query
from gitpact.records import NamedTuple
from gitpact.repair import shell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Options of git commit that say what the message is; the command that tries again says that itself.
SOURCES = ("--message", "--file", "--template", "--fixup", "--squash", "--trailer")
REUSED = ("--reuse-message", "--reedit-message")  # these say who the author is, too
SAID_AGAIN = ("--edit", "--no-edit", "--signoff")
VALUED = ("--author", "--date", "--cleanup", "--pathspec-from-file")
SHORT_SOURCES, SHORT_REUSED, SHORT_SAID_AGAIN = "mFt", "Cc", "es"
ATTACHED = "Su"  # their value, if any, follows in the same word
ALL = ("--all",)
AMEND = ("--amend",)
LEAST_EMPTY = len("--allow-empty")  # an option of its own, and a beginning of the other one
RESET = ("--reset-author",)  # what the author is then, is said
ELLIPSIS = "..."
GENERATIONS = 8  # processes between git and a hook that other hooks run
GLOBAL = ("-C", "-c", "--git-dir", "--work-tree", "--namespace", "--config-env")  # options of git with a value
AWAY = "-C"
ELSEWHERE = (AWAY, "--git-dir", "--work-tree")
# What changes how git shows or finds something, and no commit and no push; Magit and others pass a line of these.
SHOWN = ("--no-pager", "--paginate", "-p", "-P", "--no-optional-locks", "--no-advice")
SHOWN_KEYS = (
    *("advice.", "color.", "column.", "diff.", "gc.", "log.", "maintenance.", "pager.", "status."),
    *("core.fsmonitor", "core.pager", "core.preloadindex", "core.quotepath", "core.untrackedcache"),
)
PATHSPECS = ("--literal-pathspecs", "--glob-pathspecs", "--noglob-pathspecs", "--icase-pathspecs")
PUSH_VALUED = ("--push-option", "--repo", "--receive-pack", "--exec")  # options of git push with a value
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
            if _is(word, VALUED):
                rest = rest[1:]
            elif not word.startswith("-") or _is(word, ALL) or (word[1:2] != "-" and "a" in _cluster(word)):
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


def git_command_line() -> list[str]:
    """Return the words of the git command that runs this hook, the program first; [] where it cannot be found.

    Read from /proc of Linux; [] on other systems.
    """
    process = str(os.getppid())
    try:
        for _ in range(GENERATIONS):
            with open(f"/proc/{process}/cmdline", "rb") as file:
                words = os.fsdecode(file.read()).split("\0")[:-1]
            if words and os.path.basename(words[0]) == "git":
                return words
            with open(f"/proc/{process}/stat", "rb") as file:
                process = file.read().rpartition(b")")[2].split()[1].decode()
    except OSError:
        pass
    return []


def running_commit(environ: Mapping[str, str] = os.environ) -> Again:
    """Return the `git commit` that runs this hook, without the options for its message; `Again()` where it is unknown.

    `environ` is that of the hook, see `without_message`.
    """
    options, rest = _split(git_command_line())
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
    options, _ = _split(git_command_line())
    return any(option[0] == AWAY for option in options)


def _split(words: Sequence[str]) -> tuple[list[tuple[str, ...]], list[str]]:
    """The options of git itself on a command line, each with the value that it may have, and the words behind them."""
    options: list[tuple[str, ...]] = []
    at = 1
    while at < len(words) and words[at].startswith("-"):
        end = at + (2 if words[at] in GLOBAL else 1)
        options.append(tuple(words[at:end]))
        at = end
    return options, list(words[at:])


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
            flags, source, takes_next = _flags(word[1:])
            left += [f"-{flags}"] if flags else []
            author = author or (_author(environ) if source in SHORT_REUSED and source else [])
            rest = rest[1:] if takes_next else rest
        elif _is(name, (*SOURCES, *REUSED)):
            author = author or (_author(environ) if _is(name, REUSED) else [])
            rest = rest if attached else rest[1:]
        elif _is(name, VALUED) and not attached:
            left += [word, *rest[:1]]
            rest = rest[1:]
        elif not _is(word, SAID_AGAIN):
            left.append(word)
    if author:
        left = [word for word in left if not _is(word, RESET)]
    return (*author, *left, *(rest if len(rest) > 1 else ()))


def cleanup(words: Sequence[str]) -> str:
    """Return the last value of the option `--cleanup` among the words of a git command; "" where there is none."""
    return next((value for name, value in reversed(_options(words)) if _is(name, ("--cleanup",))), "")


def verbose(words: Sequence[str]) -> bool | None:
    """Return what the last `-v`, `--verbose` or `--no-verbose` among the words of a git command says; None without."""
    said = [
        not name.startswith("--no")
        for name, _ in _options(words)
        if _is(name, ("--verbose", "--no-verbose")) or (name[1:2] != "-" and "v" in name)
    ]
    return said[-1] if said else None


def allows_empty(words: Sequence[str]) -> bool:
    """Return whether the option `--allow-empty-message` is among the words of a git command."""
    return any(_is(name, ("--allow-empty-message",)) and len(name) > LEAST_EMPTY for name, _ in _options(words))


def amends(words: Sequence[str]) -> bool:
    """Return whether the option `--amend` is among the words of a git command."""
    return any(_is(name, AMEND) for name, _ in _options(words))


def _options(words: Sequence[str]) -> list[tuple[str, str]]:
    """The options of a `git commit`, each with its value ("" for none); of `-avm x` that is `-av`, without a value."""
    _, rest = _split(words)
    found: list[tuple[str, str]] = []
    at = 1
    while at < len(rest) and rest[at] != "--":
        name, equals, value = rest[at].partition("=")
        if name[:1] == "-" and name[1:2] != "-":
            flags, _, takes = _flags(rest[at][1:])
            name, value = f"-{_cluster(flags)}", ""
        else:
            takes = not equals and _is(name, (*SOURCES, *REUSED, *VALUED))
            value = "".join(rest[at + 1 : at + 2]) if takes else value
        found.append((name, value))
        at += 2 if takes else 1
    return [option for option in found if option[0].startswith("-")]


def quiet_push(words: Sequence[str]) -> bool:
    """Return whether the words of a git command are a `git push` that says nothing unless it fails: `-q`, `--quiet`."""
    _, rest = _split(words)
    if rest[:1] != ["push"]:
        return False
    quiet = False
    while rest and rest[0] != "--":
        word = rest.pop(0)
        cluster = word[1:] if word[:1] == "-" and word[1:2] != "-" else ""
        flags, takes_value, value = cluster.partition("o")
        if "q" in flags or _is(word, ("--quiet",)):
            quiet = True
        elif "v" in flags or _is(word, ("--verbose", "--no-quiet")):
            quiet = False
        if word in PUSH_VALUED or (takes_value and not value):
            rest = rest[1:]
    return quiet


def cleanup_options(again: Again, *, has_comments: bool) -> tuple[str, ...]:
    """Return the option by which an editor's cleanup leaves lines that look like comments; () where it is not needed.

    `has_comments` says that the message has such lines. A cleanup that the person chose is not replaced.
    """
    return ("--cleanup=scissors",) if has_comments and not cleanup(("git", "commit", *again.commit)) else ()


def command_line(fallback: str) -> str:
    """Return the git command that runs this hook, quoted for a shell, to be typed in `person_folder()`.

    Its -C and options that make no difference are left out. `fallback`, "git" and one command such as "git push", is
    returned with dots where the command is unknown; "" where the command read standard input or a pipe, which cannot be
    read again.
    """
    words = git_command_line()
    command = fallback.split(" ")[1]
    if command not in words:
        return f"{fallback} {ELLIPSIS}"
    if any(
        word.startswith(STREAMS) or (word.startswith("-") and word.endswith("-") and word != "--") for word in words
    ):
        return ""
    options, rest = _split(words)
    kept = _that_matter([option for option in options if option[0] != AWAY], rest)
    return shell.joined(("git", *kept, *rest))


def _is(name: str, options: Sequence[str]) -> bool:
    """Whether a long option is one of these; git takes any beginning that can be no other."""
    least = 3
    return len(name) > least and name.startswith("--") and any(option.startswith(name) for option in options)


def _cluster(word: str) -> str:
    """The flags of `-avuno`, without the value that the last of them may have."""
    ends = [at for at, char in enumerate(word) if char in ATTACHED]
    return word[: ends[0]] if ends else word


def _flags(cluster: str) -> tuple[str, str, bool]:
    """Of `-am`: what stays, the flag that gave the message, and whether the next word is its value."""
    flags = ""
    for i, char in enumerate(cluster):
        if char in SHORT_SOURCES + SHORT_REUSED:
            return flags, char, i + 1 == len(cluster)
        if char in ATTACHED:
            return flags + cluster[i:], "", False
        flags += "" if char in SHORT_SAID_AGAIN else char
    return flags, "", False


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
