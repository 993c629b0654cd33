"""Propose a policy for a history: what its commits have in common, as far as nearly all of them pass."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from gitpact.git import commits, history, query
from gitpact.message.header import parse
from gitpact.policy import parsing, toml_writer
from gitpact.policy.keys import KEYS
from gitpact.records import NamedTuple
from gitpact.rules import dco, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from gitpact.git.commit_object import RawCommit
    from gitpact.records import Commit, Header, Policy, Result

MOST = 2000  # commits that are read
ENOUGH = 0.95  # share of the commits that has to pass
HABIT = 0.98  # share of the commits that makes a habit a rule
FEWEST = 20  # commits without which nothing is a habit
MANY = 200  # headers without which widths and scopes may have other reasons than a habit
RARE = 0.005  # share of the headers below which a type is a slip
WIDTHS = (72, 80, 100, 120, 150, 200)  # columns, of which the first is chosen that nearly all keep
MOST_SCOPES = 40
TICKET = "[A-Z][A-Z0-9]+-[1-9][0-9]*"

Settings = dict[str, object]


class Proposal(NamedTuple):
    """A policy for a history.

    `settings` maps keys such as `message.types` to the values that differ from the preset `standard`; `policy` is that
    preset with them. Of the `total` commits that were read, `passing` pass. `relaxed` are the rules that are warnings
    because too many commits break them, with how many do. `worst` are verdicts on commits that do not pass, those with
    the most errors first. `chinese` is how many headers have Chinese characters.
    """

    settings: Mapping[str, object]
    policy: Policy
    total: int
    passing: int
    relaxed: Sequence[tuple[str, int]]
    worst: Sequence[Result]
    chinese: int


def propose(most: int = MOST) -> Proposal:
    """Read the last `most` commits of HEAD that are no merges, and propose a policy that 95 % of them pass.

    A history without commits gets the preset `standard`. Raises GitpactError if git fails.
    """
    records = [*islice(_no_merges(), most)] if query.peel("HEAD") else []
    settings = _habits(records)
    read = _read(records, parsing.parse(text(settings), "gitpact.toml"))
    relaxed: list[tuple[str, int]] = []
    while True:
        policy = parsing.parse(text(settings), "gitpact.toml")
        results = evaluate.judging(policy)(read)
        failing = [result for result in results if evaluate.errors(result)]
        if len(failing) <= (1 - ENOUGH) * len(records):
            break
        broken = Counter(rule for result in failing for rule in _errors(result))
        relaxed += broken.most_common(1)
        settings[f"rules.{relaxed[-1][0]}"] = "warning"
    chinese = sum(any("\u4e00" <= char <= "\u9fff" for char in its.commit.message.header.text) for its in results)
    worst = sorted(failing, key=evaluate.errors, reverse=True)
    return Proposal(settings, policy, len(records), len(records) - len(failing), relaxed, worst, chinese)


def measured(settings: Mapping[str, object], preset: str, most: int = MOST) -> Proposal:
    """Return a policy, these settings over a preset, as a proposal that relaxes nothing.

    It says which of the last `most` commits of HEAD that are no merges pass. Raises GitpactError if git fails.
    """
    policy = parsing.parse(text(settings, preset=preset), "gitpact.toml")
    records = [*islice(_no_merges(), most)] if query.peel("HEAD") else []
    results = evaluate.judging(policy)(_read(records, policy))
    failing = sorted(filter(evaluate.errors, results), key=evaluate.errors, reverse=True)
    return Proposal(settings, policy, len(records), len(records) - len(failing), (), failing, 0)


def text(
    settings: Mapping[str, object],
    about: Iterable[str] = (),
    translate: Callable[[str], str] = str,
    *,
    preset: str = parsing.DEFAULT_PRESET,
) -> str:
    """Return a gitpact.toml with a preset and these settings, each below what it means.

    `about` are comments for its beginning; `translate` returns what a key means in the reader's language.
    """
    meaning = {key.path: key.about for key in KEYS}
    tables: dict[str, list[str]] = {"": [f"# {translate(meaning['preset'])}", f"preset = {toml_writer.toml(preset)}"]}
    for path, value in settings.items():
        table, _, name = path.partition(".")
        rows = tables.setdefault(table, ["", f"[{table}]"])
        rows += [f"# {translate(meaning[path])}"] if path in meaning else []
        rows.append(f"{name} = {toml_writer.toml(value)}")
    return "\n".join([*(f"# {line}" for line in about), *(row for rows in tables.values() for row in rows), ""])


def _no_merges() -> Iterator[RawCommit]:
    return (record for record in history.records(("HEAD",)) if b" " not in record.parents)


def _read(records: Sequence[RawCommit], policy: Policy) -> list[Commit]:
    return [commits.read(record, policy.issue_pattern, policy.max_bytes) for record in records]


def _errors(result: Result) -> set[str]:
    return {found.rule for found in result.findings if found.severity == "error"}


def _habits(records: Sequence[RawCommit]) -> Settings:
    """The settings that say what nearly all ordinary commits do, in the order of the keys of a policy."""
    standard = parsing.parse("", "gitpact.toml")
    ordinary = [result.commit for result in evaluate.judging(standard)(_read(records, standard)) if not result.special]
    headers = [commit.message.header for commit in ordinary]
    formed = [header for header in headers if not header.prefix.fault]
    if not ordinary:
        return {}
    signed = [dco.is_signed_off(commit, standard) for commit in ordinary]
    # Of a few commits nothing is a habit, unless all of them have it.
    sign_off = "required" if all(signed) or _is_habit(signed) else "optional"
    if len(formed) < FEWEST:
        return {} if sign_off == standard.sign_off else {"dco.sign-off": sign_off}
    header = _width(header.columns for header in formed) or WIDTHS[-1]
    body = _width(max(map(len, commit.message.lines[1:]), default=0) for commit in ordinary)
    settings = {
        "message.types": _types(formed, standard),
        **_scopes(formed),
        "message.description-case": _case(formed),
        **_issues(formed),
        "message.subject-max": header if len(formed) >= MANY else max(header, standard.subject_max),
        "message.body-line-max": body if len(formed) >= MANY or not body else max(body, standard.body_line_max),
        "dco.sign-off": sign_off,
    }
    paths = {key.path: key.field for key in KEYS}
    return {path: value for path, value in settings.items() if _plain(value) != _plain(getattr(standard, paths[path]))}


def _plain(value: object) -> object:
    return [*value] if isinstance(value, tuple) else value


def _is_habit(does: Iterable[bool]) -> bool:
    """Whether nearly all do something, of those that are enough to tell."""
    each = [*does]
    return len(each) >= FEWEST and sum(each) >= HABIT * len(each)


def _types(formed: Sequence[Header], standard: Policy) -> list[str]:
    """The types of the preset, and those that this history uses beside them; [] where it names no types there."""
    used = Counter(header.prefix.type for header in formed)
    if sum(used[kind] for kind in standard.types) * 2 < len(formed):
        return []
    least = max(2, RARE * len(formed))
    more = [kind for kind, count in used.most_common() if count >= least and kind.isalnum() and kind.islower()]
    # Another word for a type stays a slip unless it is as usual as types are.
    usual = [kind for kind in more if used[kind] >= 10 * least or kind not in standard.type_aliases]
    return [*standard.types, *(kind for kind in usual if kind not in standard.types)]


def _scopes(formed: Sequence[Header]) -> Settings:
    scopes = [header.prefix.scope for header in formed if header.prefix.scope]
    used = Counter(scopes)
    listed = sorted(scope for scope, count in used.items() if count > 1 and not set(scope) & set(",，、 "))
    covered = sum(used[scope] for scope in listed)
    is_list = len(scopes) >= MANY and len(listed) <= MOST_SCOPES and covered >= HABIT * len(scopes)
    return {
        "message.scope": "required" if _is_habit(bool(header.prefix.scope) for header in formed) else "optional",
        "message.scopes": listed if is_list else [],
        "message.scope-case": "lower" if _is_habit(scope == scope.lower() for scope in scopes) else "any",
    }


def _case(formed: Sequence[Header]) -> str:
    """How descriptions begin, by those that begin with a letter that has a case."""
    first = [
        header.description[:1] for header in formed if header.description[:1].lower() != header.description[:1].upper()
    ]
    if _is_habit(map(str.islower, first)):
        return "lower"
    return "sentence" if _is_habit(map(str.isupper, first)) else "any"


def _issues(formed: Sequence[Header]) -> Settings:
    """Whether headers end with an issue, and whether that is a ticket such as PROJ-12."""
    if _is_habit(any("-" in issue for issue in parse(header.text, TICKET).issues) for header in formed):
        return {"message.issue": "required", "message.issue-pattern": TICKET}
    return {"message.issue": "required" if _is_habit(bool(header.issues) for header in formed) else "optional"}


def _width(columns: Iterable[int]) -> int:
    """The least of the usual widths that nearly all keep; 0 if there is none."""
    each = [*columns]
    return next((width for width in WIDTHS if _is_habit(one <= width for one in each)), 0)
