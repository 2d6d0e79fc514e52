"""The test bed's own promises about the dev server."""

from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio import workflow
from temporalio.worker import Worker

from retention.settings import settings
from retention.temporal.namespaces import missing_attributes
from retention.temporal.search_attributes import OUTCOME
from tests.testbed.temporal import TwoNamespaces

pytestmark = pytest.mark.devserver


@workflow.defn(sandboxed=False)
class Greeting:
    @workflow.run
    async def run(self, who: str) -> str:
        workflow.upsert_search_attributes([OUTCOME.value_set("greeted")])
        return f"Good day, {who}."


async def test_a_test_has_namespaces_of_its_own_with_all_attributes(temporal: TwoNamespaces) -> None:
    assert settings().temporal_namespace == temporal.cases.namespace
    assert await missing_attributes(temporal.cases, temporal.cases.namespace) == set()
    assert temporal.cases.namespace != temporal.upkeep.namespace


async def test_a_workflow_runs_in_them_at_once(temporal: TwoNamespaces) -> None:
    async with Worker(temporal.cases, task_queue="cases", workflows=[Greeting]):
        greeting = await temporal.cases.execute_workflow(
            Greeting.run,
            "Ada",
            id=uuid4().hex,
            task_queue="cases",
            run_timeout=timedelta(seconds=20),
        )
    assert greeting == "Good day, Ada."
