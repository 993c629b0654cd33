"""Let a person write the messages of several commits in one file, until all of them pass."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gitpact.git import cache, editor
from gitpact.repair import edited_messages, message_fixes
from gitpact.report import fix_text, i18n

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitpact.repair.message_fixes import Fix, Judge

NAME = "COMMIT_EDITMSG"  # editors know this name


def edited(fixes: Sequence[Fix], by: Judge, git_dir: str, *, whole: bool = False) -> tuple[list[Fix], bool]:
    """Open an editor on messages; returns the fixes with what was written, and whether the person gave up at once.

    In the file are the messages that only a person can write; all if there are none, and with `whole`. It is opened
    again with those that have errors. Those that the person deletes, or does not get right, have no text then: they
    stay as they are in their commits. The file, below `git_dir`, is kept where the editor fails, which raises
    GitpactError, and where a later round ends with errors.
    """
    every = {fix.result.commit.oid or "": fix for fix in fixes}
    wanted = {} if whole else {oid: fix for oid, fix in every.items() if not fix.text}
    wanted = wanted or every
    texts_now = {oid: fix.text or message_fixes.whole_text(fix) for oid, fix in wanted.items()}
    written = _written({oid: text for oid, text in texts_now.items() if text is not None}, wanted, by, Path(git_dir))
    if not written:
        return [*fixes], True
    kept = {oid: fix for oid, fix in written.items() if fix.text}
    rest = {oid: fix._replace(text="") if oid in wanted else fix for oid, fix in every.items()}
    return [*{**rest, **kept}.values()], False


def _written(texts_now: Mapping[str, str], wanted: Mapping[str, Fix], by: Judge, git_dir: Path) -> dict[str, Fix]:
    """What the person writes, by oid, in as many rounds as it takes; a round without a change is the last."""
    mark = edited_messages.comment(texts_now.values())
    path = git_dir / cache.DIRECTORY / NAME
    if path.is_file():  # what an earlier call has kept
        path.replace(path.with_name(f"{NAME}.old"))
    written: dict[str, Fix] = {}
    while texts_now:
        shown = [written.get(oid, wanted[oid]) for oid in texts_now]
        page = _put(path, shown, [*texts_now.values()], mark, first=not written)
        editor.edit(str(path))
        text = path.read_bytes().decode("utf-8", "surrogateescape") if path.exists() else ""
        read = edited_messages.read(text, texts_now, mark)
        if text == page or _bare(read) == _bare(texts_now):
            break
        round_of_these = {oid: message_fixes.reworded(wanted[oid], message, by) for oid, message in read.items()}
        written.update(round_of_these)
        texts_now = {oid: fix.draft for oid, fix in round_of_these.items() if fix.draft}
    if not (written and texts_now):
        path.unlink(missing_ok=True)
    return written


def _bare(texts_now: Mapping[str, str]) -> dict[str, str]:
    """Messages without what an editor may add at their ends when a person changes nothing; none that are empty."""
    return {oid: text.strip() for oid, text in texts_now.items() if text.strip()}


def keep(fixes: Sequence[Fix], git_dir: str) -> str:
    """Write the new messages into the file that is edited, as they could not be put in place; returns its path."""
    ready = [fix for fix in fixes if fix.text]
    every = [fix.text for fix in ready]
    path = Path(git_dir) / cache.DIRECTORY / NAME
    _put(path, ready, every, edited_messages.comment(every))
    return str(path)


def _put(path: Path, fixes: Sequence[Fix], texts_now: Sequence[str], mark: str, *, first: bool = True) -> str:
    """Write the file that a person edits; returns its text."""
    page = fix_text.edit_page(fixes, texts_now, mark, i18n.catalog(), first=first)
    cache.write(str(path), page.encode("utf-8", "surrogateescape"))
    return page
