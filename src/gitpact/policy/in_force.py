"""Which policy is in force: in a work tree, in a revision, on the default branch, on a server."""

from __future__ import annotations

import os

from gitpact.errors import GitpactError, Phrase
from gitpact.git import cache
from gitpact.policy.files import BUILT_IN
from gitpact.records import NamedTuple, Policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gitpact.git.cache import Files, Key
    from gitpact.policy.files import Source
    from gitpact.records import Settings


SPARSE = "info/sparse-checkout"  # in a git directory: the patterns of what is in the work tree


class InForce(NamedTuple):
    """A policy, and the file that it came from: `gitpact.toml`, `main:gitpact.toml`, or "built-in preset" for none.

    `unread` names another file that holds a policy too and was not read. `broken` says why the policy of a server's
    project cannot be read (the built-in one is then in force). `administrator` is the path of the policy file whose
    keys the project cannot relax, on a server and elsewhere. Each is "" where there is none. `extended` are the paths
    of the project's other files that the policy was read from, for what it extends.
    """

    policy: Policy
    source: str
    unread: str = ""
    broken: str = ""
    administrator: str = ""
    extended: tuple[str, ...] = ()


def named(found: InForce) -> Phrase:
    """Return the preset of a policy and the file that it came from, for a line that begins with `policy:`."""
    from gitpact.policy import files  # noqa: PLC0415  no hook names it so

    if found.broken:
        return Phrase("the built-in preset {preset}", preset=found.policy.preset)
    if found.source == files.BUILT_IN:
        return Phrase("the built-in preset {preset}; there is no gitpact.toml", preset=found.policy.preset)
    return Phrase("preset {preset}, from {source}", preset=found.policy.preset, source=found.source)


def of_work_tree(top: str = "", git_dir: str = "", environ: Mapping[str, str] = os.environ) -> InForce:
    """The policy of the work tree `top`; for "" that of the current work tree, or current folder outside of one.

    With its `git_dir`, what was read is cached there (`gitpact/policy`) until a file that it depends on changes;
    `environ` is part of the cache's key, and so are the files that git's configuration names (`outside_files`). A
    policy file that a sparse checkout leaves out is read from the index. Without any it is the default policy. Raises
    GitpactError where a file cannot be read or is not valid.
    """
    top = top or top_level()
    if not git_dir:
        return _resolved(source_of_work_tree(top), *_outside_paths())
    paths = _outside_paths(git_dir, environ)
    key = (*cache.key(top, environ), *paths)
    return _kept(git_dir, cache.POLICY, key, lambda: _read_work_tree(top, git_dir, paths))


def of_revision(revision: str) -> InForce:
    """The policy that a revision of the repository here holds; the default policy where it holds none.

    Raises GitpactError for an unknown revision, for a name that several of a tag, a branch and a remote branch have,
    and for a policy that cannot be read or is not valid.
    """
    from gitpact.policy import files  # noqa: PLC0415  a policy that is kept spares the reading

    _refuse_ambiguous(revision)
    return _resolved(files.in_revision(revision), *_outside_paths())


def of_commit(oid: str, outside: Settings, path: str = "") -> InForce:
    """The policy that a commit of the repository here holds, or that of the file `path`; nothing is cached.

    With "" for both it is the built-in one. `outside` has the paths of the files outside of the project
    (`config.settings`). Raises GitpactError for a policy that cannot be read or is not valid, and for an unknown oid.
    """
    from gitpact.policy import files  # noqa: PLC0415  a policy that is kept spares the reading

    source = files.named(path) if path else files.in_revision(oid) if oid else files.Source()
    return _resolved(source, outside.floor, outside.patterns)


def of_no_project() -> InForce:
    """The built-in policy, with the files outside of the project that git's configuration names.

    Raises GitpactError where one of these cannot be read or is not valid.
    """
    from gitpact.policy import files  # noqa: PLC0415  as above

    return _resolved(files.Source(), *_outside_paths())


def of_default_branch(git_dir: str, environ: Mapping[str, str] = os.environ) -> InForce:
    """The policy on the default branch of the repository at the current folder, cached in its `git_dir`.

    Without any commit there, or with GITPACT_CONFIG, it is that of the files in the work tree or current folder;
    without a policy, the default one. `environ` is part of the cache's key. Raises GitpactError where the policy cannot
    be read or is not valid.
    """
    paths = _outside_paths(git_dir, environ)

    def read() -> tuple[InForce, Files | None]:
        from gitpact.git import head, message_settings  # noqa: PLC0415  a policy that is kept spares the reading
        from gitpact.policy import files, parsing  # noqa: PLC0415  as above

        before = cache.identities((*message_settings.possible_files(git_dir, environ), *head.files(git_dir), *paths))
        branch = head.default_branch()
        if not branch.oid or os.environ.get(files.VARIABLE):
            return _resolved(source_of_work_tree(top_level()), *paths), None
        found = _resolved(files.in_revision(branch.oid, branch.ref), *paths)
        return found, cache.extended(before, parsing.packed_paths(found.policy))

    return _kept(git_dir, cache.POLICY_OF_BRANCH, (*cache.key(git_dir, environ), *paths), read)


def of_server(git_dir: str = "", environ: Mapping[str, str] = os.environ, *, seconds: int = 0) -> InForce:
    """The policy for pushes to the bare repository here: the administrator's keys over those of the default branch.

    With its `git_dir`, what was read is cached there. A project's policy that cannot be read or is not valid is
    replaced by the default one, and `broken` says why. If `seconds` is not 0 and nothing is cached,
    `time_limit.limit_time` is set for this process, and stays set: waiting for git then raises DeadlineError or
    AbandonedError. Raises GitpactError where the administrator's file cannot be read or is not valid, and where
    `server.log` is not an absolute path.
    """

    def read() -> tuple[InForce, Files | None]:
        from gitpact.git import head, message_settings, time_limit  # noqa: PLC0415  a policy that is kept spares the reading

        if seconds:
            time_limit.limit_time(seconds)
        before = cache.identities((*message_settings.possible_files(git_dir, environ), *head.files(git_dir or ".")))
        found, paths = _read_server()
        return found, None if paths is None else cache.extended(before, paths)

    return _kept(git_dir, cache.POLICY, cache.key(git_dir, environ), read) if git_dir else read()[0]


def of_repository(git_dir: str, top: str, environ: Mapping[str, str] = os.environ) -> InForce:
    """The policy of the work tree `top` as by `of_work_tree`, or for "" as by `of_default_branch`; both cached.

    `git_dir` is the git directory of either; `environ` and errors are as there.
    """
    return of_work_tree(top, git_dir, environ) if top else of_default_branch(git_dir, environ)


def origins_in_work_tree() -> dict[str, str]:
    """Where each field of the policy of the current work tree has its value from (`parsing.origins`).

    Raises GitpactError as `of_work_tree` does.
    """
    from gitpact.policy import outside_files, parsing  # noqa: PLC0415  no hook asks

    return parsing.origins(source_of_work_tree(top_level())[:4], outside_files.read(*_outside_paths()).floor)


def overlooked(found: InForce) -> str:
    """A policy file that a person may expect to be in force; "" where there is none. It asks git.

    Beside a project's own file that is a second one. Where the built-in policy is in force it is one in a folder below
    the top, or that of the branch that the remote has for its default branch.
    """
    if found.unread or found.source != BUILT_IN:
        return found.unread
    from gitpact.git import processes, query, revision_lookup  # noqa: PLC0415  only a refusal asks
    from gitpact.policy import files  # noqa: PLC0415  as above

    tracked = query.text_or_nothing(
        *processes.MAGIC, "ls-files", "-z", "--full-name", "--", f":(top,glob)**/{files.OWN}"
    ).split("\0")
    if tracked[0]:
        return tracked[0]
    tip = revision_lookup.remote_branch("")
    try:
        source = files.in_revision(tip.oid, f"{revision_lookup.remote()}/{tip.name}") if tip.oid else files.Source()
    except GitpactError:
        return ""
    return source.name if source.text else ""


def top_level() -> str:
    """The top of the work tree, absolute; the current folder outside of one."""
    from gitpact.git import query  # noqa: PLC0415  hooks know where they are

    try:
        return query.top_level()
    except GitpactError:
        return os.getcwd()


def _outside_paths(git_dir: str = "", environ: Mapping[str, str] = os.environ) -> tuple[str, str]:
    """The paths of the two policy files outside the project that git's configuration names, "" for none."""
    if git_dir:
        from gitpact.git import message_settings  # noqa: PLC0415  a server reads all of the configuration

        settings = message_settings.read(git_dir, environ)
    else:
        from gitpact.git import config  # noqa: PLC0415  what is kept spares the process

        settings = config.settings(config.entries())
    return settings.floor, settings.patterns


def _resolved(source: Source, floor: str, patterns: str) -> InForce:
    from gitpact.policy import outside_files, parsing  # noqa: PLC0415  a policy that is kept spares the reading

    outside = outside_files.read(floor, patterns)
    seen: list[str] = []
    policy = parsing.resolved(source.noting(seen)[:4], *outside)
    return InForce(policy, source.name, source.unread, "", outside.floor.path, tuple(seen))


def source_of_work_tree(top: str, git_dir: str = "") -> Source:
    """The policy file of the work tree `top`, not parsed; its name is files.BUILT_IN where there is none.

    `git_dir` is its git directory, "" for that of the current folder. A file that a sparse checkout leaves out is read
    from the index; the one that GITPACT_CONFIG names comes before all. Raises GitpactError where it cannot be read.
    """
    from gitpact.policy import files  # noqa: PLC0415  as above

    if os.environ.get(files.VARIABLE):
        return files.named(os.environ[files.VARIABLE])
    source = files.in_work_tree(top)
    if not source.text:
        return files.in_index() if _is_sparse(git_dir) else source

    def read(name: str) -> str | None:
        text = source.read(name)
        return files.read_index(name) if text is None and _is_sparse(git_dir) else text

    return source._replace(read=read)


def _is_sparse(git_dir: str) -> bool:
    """Whether a sparse checkout may leave files out of the work tree of this git directory, or of the one here."""
    from gitpact.git import query  # noqa: PLC0415  most projects have a policy

    folder = git_dir or query.text_or_nothing("rev-parse", "--absolute-git-dir")
    return bool(folder) and os.path.exists(f"{folder}/{SPARSE}")


def _read_work_tree(top: str, git_dir: str, outside: tuple[str, str]) -> tuple[InForce, Files]:
    from gitpact.policy import files, parsing  # noqa: PLC0415  a policy that is kept spares the reading

    given = os.environ.get(files.VARIABLE)
    paths = [path for path in (given, *outside) if path]
    paths += [*(f"{top}/{name}" for name, _ in files.NAMES), f"{git_dir}/{SPARSE}"]
    before = cache.identities([*paths, f"{git_dir}/index"] if os.path.exists(paths[-1]) else paths)
    found = _resolved(source_of_work_tree(top, git_dir), *outside)
    folder = os.path.dirname(given) if given else top
    before = cache.extended(before, [os.path.join(folder, name) for name in found.extended])
    return found, cache.extended(before, parsing.packed_paths(found.policy))


def _read_server() -> tuple[InForce, list[str] | None]:
    """The policy of the repository here, and the files that it hangs on besides its branch; None: that cannot be told.

    Where the project's own is broken the built-in one takes its place. Raises GitpactError where the administrator's
    cannot be read.
    """
    from gitpact.git import config, head, message_settings, time_limit  # noqa: PLC0415  a policy that is kept spares the reading
    from gitpact.policy import files, outside_files, parsing  # noqa: PLC0415  as above

    entries = config.entries()
    outside = outside_files.of_server(entries)
    over = outside.floor
    no_policy = files.Source()
    parsing.resolved(no_policy[:4], *outside, server=True)  # a mistake of the administrator's is nobody else's
    source, broken = no_policy, ""
    seen: list[str] = []
    try:
        branch = head.default_branch()
        source = files.in_revision(branch.oid, branch.ref) if branch.oid else no_policy
        policy = parsing.resolved(source.noting(seen)[:4], *outside, server=True)
    except (time_limit.DeadlineError, time_limit.AbandonedError):
        raise
    except Exception as error:  # noqa: BLE001  a push that repairs the policy has to get in, whatever the policy does to its reader
        source, broken = no_policy, str(error) or type(error).__name__
        policy = parsing.resolved(source[:4], *outside, server=True)
    refuse_relative_log(policy, over.path)
    origins = message_settings.files(entries)
    paths = None if origins is None or broken else [*origins, *parsing.packed_paths(policy)]
    if paths is not None:
        paths += [file.path for file in outside if file.path]
    return InForce(policy, source.name, source.unread, broken, over.path, tuple(seen)), paths


def refuse_relative_log(policy: Policy, path: str) -> None:
    """Raise GitpactError where `server.log` of the policy, which was read from the file `path`, is not absolute."""
    if policy.log and not os.path.isabs(policy.log):
        raise GitpactError(
            "{path}: server.log = {log!r} is not an absolute path",
            "write an absolute path, for example /var/log/gitpact.jsonl",
            path=path,
            log=policy.log,
        )


def _refuse_ambiguous(revision: str) -> None:
    """Raise GitpactError for the name of several refs: git would take a tag, which others may push, for a branch."""
    from gitpact.git import query  # noqa: PLC0415  hooks need no revision

    names = [f"{folder}/{revision}" for folder in ("refs/tags", "refs/heads", "refs/remotes")]
    listed = query.text_or_nothing("for-each-ref", "--format=%(refname)", *names).split("\n")
    meant = [name for name in names if name in listed]
    if len(meant) > 1:
        raise GitpactError(
            "the name {revision} is ambiguous: {meant}",
            "write the full name of the ref, such as {one}",
            revision=revision,
            meant=" and ".join(meant),
            one=meant[-1],
        )


def _kept(git_dir: str, file: str, key: Key, read: Callable[[], tuple[InForce, Files | None]]) -> InForce:
    path = f"{git_dir}/{cache.DIRECTORY}/{file}"
    return cache.cached(
        *(path, key, read),
        pack=lambda found: (found.policy.packed(), *found[1:]),
        unpack=lambda data: InForce(Policy.unpacked(data[0]), *data[1:]),
    )
