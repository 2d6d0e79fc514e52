"""What a human task has done for it: its deadlines worked out, its row kept as the workflow says."""

from datetime import UTC, datetime

from temporalio import activity

from activities import deadlines
from retention.messages.tasks import PlanRequest, TaskPlan, TaskSnapshot
from retention.records import hops, tasks
from retention.records.database import transaction
from retention.vocabulary import Hop, TaskAct


@activity.defn
def plan_task(request: PlanRequest) -> TaskPlan:
    """The deadlines of a task on the office's calendar."""
    return deadlines.plan(request)


@activity.defn
def project_task(snapshot: TaskSnapshot) -> None:
    """Show the task in the inbox as it stands. Repeatable: an older version changes nothing."""
    with transaction() as session:
        tasks.project(session, snapshot)
        if snapshot.event.act is TaskAct.OPENED:
            hops.case_reached(session, snapshot.case_id, Hop.TASK_OPEN, at=datetime.now(UTC))
