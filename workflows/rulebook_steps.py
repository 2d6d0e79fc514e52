"""What trying a version of the rulebook has done, on the queue `work`; as in `workflows/steps.py`."""

from datetime import timedelta

from pydantic import BaseModel
from temporalio import workflow
from temporalio.common import RetryPolicy

from retention.messages.rulebook import FailedTryout, TryoutReport, TryVersion
from retention.temporal.queues import WORK
from workflows.steps import BEAT, BRIEF, PATIENT

TRYING = timedelta(minutes=30)  # months of a large platform
A_FEW_TIMES = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=5)


async def check_version(wish: TryVersion) -> TryoutReport:
    """Load it and run its tests in a process that may be thrown away."""
    return await _tried("check_version", wish, summary=f"Check version {wish.version}")


async def dry_run_version(wish: TryVersion) -> TryoutReport:
    """Judge everybody by it as they stand."""
    return await _tried("dry_run_version", wish, summary=f"Who would be hit today by version {wish.version}")


async def backtest_version(wish: TryVersion) -> TryoutReport:
    """Judge the last weeks by it."""
    return await _tried("backtest_version", wish, summary=f"What version {wish.version} would have done")


async def fail_tryout(failed: FailedTryout) -> None:
    """Write down that it could not be tried."""
    await workflow.execute_activity(
        "fail_tryout",
        failed,
        task_queue=WORK,
        start_to_close_timeout=BRIEF,
        retry_policy=PATIENT,
        summary="Write down why it could not be tried",
    )


async def _tried(name: str, wish: BaseModel, *, summary: str) -> TryoutReport:
    told: TryoutReport = await workflow.execute_activity(
        name,
        wish,
        result_type=TryoutReport,
        task_queue=WORK,
        start_to_close_timeout=TRYING,
        heartbeat_timeout=BEAT,
        retry_policy=A_FEW_TIMES,
        summary=summary,
    )
    return told
