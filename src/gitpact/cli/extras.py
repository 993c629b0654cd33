"""Packages that only some commands need, and that an installation may therefore lack."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from gitpact.errors import GitpactError
from gitpact.repair import shell

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def needed(what: str, *packages: str) -> Iterator[None]:
    """Import what needs these packages in the `with` block.

    `what` is what the user asked for, such as an option. Raises GitpactError, which tells how to install the packages,
    for an ImportError.
    """
    try:
        yield
    except ImportError as error:
        raise GitpactError(
            "{what} needs Python packages, and at least one of them is not installed: {names}",
            "install them: {python} -m pip install {packages}",
            what=what,
            names=", ".join(packages),
            python=shell.quoted(sys.executable),
            packages=" ".join(packages),
        ) from error
