"""Names for a branch that a refused push can go to."""

from __future__ import annotations

from gitpact.git import query
from gitpact.message import header
from gitpact.rules import refs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.records import Policy

LONGEST = 40  # characters of a name made of a description; whole words
SHORT = 7
USUAL = "feat"


def for_commit(oid: str, source: str, policy: Policy | None) -> str:
    """A name for a branch with this commit, where it was pushed to one that is protected.

    That is `source`, the branch that it came from, else the branch that is checked out, else `type/words-of-the-header`
    with part of the oid where there is such a branch already. By `policy` it is one that is not protected and, if there
    is any, one that `push.branches` accepts.
    """
    names = [name for name in dict.fromkeys(_names(oid, source)) if not policy or _is_accepted(name, policy)]
    return next(iter(names), _of_header(oid))


def _names(oid: str, source: str) -> Iterator[str]:
    here = query.head().removeprefix(refs.BRANCH)
    for name in (source, here):
        if name and query.commit_of_ref(f"{refs.BRANCH}{name}") == oid:
            yield name
    made = _of_header(oid)
    yield f"{made}-{oid[:SHORT]}" if is_taken(made) else made


def _is_accepted(name: str, policy: Policy) -> bool:
    return refs.matches(refs.branch_globs(policy), name) and not refs.matches(policy.protected, name)


def _of_header(oid: str) -> str:
    """`feat/add-login-page` of the header `feat(api): add login page (#12)`."""
    subject = query.output("log", "-1", "--encoding=UTF-8", "--format=%s", oid).decode("utf-8", "replace")
    parsed = header.parse(subject.strip())
    words = "".join(char if char.isalnum() else " " for char in (parsed.description or parsed.text).lower()).split()
    name = ""
    for word in words:
        if len(name) + len(word) >= LONGEST:
            break
        name += f"-{word}" if name else word
    return f"{parsed.prefix.type.lower() or USUAL}/{name or oid[:SHORT]}"


def is_taken(branch: str) -> bool:
    """Whether git would not make a branch of that name: there is one, above or below it, or a tag.

    Where case does not count, it may be the very one.
    """
    parts = branch.split("/")
    above = (f"{refs.BRANCH}{'/'.join(parts[:count])}" for count in range(1, len(parts)))
    names = (f"{refs.BRANCH}{branch}", f"{refs.TAG}{branch}")
    return any(map(query.exists, above)) or bool(query.output("for-each-ref", "--count=1", *names))
