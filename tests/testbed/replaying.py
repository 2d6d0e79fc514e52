"""The workflows as production runs them: which they are, and in which sandbox."""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from workflows.alert_check import AlertCheck
from workflows.evaluation import Evaluation, EvaluationTick
from workflows.first_session_review import FirstSessionReview
from workflows.human_task import HumanTask

WORKFLOWS = [FirstSessionReview, AlertCheck, HumanTask, Evaluation, EvaluationTick]
RUNNER = SandboxedWorkflowRunner(
    restrictions=SandboxRestrictions.default.with_passthrough_modules("retention")
)
