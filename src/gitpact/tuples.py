"""`typing.NamedTuple` for the hot path: the same class syntax without importing `typing`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414  an explicit re-export for mypy
else:
    from collections import namedtuple

    class _NamedTupleType(type):
        """Builds a `collections.namedtuple` from the annotations of a class body."""

        def __new__(cls, name, bases, body):
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = body.pop("__annotations__")
            defaults = [body.pop(field) for field in fields if field in body]
            made = namedtuple(name, fields, defaults=defaults, module=body.pop("__module__"))
            for attribute, value in body.items():
                setattr(made, attribute, value)
            return made

    class NamedTuple(metaclass=_NamedTupleType):
        """Base of every record; `typing` alone costs more than a whole hook's own work."""
