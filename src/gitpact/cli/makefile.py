"""`gitpact makefile`."""

from __future__ import annotations

from gitpact.cli.common_options import SourceOption  # noqa: TC001  typer reads the annotation
from gitpact.cli.results_output import echo, warn


def command(*, source: SourceOption = "") -> int:
    """Print Makefile targets that install and remove the hooks."""
    from gitpact.install import make_targets  # noqa: PLC0415  GitPython is slow to load
    from gitpact.install import source as sources  # noqa: PLC0415  as above

    found = sources.of_option(source)
    warning = sources.local_warning(found, "gitpact makefile")
    if warning:
        warn(warning)
    echo(make_targets.text(found).splitlines())
    return 0
