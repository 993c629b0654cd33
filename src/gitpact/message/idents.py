"""Persons: `Name <email>` as git and a sign-off write it, and when two of them are the same person."""

from __future__ import annotations

from gitpact.message.bounded_memory import put
from gitpact.message.white_space import SPACE, is_blank
from gitpact.records import Ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitpact.records import Trailer

NO_ADDRESS = frozenset("@<>")
NOREPLY = "users.noreply.github.com"
LONGEST_PERSON = 2000  # characters; no commit that passes is made by anybody with a longer name and e-mail
LONGEST = 200  # characters of a name that is compared by its normal form; Unicode's takes the square of the length
_errors: dict[str, str] = {}  # by the values of sign-offs; a history has few
# What git takes off both ends of a name and an e-mail (`crud` in ident.c); the dot is left from git 2.44 on.
CRUD = "".join(map(chr, range(33))) + ".,:;<>\"\\'"
REMEDIATION = "hereby add my Signed-off-by to this commit: "  # the DCO app's words, in one line


def parse(text: str) -> Ident | None:
    """Split `Name <email>` at its first `<`, without judging either part; white space around both is removed.

    None if there is no `<` or the text does not end with `>`.
    """
    name, opening, rest = text.partition("<")
    if not opening or not rest.endswith(">"):
        return None
    return Ident(name.strip(SPACE), rest[:-1].strip(SPACE))


def of_trailers(trailers: Iterable[Trailer], key: str) -> Iterator[Ident]:
    """Yield the persons in the values of the trailers with this key, in any case; other values are left out."""
    for trailer in trailers:
        person = parse(trailer.value) if trailer.key.lower() == key.lower() else None
        if person:
            yield person


def is_as_written(configured: str) -> bool:
    """Whether git writes a name or an e-mail as it is configured; False where only git can tell what it makes of it."""
    return configured == configured.strip(CRUD) and not any(char in configured for char in "<>\n")


def form_error(text: str) -> str:
    """What is wrong with the form `Name <email>` of a sign-off's value; "" for nothing.

    "long" (more than LONGEST_PERSON characters), "brackets" (no `<`, or no `>` at the end), "name-missing",
    "space-missing" (before `<`), "space-doubled" (anywhere before `<`) or "email" (not `local@host.tld`); the first of
    these.
    """
    known = _errors.get(text)
    if known is None:
        known = _form_error(text)
        if len(text) <= LONGEST:
            put(_errors, text, known)
    return known


def _form_error(text: str) -> str:
    before, opening, rest = text.partition("<")
    if len(text) > LONGEST_PERSON:
        return "long"
    if not opening or not rest.endswith(">"):
        return "brackets"
    if is_blank(before):
        return "name-missing"
    if not before.endswith(" "):
        return "space-missing"
    if "  " in before:
        return "space-doubled"
    return "" if _is_email(rest[:-1]) else "email"


def _is_email(text: str) -> bool:
    """`local@host.tld`, as far as a message can tell (how-git-reads-a-message 60)."""
    local, at, host = text.partition("@")
    plain = text.split() == [text] and text.isprintable() and NO_ADDRESS.isdisjoint(local + host)
    return bool(local and at and plain and "." in host and all(host.split(".")))


def same(one: Ident, other: Ident) -> bool:
    """Whether two persons are equal after Unicode NFC and without regard to case (the DCO app's rule)."""
    return one == other or key(one) == key(other)


def key(person: Ident) -> Ident:
    """A form of a person that is equal for two persons exactly when they are the `same`.

    It is for dicts and sets, not to be shown.
    """
    return Ident(_plain(person.name), _plain(person.email))


def differ_in_noreply(one: Ident, other: Ident) -> bool:
    """Whether exactly one of two persons has a GitHub no-reply address."""
    return one.email.lower().endswith(NOREPLY) != other.email.lower().endswith(NOREPLY)


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    if len(text) > LONGEST:
        return text.casefold()
    import unicodedata  # noqa: PLC0415  a shared object of its own, and most names are ASCII

    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
