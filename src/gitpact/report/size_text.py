"""What a push would send: the sizes in words and bars for people, one document for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitpact.message import display_width
from gitpact.report import push_text as reports
from gitpact.report.escape import visible
from gitpact.report.json_format import dumped
from gitpact.report.style import wrap
from gitpact.rules import byte_sizes
from gitpact.rules.refs import BRANCH, TAG

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.checks.push import Push
    from gitpact.checks.pushes import Verdict
    from gitpact.records import Blob, RefUpdate, Sizes
    from gitpact.report.i18n import Catalog
    from gitpact.report.style import Style

    Alone = Sequence[tuple[RefUpdate, Sizes]]

NAMED = 5  # refs in the first line
BAR, NARROW = 20, 6  # columns of the longest bar, and where the terminal is not WIDE
WIDE = 80
SHORT = 12


def size_lines(  # noqa: PLR0913,PLR0917  what a page is made of
    push: Push, verdict: Verdict, alone: Alone, notes: Sequence[str], style: Style, texts: Catalog
) -> Iterator[str]:
    """Yield the lines on the sizes of a push: totals, the largest files with bars, each ref, the findings, the notes.

    `alone` has each ref that is pushed with its own sizes, () to show none; `notes` are sentences. Of a push that sends
    nothing there is one line, and the notes.
    """
    sizes = verdict.sizes
    refs = " ".join(visible(_typed(update)) for update in push.updates[:NAMED])
    refs += f" {style.ellipsis}" if len(push.updates) > NAMED else ""
    where = visible(push.where)
    if not sizes.objects:
        yield texts["size.nothing-new" if push.guessed else "size.nothing"].format(where=where)
        yield from (f"  {note}" for note in notes)
        return
    yield style.paint(texts["size.title"].format(where=where, refs=refs), "bold")
    rows = [
        (texts["size.objects"], str(sizes.objects)),
        (texts["size.raw"], byte_sizes.size(sizes.raw)),
        (texts["size.disk"], byte_sizes.size(sizes.disk)),
        *([(texts["size.pack"], byte_sizes.size(sizes.pack))] if sizes.pack is not None else []),
    ]
    wide = max(display_width.width(label) for label, _ in rows)
    for label, value in rows:
        yield f"  {label}{' ' * (wide - display_width.width(label))}  {value:>10}"
    if sizes.pack is None:
        yield f"  {texts['size.pack-none']}"
    if sizes.blobs:
        yield ""
        yield from _largest_files(sizes.blobs, style, texts)
    for update, its in alone:
        yield from wrap(f"  {visible(update.source)} -> {visible(update.ref)}: {_sizes(its, texts)}", style.width, 6)
    if len(push.updates) > max(len(alone), 1):
        yield "  " + texts["size.many"].format(count=len(push.updates))
    if verdict.count("error") or verdict.count("warning"):
        yield ""
        yield from reports.verdict(verdict, style, texts)
    yield from (f"  {note}" for note in notes)


def _largest_files(blobs: Sequence[Blob], style: Style, texts: Catalog) -> Iterator[str]:
    """The largest files, each with a bar that shows its size beside the first one's."""
    yield style.paint(texts["size.largest"], "bold")
    most = max(blobs[0].size, 1)
    longest = BAR if not style.width or style.width >= WIDE else NARROW
    mark = "\u2588" if style.unicode else "#"
    for blob in blobs:
        bar = mark * max(1, blob.size * longest // most)
        since = f" {texts['push.since-commit'].format(commit=blob.commit[:SHORT])}" if blob.commit else ""
        row = f"  {byte_sizes.size(blob.size):>10}  {bar:<{longest}}  {visible(blob.path or blob.oid)}{since}"
        first, *rest = wrap(row, style.width, 6)
        yield first.replace(bar, style.paint(bar, "cyan"), 1)
        yield from rest


def _typed(update: RefUpdate) -> str:
    """A refspec as a person would type it: with the name there, where that is another."""
    there = update.ref.removeprefix(BRANCH).removeprefix(TAG)
    same = update.source in {"HEAD", update.ref, there}
    return update.source if same else f"{update.source}:{there}"


def _sizes(sizes: Sizes, texts: Catalog) -> str:
    return texts["push.sizes"].format(
        objects=sizes.objects, raw=byte_sizes.size(sizes.raw), disk=byte_sizes.size(sizes.disk)
    )


def size_json(push: Push, verdict: Verdict, alone: Alone, *, estimate: bool) -> str:
    """Return the result of `gitpact size --format json`: a JSON document without a line feed at its end, in bytes.

    `alone` is empty, or has every ref of the push in the same order with its own sizes; else ValueError is raised. An
    empty one leaves the sizes of each ref null where there are several. `estimate` says that it is uncertain what the
    receiver has.
    """
    sizes = verdict.sizes
    each: Sequence[Sizes | None] = [its for _, its in alone] or (
        [sizes] if len(push.updates) == 1 else [None] * len(push.updates)
    )
    return dumped(
        {
            "schema": 1,
            "remote": push.where,
            **_counts(sizes),
            "pack": sizes.pack,
            "estimate": estimate,
            "refs": [
                {
                    "ref": update.ref,
                    "source": update.source,
                    "old": update.old,
                    "new": update.new,
                    **_counts(its),
                }
                for update, its in zip(push.updates, each, strict=True)
            ],
            "blobs": [
                {"oid": blob.oid, "path": blob.path, "size": blob.size, "commit": blob.commit or None}
                for blob in sizes.blobs
            ],
            "errors": verdict.count("error"),
            "warnings": verdict.count("warning"),
            "rules": sorted(verdict.refusing),
        }
    )


def _counts(sizes: Sizes | None) -> dict[str, Any]:
    return {name: getattr(sizes, name, None) for name in ("commits", "objects", "raw", "disk")}
