"""The one error class, the sentences that errors are made of, and the exit codes of all commands and hooks."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

OK = 0
FINDINGS = 1
CANNOT_CHECK = 2
CRASHED = 3
INTERRUPTED = 130


class Phrase(str):
    """An English sentence that keeps what it was made of, so that it can be shown in another language.

    `template` is the sentence with `{name}` for each of the `facts`, as `str.format` takes it; without facts it is the
    sentence itself. `report.i18n.translate` looks it up.
    """

    __slots__ = ("facts", "template")
    template: str
    facts: dict[str, object]

    def __new__(cls, template: str, /, **facts: object) -> Self:
        """Make the sentence."""
        made = super().__new__(cls, template.format_map(facts) if facts else template)
        made.template, made.facts = template, facts
        return made


def as_phrase(text: str) -> Phrase:
    """A text that is a phrase already, or a whole sentence without facts."""
    return text if isinstance(text, Phrase) else Phrase(text)


class GitpactError(Exception):
    """gitpact cannot do what was asked: wrong use, no repository, bad policy.

    `str(error)`, and `message`, is one line that names the place and what was expected; `hint` is the next step, "" for
    none. Both are templates that the `facts` fill in, or finished phrases. Commands and hooks end with exit code 2
    (CANNOT_CHECK) on it. `below` are lines that are shown below it as they are, such as what git wrote besides.
    """

    below: tuple[str, ...] = ()

    def __init__(self, message: str, hint: str = "", **facts: object) -> None:
        self.message, self.hint = (
            text if isinstance(text, Phrase) else Phrase(text, **facts) for text in (message, hint)
        )
        super().__init__(str(self.message))


class ServerError(GitpactError):
    """What only the administrator of a server can repair: a log that cannot be written. A pusher is told no path."""


def git_failed(command: str, said: str) -> GitpactError:
    """The error, to be raised, for a git command that failed: `said` is all that it wrote to standard error, or "".

    `command` names it in the message as `git COMMAND`; it is the name alone ("log") or with its arguments. `message`
    has git's own line on the fault, the first that begins with "fatal: " or "error: ", else the first line, else
    nothing; the other lines are `below`, as git wrote them.
    """
    lines = [line for line in said.strip().split("\n") if line.strip()] or [""]
    fault = next((line for line in lines if line.startswith(("fatal: ", "error: "))), lines[0])
    lines.remove(fault)
    error = GitpactError("git {args}: {said}", args=command, said=fault.strip())
    error.below = tuple(lines)
    return error
