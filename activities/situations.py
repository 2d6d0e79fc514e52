"""From records to situations: what the rulebook is told of each tutor of a batch."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from retention.messages.evaluation import Step
from retention.records import situations
from retention.records.database import Session
from retention.records.known import known_of
from retention.vocabulary import Trigger
from rules.situation import Moment, Situation

OF_THE_SESSION = (
    "is_first_session",
    "rating",
    "late_start_min",
    "first_experience",
    "would_work_again",
    "has_next_booking",
)


def situations_of(session: Session, step: Step) -> list[Situation]:
    """The situation of each tutor of a batch; the number of statements does not depend on how many."""
    moments: defaultdict[int, list[Moment]] = defaultdict(list)
    for row in situations.moments_of(session, step.batch_id, as_of=step.as_of):
        moments[row["tutor_number"]].append(_moment(row))
    tutors = situations.tutors_of(session, step.batch_id)
    return [
        Situation(**known, moments=_once_each(moments[known["tutor_number"]]))
        for known in known_of(session, tutors, as_of=step.as_of)
    ]


def _moment(row: Any) -> Moment:
    facts = {name: row[name] for name in OF_THE_SESSION} if row["session_id"] is not None else {}
    return Moment(
        trigger=Trigger(row["trigger"]), known_at=row["known_at"], session_id=row["session_id"], facts=facts
    )


def _once_each(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """Moments in order; a period's end is looked at once, however many ended meanwhile."""
    found: dict[object, Moment] = {}
    for moment in moments:
        found.setdefault(id(moment) if moment.session_id else moment.trigger, moment)
    return tuple(found.values())


def still_open(known: Sequence[Situation]) -> set[str]:
    """The cases that had not ended when these situations were read."""
    return {case.case_id for situation in known for case in situation.open_cases}
