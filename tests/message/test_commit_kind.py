"""Messages that are not judged as the others are (how-git-reads-a-message 34 to 42)."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitpact import message
from gitpact.message import commit_kind
from gitpact.policy import parsing
from gitpact.records import Commit, Ident

POLICY = parsing.parse('[exempt]\nsubjects = ["Initial commit"]', "gitpact.toml")
SUBTREE = f"git-subtree-dir: lib\ngit-subtree-split: {'0' * 40}"
KINDS = {
    "merge": [
        "Merge branch 'a'",
        "Merge branch 'a' into b",
        "Merge branches 'a' and 'b'",
        "Merge commit 'abc'",
        "Merge tag 'v1'",
        "Merge remote-tracking branch 'origin/x'",
        "Merge remote-tracking branches 'origin/x' and 'origin/y'",
        "Merge pull request #1 from a/b",
        "Merge b into c",
        "Merge " + "a" * 40 + " into " + "b" * 40,
        "Merge branch 'x' of https://example.org/r",
        "Merge branch x of https://example.org/r",
        "Merged in feature/x (pull request #3)",
        "Pull request #3: title",
        "Automatic merge",
        "Auto-merged a into b",
        "Merged develop into feature/x",
    ],
    "revert": [
        'Revert "feat: x"',
        'Revert "Revert \\"feat: x\\""',
        'Revert "feat: x" (#12)',
        'Revert "Revert "feat: x""',
        'Revert "feat: call it "x" everywhere" (#12) (#13)',
        'Revert "feat: quote ("x")"',
        'Revert "fix: set lang="en" in the page"',
        'Revert "fix: split "a"/"b" pairs"',
        'Revert "fix: `"x"` is lost"',
        'Revert "fix: "a"-"b" is a range"',
        'Revert "fix: 设置"en"为默认语言"',
        'Merged PR 12: Revert "feat: x"',
    ],
    "subtree": [
        f"Squashed 'lib/a/' changes from 0123abc..4567def\n\n4567def fix: x\n\n{SUBTREE}",
        f"Squashed 'lib/' content from commit 4567def\n\n{SUBTREE}",
    ],
    "reapply": ['Reapply "feat: x"'],
    "fixup": ["fixup! feat: x", "fixup! fixup! feat: x", "Merged PR 12: fixup! feat: x"],
    "squash": ["squash! feat: x"],
    "amend": ["amend! feat: x"],
    "exempt": ["Initial commit", "initial commit"],
    "empty": ["", "\n"],
    "": [
        "feat: x",
        "Mergesort is faster",
        "Merge conflicts are bad",
        "Merge the two parsers into one thing",
        "Automatic merging of queues",
        "Revert stuff",
        'Revert "a", then rewrite "b"',
        'Revert "a" and "b"',
        'Revert "the quote has no end',
        "Squashed 'lib/' changes from 0123abc..4567def",
        f"Squashed the commits\n\n{SUBTREE}",
        f"feat: x\n\n{SUBTREE}",
        "revert it",
        "revert: feat: x",
        "fixup!feat",
        "fixup: x",
        "Initial commit of the parser",
        "1.2.3",
    ],
}


@pytest.mark.parametrize(("kind", "subject"), [(kind, text) for kind, texts in KINDS.items() for text in texts])
def test_kind(kind: str, subject: str) -> None:
    assert commit_kind.kinds(POLICY)(Commit(message.from_bytes(subject.encode()))) == kind


def test_where_parents_are_known_the_text_does_not_make_a_merge() -> None:
    typed = Commit(message.from_bytes(b"Merge branch 'x'"), parents=1)
    assert commit_kind.kinds(POLICY)(typed) == ""
    assert commit_kind.kinds(POLICY)(Commit(message.from_bytes(b"feat: x"), parents=2)) == "merge"


@pytest.mark.parametrize(
    ("email", "kind"),
    [
        ("49699333+dependabot[bot]@users.noreply.github.com", "bot"),
        ("renovate[bot]@users.noreply.github.com", "bot"),
        ("123+person@users.noreply.github.com", ""),
        ("b@users.noreply.github.com", ""),
    ],
)
def test_a_bot_is_told_by_its_address(email: str, kind: str) -> None:
    assert commit_kind.kinds(POLICY)(Commit(message.from_bytes(b"Bump x"), Ident("n", email))) == kind


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("*", "", True),
        ("a", "A", True),
        ("a", "ab", False),
        ("a*", "abc", True),
        ("*c", "abc", True),
        ("a*c", "abc", True),
        ("a*a", "a", False),
        ("*b*d*", "abcde", True),
        ("*d*b*", "abcde", False),
        ("[ab]*", "[AB]x", True),
        ("[ab]*", "ax", False),
        ("a*b*c", "a-b-b-c", True),
        ("*b*bc", "abc", False),
    ],
)
def test_glob(pattern: str, text: str, matches: bool) -> None:
    assert commit_kind.matches_any([pattern], text) is matches


@pytest.mark.parametrize(
    ("subject", "wip"),
    [
        ("WIP", True),
        ("WIP: x", True),
        ("wip x", True),
        ("[WIP] x", True),
        ("wip(x): y", True),
        ("wip!: y", True),
        ("Draft: x", True),
        ("[draft] x", True),
        ("Swipe left", False),
        ("Draft release notes", False),
        ("wiped the disk", False),
        ("feat: wip", False),
    ],
)
def test_wip(subject: str, wip: bool) -> None:
    assert commit_kind.is_wip(subject) is wip


@pytest.mark.parametrize(("remediation", "kind"), [("none", ""), ("individual", "remediation")])
def test_the_dco_apps_own_commits(remediation: str, kind: str) -> None:
    """how-git-reads-a-message 65: they are judged where the policy knows no such thing."""
    rules = parsing.parse(f'[dco]\nremediation = "{remediation}"', "gitpact.toml")
    for subject in ("DCO Remediation Commit for A <a@b.co>", "Third-Party DCO Remediation Commit for A <a@b.co>"):
        assert commit_kind.kinds(rules)(Commit(message.from_bytes(subject.encode()), parents=1)) == kind


RELEASE_BOTS = (
    "semantic-release-bot <semantic-release-bot@martynus.net>",
    "semantic-release <semantic-release>",
    "Renovate Bot <renovate@whitesourcesoftware.com>",
    "goreleaserbot <bot@goreleaser.com>",
    "ci <project12_bot@noreply.gitlab.com>",
    "ci <project_12_bot_4ffca233d8298ea1@noreply.gitlab.example.org>",
    "ci <group_7_bot_4ffca233d8298ea1@noreply.gitlab.example.org>",
    "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>",
)


@pytest.mark.parametrize("who", RELEASE_BOTS)
def test_the_list_in_the_docs_knows_the_release_bots(who: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
    listed = next(fence for fence in page.split("```toml\n") if fence.startswith("[exempt]\nauthors"))
    kind = commit_kind.kinds(parsing.parse(listed.partition("```")[0], "docs/policy.md"))
    name, _, email = who.removesuffix(">").partition(" <")
    release = message.from_bytes(b"1.0.0")
    assert kind(Commit(release, Ident(name, email), parents=1)) == "bot"
    assert kind(Commit(release, Ident("Ann Lee", "ann@noreply.example.org"), parents=1)) == ""
