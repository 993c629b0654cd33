"""`gitpact check`: one message."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact import message
from gitpact.cli import common_options, results_output
from gitpact.cli.hooks import commit_msg
from gitpact.errors import GitpactError
from gitpact.git import config, query
from gitpact.message import cleanup, encodings, idents
from gitpact.policy import in_force
from gitpact.records import Commit
from gitpact.rules import correction, evaluate

if TYPE_CHECKING:
    from gitpact.records import Ident


def command(  # noqa: PLR0913  one parameter an option
    file: Annotated[str, typer.Argument(metavar="[FILE|-]", help="A message file, or - for standard input.")] = "",
    *,
    text: Annotated[
        list[str] | None, typer.Option("-m", metavar="TEXT", help="The message itself; each -m is a paragraph.")
    ] = None,
    author: Annotated[str, typer.Option("--author", metavar="'N <E>'", help="The author of the commit.")] = "",
    select: common_options.SelectOption = "",
    ignore: common_options.IgnoreOption = "",
    form: common_options.FormatOption = common_options.TEXT,
    colour: common_options.ColourOption = common_options.Colour.auto,
) -> int:
    """Check one message. Comment lines are ignored in a file, but checked in standard input and in -m."""
    found = in_force.of_work_tree()
    policy = found.policy
    ignored = results_output.ignored(select, ignore, policy)
    raw = _read(file, text)
    editor = bool(file) and file != "-" and os.environ.get("GIT_EDITOR") != ":"
    settings = config.settings(config.entries())
    stored = cleanup.clean(raw, settings, editor=editor)
    parsed = message.from_bytes(stored, settings, policy.issue_pattern, max_bytes=policy.max_bytes)
    codec = encodings.codec_or_utf8(settings.encoding)
    result = evaluate.judge(Commit(parsed, _author(author, codec)), policy, ignored)
    result = result._replace(
        suggestion=correction.suggest(result, policy, ignored) if evaluate.errors(result) else None
    )
    return results_output.give([result], [form.value], [], colour.value, None, found=found, policy=policy)


def _read(file: str, text: list[str] | None) -> bytes:
    if text and file:
        raise GitpactError("give a FILE or -m TEXT, not both")
    if text:
        return "\n\n".join(text).encode("utf-8", "surrogateescape")
    if not file and sys.stdin.isatty():
        raise GitpactError(
            "nothing to check",
            (
                "give the message in one of three ways: gitpact check FILE; gitpact check -m 'feat: …'; git log -1 "
                "--format=%B | gitpact check -"
            ),
        )
    return sys.stdin.buffer.read() if file in {"", "-"} else commit_msg.read_message(file)


def _author(text: str, codec: str) -> Ident | None:
    if not text:
        return query.ident("AUTHOR", codec)
    ident = idents.parse(os.fsencode(text).decode(codec, "replace"))
    if not ident or not ident.name:
        raise GitpactError("--author {text!r}: expected 'Name <email>'", text=text)
    return ident
