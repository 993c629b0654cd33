"""The commits of a range as git walks them, in one process; `commits` reads what it gives."""

from __future__ import annotations

import itertools

from gitpact.errors import GitpactError
from gitpact.git import ask, processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gitpact.git.processes import Pieces
    from gitpact.records import Policy

    Record = tuple[bytes, ...]

UNPUSHED = ("HEAD", "--not", "--remotes")
FIELDS = "%H%x00%P%x00%an%x00%ae%x00%cn%x00%ce"
MAPPED = "%aN%x00%aE%x00%cN%x00%cE"
SIGNATURE = "%G? %GK"
OID = (40, 64)  # hexadecimal digits


def records(
    span: Sequence[str],
    policy: Policy | None = None,
    *,
    grep: str = "",
    base: str = "",
    meanwhile: Callable[[], object] | None = None,
) -> Iterator[Record]:
    """The commits of a range as git has them, newest first, from one `git log` (messages.md 78 to 80).

    `span` are revisions, excluded ones with a caret, as many as there are, and after them options such as `--not
    --remotes`; `grep` keeps the commits whose message holds that text. Each record is the commit's name, its parents,
    name and e-mail of author and committer, the message, and then what the policy asks for besides, which costs time:
    mailmap, with `base` that of this commit and of nothing else, and signatures. The process is running once this
    returns; `meanwhile` is done where its first record would be waited for. Raises GitpactError where the walk fails,
    also after commits were given.
    """
    mailmap, signatures = policy and policy.mailmap, policy and policy.signature == "required"
    form = [FIELDS, "%B", *([MAPPED] if mailmap else []), *([SIGNATURE] if signatures else [])]
    wanted = ["--fixed-strings", f"--grep={grep}"] if grep else []
    alone = _with_mailmap_of(base) if base and mailmap else ()
    lines, options = processes.spoken(span)
    fields = "%x00".join(form)
    command = [*alone, "log", "--stdin", *options, *processes.NEUTRAL, f"--format={fields}", *wanted, "--"]
    return _records(processes.begin([command], lines, meanwhile=meanwhile), fields.count("%x00") + 1)


def _records(pieces: Pieces, count: int) -> Iterator[Record]:
    try:
        for record in zip(*[itertools.chain.from_iterable(processes.fields(pieces))] * count, strict=True):
            if record[0].strip(b"0123456789abcdef") or len(record[0]) not in OID:
                raise GitpactError(f"git log: a record begins with {record[0][:80]!r}, not with a commit's name")
            yield record
    finally:
        pieces.close()  # an error keeps what it passed through alive, and git would wait for a reader


def _with_mailmap_of(revision: str) -> tuple[str, ...]:
    """Options of git for the mailmap of a revision alone: it also reads the one in the folder where it stands."""
    folder = ask.git_dir()
    return ("-C", folder, f"--git-dir={folder}", "-c", "mailmap.file=", "-c", f"mailmap.blob={revision}:.mailmap")


def boundary(span: Sequence[str]) -> str:
    """The commit outside of a range from which it goes on by first parents; empty where it begins with a root."""
    lines, options = processes.spoken(span)
    walk = ["rev-list", "--first-parent", "--boundary", "--ignore-missing", "--stdin", *options]
    ends = [line for some in processes.lines(processes.begin([walk], lines)) for line in some if line.startswith(b"-")]
    return ends[-1][1:].decode() if ends else ""
