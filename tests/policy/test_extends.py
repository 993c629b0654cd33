"""Policies that extend others: which names lead where, how several become one, and what is wrong with a lock file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitpact import message
from gitpact.checks import pushed_files
from gitpact.errors import GitpactError
from gitpact.policy import extends, parsing
from gitpact.policy.extends import Locked, Remote
from gitpact.records import Blob, Commit, Ident, Remediation
from gitpact.rules import evaluate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitpact.records import Policy

BASE = "git+https://example.org/org/policies.git//commit.toml@v3"
SHA = "4c2d2a1ad4d1c0e7b0f6a2b1b7a6a26c3ecf9a7f9b7d6e0a4f7c5c0c7d7b7d0a"


def locked(**texts: str) -> str:
    """A lock file with the text of each policy, by the name of its file."""
    from hashlib import sha256  # noqa: PLC0415  of this helper alone

    entries = [
        Locked(BASE.replace("commit.toml", name), "1" * 40, sha256(text.encode()).hexdigest(), text)
        for name, text in texts.items()
    ]
    return "\n".join([*extends.lock_lines(entries), ""])


def policy(text: str, **files: str) -> Policy:
    return parsing.parse(text, "gitpact.toml", "", named(files).get)


def named(files: Mapping[str, str]) -> dict[str, str]:
    return {
        name.replace("__", "/").replace("_toml", ".toml").replace("_lock", ".lock"): text
        for name, text in files.items()
    }


def refusal(text: str, **files: str) -> GitpactError:
    with pytest.raises(GitpactError) as caught:
        policy(text, **files)
    return caught.value


@pytest.mark.parametrize(
    ("name", "within", "whole"),
    [
        ("./base.toml", "", "base.toml"),
        ("./policies/../base.toml", "", "base.toml"),
        ("../base.toml", "", ""),
        ("base.toml", "", ""),
        ("/etc/base.toml", "", ""),
        ("./a/", "", ""),
        ("./.", "", ""),
        ("./a/..", "", ""),
        ("../.", "policies/a.toml", ""),
        ("./a\0", "", ""),
        (".\\base.toml", "", ""),
        ("./b.toml", "policies/a.toml", "policies/b.toml"),
        ("../b.toml", "policies/a.toml", "b.toml"),
        ("../../b.toml", "policies/a.toml", ""),
        (BASE, "", BASE),
        (BASE, "base.toml", BASE),
        ("./other.toml", BASE, BASE.replace("commit.toml", "other.toml")),
        ("../other.toml", BASE, ""),
        ("git+https://example.org/a.git//b.toml", "", ""),
        ("git+ext::sh -c x//b.toml@v1", "", ""),
        ("git+https://example.org/a.git//b.toml@--upload-pack=x", "", ""),
        ("https://example.org/b.toml", "", ""),
    ],
)
def test_which_policy_a_name_means(name: str, within: str, whole: str) -> None:
    assert extends.resolved_name(name, within) == whole


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (BASE, Remote("https://example.org/org/policies.git", "commit.toml", "v3")),
        ("git+ssh://git@host/a//p/b.toml@main", Remote("ssh://git@host/a", "p/b.toml", "main")),
        ("git+git@host:org/a.git//b.toml@1a2b", Remote("git@host:org/a.git", "b.toml", "1a2b")),
        ("git+file:///srv/a.git//b.toml@v1", Remote("file:///srv/a.git", "b.toml", "v1")),
    ],
)
def test_the_parts_of_a_name(name: str, parts: Remote) -> None:
    assert extends.remote(name) == parts
    assert str(parts) == name


def test_a_later_policy_wins_and_lists_are_replaced() -> None:
    found = policy(
        'extends = ["./a.toml", "./b.toml"]\n[message]\nsubject-max = 60\n',
        a_toml='[message]\ntypes = ["a"]\nsubject-max = 50\nsubject-min = 5\n[rules]\ntype-known = "off"',
        b_toml='[message]\ntypes = ["b"]\n[rules]\nheader-max = "warning"\n',
    )
    assert (found.types, found.subject_max, found.subject_min) == (("b",), 60, 5)
    assert (found.rules["type-known"], found.rules["header-max"]) == ("off", "warning")


def test_what_has_a_plus_is_added() -> None:
    found = policy(
        'extends = ["./a.toml"]\n[message]\n"+types" = ["c", "a"]\n"+type-aliases" = { cc = "c" }\n'
        '[push]\n"+file-limits" = { "x/**" = "1MB" }\n"+forbidden-paths" = ["*.key"]\n',
        a_toml='[message]\ntypes = ["a"]\n"+required-trailers" = ["Refs"]\n[push]\n"+forbidden-paths" = ["*.pem"]\n',
    )
    assert found.types == ("a", "c")
    assert found.type_aliases == {"cc": "c"}
    assert found.required_trailers == ("Refs",)
    assert found.file_limits == {"x/**": 10**6}
    assert found.forbidden_paths == ("*.pem", "*.key")
    standard = parsing.parse("", "x")
    assert policy('[message]\n"+types" = ["wip"]').types == (*standard.types, "wip")
    assert policy('extends = ["./a.toml"]\n[message]\ntypes = ["x"]', a_toml='[message]\n"+types" = ["y"]').types == (
        "x",
    )


def test_four_levels() -> None:
    found = policy(
        'extends = ["./team.toml"]\n[message]\nsubject-max = 1\nsubject-min = 1',
        team_toml='extends = ["./policies/unit.toml"]\n[message]\n"+types" = ["team"]\nissue = "required"',
        policies__unit_toml=f'extends = ["{BASE}"]\n[message]\n"+types" = ["unit"]\nscope = "required"',
        gitpact_lock=locked(
            **{
                "commit.toml": 'extends = ["./base.toml"]\n[message]\n"+types" = ["org"]',
                "base.toml": 'preset = "angular"\n[message]\ntypes = ["base"]',
            }
        ),
    )
    assert found.types == ("base", "org", "unit", "team")
    assert (found.preset, found.scope, found.issue, found.subject_max) == ("angular", "required", "required", 1)


def test_a_preset_of_an_extended_policy_is_replaced() -> None:
    assert policy('extends = ["./a.toml"]\npresets = ["strict", "gerrit"]', a_toml='preset = "angular"').presets == (
        "strict",
        "gerrit",
    )
    assert policy('extends = ["./a.toml"]\npreset = "strict"', a_toml='presets = ["angular"]').preset == "strict"


LOCKED = locked(**{"commit.toml": "[message]\nsubject-max = 33\n"})


def test_a_text_comes_from_the_lock_file() -> None:
    assert policy(f'extends = ["{BASE}"]', gitpact_lock=LOCKED).subject_max == 33


MISTAKES = {
    "no list": ("extends = './a.toml'", {}, 'gitpact.toml:1: extends: "./a.toml" is not allowed here'),
    "no name": (
        "extends = ['a.toml']",
        {},
        "gitpact.toml:1: extends: 'a.toml' is not a valid name of a policy; expected './FILE.toml'",
    ),
    "a way out": (
        "extends = ['../a.toml']",
        {},
        "gitpact.toml:1: extends: '../a.toml' is not a valid name of a policy",
    ),
    "no file": ("\nextends = ['./a.toml']", {}, "gitpact.toml:2: extends: there is no file a.toml"),
    "a circle": (
        "extends = ['./a.toml']",
        {"a_toml": "extends = ['./a.toml']"},
        "a.toml:1: extends: the policy a.toml extends itself",
    ),
    "a long circle": (
        "extends = ['./a.toml']",
        {"a_toml": "extends = ['./b.toml']", "b_toml": "\nextends = ['./a.toml']"},
        "b.toml:2: extends: the policy a.toml extends itself",
    ),
    "a mistake below": (
        "extends = ['./a.toml']",
        {"a_toml": "[message]\nscop = 'x'"},
        "a.toml:2: message.scop: unknown key",
    ),
    "no lock": (f"extends = ['{BASE}']", {}, f"gitpact.lock has no copy of the policy {BASE}"),
    "another revision": (
        f"extends = ['{BASE[:-1]}4']",
        {"gitpact_lock": LOCKED},
        "gitpact.lock has no copy of the policy",
    ),
    "a lock that was changed": (
        f"extends = ['{BASE}']",
        {"gitpact_lock": LOCKED.replace("subject-max = 33", "subject-max = 99")},
        f"gitpact.lock: the copy of the policy {BASE} was changed",
    ),
    "a lock of a later gitpact": (
        f"extends = ['{BASE}']",
        {"gitpact_lock": LOCKED.replace("version = 1", "version = 2")},
        "gitpact.lock: this file has the version 2; this gitpact reads the version 1",
    ),
    "a lock without its fields": (
        f"extends = ['{BASE}']",
        {"gitpact_lock": "version = 1\n[[policy]]\nname = 'x'"},
        "gitpact.lock: this file does not have the format that 'gitpact policy lock' writes",
    ),
    "a lock of something else": (
        f"extends = ['{BASE}']",
        {"gitpact_lock": "version = 1\npolicy = 1"},
        "gitpact.lock: this file does not have the format that 'gitpact policy lock' writes",
    ),
    "a lock that is no TOML": (f"extends = ['{BASE}']", {"gitpact_lock": "version ="}, "gitpact.lock: not valid TOML"),
    "a key that is no list": ("[message]\n'+subject-max' = 5", {}, "gitpact.toml:2: message.+subject-max: unknown key"),
    "a wrong member": (
        "[message]\n'+types' = ['a b']",
        {},
        'gitpact.toml:2: message.+types: "a b" is not allowed here',
    ),
}


@pytest.mark.parametrize(("text", "files", "line"), MISTAKES.values(), ids=MISTAKES)
def test_mistake(text: str, files: dict[str, str], line: str) -> None:
    error = refusal(text, **files)
    assert str(error).startswith(line)
    if "lock" in line:
        assert error.hint == extends.HINT or "not valid" in line


def test_a_lock_is_read_once() -> None:
    names = [f"'{BASE.replace('commit.toml', f'p{number}.toml')}'" for number in range(20)]
    read: list[str] = []
    lock = locked(**{f"p{number}.toml": "" for number in range(20)})

    def reading(name: str) -> str | None:
        read.append(name)
        return lock if name == "gitpact.lock" else None

    parsing.parse(f"extends = [{', '.join(names)}]", "x", "", reading)
    assert read == ["gitpact.lock"]


def test_policies_without_end() -> None:
    files = {f"p{number}_toml": f"extends = ['./p{number + 1}.toml']" for number in range(40)}
    many = {f"q{number}_toml": "" for number in range(40)}
    every = ", ".join(f"'./q{number}.toml'" for number in range(40))
    assert "more than 32 policies are extended" in str(refusal(f"extends = [{every}]", **many))
    assert "more than 32 policies are extended" in str(refusal("extends = ['./p0.toml']", **files))


def test_a_file_outside_of_the_project_extends_nothing() -> None:
    with pytest.raises(GitpactError, match=r"/floor.toml:1: extends: this file cannot extend other policies"):
        parsing.resolved(("", "x", "", None), ("extends = ['./a.toml']", "/floor.toml"), ("", ""))


def test_where_a_setting_comes_from() -> None:
    texts = {"a.toml": '[message]\nsubject-max = 50\n"+types" = ["a"]\n[push]\nhost = "github"'}
    own = 'extends = ["./a.toml"]\n[message]\nsubject-min = 5\n"+types" = ["b"]\n'
    found = parsing.origins((own, "gitpact.toml", "", texts.get), ("[message]\nbody = 'required'", "/floor.toml"))
    assert found["subject_max"] == "a.toml"
    assert found["subject_min"] == "gitpact.toml"
    assert found["types"] == "preset standard, a.toml, gitpact.toml"
    assert found["max_file_size"] == "host github"
    assert found["body"] == "/floor.toml"
    assert found["sign_off"] == "preset standard"


def test_a_preset_that_was_replaced_is_the_origin_of_nothing() -> None:
    texts = {"base.toml": "presets = ['angular', 'gerrit']"}
    found = parsing.origins(("extends = ['./base.toml']\npreset = 'strict'", "x", "", texts.get), ("", ""))
    assert (found["issue"], found["subject_max"]) == ("preset strict", "preset strict")


def test_an_administrator_is_not_undone_by_what_a_project_adds() -> None:
    own = """
presets = ["conventional"]
[message]
"+types" = ["wip"]
subject-max = 500
[exempt]
subjects = ["*"]
[[path]]
match = "**"
[path.message]
subject-max = 400
types = []
[path.push]
max-file-size = "9GB"
file-limits = { "*.iso" = "9GB", "*.md" = "1kB" }
[path.rules]
type-known = "off"
file-size = "off"
pattern-x = "off"
""".replace("pattern-x", '"pattern/x"')
    over = """
preset = "strict"
[message]
types = ["feat"]
subject-max = 50
[push]
max-file-size = "1MB"
[trailers]
Refs = { least = 1 }
[scopes]
api = ["api/**"]
[[pattern]]
name = "x"
where = "header"
forbid = "x"
"""
    found = parsing.resolved((own, "gitpact.toml", "", None), (over, "/admin.toml"), ("", ""), server=True)
    assert (found.preset, found.presets, found.types, found.subjects) == ("strict", (), ("feat",), ())
    assert dict(found.by_path[0][1]) == {"file_limits": {"*.md": 1000}, "rules": ()}
    weak = '[rules]\ntrailer-count = "off"\nscope-paths = "off"\n"pattern/x" = "off"\n'
    for server in (True, False):
        weaker = parsing.resolved((weak, "gitpact.toml", "", None), (over, "/admin.toml"), ("", ""), server=server)
        assert not {"trailer-count", "scope-paths", "pattern/x"} & {*weaker.rules}


def test_what_an_administrator_leaves_open_a_path_may_change() -> None:
    own = "[[path]]\nmatch = 'a'\n[path.message]\nbody = 'required'\nsubject-max = 9\n[[path]]\nmatch = 'b'\n"
    found = parsing.resolved((own, "x", "", None), ("[message]\nsubject-max = 50", "/floor.toml"), ("", ""))
    assert [dict(changes) for _, changes in found.by_path] == [{"body": "required", "rules": ()}, {"rules": ()}]
    limits = "[[path]]\nmatch = 'a'\n[path.push]\nfile-limits = { 'x' = '9GB' }\n"
    kept = parsing.resolved((limits, "x", "", None), ("[push]\nsummary = 'full'", "/floor.toml"), ("", ""))
    assert dict(kept.by_path[0][1]) == {"file_limits": {"x": 9 * 10**9}, "rules": ()}


ADMINISTRATOR = """
[message]
issue = "required"
scopes = ["api"]
"+required-trailers" = ["Refs"]
[push]
max-file-size = "1MB"
max-push-size = "9MB"
[dco]
sign-off = "required"
[rules]
body-line-max = "error"
[[path]]
match = "services/**"
[path.message]
body = "required"
"""
WEAKER = {
    "a bot of its own": "[exempt]\n'+authors' = ['*']",
    "headers of its own": "[exempt]\n'+subjects' = ['*']",
    "larger files": "[push]\n'+file-limits' = { '**' = '9GB' }",
    "larger files at a path": "[[path]]\nmatch = '**'\n[path.push]\nfile-limits = { '**' = '9GB' }",
    "scopes of its own": "[scopes]\nui = ['**']",
    "more scopes": "[message]\n'+scopes' = ['ui']",
    "no type that needs an issue": "[message]\nissue-types = ['docs']",
    "any text for an issue": "[message]\nissue-pattern = '.*'",
    "an issue in another place": "[message]\nissue-place = 'trailer'",
    "no type at a path": "[[path]]\nmatch = '**'\n[path.message]\nissue-types = ['docs']\nscopes = []\nissue = 'optional'",
    "a severity at a path": "[[path]]\nmatch = '**'\n[path.rules]\nissue-required = 'off'\nfile-size = 'off'",
    "a server's table": "[server]\noverrides = true",
    "messages that are too long to be judged": "[message]\nmax-bytes = 1\n[rules]\nmessage-size = 'off'",
    "empty messages": "[rules]\nmessage-empty = 'off'",
    "fixups": "[rules]\nfixup-commit = 'off'",
    "headers without a grammar": "[rules]\nheader-format = 'off'",
    "a push that is measured in no time": "[push]\ntime-budget = 0",
    "programs that sign off": "[dco]\nagents = []",
    "sign-offs afterwards": "[dco]\nremediation = 'individual'",
    "no sign-off": "[dco]\nsign-off = 'optional'",
    "a preset that weighs less": "[rules]\nbody-required = 'warning'",
    "no limit on lines": "[message]\nbody-line-max = 0",
    "no limit on lines at a path": "[[path]]\nmatch = '**'\n[path.message]\nbody-line-max = 0",
    "another Change-Id": "[trailers]\nChange-Id = {}",
    "no Change-Id": "[rules]\ntrailer-count = 'off'",
    "a rule of his at a path": "[[path]]\nmatch = '**'\n[path.rules]\nbody-line-max = 'off'",
    "a rule of his": "[rules]\nbody-line-max = 'off'",
    "his rule for a path": "[rules]\nbody-required = 'off'\n[[path]]\nmatch = '**'\n[path.message]\nbody = 'optional'",
}


@pytest.mark.parametrize("text", WEAKER.values(), ids=WEAKER)
def test_no_key_of_a_project_undoes_one_of_the_administrators(text: str) -> None:
    """Whatever the project writes, the policy is at least as strict as the administrator's alone."""
    over = ('presets = ["standard", "gerrit"]' + ADMINISTRATOR, "/admin.toml")
    found = parsing.resolved((text, "x", "", None), over, ("", ""), server=True)
    alone = parsing.resolved(("", "x", "", None), over, ("", ""), server=True)
    assert found._replace(by_path=(), rules={}) == alone._replace(by_path=(), rules={})
    assert found.rules == alone.rules
    assert found.by_path[-1] == alone.by_path[-1]
    for _, changes in found.by_path[:-1]:
        assert {name: value for name, value in changes if value} == {}


REFUSED = {
    "a body": ("[message]\nbody = 'required'", "preset = 'angular'", "feat: abc\n\n{sign}"),
    "a sign-off of the author": ("[dco]\nidentity = 'author'", "preset = 'conventional'", "feat: abc\n\n{other}"),
    "co-authors": (
        "[dco]\nco-authors = 'required'",
        "[dco]\nsign-off = 'optional'",
        "feat: abc\n\nCo-authored-by: Bob <b@x.org>\n{sign}",
    ),
    "a sign-off by its rule": ("[rules]\nsign-off-required = 'error'", "preset = 'conventional'", "feat: abc"),
    "lines by their rule": (
        "[rules]\nbody-line-max = 'error'",
        "[message]\nbody-line-max = 0",
        "feat: abc\n\n" + "x " * 90 + "\n\n{sign}",
    ),
    "a sign-off in time": (
        "[dco]\nsign-off = 'required'",
        "[dco]\nremediation = 'individual'",
        "feat: abc",
    ),
}


@pytest.mark.parametrize(("floor", "own", "text"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("server", [True, False])
def test_what_is_refused_without_a_project_is_refused_with_it(floor: str, own: str, text: str, *, server: bool) -> None:
    ann = Ident("Ann Lee", "ann@example.org")
    said = text.format(sign=f"Signed-off-by: {ann}", other="Signed-off-by: Eve <eve@example.org>")
    remedy = Remediation("1" * 40, ann, ann)
    commit = Commit(message.from_bytes(said.encode()), ann, ann, 1, "1" * 40, remediations=(remedy,))
    for project in ("", own):
        found = parsing.resolved((project, "x", "", None), (floor, "/floor.toml"), ("", ""), server=server)
        judged = commit if found.remediation != "none" else commit._replace(remediations=())
        assert evaluate.errors(evaluate.judge(judged, found)), project


def test_what_a_floor_limits_at_a_path_no_list_of_a_project_allows() -> None:
    floor = (
        "[push]\n'+file-limits' = { '*.iso' = '1MB' }\n[[path]]\nmatch = '*.bin'\n[path.push]\nmax-file-size = '1MB'\n"
    )
    own = "[push]\nfile-limits = { '*.bin' = '9MB', '*.iso' = '9MB', '*' = '9MB' }"
    found = parsing.resolved((own, "x", "", None), (floor, "/floor.toml"), ("", ""), server=True)
    blobs = [Blob("1" * 40, 3 * 10**6, name) for name in ("a.bin", "a.iso", "a.txt")]
    assert [one.blob.path for one in pushed_files.judge(blobs, found)] == ["a.bin", "a.iso"]


def test_a_floor_leaves_the_bots_of_presets_alone() -> None:
    floor, own = "[push]\nmax-file-size = '1MB'", "[exempt]\nauthors = ['eve@example.org']"
    found = parsing.resolved((own, "x", "", None), (floor, "/floor.toml"), ("", ""))
    assert found.authors == parsing.parse("", "x").authors
    assert parsing.resolved((own, "x", "", None), (floor, "/floor.toml"), ("", ""), server=True).authors == ()


def test_a_floor_holds_on_a_server_that_has_a_policy_too() -> None:
    its, above = (
        "[message]\ntypes = ['any']\n[[path]]\nmatch = 'a'",
        "[message]\ntypes = ['zzz']\n[[path]]\nmatch = 'b'",
    )
    found = parsing.resolved(("", "x", "", None), (its, "/its.toml"), ("", ""), (above, "/floor.toml"), server=True)
    assert found.types == ("zzz",)
    assert [globs for globs, _ in found.by_path] == [("a",), ("b",)]


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("\n[rules]\n'pattern/typo' = 'off'", "gitpact.toml:3: rules.pattern/typo: unknown rule"),
        ("\n[message]\nrequired-trailers = ['Bad']", "gitpact.toml:3: message.required-trailers: bad is both"),
    ],
    ids=["alone", "together with the other"],
)
def test_a_mistake_of_a_project_is_told_by_its_own_file(own: str, said: str) -> None:
    floor = "[message]\nsubject-max = 80\nforbidden-trailers = ['Bad']\n[[pattern]]\nname = 'x'\nwhere = 'header'\nforbid = 'x'"
    for server in (True, False):
        with pytest.raises(GitpactError) as raised:
            parsing.resolved((own, "gitpact.toml", "", None), (floor, "/srv/floor.toml"), ("", ""), server=server)
        assert str(raised.value).startswith(said)
    of_floor = "[rules]\n'pattern/x' = 'off'"
    parsing.resolved((of_floor, "gitpact.toml", "", None), (floor, "/srv/floor.toml"), ("", ""))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("git+https://ann:secret@host/a.git//b.toml@v1", "the URL contains a password"),
        ("git+https://host/a.git//b.toml@main:other", "is not a valid name"),
        ("git+https://host/a.git//b.toml@+main", "is not a valid name"),
        ("git+https://host/a.git//b.toml@:", "is not a valid name"),
        ("git+https://host/a.git//../b.toml@v1", "is not a valid name"),
    ],
    ids=["a password", "a refspec", "a refspec by force", "a refspec of all", "a path out of the repository"],
)
def test_a_name_that_git_would_take_for_more(name: str, said: str) -> None:
    error = str(refusal(f"extends = ['{name}']"))
    assert said in error
    assert "secret" not in error


def test_a_policy_from_elsewhere_brings_no_repository_of_this_machine_along() -> None:
    here = "git+file:///srv/a.git//b.toml@v1"
    assert extends.resolved_name(here, "") == here
    assert extends.resolved_name(here, "team.toml") == here
    assert not extends.resolved_name(here, BASE)
    assert extends.resolved_name("git+file:///srv/b.git//b.toml@v1", here)
    assert not extends.resolved_name("./at@x.toml", BASE)


@pytest.mark.parametrize(
    "table",
    [
        "[message]\ntypes = ['a']\n'+types' = ['b']",
        "[push]\n'+file-limits' = { a = '1MB' }\nfile-limits = { b = '1MB' }",
    ],
    ids=["a list", "a table"],
)
def test_a_key_and_the_same_with_a_plus(table: str) -> None:
    with pytest.raises(GitpactError, match=r"^x:[23]: \w+\.\+[\w-]+: the table has both keys '[\w-]+' and '\+[\w-]+'"):
        parsing.parse(table, "x")


@pytest.mark.parametrize(
    "lock",
    ["version = 1\n<<<<<<< HEAD\n", "version = 1\n[[policy", "version = 7\n", "# " + "x" * (1 << 20), "[[policy]]\n"],
    ids=["conflict marks", "cut", "another version", "too long", "nothing in it"],
)
def test_whatever_a_lock_file_is_one_command_repairs_it(lock: str) -> None:
    with pytest.raises(extends.LockError) as raised:
        parsing.parse(f"extends = ['{BASE}']", "x", "", {"gitpact.lock": lock}.get)
    assert raised.value.hint == "to write the lock file: gitpact policy lock"
