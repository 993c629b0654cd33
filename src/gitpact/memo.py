"""`functools.lru_cache` for the hot path, without `functools`: it loads `collections`, slower than a whole hook."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from functools import lru_cache as lru_cache  # noqa: PLC0414  an explicit re-export for mypy
else:
    try:
        from _functools import _lru_cache_wrapper
    except ImportError:
        from functools import lru_cache
    else:

        def lru_cache(most):
            """Remember what a function gave for its last `most` arguments."""
            return lambda function: _lru_cache_wrapper(function, most, False, None)  # noqa: FBT003  not by name
