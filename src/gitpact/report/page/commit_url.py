"""Where a hosting service shows a commit, as far as the URL of the remote tells."""

from __future__ import annotations

import re
from urllib.parse import quote

# By platform (`install.ci_files.PLATFORMS`): what stands between the repository and the commit.
PATHS = {
    "github": "/commit/",
    "gitlab": "/-/commit/",
    "gitea": "/commit/",
    "bitbucket": "/commits/",
    "azure": "/commit/",
}
SECURE = re.compile(r"https://(?:[^/@]*@)?(?P<host>[^/@:]+(?::\d+)?)/(?P<path>.+)")
# Both forms of ssh that git takes (git-clone(1), GIT URLS); the port is that of ssh, so the page has none.
SHELL = re.compile(
    r"(?:ssh://(?:[^/@]*@)?(?P<host>[^/@:]+)(?::\d+)?/|(?:[^/@:]*@)?(?P<short>[^/@:]+):)(?P<path>[^/].*)"
)
AZURE = re.compile(r"v3/([^/]+)/([^/]+)/(.+)")


def prefix(url: str, platform: str) -> str:
    """Return the `https` URL that a commit's oid has to be added to; "" where it is not known.

    `url` is that of the remote, `platform` one of PATHS or "".
    """
    found = SECURE.fullmatch(url) or SHELL.fullmatch(url)
    if not found or platform not in PATHS:
        return ""
    host = found["host"] or found.groupdict().get("short") or ""
    path = found["path"].rstrip("/").removesuffix(".git")
    if platform == "azure" and host.startswith(("ssh.", "vs-ssh.")):
        host, path = "dev.azure.com", AZURE.sub(r"\1/\2/_git/\3", path)
    return f"https://{quote(host, safe=':')}/{quote(path)}{PATHS[platform]}"
