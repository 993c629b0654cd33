"""What MkDocs makes of the documentation besides the pages of docs/ (mkdocs.yml, `hooks`).

A page for each rule and for each CI platform, and one for all policy keys, come from the tables and files that gitpact
itself reads, in both languages; pages of the root folder, such as the READMEs, are taken as they are.
"""

from __future__ import annotations

import json
import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File, Files

from gitpact.install import ci_files
from gitpact.policy import keys, parsing, toml_writer
from gitpact.policy.schema import schema
from gitpact.report import rulebook
from gitpact.report.i18n.phrases_zh import PHRASES
from gitpact.rules import FAMILIES, IDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mkdocs.config.defaults import MkDocsConfig

ROOT = Path(__file__).parents[1]
CODE = "https://github.com/gitpact/gitpact/blob/main/"
# Pages of the root folder, by their place in the site.
TAKEN = {
    "index.md": "README.md",
    "zh/index.md": "README.zh-CN.md",
    "contributing.md": "CONTRIBUTING.md",
    "security.md": "SECURITY.md",
    "changelog.md": "CHANGELOG.md",
}
# Tables of the policy that may be there several times, and what extends others.
TABLES = (
    ("extends", (keys.EXTENDS,)),
    ("[[pattern]]", keys.PATTERN_KEYS),
    ("[trailers]", keys.TRAILER_KEYS),
    ("[[path]]", keys.PATH_KEYS),
)
LINK = re.compile(r"\]\((?P<target>[^)#:]+)(?P<anchor>#[^)]*)?\)")
PLATFORMS = {
    "github": "GitHub",
    "gitlab": "GitLab",
    "gitea": "Gitea, Forgejo",
    "bitbucket": "Bitbucket",
    "azure": "Azure Pipelines",
    "circleci": "CircleCI",
    "jenkins": "Jenkins",
    "buildkite": "Buildkite",
    "woodpecker": "Woodpecker",
    "drone": "Drone",
    "travis": "Travis CI",
    "cirrus": "Cirrus CI",
}
OF_PLATFORM = {
    "en": (
        "`gitpact init --ci {platform}` writes this file into your project, as `{path}`. The file then installs "
        "gitpact from the place from which you installed it. [In CI](../ci.md) says what is checked there."
    ),
    "zh": (
        "`gitpact init --ci {platform}` 把下面的配置写入你的项目（`{path}`），"
        "并让它从你当初安装 gitpact 的来源安装 gitpact。CI 中检查什么，见[在 CI 中使用](../ci.md)。"
    ),
}
HEADINGS = {
    "en": ("requires", "why", "setting", "refused", "accepted"),
    "zh": ("要求", "理由", "设置", "被拒绝", "可以通过"),
}


def on_files(found: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made, and write the links of the others for their places in the site."""
    for place, source in TAKEN.items():
        found.append(
            File.generated(config, place, content=_relinked((ROOT / source).read_text(encoding="utf-8"), place))
        )
    found.append(File.generated(config, "gitpact.schema.json", content=json.dumps(schema(), indent=2)))
    for language in HEADINGS:
        below = "" if language == "en" else "zh/"
        for rule in IDS:
            found.append(File.generated(config, f"{below}rules/{rule}.md", content="\n".join(_rule(rule, language))))
        for platform in ci_files.PLATFORMS:
            page = "\n".join(_platform(platform, language))
            found.append(File.generated(config, f"{below}platforms/{platform}.md", content=page))
        found.append(File.generated(config, f"{below}rules/index.md", content="\n".join(_rules(language))))
        found.append(File.generated(config, f"{below}policy-keys.md", content="\n".join(_keys(language))))
    return found


def on_page_markdown(text: str, page: object, **_: object) -> str:
    """Point the links of a page of docs/ that lead out of it to the site's page, or to the repository."""
    return _relinked(text, page.file.src_uri) if page.file.generated_by is None else text  # type: ignore[attr-defined]


def _relinked(text: str, place: str) -> str:
    """The text of a page at its `place` in the site, whose links were written for its source in the repository."""
    up, folder = "../" * place.count("/"), "" if place in TAKEN else posixpath.join("docs", posixpath.dirname(place))
    places = {source: place for place, source in TAKEN.items()}

    def link(found: re.Match[str]) -> str:
        source = posixpath.normpath(posixpath.join(folder, found["target"]))
        if source.startswith("docs/") and source.endswith(".md"):
            to = up + source.removeprefix("docs/")
        else:
            to = up + places[source] if source in places else CODE + source
        return f"]({to}{found['anchor'] or ''})"

    return LINK.sub(link, text)


def _rule(rule: str, language: str) -> Iterator[str]:
    """The page of a rule, as `gitpact rules RULE` explains it."""
    requires, why, setting, refused, accepted = HEADINGS[language]
    book, example = rulebook.load(language)[rule], rulebook.load("examples")[rule]
    yield from (f"# {rule}", "", f"**{requires}**", "", book["what"], "", f"**{why}**", "", book["why"])
    if book["switch"]:
        yield from ("", f"**{setting}**", "", book["switch"].replace("*", "\\*"))
    for heading, key in ((refused, "bad"), (accepted, "good")):
        if example.get(key):
            yield from ("", f"**{heading}**", "", "```text", example[key].rstrip("\n"), "```")


def _platform(platform: str, language: str) -> Iterator[str]:
    """The page of a CI platform, with the file of docs/ci."""
    (file,) = ci_files.folder().glob(f"{platform}.*")
    path, _ = ci_files.PLATFORMS[platform]
    yield from (f"# {PLATFORMS[platform]}", "", OF_PLATFORM[language].format(platform=platform, path=path), "")
    yield from (f"```{file.suffix.removeprefix('.')}", file.read_text(encoding="utf-8").rstrip("\n"), "```")


def _rules(language: str) -> Iterator[str]:
    book = rulebook.load(language)
    yield from (f"# {'The rules' if language == 'en' else '规则'}", "")
    for family, rules in FAMILIES.items():
        yield from (f"## {family}", "")
        yield from (f"- [{rule}]({rule}.md): {book[rule]['what']}" for rule in rules)
        yield ""


def _keys(language: str) -> Iterator[str]:
    """All keys of the policy, their defaults, and what they mean."""
    preset = parsing.parse("", "gitpact.toml")
    head = ("key", "default", "meaning") if language == "en" else ("键", "默认值", "含义")
    yield from (
        f"# {'Policy keys' if language == 'en' else '策略的键'}",
        "",
        f"| {' | '.join(head)} |",
        "|---|---|---|",
    )
    for key in keys.KEYS:
        default = toml_writer.toml(getattr(preset, key.field, "")).replace("|", "\\|")
        yield f"| `{key.path}` | `{default}` | {_about(key, language)} |"
    for heading, its in TABLES:
        yield from ("", f"## {heading}", "", f"| {head[0]} | {head[2]} |", "|---|---|")
        yield from (f"| `{key.name}` | {_about(key, language)} |" for key in its)


def _about(key: keys.Key, language: str) -> str:
    about = key.about if language == "en" else PHRASES[key.about]
    return about.replace("|", "\\|")
