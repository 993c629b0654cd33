"""Every message of two real histories: nothing crashes, trailers are git's, every suggestion passes and says the same.

The bundles (open-im-server, containerd) are not part of the project; they stand beside it where we develop and in CI.
"""

from __future__ import annotations

import subprocess
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitpact import message
from gitpact.git.commits import walk
from gitpact.policy import parsing
from gitpact.rules import correction, evaluate
from tests.support.words import says_the_same

if TYPE_CHECKING:
    from gitpact.records import Commit, Policy

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("unmeasured")]

BUNDLES = Path(__file__).parents[3] / "shared" / "data"
PRESETS = ["standard", "openim", "strict"]
HISTORIES = {"open-im-server": 1738, "containerd": 17171}


@pytest.fixture(params=HISTORIES)
def history(request: pytest.FixtureRequest, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a history; the test stands in a bare clone of it."""
    name: str = request.param
    bundle = BUNDLES / f"{name}.bundle"
    if not bundle.is_file():
        pytest.skip(f"no {bundle.name} beside the project")
    target = sandbox / name
    subprocess.run(["git", "clone", "-q", "--bare", str(bundle), str(target)], check=True)
    monkeypatch.chdir(target)
    return name


def test_trailers_of_every_message_are_gits(history: str) -> None:
    """`%(trailers:only,unfold)` is `interpret-trailers --parse --no-divider` for every commit, in one process."""
    args = ["git", "log", "-z", "--encoding=UTF-8", "--format=%(trailers:only=true,unfold=true)%x00%B", "main"]
    fields = subprocess.run(args, capture_output=True, check=True).stdout.split(b"\0")
    pairs = list(zip(fields[::2], fields[1::2], strict=False))
    assert len(pairs) == HISTORIES[history]
    for theirs, body in pairs:
        found = message.from_bytes(body).trailers
        ours = "".join(f"{trailer.key}: {trailer.value}\n" for trailer in found)
        assert ours == theirs.decode("utf-8", "replace"), body


@pytest.mark.parametrize("preset", PRESETS)
def test_every_message_is_judged_and_every_suggestion_passes(history: str, preset: str) -> None:
    """Each preset has its third of the commits; `benchmarks/real_histories.py` judges all by each."""
    rules = parsing.parse(f'preset = "{preset}"', "preset")
    tally = evaluate.Tally()
    commits = islice(walk(["main"], rules.issue_pattern), PRESETS.index(preset), None, len(PRESETS))
    for result in tally.count(evaluate.judging(rules)(list(commits))):
        suggestion = correction.suggest(result, rules)
        assert suggestion is None or passes(result.commit, suggestion, rules)
        text = result.commit.message.text
        assert suggestion is None or says_the_same(text, suggestion.split("\n")[0], rules), (text, suggestion)
    assert tally.commits >= HISTORIES[history] // len(PRESETS)
    assert tally.errors > 0


def passes(commit: Commit, text: str, rules: Policy) -> bool:
    corrected = message.from_bytes(text.encode(), issue_pattern=rules.issue_pattern)
    return evaluate.errors(evaluate.judge(commit._replace(message=corrected), rules)) == 0
