"""Rules on how much is sent at once, and on the files in it."""

from __future__ import annotations

from gitpact.records import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.records import Blob, Policy, Sizes


def file_size(blob: Blob, policy: Policy) -> Iterator[Finding]:
    """Find a file larger than its limit: yields at most one finding.

    The limit is `limit_of` its path; beyond it the kind is "lfs" if .gitattributes gives the path to Git LFS, else
    "large". A file within its limit but larger than `push.warn-file-size` gets a warning of kind "near".
    """
    limit = limit_of(blob.path, policy)
    if limit and blob.size > limit:
        got, expected = _against(blob.size, limit)
        facts = (("path", blob.path or blob.oid), ("got", got), ("expected", expected))
        yield Finding("file-size", "lfs" if blob.lfs else "large", facts=facts, path=blob.path)
    elif policy.warn_file_size and blob.size > policy.warn_file_size:
        got, expected = _against(blob.size, policy.warn_file_size)
        facts = (("path", blob.path or blob.oid), ("got", got), ("expected", expected))
        yield Finding("file-size", "near", facts=facts, severity="warning", path=blob.path)


def limit_of(path: str, policy: Policy) -> int:
    """The most bytes that a file at this path may have; 0 for no limit.

    That is the limit of the last glob of `push.file-limits` that matches the path, else `push.max-file-size`. `path` is
    relative to the top of the repository.
    """
    limit = policy.max_file_size
    if policy.file_limits:
        from gitpact.rules import path_globs  # noqa: PLC0415  few projects have such limits

        for glob, size in policy.file_limits.items():
            if path_globs.matches(glob, path):
                limit = size
    return limit


def smallest_limit(policy: Policy) -> int:
    """The smallest limit on file sizes in bytes, over all paths and severities; 0 where there is none."""
    limits = (policy.max_file_size, policy.warn_file_size, *policy.file_limits.values())
    return min((limit for limit in limits if limit), default=0)


def path_forbidden(blob: Blob, policy: Policy) -> Iterator[Finding]:
    """Find a path that a glob of `push.forbidden-paths` matches: one finding, kind "matches", on the first such one."""
    from gitpact.rules import path_globs  # noqa: PLC0415  few projects forbid any

    for glob in policy.forbidden_paths:
        if path_globs.matches(glob, blob.path):
            facts = (("path", blob.path), ("expected", glob))
            yield Finding("path-forbidden", "matches", facts=facts, path=blob.path)
            return


def path_length(blob: Blob, policy: Policy) -> Iterator[Finding]:
    """Find a path of more bytes than `push.max-path-length`: yields at most one finding, of kind "long".

    A limit of 0 allows no path here: call this only with another (`rules.active`).
    """
    got = len(blob.path.encode("utf-8", "surrogateescape"))
    if got > policy.max_path_length:
        facts = (("path", blob.path), ("got", str(got)), ("expected", str(policy.max_path_length)))
        yield Finding("path-length", "long", facts=facts, path=blob.path)


def push_size(sizes: Sizes, policy: Policy) -> Iterator[Finding]:
    """Find a push of more bytes than `push.max-push-size`: yields at most one finding.

    A push whose raw size or whose pack is within the limit passes. Else the kind is "large", or where the pack was not
    counted (None) "uncounted", an error or a warning as `push.past-budget` is "refuse" or "accept". A limit of 0 allows
    no bytes here: call this only with another (`rules.active`).
    """
    limit = policy.max_push_size
    if sizes.raw <= limit or (sizes.pack is not None and sizes.pack <= limit):
        return
    counted = (("objects", str(sizes.objects)), ("commits", str(sizes.commits)), ("seconds", str(policy.time_budget)))
    if sizes.pack is not None:
        got, expected = _against(sizes.pack, limit)
        yield Finding("push-size", "large", facts=(("got", got), ("expected", expected), *counted))
    else:
        got, expected = _against(sizes.raw, limit)
        severity = "error" if policy.past_budget == "refuse" else "warning"
        yield Finding(
            "push-size", "uncounted", facts=(("got", got), ("expected", expected), *counted), severity=severity
        )


def _against(got: int, limit: int) -> tuple[str, str]:
    from gitpact.rules import byte_sizes  # noqa: PLC0415  few pushes are too large

    return byte_sizes.size_and_limit(got, limit)
