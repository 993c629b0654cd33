"""Clones of a worker's own, for repositories of which it does not see the paths."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from gitpact.audit import measure
from gitpact.errors import GitpactError
from gitpact.git import processes

if TYPE_CHECKING:
    from gitpact.audit.batches import Repository
    from gitpact.audit.measurer import Measurer
    from gitpact.audit.schema import Rows

SYMBOLIC = "ref: "


class Source(NamedTuple):
    """Where repositories are cloned from: `prefix` and the name are the URL; `cache` is the folder for the clones.

    `besides` is what the rows depend on besides the repository (`discover.fingerprint`).
    """

    prefix: str
    cache: str
    besides: str


def measured(one: Repository, source: Source, measurer: Measurer) -> tuple[Repository, Rows | None]:
    """Fetch a repository and measure it; returns it with its fingerprint now, and None where this is the one it had.

    Where it cannot be fetched the rows say so.
    """
    url = source.prefix + one.found.name
    try:
        refs = processes.run(["ls-remote", "--symref", "--end-of-options", url], "ls-remote")
        fingerprint = hashlib.sha256(source.besides.encode() + b"\0" + refs).hexdigest()
        if fingerprint == one.fingerprint:
            return one, None
        git_dir = os.path.join(source.cache, quote(one.found.name, safe=""))
        _fetch(url, git_dir, refs.decode("utf-8", "surrogateescape"))
    except GitpactError as error:
        return one, measure.failed(one.found.name, str(error), measurer.wanted.judges)
    found = one.found._replace(git_dir=git_dir)
    return one._replace(fingerprint=fingerprint), measurer.rows(found)


def _fetch(url: str, git_dir: str, refs: str) -> None:
    """Bring all refs of a URL into a bare repository, which is made where it is not there."""
    if not os.path.isdir(f"{git_dir}/objects"):
        form = "sha256" if any(len(line.split("\t")[0]) > measure.SHA1_DIGITS for line in refs.split("\n")) else "sha1"
        processes.run(["init", "--quiet", "--bare", "--template=", f"--object-format={form}", git_dir], "init")
    head = next((line for line in refs.split("\n") if line.startswith(SYMBOLIC) and line.endswith("\tHEAD")), "")
    if head:
        ref = head.removeprefix(SYMBOLIC).removesuffix("\tHEAD")
        processes.run([f"--git-dir={git_dir}", "symbolic-ref", "HEAD", ref], "symbolic-ref")
    options = ("--quiet", "--prune", "--force", "--no-auto-maintenance", "--no-write-fetch-head")
    processes.run([f"--git-dir={git_dir}", "fetch", *options, "--end-of-options", url, "+refs/*:refs/*"], "fetch")
