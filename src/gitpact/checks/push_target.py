"""From what a person names to the push it would be, without asking the remote."""

from __future__ import annotations

import os

from gitpact.checks.push import outgoing_push
from gitpact.errors import GitpactError, Phrase
from gitpact.git import query
from gitpact.git.ref_updates import NULL
from gitpact.records import RefUpdate
from gitpact.rules.refs import BRANCH, TAG

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.checks.push import Push

ORIGIN = "origin"


def of_user(remote: str, refspecs: Sequence[str]) -> Push:
    """Return the push that `git push REMOTE REFSPEC…` would make, without asking the remote.

    `remote` is a name, a URL or a path, "" for git's default remote. `refspecs` are those of git push, also with `*`
    and as `tag`, NAME; () stands for HEAD. Deletions (`:REF`) are left out, so there may be no updates. What the remote
    has is read from the remote-tracking branches. Raises GitpactError where `remote` is no known remote, URL or
    existing path, and where a refspec names nothing here or no valid ref.
    """
    known = _lines("remote")
    name = remote or _default_remote(known)
    if name not in known and ":" not in name and not os.path.exists(name):
        there = "this clone has no remote; to add one: git remote add origin URL"
        if known:
            there = Phrase("remotes of this clone: {names}", names=", ".join(known))
        raise GitpactError("there is no remote {name}", there, name=name)
    updates = [update for refspec in _spelt_out(refspecs or ("HEAD",)) for update in _updates(name, refspec)]
    return outgoing_push(tuple(dict.fromkeys(updates)), name, name if name not in known else _url(name))


def _default_remote(known: Sequence[str]) -> str:
    """As git push picks it: of the branch, of all branches, the only one, origin."""
    branch = query.head().removeprefix(BRANCH)
    keys = (f"branch.{branch}.pushRemote", "remote.pushDefault", f"branch.{branch}.remote")
    configured = next((value for key in keys for value in _try("config", "--get", key)), "")
    return configured or (known[0] if len(known) == 1 else ORIGIN)


def _url(name: str) -> str:
    return "".join(_try("remote", "get-url", "--push", name)[:1])


def _spelt_out(refspecs: Sequence[str]) -> Iterator[str]:
    """The refspecs, with what `tag NAME` is short for."""
    words = iter(refspecs)
    for word in words:
        if word != "tag":
            yield word
            continue
        name = next(words, "")
        if not name:
            raise GitpactError(
                "a tag name must follow 'tag'", "to name a tag, write the word tag and the name, such as: tag v1.0"
            )
        yield f"{TAG}{name}:{TAG}{name}"


def _updates(remote: str, refspec: str) -> Iterator[RefUpdate]:
    source, colon, target = refspec.removeprefix("+").partition(":")
    if "*" in source:
        before, _, after = source.partition("*")
        for ref in _lines("for-each-ref", "--format=%(refname)", before.rpartition("/")[0]):
            if ref.startswith(before) and ref.endswith(after):
                middle = ref.removeprefix(before).removesuffix(after)
                yield _update(remote, ref, (target if colon else source).replace("*", middle))
    elif source:
        yield _update(remote, source, target)


def _update(remote: str, source: str, target: str) -> RefUpdate:
    try:
        new = _lines("rev-parse", "--verify", "--quiet", "--end-of-options", source)[0]
    except GitpactError as error:
        raise GitpactError(
            "{source}: no branch, tag or commit has this name",
            "give a branch, a tag, or SOURCE:TARGET as for git push",
            source=source,
        ) from error
    own = "".join(_try("rev-parse", "--symbolic-full-name", "--end-of-options", source)[-1:])
    ref = target or own or source
    if not ref.startswith("refs/"):
        ref = f"{TAG if own.startswith(TAG) else BRANCH}{ref}"
    elif ref.startswith(("refs/remotes/", "refs/stash")):
        ref = f"{BRANCH}{ref.rsplit('/', 1)[-1]}"
    if target and not _is_ref(ref):
        raise GitpactError(
            "{source}:{target}: {target!r} is not a ref name",
            "write the refspec as SOURCE:TARGET",
            source=source,
            target=target,
        )
    tracking = f"refs/remotes/{remote}/{ref.removeprefix(BRANCH)}" if ref.startswith(BRANCH) else ""
    old = _try("rev-parse", "--verify", "--quiet", tracking) if tracking else []
    return RefUpdate(source, new, ref, old[0] if old else NULL)


def _is_ref(name: str) -> bool:
    try:
        query.output("check-ref-format", name)
    except GitpactError:
        return False
    return True


def _try(*args: str) -> list[str]:
    """What git answers, nothing where it fails."""
    try:
        return _lines(*args)
    except GitpactError:
        return []


def _lines(*args: str) -> list[str]:
    return query.output(*args).decode("utf-8", "surrogateescape").split("\n")[:-1]
