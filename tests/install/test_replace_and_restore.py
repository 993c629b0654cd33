"""One hook's file: planned, put in, taken out, and whole after a crash at any point (how-hooks-are-installed 9 to 21)."""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import shutil
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitpact.errors import GitpactError
from gitpact.install import hook_script, replace_and_restore
from gitpact.install.replace_and_restore import Step
from tests.support.repos import listing, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.usefixtures("each_git")

HOOK = "commit-msg"
KEPT, EDITED, SCRATCH = f"{HOOK}.gitpact-orig", f"{HOOK}.gitpact-edited", f"{HOOK}.gitpact-new"
SCRIPT = "#!/bin/sh\nexit 0\n"
OLD = 1_600_000_000_123_456_789
# Everything by which `files` changes a disk, or asks it a question on the way.
CALLS = ("open", "link", "fchmod", "fsync", "access", "rename", "replace", "unlink")


class Killed(BaseException):
    """What a process that is no more would do: nothing."""


def put_script(path: Path) -> None:
    write(path, SCRIPT, 0o755)


def put_plain(path: Path) -> None:
    write(path, SCRIPT, 0o640)


def put_link(path: Path) -> None:
    path.symlink_to(write(path.parent.parent / "elsewhere" / "script", SCRIPT, 0o755))


def put_dangling(path: Path) -> None:
    path.symlink_to("../elsewhere/nothing")


def put_shim(path: Path) -> None:
    install(path)


def put_older_shim(path: Path) -> None:
    """Of another interpreter, chaining a hook."""
    put_script(path)
    install(path)
    body = path.read_bytes().replace(b"lib=", b"lib=/older", 1).split(b"\n", 2)[2]
    digest = hashlib.sha256(body).hexdigest()
    path.write_bytes(f"#!/bin/sh\n# gitpact shim 0 sha256:{digest} (older)\n".encode() + body)


def put_edited_shim(path: Path) -> None:
    put_script(path)
    install(path)
    with path.open("ab") as file:
        file.write(b"echo mine\n")


FOREIGN: dict[str, Callable[[Path], None]] = {
    "an executable hook": put_script,
    "a hook that is not executable": put_plain,
    "a live link": put_link,
    "a dangling link": put_dangling,
}
STANDING: dict[str, Callable[[Path], None]] = {
    **FOREIGN,
    "no hook": lambda _path: None,
    "a shim": put_shim,
    "an older shim that chains a hook": put_older_shim,
    "an edited shim that chains a hook": put_edited_shim,
}
every_foreign = pytest.mark.parametrize("put", FOREIGN.values(), ids=FOREIGN)
every_standing = pytest.mark.parametrize("put", STANDING.values(), ids=STANDING)


@pytest.fixture
def hook(sandbox: Path) -> Path:
    """The path of a hook in an empty hooks directory."""
    folder = sandbox / "hooks"
    folder.mkdir()
    return folder / HOOK


def install(path: Path, *, force: bool = False) -> Step:
    step = replace_and_restore.plan_install(path, force=force)
    replace_and_restore.apply(step, 0o755)
    return step


def clean(path: Path) -> Step:
    step = replace_and_restore.plan_clean(path)
    replace_and_restore.apply(step, 0)
    return step


def stand(put: Callable[[Path], None], hook: Path) -> dict[str, tuple[int, int, bytes]]:
    """Put something at the hook's path, long ago; returns what the hooks directory then holds."""
    put(hook)
    for path in hook.parent.iterdir():
        os.utime(path, ns=(OLD, OLD), follow_symlinks=False)
    return listing(hook.parent)


def assert_live(hook: Path) -> None:
    """The shim at the hook's path is whole, git would run it, and the hook it chains is there."""
    found = replace_and_restore.inspect(hook)
    assert (found.kind, found.runs) == ("ours", True)
    assert found.shim
    assert not found.shim.before or os.path.lexists(hook.with_name(found.shim.before))


# What stands there


@pytest.mark.parametrize(
    ("put", "kind", "runs"),
    [
        (STANDING["no hook"], "absent", False),
        (put_script, "foreign", True),
        (put_plain, "foreign", False),
        (put_link, "foreign", True),
        (put_dangling, "foreign", False),
        (put_shim, "ours", True),
        (put_older_shim, "ours", True),
        (put_edited_shim, "edited", True),
    ],
    ids=[
        "nothing",
        "an executable hook",
        "a hook that is not executable",
        "a live link",
        "a dangling link",
        "a shim",
        "an older shim",
        "an edited shim",
    ],
)
def test_looks_without_following(hook: Path, put: Callable[[Path], None], kind: str, *, runs: bool) -> None:
    put(hook)
    found = replace_and_restore.inspect(hook)
    assert (found.kind, found.runs) == (kind, runs)


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["a directory", "a fifo"])
@pytest.mark.parametrize(
    "plan", [replace_and_restore.plan_install, replace_and_restore.plan_clean], ids=["install", "clean"]
)
def test_what_is_no_file_is_refused(hook: Path, make: Callable[[Path], None], plan: Callable[[Path], Step]) -> None:
    """how-hooks-are-installed 13."""
    make(hook)
    with pytest.raises(GitpactError, match=r"commit-msg: not a regular file, but a directory or device") as caught:
        plan(hook)
    assert "move the directory or device away," in caught.value.hint
    assert list(hook.parent.iterdir()) == [hook]


def test_a_hook_that_cannot_be_read_is_foreign(hook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_script(hook)
    monkeypatch.setattr(Path, "read_bytes", refusing(errno.EACCES))
    assert replace_and_restore.inspect(hook).kind == "foreign"


# Put in, taken out


@every_foreign
def test_a_hook_that_was_there_is_kept_and_comes_back(hook: Path, put: Callable[[Path], None]) -> None:
    """how-hooks-are-installed 9, 10, 12, 16: the same bytes, mode, time and link; a link's target is never written."""
    before = stand(put, hook)
    elsewhere = listing_of_target(hook)
    step = install(hook)
    assert (step.action, step.before, step.keep) == ("install", KEPT, KEPT)
    assert step.runs is (put in {put_script, put_link})
    assert listing(hook.parent)[KEPT] == before[HOOK]
    assert not hook.is_symlink()
    assert stat.S_IMODE(hook.stat().st_mode) == 0o755
    assert_live(hook)
    assert clean(hook).action == "restore"
    assert listing(hook.parent) == before
    assert listing_of_target(hook) == elsewhere


def listing_of_target(hook: Path) -> dict[str, tuple[int, int, bytes]]:
    folder = hook.parent.parent / "elsewhere"
    return listing(folder) if folder.is_dir() else {}


def test_nothing_was_there(hook: Path) -> None:
    assert install(hook)[1:4] == ("install", "", "")
    assert list(hook.parent.iterdir()) == [hook]
    assert clean(hook).action == "remove"
    assert list(hook.parent.iterdir()) == []


@every_standing
def test_installing_again_changes_nothing(hook: Path, put: Callable[[Path], None]) -> None:
    """how-hooks-are-installed 18: no second backup, the same bytes, the same time."""
    put(hook)
    install(hook, force=True)
    first = listing(hook.parent)
    assert install(hook).action == "unchanged"
    assert listing(hook.parent) == first


def test_cleaning_where_nothing_is_installed_changes_nothing(hook: Path) -> None:
    """how-hooks-are-installed 16."""
    assert clean(hook) == Step(hook, "unchanged")
    before = stand(put_script, hook)
    assert clean(hook) == Step(hook, "leave-foreign")
    assert listing(hook.parent) == before


@pytest.mark.parametrize("taken", [[KEPT], [KEPT, f"{KEPT}.1"]], ids=["once", "twice"])
def test_a_taken_name_is_never_overwritten(hook: Path, taken: list[str]) -> None:
    """how-hooks-are-installed 11: the next number is chosen, the others are told of."""
    for name in taken:
        write(hook.with_name(name), name)
    before = stand(put_script, hook)
    step = install(hook)
    assert (step.keep, step.before, step.strays) == (f"{KEPT}.{len(taken)}", f"{KEPT}.{len(taken)}", tuple(taken))
    assert clean(hook).strays == tuple(taken)
    assert listing(hook.parent) == before


def test_an_older_shim_is_brought_up_to_date(hook: Path) -> None:
    """how-hooks-are-installed 14, 18: a whole shim of any version is ours; what it chains stays chained."""
    put_older_shim(hook)
    assert install(hook)[1:4] == ("update", KEPT, "")
    assert_live(hook)
    assert clean(hook).action == "restore"
    assert hook.read_text() == SCRIPT


def test_a_shim_that_lost_its_mode_gets_it_back(hook: Path) -> None:
    """how-hooks-are-installed 22: git ignores a hook that is not executable."""
    put_shim(hook)
    hook.chmod(0o644)
    assert install(hook).action == "update"
    assert_live(hook)


def test_an_edited_shim_is_left_alone(hook: Path) -> None:
    """how-hooks-are-installed 14."""
    before = stand(put_edited_shim, hook)
    with pytest.raises(GitpactError, match="edited by hand") as caught:
        install(hook)
    assert "gitpact install --force" in caught.value.hint
    step = clean(hook)
    assert (step.action, step.strays) == ("leave-edited", (KEPT,))
    assert listing(hook.parent) == before


def test_force_keeps_a_copy_of_an_edited_shim(hook: Path) -> None:
    """how-hooks-are-installed 14: and the hook that it chained is still chained."""
    for name in (EDITED, f"{EDITED}.1"):
        before = stand(lambda path: append(install_over(path), "echo mine"), hook)
        step = install(hook, force=True)
        assert (step.action, step.keep, step.before) == ("update", name, "")
        assert listing(hook.parent)[name] == before[HOOK]
        assert_live(hook)
    assert clean(hook).strays == (EDITED, f"{EDITED}.1")


def install_over(path: Path) -> Path:
    install(path, force=True)
    return path


def append(path: Path, line: str) -> None:
    with path.open("a") as file:
        file.write(f"{line}\n")


def test_a_path_in_the_advice_is_quoted(sandbox: Path) -> None:
    """how-hooks-are-installed 26."""
    hook = sandbox / "it's $HOME" / HOOK
    hook.parent.mkdir()
    put_edited_shim(hook)
    with pytest.raises(GitpactError) as caught:
        install(hook)
    assert f"cat '{sandbox}/it'\"'\"'s $HOME/{HOOK}'; " in caught.value.hint


def test_a_hook_that_replaced_the_shim_is_left_alone(hook: Path) -> None:
    """how-hooks-are-installed 17: nothing is restored over it, and what was kept stays, and is told of."""
    put_script(hook)
    install(hook)
    hook.unlink()
    put_script(hook)
    before = listing(hook.parent)
    step = clean(hook)
    assert (step.action, step.strays) == ("leave-foreign", (KEPT,))
    assert listing(hook.parent) == before


def test_a_second_hook_is_kept_beside_the_first(hook: Path) -> None:
    """Defect 5 of the field: hook ONE, install, the user writes hook TWO, install: both are there still."""
    write(hook, "ONE", 0o755)
    install(hook)
    hook.unlink()
    write(hook, "TWO", 0o755)
    step = install(hook)
    assert (step.before, step.strays) == (f"{KEPT}.1", (KEPT,))
    assert clean(hook).action == "restore"
    assert (hook.read_text(), hook.with_name(KEPT).read_text()) == ("TWO", "ONE")


def test_a_removed_shim_chains_what_it_left(hook: Path) -> None:
    """how-hooks-are-installed 17, 19: the shim was removed by hand, so the kept hook is all there is of the user's own."""
    write(hook, "ONE", 0o755)
    install(hook)
    hook.unlink()
    write(hook.with_name(EDITED), "stray")
    step = install(hook)
    assert (step.action, step.before, step.keep, step.strays) == ("install", KEPT, "", (EDITED,))
    assert step.runs
    clean(hook)
    assert hook.read_text() == "ONE"


@pytest.mark.parametrize("edited", [False, True], ids=["whole", "edited"])
def test_a_shim_that_lost_its_chained_hook(hook: Path, *, edited: bool) -> None:
    """how-hooks-are-installed 27: every commit is refused, so installing must not say that all is well."""
    put_script(hook)
    install(hook)
    hook.with_name(KEPT).unlink()
    if not edited:
        with pytest.raises(
            GitpactError, match=r"gitpact-orig: gitpact saved your own hook here, but the file is missing"
        ):
            install(hook)
        assert replace_and_restore.plan_clean(hook).action == "remove"
    else:
        append(hook, "echo mine")
    assert install(hook, force=True).before == ""
    assert_live(hook)


def test_follows_no_link_that_waits_at_the_scratch_name(hook: Path) -> None:
    """how-hooks-are-installed 12, 19."""
    victim = write(hook.parent.parent / "victim", "precious")
    hook.with_name(SCRATCH).symlink_to(victim)
    install(hook)
    assert victim.read_text() == "precious"
    assert list(listing(hook.parent)) == [HOOK]


def test_sweeps_what_a_killed_install_left_where_nothing_else_is_to_do(hook: Path) -> None:
    """how-hooks-are-installed 19."""
    install(hook)
    write(hook.with_name(SCRATCH), "half")
    assert install(hook).action == "unchanged"
    assert list(listing(hook.parent)) == [HOOK]


# What the disk refuses


def refusing(code: int, filename: object = None) -> Callable[..., NoReturn]:
    def refuse(*_args: object, **_options: object) -> NoReturn:
        raise OSError(code, os.strerror(code), filename)

    return refuse


def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without hard links."""
    monkeypatch.setattr(os, "link", refusing(errno.EPERM))


REFUSALS = {
    "read-only file system": ("open", errno.EROFS),
    "permission denied": ("open", errno.EACCES),
    "disk full while writing": ("fsync", errno.ENOSPC),
    "disk full while renaming": ("replace", errno.ENOSPC),
    "no change of mode": ("fchmod", errno.EPERM),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
@pytest.mark.parametrize("links", [True, False], ids=["with hard links", "without hard links"])
@every_standing
def test_a_refusal_changes_nothing(
    hook: Path, monkeypatch: pytest.MonkeyPatch, put: Callable[[Path], None], refusal: tuple[str, int], *, links: bool
) -> None:
    """how-hooks-are-installed 21: one line that names the path, nothing half done."""
    call, code = refusal
    before = stand(put, hook)
    if put is put_shim:
        hook.chmod(0o644)
        before = listing(hook.parent)
    if not links:
        no_links(monkeypatch)
    monkeypatch.setattr(os, call, refusing(code))
    with pytest.raises(GitpactError) as caught:
        install(hook, force=True)
    assert str(caught.value) == f"{hook}: {os.strerror(code)}"
    monkeypatch.undo()
    assert listing(hook.parent) == before


@every_foreign
def test_a_hook_that_can_neither_be_linked_nor_copied(
    hook: Path, monkeypatch: pytest.MonkeyPatch, put: Callable[[Path], None]
) -> None:
    """how-hooks-are-installed 21: what was copied of it is taken away again."""
    before = stand(put, hook)
    no_links(monkeypatch)
    monkeypatch.setattr(shutil, "copystat", refusing(errno.ENOSPC, "copy"))
    with pytest.raises(GitpactError, match="No space left"):
        install(hook)
    assert listing(hook.parent) == before


def test_a_name_that_was_taken_meanwhile_is_not_overwritten(hook: Path) -> None:
    """how-hooks-are-installed 11, 20."""
    put_script(hook)
    step = replace_and_restore.plan_install(hook)
    kept = write(hook.with_name(KEPT), "somebody else's")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os.path, "lexists", lambda _path: False)
        with pytest.raises(GitpactError, match="File exists"):
            replace_and_restore.apply(step, 0o755)
    assert kept.read_text() == "somebody else's"
    assert hook.read_text() == SCRIPT


@every_foreign
def test_without_hard_links_a_faithful_copy_is_kept(
    hook: Path, monkeypatch: pytest.MonkeyPatch, put: Callable[[Path], None]
) -> None:
    """how-hooks-are-installed 9, 10, 12."""
    before = stand(put, hook)
    no_links(monkeypatch)
    install(hook)
    assert listing(hook.parent)[KEPT] == before[HOOK]
    clean(hook)
    assert listing(hook.parent) == before


def test_a_place_where_nothing_can_be_executed_is_refused(hook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-hooks-are-installed 22: mounted noexec, git would ignore the hook."""
    before = stand(put_script, hook)
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    with pytest.raises(GitpactError, match=r"commit-msg\.gitpact-new: a file here cannot be executed"):
        install(hook)
    assert listing(hook.parent) == before


@pytest.mark.parametrize("call", ["replace", "unlink"])
def test_a_hook_that_cannot_be_taken_out_stays(hook: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """how-hooks-are-installed 21."""
    if call == "replace":
        put_script(hook)
    install(hook)
    before = listing(hook.parent)
    monkeypatch.setattr(os, call, refusing(errno.EROFS, "there"))
    with pytest.raises(GitpactError, match=r"^there: Read-only file system$"):
        clean(hook)
    assert listing(hook.parent) == before


# Killed between any two steps


@contextmanager
def killed_before(number: int) -> Iterator[None]:
    """Die before the `number`th call that touches the disk."""
    count = itertools.count(1)

    def dying(call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: object, **options: object) -> object:
            if next(count) == number:
                raise Killed
            return call(*args, **options)

        return counted

    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, dying(getattr(os, name)))
        yield


def kill(job: Callable[[], object], number: int) -> bool:
    """Run a job that is killed before its `number`th call; tells whether it was."""
    with suppress(Killed), killed_before(number):
        job()
        return False
    return True


def remake(hook: Path, put: Callable[[Path], None]) -> dict[str, tuple[int, int, bytes]]:
    for path in hook.parent.iterdir():
        path.unlink()
    return stand(put, hook)


@pytest.mark.parametrize("links", [True, False], ids=["with hard links", "without hard links"])
@every_standing
def test_an_install_that_is_killed(
    hook: Path, monkeypatch: pytest.MonkeyPatch, put: Callable[[Path], None], *, links: bool
) -> None:
    """how-hooks-are-installed 19: either the old hook or the new one is there; the next install or clean repairs the rest."""
    if not links:
        no_links(monkeypatch)
    before = remake(hook, put)
    number = 1
    while kill(lambda: install(hook, force=True), number):
        assert before.items() <= listing(hook.parent).items()
        install(hook, force=True)
        assert_live(hook)
        remake(hook, put)
        kill(lambda: install(hook, force=True), number)
        assert_cleaned(hook, before, links=links)
        remake(hook, put)
        number += 1
    assert number > (1 if put is put_shim else 5)


def assert_cleaned(hook: Path, before: dict[str, tuple[int, int, bytes]], *, links: bool) -> None:
    """Nothing of gitpact's is left but an edited shim, and the user's own hook is back."""
    clean(hook)
    now = listing(hook.parent)
    assert SCRATCH not in now
    if EDITED in now or hook_script.parse(before.get(HOOK, (0, 0, b""))[2]):
        return
    assert now.get(HOOK) == before.get(HOOK)
    # Without hard links a killed install may leave a second copy, which clean tells of and does not touch.
    assert now == before or (not links and set(now) == {HOOK, KEPT} and now[KEPT] == now[HOOK])


@every_standing
def test_a_clean_that_is_killed(hook: Path, put: Callable[[Path], None]) -> None:
    """how-hooks-are-installed 19."""
    installed = reinstall(hook, put)
    number = 1
    while kill(lambda: clean(hook), number):
        assert listing(hook.parent) == installed
        clean(hook)
        done = listing(hook.parent)
        assert clean(hook).action in {"unchanged", "leave-foreign", "leave-edited"}
        assert listing(hook.parent) == done
        installed = reinstall(hook, put)
        number += 1
    assert number > 1


def reinstall(hook: Path, put: Callable[[Path], None]) -> dict[str, tuple[int, int, bytes]]:
    remake(hook, put)
    if put is not put_edited_shim:
        install(hook)
    return listing(hook.parent)


def test_the_second_name_of_a_killed_install_is_used_or_taken_away(hook: Path) -> None:
    """how-hooks-are-installed 19: killed after the first step, the hook has two names."""
    before = stand(put_script, hook)
    os.link(hook, hook.with_name(KEPT))
    assert replace_and_restore.plan_install(hook)[1:4] == ("install", KEPT, KEPT)
    assert clean(hook) == Step(hook, "leave-foreign", keep=KEPT)
    assert listing(hook.parent) == before


def test_the_second_name_of_a_killed_force_is_used_or_taken_away(hook: Path) -> None:
    """how-hooks-are-installed 19."""
    before = stand(put_edited_shim, hook)
    os.link(hook, hook.with_name(EDITED))
    assert replace_and_restore.plan_install(hook, force=True)[1:4] == ("update", KEPT, EDITED)
    assert clean(hook).keep == EDITED
    assert listing(hook.parent) == before


# Whatever stood there


NAMES = [HOOK, KEPT, f"{KEPT}.1", f"{KEPT}.2", EDITED, "commit-msg.sample", "pre-push"]
TIMES = st.integers(1, OLD)
FILES = st.tuples(st.sampled_from([0o755, 0o644, 0o700, 0o600, 0o555, 0o444]), TIMES, st.binary(max_size=40))
LINKS = st.tuples(st.none(), TIMES, st.sampled_from([b"../script", b"nowhere", b"commit-msg", b"/"]))
STATES = st.dictionaries(st.sampled_from(NAMES), st.one_of(FILES, LINKS))
Entry = tuple[int | None, int, bytes]


def build(folder: Path, state: dict[str, Entry]) -> Path:
    folder.mkdir()
    write(folder.parent / "script", SCRIPT, 0o755)
    for name, (mode, time, data) in state.items():
        path = folder / name
        if mode is None:
            path.symlink_to(os.fsdecode(data))
        else:
            path.write_bytes(data)
            path.chmod(mode)
        os.utime(path, ns=(time, time), follow_symlinks=False)
    return folder / HOOK


numbers = itertools.count()


@given(STATES)
@settings(database=None, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_install_then_clean_is_the_identity(sandbox: Path, state: dict[str, Entry]) -> None:
    """how-hooks-are-installed 16, 18, for whatever stood in the hooks directory, leftovers of ours included.

    One exception, wanted: where there is no hook but one that a removed shim left behind, that one is the hook again.
    """
    hook = build(sandbox / f"hooks{next(numbers)}", state)
    before = listing(hook.parent)
    install(hook)
    once = listing(hook.parent)
    assert install(hook).action == "unchanged"
    assert listing(hook.parent) == once
    assert_live(hook)
    clean(hook)
    if HOOK not in before and KEPT in before:
        before[HOOK] = before.pop(KEPT)
    assert listing(hook.parent) == before


@given(STATES)
@settings(database=None, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_clean_alone_changes_nothing(sandbox: Path, state: dict[str, Entry]) -> None:
    """how-hooks-are-installed 16."""
    hook = build(sandbox / f"hooks{next(numbers)}", state)
    before = listing(hook.parent)
    assert clean(hook).action in {"unchanged", "leave-foreign"}
    assert listing(hook.parent) == before
