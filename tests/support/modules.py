"""A module as another interpreter would load it."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def loaded_anew(name: str) -> ModuleType:
    """The module a second time, with what `sys.modules` holds now; the first one stays in place."""
    spec = importlib.util.find_spec(name)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
