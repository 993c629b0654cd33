"""Which text git will store: its cleanup of a message file, byte for byte.

Source of the rules: git's `commit.c` (`get_cleanup_mode`, `cleanup_message`), `wt-status.c` (`wt_status_locate_end`)
and `strbuf.c` (`strbuf_stripspace`). Oracles: `git stripspace` and what `git commit` stores.
"""

from __future__ import annotations

from gitpact.message.white_space import SPACE_BYTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitpact.records import Settings

CUT = b" ------------------------ >8 ------------------------\n"
HINT = b" Do not modify or remove the line above."
AUTO = b"#;@!$%^&|:"  # the candidates of core.commentChar=auto, in git's order


def mode(cleanup: str, *, editor: bool) -> str:
    """The mode in which git cleans up a message: "verbatim", "whitespace", "strip" or "scissors".

    `cleanup` is the value of `commit.cleanup`, "default" where it is unset; a value that git does not know is returned
    as it is. `editor` tells that the message was edited in an editor.
    """
    if cleanup == "default":
        return "strip" if editor else "whitespace"
    if cleanup == "scissors" and not editor:
        return "whitespace"
    return cleanup


def clean(raw: bytes, settings: Settings, *, editor: bool) -> bytes:
    """The bytes that git will store for the message file with the bytes `raw`; b"" if nothing is left.

    `editor` tells that the message was edited in an editor. A hook does not see `--cleanup` and `-v` on git's command
    line; a scissors line that git itself wrote is recognised by the comment below it and cut all the same.
    """
    comment = comment_of(raw, settings, editor=editor)
    how = mode(settings.cleanup, editor=editor)
    always = settings.verbose or how == "scissors"
    raw = _cut(raw, comment, always=always, editor=editor)
    if how == "verbatim":
        return raw
    return stripspace(raw, comment if how == "strip" else b"")


def is_empty(stored: bytes) -> bool:
    """Whether git takes a message that is cleaned up for empty: white space and sign-offs alone.

    As `message_is_empty` of git's `commit.c` has it.
    """
    return all(not line.strip(SPACE_BYTES) or line.startswith(b"Signed-off-by: ") for line in stored.split(b"\n"))


def comment_of(raw: bytes, settings: Settings, *, editor: bool) -> bytes:
    """The comment string for the message file `raw`: the configured one, or for `auto` the one that git has chosen.

    Git does not pass its choice to a hook. After an editor it is read from the hints at the end of the file; without
    one there are no hints, and it is the first candidate that no line begins with (`adjust_comment_line_char` of
    `commit.c`). b"#" if nothing fits.
    """
    if settings.comment != "auto":
        return settings.comment.encode("utf-8", "surrogateescape")
    if not editor:
        taken = {line[:1] for line in raw.replace(b"\r", b"\n").split(b"\n")}
        free = (AUTO[i : i + 1] for i in range(len(AUTO)))
        return next((candidate for candidate in free if candidate not in taken), b"#")
    for candidate in (AUTO[i : i + 1] for i in range(len(AUTO))):
        if raw.startswith(candidate + CUT) or b"\n" + candidate + CUT in raw:
            return candidate
    last = raw.rstrip(SPACE_BYTES).rpartition(b"\n")[2][:1]
    return last if last and last in AUTO else b"#"


def _cut(raw: bytes, comment: bytes, *, always: bool, editor: bool) -> bytes:
    at = 0 if raw.startswith(comment + CUT) else raw.find(b"\n" + comment + CUT) + 1
    if at == 0 and not raw.startswith(comment + CUT):
        return raw
    below = raw[at + len(comment) + len(CUT) :]
    if always or (editor and _is_gits_own(below, comment)):
        return raw[:at]
    return raw


def _is_gits_own(below: bytes, comment: bytes) -> bool:
    # The hint is translated by git, so a diff under a comment counts as git's own too.
    if below.startswith(comment + HINT):
        return True
    at = 0
    while below.startswith(comment, at) and (end := below.find(b"\n", at)) >= 0:
        at = end + 1
    return at > 0 and below.startswith(b"diff --git ", at)


def stripspace(raw: bytes, comment: bytes = b"") -> bytes:
    """Clean up as `git stripspace` does, with `--strip-comments` if `comment` is not empty.

    The result ends with a line feed, or is b"" if nothing is left.
    """
    kept: list[bytes] = []
    blank = False
    for line in raw.split(b"\n"):
        if comment and line.startswith(comment):
            continue
        text = line.rstrip(SPACE_BYTES)
        if not text:
            blank = True
            continue
        if blank and kept:
            kept.append(b"")
        blank = False
        kept.append(text)
    return b"\n".join([*kept, b""]) if kept else b""
