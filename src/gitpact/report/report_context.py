"""What a report is told about the run whose results it writes."""

from __future__ import annotations

from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gitpact.report.i18n import Catalog
    from gitpact.report.style import Style
    from gitpact.rules.evaluate import Tally

    Write = Callable[[Iterable[str]], None]
    RepairCommands = Callable[[Tally], Iterable[tuple[str, str]]]


class Run(NamedTuple):
    """`span` is the range as the user gave it, None for a single message; `tally` is complete once results are read.

    `repair` gives the commands that repair the commits counted, as (kind, command).
    """

    span: str | None
    tally: Tally
    style: Style
    texts: Catalog
    write: Write
    repair: RepairCommands = lambda _: ()
