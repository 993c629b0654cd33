"""Write the summary of `gitpact lint --format markdown --summary` as a comment of a pull request: one, kept up to date.

Usage: pull_request_comment.py FILE
GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_TOKEN are as GitHub Actions sets them; NUMBER is that of the pull request.
The comment of AUTHOR (by default the account of GITHUB_TOKEN) that begins with the mark of the file's first line is
replaced; without one, a new one is written. Where gitpact wrote no file, the comment says that it could not check.
Exit code 0: done; 1: it was not possible, and standard error says why.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ACCOUNT = "github-actions[bot]"  # that GITHUB_TOKEN writes as; nobody else can write as it
MARK = "<!-- gitpact summary -->"
UNKNOWN = f"{MARK}\n### gitpact: the commits could not be checked\n\nThe log of the job says why.\n"
MAY_NOT = (401, 403, 404)
A_PAGE = 100
MOST_PAGES = 30


def call(method: str, path: str, body: object = None) -> Any:  # noqa: ANN401  what JSON gives
    """Ask the host's API; returns the answer. Raises urllib.error.HTTPError."""
    url = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/{path}"
    headers = {"Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}", "Accept": "application/vnd.github+json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310  the host's own URL
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  as above
        return json.load(answer)


def write(text: str, number: str) -> None:
    """Replace the comment with the mark that the text begins with, or write a new one."""
    mark, author = text.partition("\n")[0], os.environ.get("AUTHOR") or ACCOUNT
    for page in range(1, MOST_PAGES + 1):
        comments = call("GET", f"issues/{number}/comments?per_page={A_PAGE}&page={page}")
        marked = (one for one in comments if str(one["body"]).startswith(mark))
        own = next((one["id"] for one in marked if (one.get("user") or {}).get("login", author) == author), None)
        if own is not None:
            call("PATCH", f"issues/comments/{own}", {"body": text})
            return
        if len(comments) < A_PAGE:
            break
    call("POST", f"issues/{number}/comments", {"body": text})


def main() -> int:
    """Write the comment; returns the exit code."""
    path = Path(sys.argv[1])
    try:
        write(path.read_text(encoding="utf-8") if path.is_file() else UNKNOWN, os.environ["NUMBER"])
    except urllib.error.HTTPError as error:
        needed = "; the job needs: permissions: pull-requests: write" if error.code in MAY_NOT else ""
        sys.stderr.write(f"no comment: {error}{needed}\n")
        return 1
    except (OSError, ValueError) as error:
        sys.stderr.write(f"no comment: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
