"""Who works on the batches: threads of this process with a measuring process each, or the workers of a Dask cluster."""

from __future__ import annotations

import logging
import os
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, NamedTuple

from gitpact import __version__
from gitpact.audit import worker
from gitpact.errors import GitpactError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from distributed import Client

    from gitpact.audit.worker import Done, Task

CONNECT_SECONDS = 20


class Lost(NamedTuple):
    """A task that no worker could finish, and why."""

    task: Task
    reason: str


def local(tasks: Sequence[Task], jobs: int) -> Iterator[Done | Lost]:
    """Work on the tasks with so many measuring processes at once; yields what is done as it is done.

    A reader that stops early ends the processes.
    """
    pool = ThreadPoolExecutor(jobs)
    try:
        begun = {pool.submit(worker.work, task): task for task in tasks}
        for future in as_completed(begun):
            error = future.exception()
            yield future.result() if error is None else Lost(begun[future], f"{type(error).__name__}: {error}")
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        worker.close()
        pool.shutdown()


def cluster(address: str) -> Client:
    """Connect to the scheduler of a Dask cluster, such as tcp://HOST:8786; to be used in a `with` block.

    Raises ImportError where `distributed` is not installed, and GitpactError where nobody answers, there is no worker,
    or a worker has another gitpact.
    """
    from distributed import Client  # noqa: PLC0415  an extra, and slow to load

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is said once, by us
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise GitpactError(
            "there is no Dask scheduler at {address}: {error}",
            "start one: dask scheduler; and on each machine: dask worker {address} --nthreads 1",
            address=address,
            error=error,
        ) from error
    versions = set(client.run(version).values())
    if versions != {__version__}:
        client.close()
        others = ", ".join(sorted(map(str, versions))) or "no workers"
        raise GitpactError(
            "the workers of {address} need gitpact {version}, but they have: {others}",
            "install the same gitpact[audit,dask] on all machines, and start the workers again",
            address=address,
            version=__version__,
            others=others,
        )
    return client


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def workers(client: Client) -> int:
    """How many workers a cluster has now."""
    return len(client.scheduler_info(n_workers=-1)["workers"])


def version() -> str:
    """The version of the gitpact that a worker has."""
    return __version__


def on_cluster(tasks: Sequence[Task], client: Client) -> Iterator[Done | Lost]:
    """Work on the tasks with all workers of a cluster; yields what is done as it is done.

    The task of a worker that is lost goes to another one. Raises GitpactError where the scheduler is lost.
    """
    from distributed import as_completed as completed  # noqa: PLC0415  an extra

    # Largest first: the scheduler keeps the order of what was submitted first.
    begun = {client.submit(worker.work, task, pure=False, priority=-at): task for at, task in enumerate(tasks)}
    for future in completed([*begun], loop=client.loop):
        try:
            error = future.exception()
            found = future.result() if error is None else Lost(begun[future], f"{type(error).__name__}: {error}")
        except (OSError, CancelledError) as lost:
            raise GitpactError(
                "the connection to the Dask scheduler is lost",
                "start the scheduler again, then run the same command: finished batches are kept",
            ) from lost
        yield found
