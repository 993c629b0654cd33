"""One file of another repository, fetched from there."""

from __future__ import annotations

import tempfile

from gitpact.errors import GitpactError
from gitpact.git import query, trees


def fetch_file(url: str, path: str, revision: str, most: int) -> tuple[str, bytes]:
    """Fetch a branch, tag or commit of the repository at `url`; returns its oid, and the content of the file at `path`.

    Nothing of it stays on this machine. Raises GitpactError if git cannot fetch the revision, and where the file is not
    there, is a symbolic link or is longer than `most` bytes.
    """
    with tempfile.TemporaryDirectory(prefix="gitpact-") as folder:
        query.output("init", "--quiet", "--bare", folder)
        here = ("-C", folder)
        try:
            query.output(*here, "fetch", "--quiet", "--depth=1", "--no-tags", "--end-of-options", url, revision)
        except GitpactError as error:
            said = "{revision} of {url} cannot be fetched: {reason}"
            reason = str(error).partition("fatal: ")[2] or error.message
            raise GitpactError(
                said, "check the URL and the revision", revision=revision, url=url, reason=reason
            ) from error
        commit = query.text(*here, "rev-parse", "FETCH_HEAD^{commit}")
        content = trees.root_files(commit, [path], most, here).get(path)
    if content is None or len(content) > most:
        raise GitpactError(
            "{url} at {revision}: the file {path} is missing or larger than {most} bytes",
            "check the path and the revision",
            url=url,
            path=path,
            most=most,
            revision=revision,
        )
    return commit, content
