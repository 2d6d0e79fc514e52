"""What the life of a model has done, on the queue `model`; as in `workflows/steps.py`."""

from datetime import timedelta
from typing import TypeVar

from pydantic import BaseModel
from temporalio import workflow

from retention.messages import training
from retention.messages.evaluation import AsOf
from retention.messages.first_sessions import FirstSessionReport
from retention.temporal.queues import MODEL
from workflows.steps import BEAT, PATIENT

Told = TypeVar("Told")
LEARNING = timedelta(hours=1)  # every tutor-day of a large platform, eight candidates


async def fit_challenger(request: training.FitChallenger) -> training.Challenger:
    """Learn a new model and its card from all that is known."""
    return await _of_models(
        "fit_challenger", request, training.Challenger, summary="Learn a challenger and judge it"
    )


async def shadow_day(request: training.ShadowDay) -> training.ShadowReading:
    """Score everybody with the challenger beside whatever serves, and weigh the promotion rule."""
    return await _of_models("shadow_day", request, training.ShadowReading, summary="Score in the shadow")


async def settle_training(request: training.SettleTraining) -> training.TrainingEnd:
    """Write down how a training ended; promote, or set the challenger aside."""
    summary = f"Write down: {request.ending}"
    return await _of_models("settle_training", request, training.TrainingEnd, summary=summary)


async def watch_champion(request: training.WatchChampion) -> training.WatchReport:
    """Look whether the model that serves still fits its tutors, and raise alarms."""
    return await _of_models("watch_champion", request, training.WatchReport, summary="Watch the champion")


async def foretell_first_sessions(request: AsOf) -> FirstSessionReport:
    """Foretell the first sessions ahead, and keep what has changed."""
    return await _of_models(
        "foretell_first_sessions", request, FirstSessionReport, summary="Foretell first sessions"
    )


async def _of_models(name: str, request: BaseModel, result_type: type[Told], *, summary: str) -> Told:
    told: Told = await workflow.execute_activity(
        name,
        request,
        result_type=result_type,
        task_queue=MODEL,
        start_to_close_timeout=LEARNING,
        heartbeat_timeout=BEAT,
        retry_policy=PATIENT,
        summary=summary,
    )
    return told
