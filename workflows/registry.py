"""Which workflows there are, and the worker that runs them; also for tests and for replaying histories."""

from collections.abc import Sequence
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from workflows.alert_check import AlertCheck
from workflows.alert_mail import AlertMail
from workflows.coaching import Coaching
from workflows.coaching_tip import CoachingTip
from workflows.effect_review import EffectReview
from workflows.escalation_review import EscalationReview
from workflows.evaluation import Evaluation, EvaluationTick
from workflows.first_session_forecasts import FirstSessionForecasts
from workflows.first_session_review import FirstSessionReview
from workflows.human_task import HumanTask
from workflows.model_training import ModelTraining
from workflows.model_watch import ModelWatch
from workflows.rulebook_tryout import RulebookTryout

CASE_WORKFLOWS: tuple[type, ...] = (
    FirstSessionReview,
    AlertCheck,
    Coaching,
    CoachingTip,
    EscalationReview,
    HumanTask,
)
UPKEEP_WORKFLOWS: tuple[type, ...] = (
    Evaluation,
    EvaluationTick,
    EffectReview,
    AlertMail,
    ModelTraining,
    ModelWatch,
    FirstSessionForecasts,
    RulebookTryout,
)

# Words, numbers, clock and messages are pure and are shared with the sandbox, and so are the modules that
# only say, decide from what they are told, or are parts of a story: each case would import them anew, which
# costs more than its whole replay. The workflows are not, so that a stray clock or random number in them is
# caught; in the others a test looks for it (tests/architecture/times.py). `retention` reaches nothing else:
# the import contracts keep records, letters and settings out.
SHARED = (
    "retention",
    "workflows.carrier",
    "workflows.casework",
    "workflows.coaching_actions",
    "workflows.coaching_call",
    "workflows.coaching_letters",
    "workflows.coaching_times",
    "workflows.measuring",
    "workflows.model_steps",
    "workflows.on_temporal",
    "workflows.rulebook_steps",
    "workflows.shown",
    "workflows.steps",
    "workflows.task_acts",
    "workflows.task_answers",
    "workflows.tip_words",
    "workflows.tutor_side",
)
GRACE = timedelta(seconds=10)


def runner() -> SandboxedWorkflowRunner:
    """The sandbox that workflows run in."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*SHARED))


def worker_of(
    client: Client, queue: str, workflows: Sequence[type], *, sticky: timedelta = timedelta(seconds=10)
) -> Worker:
    """A worker; `sticky` is how long a case waits for a worker that has died with it in its memory."""
    return Worker(
        client,
        task_queue=queue,
        workflows=workflows,
        workflow_runner=runner(),
        sticky_queue_schedule_to_start_timeout=sticky,
        graceful_shutdown_timeout=GRACE,
    )
