"""`typing.NamedTuple` for the hot path: the same class syntax without importing `typing` or `collections`.

Those two cost more than a whole hook's own work, and `collections.namedtuple` compiles a constructor for each class.
Here a class gets one when many of its records are made: compiling it takes as long as a hundred records do without.
"""

from __future__ import annotations

MANY = 100  # records of a class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414  an explicit re-export for mypy
else:
    try:
        from _collections import _tuplegetter as getter  # what `collections.namedtuple` itself uses
    except ImportError:
        from _operator import itemgetter

        def getter(at, _documentation):
            """What reads one field."""
            return property(itemgetter(at))

    def _members(name, fields, defaults):
        """What a class of `collections.namedtuple` has, as far as records need it."""
        count, most, plain = len(fields), len(defaults), MANY

        def __new__(cls, *values, **named):  # noqa: N807  it stands in for the one below until that is wanted
            nonlocal plain
            plain -= 1
            left = count - len(values)
            if plain > 0 and not named and 0 <= left <= most:
                return tuple.__new__(cls, values + defaults[most - left :])
            given = ", ".join(fields)
            made = eval(f"lambda _cls, {given}: _new(_cls, ({given},))", {"_new": tuple.__new__})  # noqa: S307  our names
            made.__defaults__ = defaults
            cls.__new__ = staticmethod(made)
            return cls(*values, **named)

        def _replace(self, /, **changes):
            changed = tuple.__new__(type(self), map(changes.pop, fields, self))
            if changes:
                raise ValueError(f"{name} has no {', '.join(changes)}")
            return changed

        def _asdict(self):
            return dict(zip(fields, self, strict=True))

        def __repr__(self):  # noqa: N807
            return f"{name}({', '.join(f'{field}={value!r}' for field, value in self._asdict().items())})"

        getters = {field: getter(at, None) for at, field in enumerate(fields)}
        made = {"__new__": __new__, "__repr__": __repr__, "_replace": _replace, "_asdict": _asdict}
        return {**getters, **made, "__slots__": (), "_fields": fields}

    class _NamedTupleType(type):
        """Builds a class of tuples from the annotations of a class body."""

        def __new__(cls, name, bases, body):
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = tuple(body.pop("__annotations__"))
            defaults = tuple(body.pop(field) for field in fields if field in body)
            return type(name, (tuple,), {**_members(name, fields, defaults), **body})

    class NamedTuple(metaclass=_NamedTupleType):
        """Base of every record."""
