"""Everything a workflow can have done: one function per activity, with its queue, time limit and patience.

The names, arguments and results equal those of the activities; a test compares them.
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from retention.messages.alerts import AlertLetters, AlertMailOrder
from retention.messages.cases import CaseProgress, FollowUpFinding, NextFirstSession
from retention.messages.coaching import AgreedActions, Declines, OfferDeclined
from retention.messages.effects import EffectFigure, MeasureEffect
from retention.messages.evaluation import AsOf, Batch, Marked, Step, StepReport
from retention.messages.letters import LetterSent, LetterWindow, LetterWish, Window
from retention.messages.sla import SlaQuestion, SlaReading
from retention.messages.tasks import PlanRequest, TaskPlan, TaskSnapshot
from retention.messages.tips import PortalNote, TipQuestion, TipStanding
from retention.temporal.queues import MAIL, MODEL, RULES, WORK

# A record is written as soon as the database answers again; Refusals alone end it sooner.
PATIENT = RetryPolicy(initial_interval=timedelta(seconds=0.5), maximum_interval=timedelta(seconds=30))
BRIEF = timedelta(seconds=10)  # a row or two; also how long a killed worker's step is waited for
SENDING = timedelta(seconds=40)  # longer than the provider's own time-out (retention.emails.sending)
LONG = timedelta(minutes=10)  # a batch of tutors, on a busy machine
BEAT = timedelta(seconds=10)  # a batch's worker says every two seconds that it lives; a killed one does not


async def plan_task(request: PlanRequest) -> TaskPlan:
    """The deadlines of a task on the office's calendar."""
    plan: TaskPlan = await workflow.execute_activity(
        "plan_task",
        request,
        result_type=TaskPlan,
        task_queue=WORK,
        start_to_close_timeout=BRIEF,
        retry_policy=PATIENT,
        summary="Work out when it is due",
    )
    return plan


async def project_task(snapshot: TaskSnapshot) -> None:
    """Show the task in the inbox as it stands."""
    act = snapshot.event.act
    await workflow.execute_activity(
        "project_task",
        snapshot,
        task_queue=WORK,
        start_to_close_timeout=BRIEF,
        retry_policy=PATIENT,
        summary=f"Show in the inbox: {act.replace('_', ' ')}",
    )


async def record_case(progress: CaseProgress) -> None:
    """Write down where a case stands."""
    await workflow.execute_activity(
        "record_case",
        progress,
        task_queue=WORK,
        start_to_close_timeout=BRIEF,
        retry_policy=PATIENT,
        summary=f"Note: {progress.waiting_for or progress.note}"[:150],
    )


async def read_sla(question: SlaQuestion) -> SlaReading:
    """How a service-level clock stands on the office's calendar."""
    reading: SlaReading = await workflow.execute_activity(
        "read_sla",
        question,
        result_type=SlaReading,
        task_queue=WORK,
        start_to_close_timeout=BRIEF,
        retry_policy=PATIENT,
        summary="Read the clock",
    )
    return reading


async def letter_window(request: LetterWindow) -> Window:
    """When the tutor may be written to next."""
    window: Window = await workflow.execute_activity(
        "letter_window",
        request,
        result_type=Window,
        task_queue=WORK,
        start_to_close_timeout=BRIEF,
        retry_policy=PATIENT,
        summary="When may the tutor be written to",
    )
    return window


async def send_letter(wish: LetterWish) -> LetterSent:
    """Compose and send a letter, once, for as long as the provider takes to answer again."""
    sent: LetterSent = await workflow.execute_activity(
        "send_letter",
        wish,
        result_type=LetterSent,
        task_queue=MAIL,
        start_to_close_timeout=SENDING,
        retry_policy=PATIENT,
        summary=f"Send: {wish.letter.replace('_', ' ')}",
    )
    return sent


async def address_alerts(order: AlertMailOrder) -> AlertLetters:
    """Who is written to about which alerts."""
    letters: AlertLetters = await workflow.execute_activity(
        "address_alerts",
        order,
        result_type=AlertLetters,
        task_queue=WORK,
        start_to_close_timeout=BRIEF,
        retry_policy=PATIENT,
        summary="Who is written to about which alerts",
    )
    return letters


async def next_first_session(request: NextFirstSession) -> FollowUpFinding:
    """How the tutor's next first session went, if there was one."""
    finding: FollowUpFinding = await workflow.execute_activity(
        "next_first_session",
        request,
        result_type=FollowUpFinding,
        task_queue=WORK,
        start_to_close_timeout=BRIEF,
        retry_policy=PATIENT,
        summary="Look for the tutor's next first session",
    )
    return finding


async def measure_effect(request: MeasureEffect) -> EffectFigure:
    """What became of a tutor's metric between two instants."""
    figure: EffectFigure = await workflow.execute_activity(
        "measure_effect",
        request,
        result_type=EffectFigure,
        task_queue=WORK,
        start_to_close_timeout=BRIEF,
        retry_policy=PATIENT,
        summary=f"What became of {request.metric.replace('_', ' ')} by day {request.day}",
    )
    return figure


async def tip_standing(question: TipQuestion) -> TipStanding:
    """Whether and when a tutor may be sent a tip."""
    standing: TipStanding = await workflow.execute_activity(
        "tip_standing",
        question,
        result_type=TipStanding,
        task_queue=WORK,
        start_to_close_timeout=BRIEF,
        retry_policy=PATIENT,
        summary="May the tutor be sent a tip, and when",
    )
    return standing


async def show_in_portal(note: PortalNote) -> None:
    """Leave a tip for the platform to show, since no letter gets there."""
    await workflow.execute_activity(
        "show_in_portal",
        note,
        task_queue=WORK,
        start_to_close_timeout=BRIEF,
        retry_policy=PATIENT,
        summary="Leave the guide for the platform to show",
    )


async def declines_in_a_row(asked: OfferDeclined) -> Declines:
    """How often in a row a manager has now declined what a rule proposes."""
    declines: Declines = await workflow.execute_activity(
        "declines_in_a_row",
        asked,
        result_type=Declines,
        task_queue=WORK,
        start_to_close_timeout=BRIEF,
        retry_policy=PATIENT,
        summary="How often in a row was this declined",
    )
    return declines


async def record_actions(agreed: AgreedActions) -> None:
    """Keep what was agreed in a call, as it stands."""
    await workflow.execute_activity(
        "record_actions",
        agreed,
        task_queue=WORK,
        start_to_close_timeout=BRIEF,
        retry_policy=PATIENT,
        summary="Write down what was agreed",
    )


async def mark_periods(request: AsOf) -> Marked:
    """Mark the tutors of the next cadence periods that are over and not yet worked off."""
    marked: Marked = await workflow.execute_activity(
        "mark_periods",
        request,
        result_type=Marked,
        task_queue=WORK,
        start_to_close_timeout=LONG,
        heartbeat_timeout=BEAT,
        retry_policy=PATIENT,
        summary="Mark periods that are over",
    )
    return marked


async def claim(request: AsOf) -> Batch:
    """Take on the next tutors with something new; an unfinished batch comes first."""
    batch: Batch = await workflow.execute_activity(
        "claim",
        request,
        result_type=Batch,
        task_queue=WORK,
        start_to_close_timeout=LONG,
        heartbeat_timeout=BEAT,
        retry_policy=PATIENT,
        summary="Take on tutors with something new",
    )
    return batch


async def measure(step: Step) -> StepReport:
    """Bring the metrics of a batch's tutors up to date."""
    report: StepReport = await workflow.execute_activity(
        "measure",
        step,
        result_type=StepReport,
        task_queue=WORK,
        start_to_close_timeout=LONG,
        heartbeat_timeout=BEAT,
        retry_policy=PATIENT,
        summary="Metrics",
    )
    return report


async def score(step: Step) -> StepReport:
    """Bring the churn scores of a batch's tutors up to date."""
    report: StepReport = await workflow.execute_activity(
        "score",
        step,
        result_type=StepReport,
        task_queue=MODEL,
        start_to_close_timeout=LONG,
        heartbeat_timeout=BEAT,
        retry_policy=PATIENT,
        summary="Churn scores",
    )
    return report


async def judge(step: Step) -> StepReport:
    """Let the rulebook decide about a batch's tutors."""
    report: StepReport = await workflow.execute_activity(
        "judge",
        step,
        result_type=StepReport,
        task_queue=RULES,
        start_to_close_timeout=LONG,
        heartbeat_timeout=BEAT,
        retry_policy=PATIENT,
        summary="Rules",
    )
    return report
