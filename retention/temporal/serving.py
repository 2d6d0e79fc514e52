"""How a worker process lives: connects with patience, works until it is told to stop, ends cleanly."""

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, NoReturn

from temporalio.client import Client
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.worker import Worker

from retention.settings import settings
from retention.temporal.connection import connect

GRACE = timedelta(seconds=5)  # what runs may finish; steps are repeatable, and launchers wait longer
AGAIN_AFTER = 1.0  # seconds until a server that does not answer is tried again

log = logging.getLogger("mainstay")


def serve(main: Callable[[], Coroutine[Any, Any, None]]) -> NoReturn:
    """Run a process's main coroutine until it ends or the process is told to, then leave for good."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    status = 0
    try:
        asyncio.run(_until_told(main()))
    except Exception:
        log.exception("This process cannot go on.")
        status = 1
    leave(status)


def leave(status: int) -> NoReturn:
    """End the process without tearing the interpreter down: Temporal's client may crash there."""
    gc.collect()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


async def both_namespaces() -> tuple[Client, Client]:
    """Clients of the namespace that managers follow and of the machinery's, as soon as they answer."""
    told = settings()
    return await patiently(told.temporal_namespace), await patiently(told.temporal_upkeep_namespace)


async def patiently(namespace: str) -> Client:
    """A client of a namespace; a server that is not there yet is waited for."""
    told = settings()
    while True:
        try:
            return await connect(told.temporal_address, namespace, runtime=_runtime())
        except RuntimeError as away:
            log.warning("Temporal at %s does not answer: %s", told.temporal_address, str(away)[:200])
            await asyncio.sleep(AGAIN_AFTER)


async def work(*workers: Worker) -> None:
    """Run workers until this is cancelled or one of them fails; what runs may finish."""
    running = [asyncio.create_task(worker.run()) for worker in workers]
    log.info(
        "Working on: %s.", ", ".join(f"{worker.client.namespace}/{worker.task_queue}" for worker in workers)
    )
    try:
        done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_EXCEPTION)
        for ended in done:
            ended.result()
    finally:
        await asyncio.gather(*(worker.shutdown() for worker in workers), return_exceptions=True)
        await asyncio.gather(*running, return_exceptions=True)


async def _until_told(main: Coroutine[Any, Any, None]) -> None:
    task = asyncio.current_task()
    assert task is not None
    work_in_hand = asyncio.create_task(main)
    loop = asyncio.get_running_loop()
    for told in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(told, work_in_hand.cancel)
    try:
        await work_in_hand
    except asyncio.CancelledError:
        log.info("Told to stop; stopped.")


_runtimes: list[Runtime] = []  # one a process: the metrics port can be opened once


def _runtime() -> Runtime | None:
    told = settings()
    if told.metrics_port and not _runtimes:
        metrics = PrometheusConfig(bind_address=f"{told.metrics_host}:{told.metrics_port}")
        _runtimes.append(Runtime(telemetry=TelemetryConfig(metrics=metrics)))
    return _runtimes[0] if _runtimes else None
