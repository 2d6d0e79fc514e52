"""What a manager reads before speaking with a tutor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from retention import policy
from retention.records import action_items, pre_brief, similar_cases
from retention.records.action_items import ActionItem
from retention.records.database import Session
from retention.records.pre_brief import HEARD_BACK
from retention.records.similar_cases import SimilarCases
from retention.records.task_story import TaskStory
from retention.vocabulary import TaskKind
from web.people_ops.metrics import CORE, Card, cards

NOBODY_SIMILAR = "Who is similar cannot be said: this tutor's risk was not known when the case was opened."
NO_PROOF = "Many are better by themselves, so this does not show that the calls did it."
BRIEFED = {TaskKind.COACHING_OFFER, TaskKind.COACHING_PHONE, TaskKind.COACHING_CALL}


@dataclass(frozen=True)
class Brief:
    """The page's words for it; students have no names here."""

    zone: str
    email: str
    days: int
    rated: int
    themes: Sequence[dict[str, Any]]
    low: Sequence[dict[str, Any]]
    metrics: Sequence[Card]
    cases: Sequence[dict[str, Any]]
    open_items: Sequence[ActionItem]
    similar: str  # what became of similar tutors
    call_at: datetime | None  # of a task that is about a call with a time


def words_of(found: SimilarCases | None) -> str:
    """What is known of similar tutors, in plain words; with few cases, that nothing is."""
    if found is None or found.band is None or found.is_new is None:
        return NOBODY_SIMILAR
    days = policy.SIMILAR_NEW.days
    who = f"{found.band} risk, {f'less than {days} days' if found.is_new else f'{days} days or more'} with us"
    if found.measured < policy.FEW_DATA:
        counted = f"{found.measured} of {found.carried_out} calls held"
        return f"Nothing is known yet of similar tutors ({who}): what came of it is known for {counted}."
    more = found.carried_out - found.measured
    return (
        f"Of {found.measured} calls with similar tutors ({who}): {found.improved} were better when the case "
        f"closed, {found.no_change} about the same, {found.worsened} worse, {found.churned} had left"
        f"{f'; of {more} more too little is known' if more else ''}. {NO_PROOF}"
    )


def brief_of(session: Session, task: TaskStory, *, now: datetime) -> Brief:
    """The pre-brief of a task's tutor."""
    known = pre_brief.pre_brief(session, task.tutor_number, case_id=task.case_id, now=now)
    return Brief(
        zone=known.time_zone,
        email=known.email,
        days=HEARD_BACK.days,
        rated=known.rated,
        themes=known.themes,
        low=known.low,
        metrics=cards(CORE, known.metrics),
        cases=known.cases,
        open_items=action_items.open_items(session, task.tutor_number),
        similar=words_of(similar_cases.similar_cases(session, task.case_id, now=now)),
        call_at=known.call_at if task.kind == TaskKind.COACHING_CALL else None,
    )
