"""What a report is told about the run whose results it writes."""

from __future__ import annotations

from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gitpact.records import Policy
    from gitpact.report.i18n import Catalog
    from gitpact.report.style import Style
    from gitpact.rules.evaluate import Tally

    Write = Callable[[Iterable[str]], None]
    RepairCommands = Callable[[Tally], Iterable[tuple[str, str]]]


class Run(NamedTuple):
    """A run: how its results are written, and what is counted of them.

    `span` names the range as the user did, None for a single message. `tally` is complete once all results were
    consumed. `write` takes lines without a line feed. `repair` takes the complete tally and returns the commands that
    repair the commits as pairs (kind, command); the kinds are those of `rebase_commands.of_range`. `policy` is that of
    the run, which may have rules of its own.
    """

    span: str | None
    tally: Tally
    style: Style
    texts: Catalog
    write: Write
    repair: RepairCommands = lambda _: ()
    policy: Policy | None = None

    def commands(self) -> Iterable[tuple[str, str]]:
        """Return what `repair` returns, once all results were consumed; nothing where no commit has an error."""
        return self.repair(self.tally) if self.tally.last else ()
