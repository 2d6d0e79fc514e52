"""`python -m workflows`: the worker of the workflows, for both namespaces."""

from datetime import timedelta

from retention.settings import settings
from retention.temporal import serving
from retention.temporal.queues import CASES, UPKEEP
from workflows.registry import CASE_WORKFLOWS, UPKEEP_WORKFLOWS, worker_of


async def main() -> None:
    """Work on both kinds until told to stop."""
    cases, upkeep = await serving.both_namespaces()
    sticky = timedelta(seconds=settings().temporal_sticky_seconds)
    await serving.work(
        worker_of(cases, CASES, CASE_WORKFLOWS, sticky=sticky),
        worker_of(upkeep, UPKEEP, UPKEEP_WORKFLOWS, sticky=sticky),
    )


if __name__ == "__main__":
    serving.serve(main)
