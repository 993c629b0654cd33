"""What came from a commit is hostile: nothing of it reaches a terminal or a log as a command."""

from __future__ import annotations

from gitpact.message.encodings import UNSAFE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# What a runner obeys: `::` where a line begins, after any space, and `##[` or `##vso[` anywhere.
COMMAND = r"^(\s*):(?=:)|#(?=#\w*\[)"
OBEYED = ("GITHUB_ACTIONS", "TF_BUILD")  # where logs are read for commands; Gitea's and Forgejo's set the first too


def inert(line: str) -> str:
    """Return a line of a log with the commands of CI runners in it (`::`, `##[`, `##vso[`) made harmless.

    One character of each is written as `<U+003A>` or `<U+0023>`. A line without any is returned as it is.
    """
    if "::" not in line and "##" not in line:
        return line
    import re  # noqa: PLC0415  few lines hold one

    return re.sub(COMMAND, lambda found: f"{found[1] or ''}<U+{ord(found[0][-1]):04X}>", line)


def is_read(environ: Mapping[str, str]) -> bool:
    """Whether a CI runner reads this process's output for commands: GITHUB_ACTIONS or TF_BUILD is set in `environ`."""
    return any(environ.get(name) for name in OBEYED)


def visible(text: str) -> str:
    """Return `text` on one line, with control characters, direction marks and unseen characters as `<U+001B>`.

    A tab becomes a space, a line feed `<U+000A>`.
    """
    if text.isprintable():
        return text
    import re  # noqa: PLC0415  nearly every text is printable

    return re.sub(UNSAFE, lambda found: f"<U+{ord(found[0]):04X}>", text.replace("\t", " "))
