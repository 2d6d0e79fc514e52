"""What runs before the processes of a deployment start."""

import os
import subprocess
import sys
from collections.abc import Mapping
from uuid import uuid4

import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest

from local import places
from retention.guides.library import library
from retention.temporal.connection import connect
from retention.temporal.namespaces import RETENTION, missing_attributes

COMMAND = [sys.executable, "-m", "local.prepare"]


def prepared(environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        COMMAND, env=environment, cwd=places.CHECKOUT, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.devserver
async def test_tables_and_namespaces_are_made_and_a_second_time_changes_nothing(
    data: str, own_database: Mapping[str, str], temporal_address: str
) -> None:
    names = [f"{kind}-{uuid4().hex[:12]}" for kind in ("cases", "upkeep")]
    environment = os.environ | {
        "DATABASE_OWNER_URL": own_database["mainstay_owner"],
        "TEMPORAL_ADDRESS": temporal_address,
        "TEMPORAL_NAMESPACE": names[0],
        "TEMPORAL_UPKEEP_NAMESPACE": names[1],
    }
    for guides in (len(library()), 0):
        done = prepared(environment)
        assert done.returncode == 0, done.stderr
        assert f"{guides} guides were published" in done.stdout
    for name in names:
        client = await connect(temporal_address, name)
        assert await missing_attributes(client, name) == set()
        seen = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=name))
        assert seen.config.workflow_execution_retention_ttl.ToTimedelta() == RETENTION


def test_without_the_owners_address_it_says_what_to_set() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
    done = prepared(environment)
    assert done.returncode != 0
    assert "DATABASE_OWNER_URL is not set" in done.stderr
