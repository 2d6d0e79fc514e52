"""One way to connect: pydantic payloads, and lazily where a process must start without Temporal."""

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import Runtime

CONVERTER = pydantic_data_converter


async def connect(
    address: str, namespace: str, *, lazy: bool = False, runtime: Runtime | None = None
) -> Client:
    """A client of one namespace. A lazy one connects at its first call and may fail there."""
    return await Client.connect(
        address, namespace=namespace, data_converter=CONVERTER, lazy=lazy, runtime=runtime
    )
