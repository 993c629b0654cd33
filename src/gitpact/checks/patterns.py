"""Regular expressions as `re` compiles them, kept: loading it takes longer than judging a thousand commits.

What is kept is what `re` gives to the engine that is built into CPython, which checks it. Where nothing is kept, or
this is another Python, `re` does as ever.
"""

from __future__ import annotations

import sys

from gitpact.policy import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    Compiled = tuple[int, list[int], int]  # flags, the engine's code, how many groups

MOST = 64  # patterns kept; policies come and go


def compiled(texts: Sequence[bytes], git_dir: str = "") -> list[re.Pattern[bytes]]:
    """The patterns of texts that name no group; they are kept in `git_dir` where there is one."""
    path = f"{git_dir}/{cache.DIRECTORY}/{cache.PATTERNS}" if git_dir else ""
    key = (sys.hexversion, sys.implementation.name)
    kept: dict[bytes, Compiled] = (cache.kept(path, key) or {}) if path else {}
    try:
        return [_engine(text, *kept[text]) for text in texts]
    except (ImportError, KeyError, RuntimeError, TypeError, ValueError):
        pass
    import re  # noqa: PLC0415  see the top

    if path:
        fresh = {**(kept if len(kept) < MOST else {}), **_made(texts)}
        if fresh != kept:
            cache.keep(path, key, fresh)
    return [*map(re.compile, texts)]


def _engine(text: bytes, flags: int, code: list[int], groups: int) -> re.Pattern[bytes]:
    import _sre  # type: ignore[import-not-found]  # noqa: PLC0415  not every Python has it

    pattern: re.Pattern[bytes] = _sre.compile(text, flags, code, groups, {}, (None,) * (groups + 1))
    return pattern


def _made(texts: Sequence[bytes]) -> dict[bytes, Compiled]:
    """What `re` would give to the engine; nothing where it does that in another way."""
    try:
        from re import _compiler, _parser  # type: ignore[attr-defined]  # noqa: PLC0415  see the top

        parsed = {text: _parser.parse(text, 0) for text in texts}
        return {
            text: (one.state.flags, [*map(int, _compiler._code(one, 0))], one.state.groups - 1)  # noqa: SLF001
            for text, one in parsed.items()
        }
    except (ImportError, AttributeError, TypeError):
        return {}
