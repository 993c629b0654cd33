"""Propose a policy from the configuration of another tool: what has an equal here, and what has none.

Only files that are data are read, as code would have to be run: JSON, YAML, TOML and INI. Sources of the rules are the
manuals of each tool (`docs/migrate.md` has their addresses).
"""

from __future__ import annotations

import configparser
import json
import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from gitpact.errors import GitpactError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Data = Mapping[str, Any]

MOST_CHARACTERS = 1 << 20  # of a file
CONVENTIONAL = ("build", "chore", "ci", "docs", "feat", "fix", "perf", "refactor", "revert", "style", "test")
ANGULAR = ("build", "ci", "docs", "feat", "fix", "perf", "refactor", "revert", "style", "test")
# What gitpact asks and a tool may not: off unless the tool asks it too.
MAY_BE_OFF = ("header-max", "description-full-stop", "body-leading-blank", "body-line-max", "type-case", "wip-commit")
LEVELS = {0: "off", 1: "warning", 2: "error"}
MEGABYTE = "MB"


class Imported(NamedTuple):
    """A policy from the file at `path`.

    `settings` maps keys such as `message.types` to values that differ from the preset `conventional`. `left_out` are
    the settings of the tool that have no equal, as its users write them.
    """

    path: Path
    settings: dict[str, object]
    left_out: list[str]


class Draft(NamedTuple):
    """What is read of a tool, while it is read: settings and severities by rule, and what has no equal."""

    settings: dict[str, object]
    rules: dict[str, str]
    left_out: list[str]

    def ask(self, rule: str, level: str = "error") -> None:
        """Turn a rule of gitpact on."""
        self.rules[rule] = level

    def any_header(self) -> None:
        """Accept a header of any form."""
        self.ask("header-format", "off")
        self.ask("type-known", "off")

    def width(self, columns: int, level: str = "error") -> None:
        """Limit the header."""
        self.settings["message.subject-max"] = columns
        self.ask("header-max", level)

    def body_width(self, columns: int, level: str = "error") -> None:
        """Limit the lines of the body."""
        self.settings["message.body-line-max"] = columns
        self.ask("body-line-max", level)


def read(tool: str, top: Path, file: str = "") -> Imported:
    """Read the configuration of one of TOOLS in the folder `top`, or in `file` there.

    Raises GitpactError where the tool has no such file, and where its file is code, cannot be read, or is not valid.
    """
    names, map_it = TOOLS[tool]
    for name in (file,) if file else names:
        path = top / name
        if path.is_file():
            data = _section(path, tool)
            if data is None:
                continue
            draft = Draft({}, dict.fromkeys(MAY_BE_OFF, "off"), [])
            map_it(data, draft)
            return Imported(path, _settings(draft), draft.left_out)
    code = next((path for path in sorted(top.glob(f"*{tool}*")) if path.suffix in {".js", ".cjs", ".mjs", ".ts"}), None)
    if code:
        raise GitpactError(
            "{path}: this configuration is code, which gitpact does not run",
            "first convert the configuration to JSON or YAML",
            path=code.name,
        )
    raise GitpactError(
        "--from {tool}: there is no configuration of {tool} here",
        "gitpact looks for: {names}",
        tool=tool,
        names=", ".join(names),
    )


def _settings(draft: Draft) -> dict[str, object]:
    usual = {"body-line-max": "warning"}
    levels = {f"rules.{name}": level for name, level in draft.rules.items() if level != usual.get(name, "error")}
    return {**draft.settings, **levels}


def _section(path: Path, tool: str) -> Data | None:
    """What a file says of a tool; None where it says nothing of it."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(MOST_CHARACTERS)
        if path.suffix == ".toml":
            loaded: Any = tomllib.loads(text)
            if path.name == "pyproject.toml":
                return loaded.get("tool", {}).get(tool)  # type: ignore[no-any-return]
            return loaded.get("tool", loaded).get(tool, loaded)  # type: ignore[no-any-return]
        if path.name == "package.json":
            return json.loads(text).get(tool)  # type: ignore[no-any-return]
        if path.name == ".gitlint":
            parser = configparser.ConfigParser(interpolation=None)
            parser.read_string(text)
            return {name: dict(parser[name]) for name in parser.sections()}
        found: Any = yaml.safe_load(text)  # JSON is YAML too
    except (OSError, ValueError, yaml.YAMLError, configparser.Error, AttributeError) as error:
        raise GitpactError("{path}: cannot be read: {error}", path=path, error=error) from error
    if not isinstance(found, dict):
        raise GitpactError("{path}: expected a table of settings", path=path)
    return found.get(tool, found) if tool == "commitizen" else found


def _strings(value: object) -> list[str]:
    """A list of texts, also of one text with commas."""
    if isinstance(value, str):
        return [one.strip() for one in value.split(",") if one.strip()]
    return [str(one) for one in value] if isinstance(value, list) else []


def _commitlint(data: Data, draft: Draft) -> None:
    rules: dict[str, Any] = {}
    for name in _strings(data.get("extends")):
        if name.endswith(("config-conventional", "config-angular")):
            rules |= _of_preset("angular" if name.endswith("angular") else "conventional")
        else:
            draft.left_out.append(f"extends: {name}")
    rules |= data.get("rules") or {}
    draft.left_out.extend(key for key in ("parserPreset", "plugins", "ignores", "formatter") if data.get(key))
    for name, value in rules.items():
        level, when, what = ([*value, "always", None] if isinstance(value, list) else [value, "always", None])[:3]
        if LEVELS.get(level) in {"error", "warning"} and not _commitlint_rule(name, LEVELS[level], when, what, draft):
            draft.left_out.append(name)


def _of_preset(name: str) -> dict[str, Any]:
    """The rules of @commitlint/config-conventional and config-angular that have an equal (their index.js)."""
    widths = {"body-max-line-length": [2, "always", 100], "header-max-length": [2, "always", 100]}
    if name == "angular":
        widths = {"header-max-length": [2, "always", 72]}
    return {
        "body-leading-blank": [1, "always"],
        **widths,
        "subject-case": [2, "never", ["sentence-case"]],
        "subject-empty": [2, "never"],
        "subject-full-stop": [2, "never", "."],
        "type-case": [2, "always", "lower-case"],
        "type-empty": [2, "never"],
        "type-enum": [2, "always", [*(ANGULAR if name == "angular" else CONVENTIONAL)]],
    }


def _commitlint_rule(name: str, level: str, when: str, what: Any, draft: Draft) -> bool:  # noqa: ANN401, C901, PLR0912  a row a rule
    """Whether a rule of commitlint has an equal, which is set then (commitlint.js.org, reference of the rules)."""
    never = when == "never"
    if name in {"type-empty", "subject-empty"}:
        return never
    if name == "type-enum" and not never:
        draft.settings["message.types"] = _strings(what)
        draft.ask("type-known", level)
    elif name == "type-case" and what in {"lower-case", "lowercase"}:
        draft.ask("type-case", level)
    elif name == "scope-enum" and not never:
        draft.settings["message.scopes"] = _strings(what)
    elif name == "scope-empty":
        draft.settings["message.scope"] = "required" if never else "forbidden"
    elif name == "scope-case" and what in {"lower-case", "lowercase"} and not never:
        draft.settings["message.scope-case"] = "lower"
    elif name == "subject-case":
        draft.settings["message.description-case"] = "lower" if never or what == "lower-case" else "sentence"
        draft.ask("description-case", level)
    elif name == "subject-full-stop" and never:
        draft.ask("description-full-stop", level)
    elif name == "header-max-length":
        draft.width(int(what), level)
    elif name == "header-min-length":
        draft.settings["message.subject-min"] = int(what)
    elif name == "body-max-line-length":
        draft.body_width(int(what), level)
    elif name == "body-leading-blank":
        draft.ask("body-leading-blank", level)
    elif name == "body-empty" and never:
        draft.settings["message.body"] = "required"
    elif name == "references-empty" and never:
        draft.settings["message.issue"] = "required"
    elif name in {"signed-off-by", "trailer-exists"} and "signed-off-by" in str(what).lower() and not never:
        draft.settings["dco.sign-off"] = "required"
    else:
        return False
    return True


def _gitlint(data: Data, draft: Draft) -> None:  # noqa: C901  a row a rule
    general = data.get("general", {})
    ignored = {*_strings(general.get("ignore", ""))}
    contrib = {*_strings(general.get("contrib", ""))}

    def runs(*names: str) -> bool:
        return not ignored & {*names}

    if runs("T1", "title-max-length"):
        draft.width(int(data.get("title-max-length", {}).get("line-length", 72)))
    if runs("T3", "title-trailing-punctuation"):
        draft.ask("description-full-stop")
    if runs("B1", "body-max-line-length"):
        draft.body_width(int(data.get("body-max-line-length", {}).get("line-length", 80)))
    if runs("B4", "body-first-line-empty"):
        draft.ask("body-leading-blank")
    if runs("B6", "body-is-missing"):
        draft.settings["message.body"] = "required"
    if runs("T5", "title-must-not-contain-word"):
        draft.ask("wip-commit")
    if runs("T8", "title-min-length"):
        draft.settings["message.subject-min"] = int(data.get("title-min-length", {}).get("min-length", 5))
    if contrib & {"CT1", "contrib-title-conventional-commits"}:
        types = _strings(data.get("contrib-title-conventional-commits", {}).get("types", ""))
        draft.settings["message.types"] = types or [*CONVENTIONAL]
        draft.ask("type-case")
    else:
        draft.any_header()
    if contrib & {"CC1", "contrib-body-requires-signed-off-by"}:
        draft.settings["dco.sign-off"] = "required"
    known = {
        *("general", "title-max-length", "body-max-line-length", "title-min-length"),
        *("contrib-title-conventional-commits", "contrib-body-requires-signed-off-by"),
    }
    draft.left_out.extend([f"[{name}]" for name in data if name not in known])


def _commitizen(data: Data, draft: Draft) -> None:
    if data.get("name", "cz_conventional_commits") != "cz_conventional_commits":
        draft.left_out.append(f"name = {data['name']}")
        draft.any_header()
    else:
        # cz_conventional_commits.py, schema_pattern
        draft.settings["message.types"] = [*sorted({*CONVENTIONAL}), "bump"]
        draft.ask("type-case")
        draft.ask("body-leading-blank")
    limit = int(data.get("message_length_limit") or 0)
    if limit:
        draft.width(limit)
    draft.left_out.extend(
        [key for key in ("customize", "schema_pattern", "allowed_prefixes", "extras") if data.get(key)]
    )


def _conventional_pre_commit(data: Data, draft: Draft) -> None:
    hooks = (hook for repo in data.get("repos") or () for hook in repo.get("hooks") or ())
    found = next((hook for hook in hooks if hook.get("id") == "conventional-pre-commit"), None)
    if found is None:
        raise GitpactError(
            "--from conventional-pre-commit: .pre-commit-config.yaml has no hook with the id conventional-pre-commit"
        )
    words = [str(word) for word in found.get("args") or ()]
    types = []
    while words:
        word = words.pop(0)
        name, _, value = word.partition("=")
        if name == "--scopes":
            draft.settings["message.scopes"] = _strings(value or words.pop(0))
        elif name == "--force-scope":
            draft.settings["message.scope"] = "required"
        elif word.startswith("-"):
            draft.left_out.extend([] if name in {"--strict", "--verbose", "--no-color"} else [word])
        else:
            types.append(word)
    # The two of the standard are always allowed (its README, "args").
    draft.settings["message.types"] = [*dict.fromkeys(("feat", "fix", *(types or CONVENTIONAL)))]
    draft.ask("body-leading-blank")


def _committed(data: Data, draft: Draft) -> None:
    if data.get("style", "none") == "conventional":
        draft.settings["message.types"] = _strings(data.get("allowed_types")) or [*CONVENTIONAL]
        draft.settings["message.scopes"] = _strings(data.get("allowed_scopes"))
    else:
        draft.any_header()
    draft.width(int(data.get("subject_length", 50)))
    draft.body_width(int(data.get("line_length", 72)))
    if data.get("subject_not_punctuated", True):
        draft.ask("description-full-stop")
    draft.settings["message.description-case"] = "sentence" if data.get("subject_capitalized", True) else "any"
    if data.get("no_wip", True):
        draft.ask("wip-commit")
    if data.get("merge_commit", True) is False:
        draft.settings["message.max-parents"] = 1
    named = ("imperative_subject", "ignore_author_re", "hard_line_length")
    draft.left_out.extend([key for key in named if data.get(key)])


def _commit_check(data: Data, draft: Draft) -> None:
    commit = data.get("commit", {}) if isinstance(data.get("commit"), dict) else {}
    if commit.get("conventional_commits", True):
        usual = [kind for kind in CONVENTIONAL if kind != "revert"]
        draft.settings["message.types"] = _strings(commit.get("allow_commit_types")) or usual
        draft.ask("type-case")
    else:
        draft.any_header()
    # What it asks where its file says nothing (commit_check/config_merger.py).
    draft.width(int(commit.get("subject_max_length", 80)))
    draft.settings["message.subject-min"] = int(commit.get("subject_min_length", 5))
    if commit.get("subject_capitalized"):
        draft.settings["message.description-case"] = "sentence"
    if commit.get("require_body"):
        draft.settings["message.body"] = "required"
    if commit.get("require_signed_off_by"):
        draft.settings["dco.sign-off"] = "required"
    if commit.get("allow_merge_commits") is False:
        draft.settings["message.max-parents"] = 1
    if commit.get("allow_wip_commits") is False:
        draft.ask("wip-commit")
    draft.left_out.extend([f"commit.{key}" for key in ("subject_imperative", "ignore_authors") if commit.get(key)])
    draft.left_out.extend([key for key in ("branch", "checks") if data.get(key)])


def _conform(data: Data, draft: Draft) -> None:
    policies = [one for one in data.get("policies") or () if isinstance(one, dict)]
    spec = next((one.get("spec") or {} for one in policies if one.get("type") == "commit"), {})
    header, conventional = spec.get("header") or {}, spec.get("conventional")
    if conventional:
        draft.settings["message.types"] = _strings(conventional.get("types")) or [*CONVENTIONAL]
        draft.settings["message.scopes"] = _strings(conventional.get("scopes"))
    else:
        draft.any_header()
    if header.get("length"):
        draft.width(int(header["length"]))
    if header.get("case") in {"lower", "upper"}:
        draft.settings["message.description-case"] = "lower" if header["case"] == "lower" else "sentence"
    if "." in str(header.get("invalidLastCharacters", "")):
        draft.ask("description-full-stop")
    if (spec.get("body") or {}).get("required"):
        draft.settings["message.body"] = "required"
    if spec.get("dco"):
        draft.settings["dco.sign-off"] = "required"
    if (spec.get("gpg") or {}).get("required"):
        draft.settings["identity.signature"] = "required"
    draft.left_out.extend([f"header.{key}" for key in ("imperative", "jira") if header.get(key)])
    draft.left_out.extend([str(one.get("type")) for one in policies if one.get("type") != "commit"])


def _gitlab(data: Data, draft: Draft) -> None:
    """Push rules as the API gives them (GitLab, project push rules)."""
    draft.any_header()
    if data.get("reject_unsigned_commits"):
        draft.settings["identity.signature"] = "required"
    if data.get("reject_non_dco_commits"):
        draft.settings["dco.sign-off"] = "required"
    if data.get("max_file_size"):
        draft.settings["push.max-file-size"] = f"{int(data['max_file_size'])}{MEGABYTE}"
    if data.get("prevent_secrets"):
        draft.settings["push.forbidden-paths"] = ["**/*.pem", "**/*.key", "**/id_rsa", "**/.netrc", "**/.htpasswd"]
    mapped = ("reject_unsigned_commits", "reject_non_dco_commits", "max_file_size", "prevent_secrets")
    about = ("id", "project_id", "created_at")
    draft.left_out.extend([key for key, value in data.items() if value and key not in (*mapped, *about)])


COMMITLINT = (".commitlintrc", ".commitlintrc.json", ".commitlintrc.yaml", ".commitlintrc.yml", "package.json")
COMMITIZEN = (".cz.toml", "cz.toml", ".cz.json", "cz.json", ".cz.yaml", "cz.yaml", "pyproject.toml")
# By tool: where its configuration is, the first that is there, and what reads it.
TOOLS: dict[str, tuple[tuple[str, ...], Callable[[Data, Draft], None]]] = {
    "commitlint": (COMMITLINT, _commitlint),
    "gitlint": ((".gitlint",), _gitlint),
    "commitizen": (COMMITIZEN, _commitizen),
    "conventional-pre-commit": ((".pre-commit-config.yaml",), _conventional_pre_commit),
    "committed": (("committed.toml", ".committed.toml"), _committed),
    "commit-check": (("cchk.toml", "commit-check.toml", ".commit-check.yml"), _commit_check),
    "conform": ((".conform.yaml",), _conform),
    "gitlab": (("push_rules.json",), _gitlab),
}
