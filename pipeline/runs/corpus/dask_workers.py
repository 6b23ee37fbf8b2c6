"""Workers of Dask. The only module that loads what the extra ``dask`` brings."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import re
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.util import find_spec
from multiprocessing import forkserver
from typing import Any, Final

from pydantic import SecretStr

from pipeline.errors import ConfigurationError, PipelineError
from pipeline.llm.limit_server import LOOPBACK
from pipeline.runs.corpus.remote import ShardDone, WorkerDied, do_shard
from pipeline.runs.corpus.shard import ShardSpec

INSTALL: Final = "pip install 'pipeline-cited-summaries[dask]'"
_LOCAL: Final = re.compile(r"local:([1-9][0-9]{0,3})")
_ADDRESS: Final = re.compile(r"(?:(?:tcp|tls|ucx|ws|wss)://)?(\[[0-9a-fA-F:]+\]|[\w.-]+):([0-9]{1,5})")
_CONNECT_SECONDS: Final = 30
_LOADED: Final = ["distributed", "pipeline.runs.corpus.remote", "pipeline.llm.openai_client", "syntok.segmenter"]


def local_size(cluster: str) -> int | None:
    """How many workers ``local:N`` asks for; None where a scheduler's address is given.

    Raises:
        ConfigurationError: it is neither.
    """
    local = _LOCAL.fullmatch(cluster)
    if local is not None:
        return int(local[1])
    if cluster.startswith("local:") or _ADDRESS.fullmatch(cluster) is None:
        raise ConfigurationError(
            f"--cluster {cluster} is neither local:N nor an address.",
            hint="Write local:4 for four processes here, or tcp://HOST:8786, where a Dask scheduler listens.",
        )
    return None


def check_cluster(cluster: str) -> None:
    """Nothing, if the cluster is named as one is, and Dask is installed.

    Raises:
        ConfigurationError: it is not.
    """
    local_size(cluster)
    if find_spec("distributed") is None:
        raise ConfigurationError("--cluster needs Dask, which is not installed.", hint=INSTALL)


def host_facing(cluster: str) -> str:
    """This machine's own address, as whoever is near the scheduler sees it."""
    found = _ADDRESS.fullmatch(cluster)
    if local_size(cluster) is not None or found is None:
        return LOOPBACK
    try:
        kind, _, _, _, at = socket.getaddrinfo(found[1].strip("[]"), int(found[2]), type=socket.SOCK_DGRAM)[0]
        with socket.socket(kind, socket.SOCK_DGRAM) as probe:
            probe.connect(at)  # of a datagram socket, this sends nothing
            return str(probe.getsockname()[0])
    except OSError as error:
        raise ConfigurationError(f"There is no way to the cluster at {cluster}: {error.strerror}.") from error


class DaskWorkers:
    """The workers of a scheduler, as many as there are at the moment."""

    def __init__(self, client: Any, distributed: Any, limiter: SecretStr | None) -> None:
        self._client = client
        self._distributed = distributed
        self._limiter = limiter

    @property
    def size(self) -> int:
        """Tasks that they do at a time; 1 while there is no worker yet."""
        workers: Mapping[str, Any] = self._client.scheduler_info(n_workers=-1)["workers"]
        return max(1, sum(int(worker["nthreads"]) for worker in workers.values()))

    async def do(self, spec: ShardSpec) -> ShardDone:
        """The shard's end. Where a worker dies, Dask gives the shard to another, up to three times."""
        future = self._client.submit(do_shard, spec, self._limiter, pure=False)
        try:
            done: ShardDone = await future
        except self._distributed.KilledWorker as error:
            raise WorkerDied from error
        except self._distributed.client.FutureCancelledError as error:
            raise _lost() from error
        except asyncio.CancelledError:
            await future.cancel(force=True)
            raise
        except (ImportError, AttributeError) as error:
            raise ConfigurationError(
                f"A worker of the cluster cannot do a shard: {error}.",
                hint="The same version of this program must be installed there as here.",
            ) from error
        return done


@asynccontextmanager
async def open_dask(
    cluster: str, limiter: SecretStr | None, environment: Mapping[str, str]
) -> AsyncIterator[DaskWorkers]:
    """Workers: so many processes here (``local:N``), ended at the end, or those of a scheduler that is there already.

    Args:
        cluster: ``local:N``, or the scheduler's address.
        limiter: who keeps the limits that all share.
        environment: for processes that are started here, beside this one's.

    Raises:
        ConfigurationError: Dask is not installed, or the cluster cannot be had.
    """
    size = local_size(cluster)
    dask, distributed = _loaded()
    async with AsyncExitStack() as opened:
        opened.enter_context(dask.config.set({"distributed.worker.multiprocessing-method": _method()}))
        try:
            at: Any = cluster
            if size is not None:
                scratch = opened.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
                at = await opened.enter_async_context(
                    distributed.LocalCluster(
                        n_workers=size,
                        threads_per_worker=1,
                        processes=True,
                        host=LOOPBACK,
                        dashboard_address=None,
                        local_directory=scratch,
                        silence_logs=logging.CRITICAL,
                        env={**_own_environment(), **environment},
                        asynchronous=True,
                    )
                )
            client = distributed.Client(at, asynchronous=True, timeout=_CONNECT_SECONDS)
            await opened.enter_async_context(client)
        except (OSError, TimeoutError, ValueError) as error:
            raise ConfigurationError(f"The cluster {cluster} cannot be had: {error}.") from error
        yield DaskWorkers(client, distributed, limiter)


def _method() -> str:
    """How processes are started: where it can be had, as forks of one that has loaded all that they need."""
    if "forkserver" not in multiprocessing.get_all_start_methods() or sys.platform == "darwin":
        return "spawn"
    forkserver.set_forkserver_preload(_LOADED)
    forkserver.ensure_running()  # now, since Dask would name modules of its own
    return "forkserver"


def _own_environment() -> dict[str, str]:
    """Key, endpoint and settings, for workers that are forks of a process that was started before these were set."""
    return {name: value for name, value in os.environ.items() if name.startswith(("OPENAI_", "PIPELINE_"))}


def _loaded() -> tuple[Any, Any]:
    import dask  # noqa: PLC0415  an extra, and a second to load
    import distributed  # noqa: PLC0415  an extra

    return dask, distributed


def _lost() -> PipelineError:
    return ConfigurationError(
        "The cluster's scheduler was lost.", hint="What is done is kept: the same command goes on where it stopped."
    )
