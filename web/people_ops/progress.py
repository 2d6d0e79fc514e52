"""Where a case stands among the steps of its programme."""

from collections.abc import Collection
from dataclasses import dataclass

from retention.vocabulary import CaseState, CoachingStep, Programme, TipStep


@dataclass(frozen=True)
class Stage:
    """One stage as people-ops count them; `steps` are the programme's own words for being there."""

    words: str
    steps: frozenset[str]


@dataclass(frozen=True)
class Mark:
    """One stage of a case: done, now, next, or left out because the case ended before it."""

    words: str
    state: str


STAGES: dict[str, tuple[Stage, ...]] = {
    Programme.COACHING: (
        Stage("Recommended", frozenset({CoachingStep.RECOMMENDED, CoachingStep.DECLINED})),
        Stage("Times offered", frozenset({CoachingStep.ACCEPTED, CoachingStep.TIMES_OFFERED})),
        Stage(
            "Scheduled",
            frozenset({CoachingStep.SCHEDULED, CoachingStep.TUTOR_NO_SHOW, CoachingStep.RESCHEDULED}),
        ),
        Stage(
            "Call held", frozenset({CoachingStep.HELD, CoachingStep.NOTES_DONE, CoachingStep.ACTIONS_OPEN})
        ),
        Stage("Follow-up", frozenset({CoachingStep.FOLLOW_UP})),
        Stage("Closed", frozenset({CoachingStep.CLOSED})),
    ),
    Programme.COACHING_TIP: (
        Stage("Chosen", frozenset({TipStep.CANDIDATE, TipStep.WAITING_FOR_BUDGET, TipStep.ON_LEAVE})),
        Stage("Sent", frozenset({TipStep.SENT, TipStep.ACTED})),
        Stage("Measured", frozenset({TipStep.MEASURED})),
        Stage("Closed", frozenset()),  # where a closed case stands, whatever its last step
    ),
}


def progress(programme: str, *, step: str, state: str, been: Collection[str] = ()) -> list[Mark]:
    """The stages of a case, oldest first; empty for programmes that have none.

    `been` are the steps that it went through: a case that ended early skips what lies between.
    """
    stages = STAGES.get(programme, ())
    if not stages:
        return []
    closed = state == CaseState.CLOSED
    here = len(stages) - 1 if closed else _place(stages, step)
    seen = {_place(stages, one) for one in (*been, step)} | {0}
    return [
        Mark(
            stage.words,
            _state(place, here, passed=not closed or place in seen or place == here, closed=closed),
        )
        for place, stage in enumerate(stages)
    ]


def _place(stages: tuple[Stage, ...], step: str) -> int:
    return next((place for place, stage in enumerate(stages) if step in stage.steps), 0)


def _state(place: int, here: int, *, passed: bool, closed: bool) -> str:
    if place < here:
        return "done" if passed else "skipped"
    if place == here:
        return "done" if closed else "now"
    return "next"
