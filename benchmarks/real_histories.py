"""Judge every message of real histories: verdict counts per rule, time, and a sample of refusals to read by eye.

Usage: real_histories.py REPOSITORY… [--preset NAME] [--sample N] [--seed N]
A repository is a folder with git in it, bare or not; its branch `main` is judged, or HEAD.
"""

from __future__ import annotations

import argparse
import collections
import os
import random
import subprocess
import time
from typing import TYPE_CHECKING

from gitpact.git import commits
from gitpact.policy import parsing
from gitpact.report.i18n import en, sentence
from gitpact.rules import correction, evaluate

if TYPE_CHECKING:
    from gitpact.records import Policy


def main() -> None:
    """Print one section for each repository."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repositories", nargs="+")
    parser.add_argument("--preset", default="standard", choices=parsing.PRESETS)
    parser.add_argument("--sample", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rules = parsing.parse(f'preset = "{options.preset}"', "preset")
    for repository in options.repositories:
        judge(os.path.abspath(repository), rules, options)  # noqa: PTH100  a name to print


def judge(repository: str, rules: Policy, options: argparse.Namespace) -> None:
    """Walk, judge, suggest and check that every suggestion holds; nothing may crash."""
    os.chdir(repository)
    found = subprocess.run(["git", "rev-parse", "-q", "--verify", "main"], capture_output=True, check=False)
    start = time.perf_counter()
    tally = evaluate.Tally()
    span = ["main" if not found.returncode else "HEAD"]
    results = tally.count(evaluate.judging(rules)([*commits.walk(span, rules.issue_pattern)]))
    refused = [result for result in results if evaluate.errors(result)]
    spent = time.perf_counter() - start
    per_rule = collections.Counter(row.rule for result in refused for row in result.findings)
    suggested = sum(correction.suggest(result, rules) is not None for result in refused)
    print(f"\n{os.path.basename(repository)}, preset {rules.preset}: {tally.commits} commits in {spent:.2f} s")  # noqa: PTH119
    print(
        f"  judged {tally.checked}, not judged {tally.skipped}; refused {len(refused)}, {suggested} with a suggestion"
    )
    for rule, count in per_rule.most_common():
        print(f"  {rule:<24}{count:>7}")
    for result in random.Random(options.seed).sample(refused, min(options.sample, len(refused))):  # noqa: S311
        print(f"\n  {str(result.commit.oid)[:12]} {result.commit.message.header.text!r}")
        for row in result.findings:
            print(f"    {row.line}:{row.column} {row.severity} {sentence(row, en.TEXTS)[:140]} [{row.rule}]")
        corrected = correction.suggest(result, rules)
        if corrected:
            print(f"    -> {corrected.splitlines()[0]!r}")


if __name__ == "__main__":
    main()
