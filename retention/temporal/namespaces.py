"""The two namespaces and their search attributes, made by us with 90 days' retention (design 4)."""

import asyncio
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from retention.temporal.search_attributes import TYPES

RETENTION = timedelta(days=90)
PATIENCE = 300  # looks, 0.1 s apart, until a new namespace or attribute is visible


async def prepare(client: Client, namespace: str, *, attributes: bool) -> None:
    """Make the namespace with 90 days' retention, and its attributes. Repeatable."""
    keep = Duration(seconds=int(RETENTION.total_seconds()))
    try:
        await client.workflow_service.register_namespace(
            RegisterNamespaceRequest(namespace=namespace, workflow_execution_retention_period=keep)
        )
    except RPCError as refused:
        if refused.status is not RPCStatusCode.ALREADY_EXISTS:
            raise
        await client.workflow_service.update_namespace(
            UpdateNamespaceRequest(
                namespace=namespace, config=NamespaceConfig(workflow_execution_retention_ttl=keep)
            )
        )
    if attributes:
        await _add_attributes(client, namespace)


async def missing_attributes(client: Client, namespace: str) -> set[str]:
    """Names of our search attributes that the namespace does not list yet."""
    listed = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=namespace)
    )
    return set(TYPES) - set(listed.custom_attributes)


async def _add_attributes(client: Client, namespace: str) -> None:
    for _ in range(PATIENCE):  # a namespace made a moment ago is not known everywhere yet
        try:
            missing = await missing_attributes(client, namespace)
            if not missing:
                return
            await client.operator_service.add_search_attributes(
                AddSearchAttributesRequest(
                    namespace=namespace, search_attributes={name: TYPES[name] for name in missing}
                )
            )
        except RPCError as refused:
            if refused.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.ALREADY_EXISTS):
                raise
        await asyncio.sleep(0.1)
    message = f"Namespace {namespace} did not show its search attributes within {PATIENCE / 10:.0f} s."
    raise TimeoutError(message)
