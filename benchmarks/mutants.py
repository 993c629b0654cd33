"""Take out one line that security hangs on at a time, and run the tests beside it: a mutant that survives is a missing test.

Usage: mutants.py [--only WORD] [--jobs N]
The tree is copied; each mutant is one exact text of a file and what stands in its place. Exit code 0: all of them die;
1: some survive; 2: a text is not there any more, or the tests fail without any mutant.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[1]
SOURCE = "src/gitpact/"
GATE = "tests/e2e/test_gate_attacks.py"
CLONE = "tests/e2e/test_hostile_clone.py"
ISOLATION = "tests/git/test_isolation.py"
HOSTILE = "tests/policy/test_hostile.py"
RULES = "tests/rules/test_rules.py"


class Mutant(NamedTuple):
    """A text of a file, what stands in its place, and the tests that have to fail then."""

    file: str
    text: str
    instead: str
    tests: str


MUTANTS = (
    # The environment of git
    Mutant("git/processes.py", '    "GIT_NO_REPLACE_OBJECTS": "1",\n', "", ISOLATION),
    Mutant("git/processes.py", '    "GIT_GRAFT_FILE": f"{os.devnull}/none",\n', "", ISOLATION),
    Mutant("git/processes.py", '    "GIT_NO_LAZY_FETCH": "1",', '    "GIT_X": "1",', ISOLATION),
    Mutant("git/processes.py", '    "GIT_TERMINAL_PROMPT": "0",\n', "", ISOLATION),
    Mutant("git/processes.py", '    "GIT_PAGER": "cat",\n', "", ISOLATION),
    Mutant("git/processes.py", '    "GIT_OPTIONAL_LOCKS": "0",\n', "", ISOLATION),
    Mutant("git/processes.py", '"GIT_ALLOW_PROTOCOL": "none"', '"GIT_X": "none"', ISOLATION),
    Mutant("git/processes.py", 'f"core.hooksPath={os.devnull}"', '"core.x=1"', ISOLATION),
    Mutant("git/processes.py", '"core.fsmonitor=false"', '"core.x=1"', ISOLATION),
    Mutant("git/processes.py", '"hook.reference-transaction.enabled=false"', '"core.x=1"', ISOLATION),
    Mutant(
        "git/gitpython.py", "    git.update_environment(**processes.ISOLATED, **processes.NO_PROTOCOL)\n", "", ISOLATION
    ),
    # What counts as judged
    Mutant("git/ref_updates.py", 'JUDGED = ("--not", "--branches", "--tags")', 'JUDGED = ("--not", "--all")', GATE),
    Mutant("git/ref_updates.py", 'f"--glob={prefix}refs/heads/*"', 'f"--glob={prefix}refs/*"', GATE),
    Mutant("git/ref_updates.py", 'NOT_LINTED = ("refs/notes/", "refs/meta/")', 'NOT_LINTED = ("refs/",)', GATE),
    Mutant(
        "checks/push.py",
        "    return Push(updates, judged, judged, bare=True",
        '    return Push(updates, ("--not", "--all"), judged, bare=True',
        GATE,
    ),
    Mutant("cli/hooks/pre_receive.py", "        _enter_common_directory()\n", "", GATE),
    Mutant("checks/pushed_files.py", "    for tree in objects.tree_tips(push.tips):", "    for tree in ():", GATE),
    Mutant(
        "rules/refs.py",
        "    if not update.deletes and _matches(policy.forbidden_refs",
        "    if False and _matches(policy.forbidden_refs",
        GATE,
    ),
    Mutant(
        "rules/refs.py",
        "    if update.creates or not _matches(policy.protected",
        "    if True or not _matches(policy.protected",
        GATE,
    ),
    Mutant("policy/presets/standard.toml", 'forbidden-refs = ["refs/replace/*"]', "forbidden-refs = []", GATE),
    Mutant("policy/parsing.py", "if name not in ADMINISTRATORS}", "}", "tests/e2e/test_server.py"),
    Mutant("policy/parsing.py", '_layer({"authors": (), **_bounded', "_layer({**_bounded", GATE),
    Mutant("policy/parsing.py", "if rule not in bound}}", "}}", GATE),
    Mutant("policy/parsing.py", '        kept.pop("subjects", None)\n', "        pass\n", GATE),
    Mutant("policy/parsing.py", "if 0 < limit <= most}", "}", GATE),
    Mutant("git/processes.py", "and name not in UNSET", "", GATE),
    Mutant(
        "git/query.py",
        'oid = text_or_nothing("show-ref", "--verify", "--hash", "--", ref)',
        'oid = text_or_nothing("rev-parse", "--verify", "-q", ref)',
        GATE,
    ),
    Mutant("cli/hooks/pre_receive.py", "_judge(_resolved(updates), policy", "_judge(updates, policy", GATE),
    Mutant("policy/policy_change.py", "    if not now.oid or after.ref == now.ref:\n", "    if True:\n", GATE),
    Mutant(
        "policy/policy_change.py",
        "parsing.administered(files.in_revision(branch.oid, branch.ref)[:3], over)",
        'parsing.administered(files.in_revision(branch.oid, branch.ref)[:3], ("", ""))',
        GATE,
    ),
    Mutant("git/commit_object.py", " or names != names.lower():", ":", GATE),
    Mutant(
        "git/head.py",
        "        names.append(text.removeprefix",
        "        return names\n        names.append(text.removeprefix",
        GATE,
    ),
    # What is stored
    Mutant("git/commit_object.py", "        if key in ONCE:\n", "        if key in ():\n", GATE),
    Mutant("git/commit_object.py", '    if b"\\0" in head:\n', "    if False:\n", GATE),
    Mutant("git/commit_object.py", "    if count > MOST_PARENTS or", "    if", GATE),
    Mutant("git/commit_object.py", "    if len(head) >= HEADERS:\n", "    if False:\n", GATE),
    Mutant("git/commit_object.py", '            fault = fault or ("encoding" if encoding else "")\n', "", GATE),
    Mutant("git/commit_object.py", "    if not fault and not (author and committer):\n", "    if False:\n", GATE),
    Mutant("git/merges.py", "    if second in bases:\n", "    if False:\n", GATE),
    Mutant("git/merges.py", " if first in bases and commit.tree != tree else", " if False else", GATE),
    Mutant("rules/evaluate.py", '"merge": ("merge-commit", *STORED,', '"merge": ("merge-commit",', GATE),
    Mutant("rules/evaluate.py", '    "bot": STORED,', '    "bot": (),', "tests/rules/test_evaluate.py"),
    Mutant("message/encodings.py", '    return found if found in SAFE else ""', "    return found", GATE),
    Mutant("rules/whole_message.py", "    if nul >= 0:\n", "    if False:\n", RULES),
    Mutant("rules/whole_message.py", "    if odd >= 0:\n", "    if False:\n", RULES),
    Mutant("rules/dco.py", "        if not is_agent(ident, policy):\n", "        if True:\n", RULES),
    Mutant(
        "rules/dco.py",
        "    people = [person for person in known if not is_agent(person, policy)]",
        "    people = known",
        RULES,
    ),
    Mutant(
        "message/remediation.py",
        '            fault = "" if signed[giver] else "unsigned"',
        '            fault = ""',
        "tests/message/test_remediation.py",
    ),
    Mutant(
        "message/remediation.py",
        "        if not any(idents.same(by, person) for person in persons):\n",
        "        if False:\n",
        "tests/message/test_remediation.py",
    ),
    # Limits
    Mutant("message/__init__.py", '    if size > max_bytes:\n        return "bytes"\n', "", RULES),
    Mutant("message/__init__.py", "    if size > MOST_LINES and", "    if False and", RULES),
    Mutant("message/__init__.py", '    return "header" if size > MOST_HEADER', '    return "header" if False', RULES),
    Mutant("cli/hooks/pre_receive.py", "        limit = policy.time_limit\n", "", GATE),
    Mutant("git/time_limit.py", "        raise DeadlineError(", "            print(", GATE),
    Mutant("git/time_limit.py", "        raise AbandonedError(", "            print(", GATE),
    Mutant("policy/toml_reader.py", "    check_size(len(text), source)\n", "", HOSTILE),
    Mutant("policy/toml_reader.py", "    _check_keys(text, source)\n", "", HOSTILE),
    Mutant(
        "policy/toml_reader.py",
        "    except RecursionError as fault:",
        "    except ZeroDivisionError as fault:",
        HOSTILE,
    ),
    Mutant("policy/values.py", "    if value > MOST:\n", "    if False:\n", HOSTILE),
    Mutant("policy/values.py", "    if len(number) > MOST_DIGITS:\n", "    if False:\n", HOSTILE),
    Mutant(
        "message/pattern_syntax.py",
        "        if self.depth > DEEPEST:\n",
        "        if False:\n",
        "tests/message/test_linear_regex.py",
    ),
    Mutant(
        "message/linear_regex.py",
        "    if len(steps) > MOST_STEPS:\n",
        "    if False:\n",
        "tests/message/test_linear_regex.py",
    ),
    Mutant(
        "message/header.py",
        "    first = max(start, end - LONGEST_REFERENCE)",
        "    first = start",
        "tests/message/test_header.py",
    ),
    # Fallbacks, and who brings the judge
    Mutant(
        "policy/in_force.py",
        "    except Exception as error:  # noqa: BLE001  whatever",
        "    except ZeroDivisionError as error:  # whatever",
        "tests/e2e/test_server.py",
    ),
    Mutant(
        "cli/lint_ci.py",
        '        return parsing.parse("", files.BUILT_IN), files.BUILT_IN',
        "        return _brought(span), files.BUILT_IN",
        CLONE,
    ),
    Mutant("cli/lint_ci.py", '        if query.exists(f"{span.base}:{name}"):\n', "        if False:\n", CLONE),
    Mutant(
        "cli/lint_ci.py",
        '        if query.output_or_nothing("ls-files", "--", f":(top,literal){name}"):\n',
        "        if False:\n",
        CLONE,
    ),
    Mutant("cli/lint_ci.py", "        _trust_base(span)\n", "        pass\n", CLONE),
    Mutant(
        "policy/files.py",
        "        return read_plain(path, name, os.O_NOFOLLOW)",
        "        return read_plain(path, name)",
        HOSTILE,
    ),
    Mutant("policy/files.py", "    if os.fstat(descriptor).st_mode & KIND != PLAIN:", "    if False:", HOSTILE),
    Mutant("git/trees.py", "        if mode == LINK:\n", "        if False:\n", HOSTILE),
    Mutant(
        "rules/evaluate.py",
        '    "": tuple(rule for rule in COMMITS if rule not in OF_ONE_KIND),',
        '    "": tuple(COMMITS)[:-8],',
        "tests/rules/test_rules.py",
    ),
    Mutant("rules/evaluate.py", "lines_above(commit))", "0)", "tests/rules/test_memory.py"),
    Mutant(
        "rules/evaluate.py",
        " and key_size(part) <= LONGEST:",
        ":",
        "tests/rules/test_memory.py",
    ),
    Mutant("message/bounded_memory.py", "        known.clear()\n", "        pass\n", "tests/rules/test_memory.py"),
    Mutant("message/trailers.py", "not _blank(line) and ", "", "tests/rules/test_memory.py"),
    Mutant("message/trailers.py", "gap < 0 or CUT in text", "gap < 0", "tests/rules/test_memory.py"),
    Mutant("message/trailers.py", " and line != CONFLICTS", "", "tests/rules/test_memory.py"),
    # Overrides and ownership
    Mutant(
        "checks/push_acceptance.py",
        "    if not policy.overrides:\n",
        "    if False:\n",
        "tests/e2e/test_server.py",
    ),
    Mutant(
        "checks/push_acceptance.py",
        '    if not verdict.count("error"):\n',
        "    if True:\n",
        "tests/e2e/test_server.py",
    ),
    Mutant(
        "install/replace_and_restore.py",
        '    if state.kind == "edited" and not force:',
        "    if False:",
        "tests/install/test_replace_and_restore.py",
    ),
    Mutant(
        "install/config_hooks.py",
        "    if entry.command and not entry.ours:",
        "    if False:",
        "tests/e2e/test_config_hooks.py",
    ),
    # What is long or deep
    Mutant("cli/hooks/pre_receive.py", ", seconds=READING)", ")", "tests/policy/test_policy_change.py"),
    Mutant("git/merges.py", "others = (reached.get(other, 0) for", "others = (0 for", "tests/git/test_merges.py"),
    Mutant("git/merges.py", "            its |= reached[parent]\n", "            pass\n", "tests/git/test_merges.py"),
    Mutant("git/commit_object.py", 'fault = fault or "name"', "pass", GATE),
    Mutant(
        "checks/pushed_files.py", "        if left < 0:\n", "        if False:\n", "tests/checks/test_pushed_files.py"
    ),
    Mutant("git/processes.py", "    if most_memory:\n", "    if False:\n", "tests/checks/test_pushed_files.py"),
    Mutant("policy/values.py", "    if len(globs) > MOST_GLOBS:\n", "    if False:\n", HOSTILE),
    Mutant("policy/toml_reader.py", "re.sub(QUOTED, ", "re.sub('', ", HOSTILE),
    Mutant("policy/in_force.py", "    _refuse_ambiguous(revision)\n", "", "tests/cli/test_lint.py"),
    Mutant("cli/entry.py", "inert(visible(line))", "visible(line)", "tests/cli/test_lint.py"),
    Mutant(
        "checks/ci/events.py",
        "                _check_name(platform.name, name)\n",
        "                pass\n",
        "tests/checks/ci/test_actions.py",
    ),
    Mutant(
        "rules/dco.py",
        "own and is_signed_off(commit, policy)",
        "is_signed_off(commit, policy)",
        "tests/message/test_remediation.py",
    ),
    # Escaping
    Mutant("message/encodings.py", "\\x00-\\x08", "\\x00-\\x06\\x08", "tests/report/test_escape.py"),
    Mutant("message/encodings.py", "\\x7f-\\x9f", "\\x7f-\\x9c", "tests/report/test_escape.py"),
    Mutant("message/encodings.py", "\\u202e\\u2060", "\\u202d\\u2060", "tests/report/test_escape.py"),
    Mutant("message/encodings.py", "\\u2066-\\u206f", "", "tests/report/test_escape.py"),
    Mutant("message/encodings.py", "\\ud800-\\udfff", "", "tests/report/test_escape.py"),
    Mutant("message/encodings.py", "\\U000e0000-\\U000e007f", "", "tests/report/test_escape.py"),
    Mutant("report/escape.py", "|#(?=#\\w*\\[)", "", "tests/report/test_escape.py"),
    # Shims, which are shell
    Mutant(
        "../../hooks/shim",
        "[ ! -L pyproject.toml ] && [ -f pyproject.toml ] && (ulimit -t 2; grep -qs gitpact pyproject.toml)",
        "grep -qs gitpact pyproject.toml",
        f"{CLONE} -k template",
    ),
    Mutant(
        "../../hooks/everywhere",
        "[ ! -L pyproject.toml ] && [ -f pyproject.toml ] && (ulimit -t 2; grep -qs gitpact pyproject.toml)",
        "grep -qs gitpact pyproject.toml",
        f"{CLONE} -k files",
    ),
    Mutant("../../hooks/pre-receive", 'if [ -f "$dir/commondir" ]; then', "if false; then", GATE),
    Mutant(
        "../../hooks/pre-receive",
        'printf %s "${updates%.}" 2>/dev/null | "$chained" "$@" || exit',
        'printf %s "${updates%.}" 2>/dev/null | "$chained" "$@"',
        "tests/e2e/test_server.py",
    ),
)


def run_tests(tree: Path, words: str) -> tuple[int, str]:
    """The exit code of pytest in a tree, and what it said at the end."""
    environ = {**os.environ, "PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *words.split(" ")]
    process = subprocess.Popen(
        command,
        cwd=tree,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=400)
    except subprocess.TimeoutExpired:
        return 1, "it did not end"
    finally:
        # A mutant may leave a process that never ends, such as a shim that reads a device.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return process.returncode, said.strip().rpartition("\n")[2]


def survives(mutant: Mutant) -> tuple[str, str]:
    """What became of a mutant: "dead", "ALIVE" or "GONE", and what the tests said."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        keep = shutil.ignore_patterns(".venv", ".git", "__pycache__", ".*_cache")
        shutil.copytree(ROOT, tree, ignore=keep, symlinks=True)
        (tree / ".venv").symlink_to(ROOT / ".venv")
        path = tree / SOURCE / mutant.file
        text = path.read_text(encoding="utf-8")
        if mutant.text not in text:
            return "GONE", ""
        path.write_text(text.replace(mutant.text, mutant.instead), encoding="utf-8")
        code, said = run_tests(tree, mutant.tests)
        return ("ALIVE" if code == 0 else "dead"), said


def main(argv: Sequence[str] | None = None) -> int:
    """Run them; the last line counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="mutants whose file or text has this word")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(argv)
    chosen = [one for one in MUTANTS if options.only in one.file or options.only in one.text]
    with ThreadPoolExecutor(options.jobs) as pool:
        ends = [*pool.map(survives, chosen)]
    for mutant, (end, said) in zip(chosen, ends, strict=True):
        print(f"{end:<6} {mutant.file:<32} {' '.join(mutant.text.split())[:60]:<62} {said[:50]}")
    counts = {end: sum(one == end for one, _ in ends) for end in ("dead", "ALIVE", "GONE")}
    print(f"{len(chosen)} mutants: {counts['dead']} dead, {counts['ALIVE']} alive, {counts['GONE']} without their text")
    return 2 if counts["GONE"] else 1 if counts["ALIVE"] else 0


if __name__ == "__main__":
    sys.exit(main())
