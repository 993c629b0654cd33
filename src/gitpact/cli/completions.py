"""What a shell offers behind the cursor: rules, types, scopes, revisions and other words of the repository.

Each function gets what is typed so far and returns the words that begin so; none where git or the policy fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact.errors import GitpactError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gitpact.records import Policy

REFS = ("refs/heads", "refs/tags", "refs/remotes")
DOTS = ("...", "..")  # between the ends of a range


def _beginning(words: Iterable[str], incomplete: str, before: str = "") -> list[str]:
    return [f"{before}{word}" for word in words if word.startswith(incomplete)]


def rules(incomplete: str) -> list[str]:
    """The ids of rules, those of the policy's own among them."""
    return _beginning(_rule_names(), incomplete)


def rule_list(incomplete: str) -> list[str]:
    """Rules and families, separated by commas; the last one is completed."""
    from gitpact.rules import FAMILIES  # noqa: PLC0415  only a shell asks

    before, comma, last = incomplete.rpartition(",")
    return _beginning((*FAMILIES, *_rule_names()), last, before + comma)


def _rule_names() -> Iterable[str]:
    from gitpact.rules import IDS, ids  # noqa: PLC0415  as above

    return _of_policy(ids) or IDS


def types(incomplete: str) -> list[str]:
    """The types of the policy."""
    return _beginning(_of_policy(lambda policy: policy.types), incomplete)


def scopes(incomplete: str) -> list[str]:
    """The scopes of the policy that are no globs, and those of the history."""
    return _beginning(_of_policy(_scopes), incomplete)


def _scopes(policy: Policy) -> Iterable[str]:
    from gitpact.repair import scope_guess  # noqa: PLC0415  as above

    listed = [scope for scope in policy.scopes if not set(scope) & set("*?[")]
    return dict.fromkeys((*listed, *scope_guess.used(policy)))


def _of_policy(read: Callable[[Policy], Iterable[str]]) -> Iterable[str]:
    from gitpact.policy import in_force  # noqa: PLC0415  as above

    try:
        return read(in_force.of_work_tree().policy)
    except GitpactError:
        return ()


def presets(incomplete: str) -> list[str]:
    """The presets of a policy."""
    from gitpact.policy.keys import PRESETS  # noqa: PLC0415  as above

    return _beginning(PRESETS, incomplete)


def tools(incomplete: str) -> list[str]:
    """The tools whose rules `init --from` takes over."""
    from gitpact.checks import propose_from_tool  # noqa: PLC0415  as above

    return _beginning(propose_from_tool.TOOLS, incomplete)


def platforms(incomplete: str) -> list[str]:
    """The CI platforms that `init --ci` knows."""
    from gitpact.install import ci_files  # noqa: PLC0415  as above

    return _beginning(("auto", *ci_files.PLATFORMS), incomplete)


def managers(incomplete: str) -> list[str]:
    """The managers of hooks that get lines of ours."""
    from gitpact.cli import init_extras  # noqa: PLC0415  as above

    return _beginning(init_extras.MANAGERS, incomplete)


def hooks(incomplete: str) -> list[str]:
    """The hooks that `install --hook` knows."""
    from gitpact.install import hook_script  # noqa: PLC0415  as above

    return _beginning(hook_script.EVERY, incomplete)


def revisions(incomplete: str) -> list[str]:
    """Branches and tags; of a range, its second end."""
    from gitpact.git import query  # noqa: PLC0415  as above

    dots = next((dots for dots in DOTS if dots in incomplete), "")
    before, _, last = incomplete.rpartition(dots) if dots else ("", "", incomplete)
    names = query.text_or_nothing("for-each-ref", "--format=%(refname:short)", *REFS).split("\n")
    return _beginning(("HEAD", *filter(None, names)), last, before + dots)


def remotes(incomplete: str) -> list[str]:
    """The remotes of the repository."""
    from gitpact.git import query  # noqa: PLC0415  as above

    return _beginning(filter(None, query.text_or_nothing("remote").split("\n")), incomplete)


def commands(incomplete: str) -> list[str]:
    """The commands of gitpact."""
    from gitpact.cli import app  # noqa: PLC0415  as above

    return _beginning(app.COMMANDS, incomplete)
