"""From records to situations: what the rulebook is told of each tutor of a batch."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from retention import policy
from retention.measures.periods import measured_day
from retention.messages.evaluation import Step
from retention.records import letters, rulebook, set_asides, situations, vetoes
from retention.records.database import Session
from retention.vocabulary import CaseState, Programme, Trigger
from rules.situation import Moment, OpenCase, Situation
from rules.state import RuleState

OF_THE_SESSION = (
    "is_first_session",
    "rating",
    "late_start_min",
    "first_experience",
    "would_work_again",
    "has_next_booking",
)
OF_THE_PREDICTION = frozenset({"churn_score", "risk_band"})


def situations_of(session: Session, step: Step) -> list[Situation]:
    """The situation of each tutor of a batch; the number of statements does not depend on how many."""
    states, cases = _states(session, step.batch_id), _open_cases(session, step.batch_id)
    acted, vetoed = _last_acted(session, step.batch_id), _vetoes(session, step)
    aside = frozenset(set_asides.of_batch(session, step.batch_id, as_of=step.as_of))
    moments: defaultdict[int, list[Moment]] = defaultdict(list)
    for row in situations.moments_of(session, step.batch_id):
        moments[row["tutor_number"]].append(_moment(row))
    told = situations.facts_of(session, step.batch_id, day=measured_day(step.as_of), as_of=step.as_of)
    window = step.as_of - policy.OPTIONAL_MAIL_WINDOW
    mails = letters.optional_sent(session, [row["tutor_number"] for row in told], window)
    return [
        Situation(
            tutor_number=number,
            as_of=step.as_of,
            facts=_facts(row, aside=number in aside),
            moments=_once_each(moments[number]),
            states=states[number],
            open_cases=tuple(cases[number]),
            last_acted=acted[number],
            vetoes=vetoed[number],
            optional_mails=mails.get(number, 0),
        )
        for row in told
        if (number := row["tutor_number"])
    ]


def _facts(row: Any, *, aside: bool) -> dict[str, Any]:
    """The facts of a tutor; what follows from a prediction that is set aside is unknown, never false."""
    hidden = OF_THE_PREDICTION if aside else frozenset[str]()
    return {name: None if name in hidden else value for name, value in row.items() if name != "tutor_number"}


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


def _states(session: Session, batch_id: str) -> defaultdict[int, dict[str, RuleState]]:
    found: defaultdict[int, dict[str, RuleState]] = defaultdict(dict)
    for row in rulebook.states_of(session, batch_id):
        found[row.tutor_number][row.rule_id] = RuleState.model_validate(row.state)
    return found


def _open_cases(session: Session, batch_id: str) -> defaultdict[int, list[OpenCase]]:
    found: defaultdict[int, list[OpenCase]] = defaultdict(list)
    for row in situations.open_cases_of(session, batch_id):
        case = OpenCase(
            case_id=row.case_id,
            programme=Programme(row.programme),
            state=CaseState(row.state),
            acted_at=row.acted_at,
        )
        found[row.tutor_number].append(case)
    return found


def _last_acted(session: Session, batch_id: str) -> defaultdict[int, dict[Programme, datetime]]:
    found: defaultdict[int, dict[Programme, datetime]] = defaultdict(dict)
    for row in situations.last_acted_of(session, batch_id):
        found[row.tutor_number][Programme(row.programme)] = row.acted_at
    return found


def _vetoes(session: Session, step: Step) -> defaultdict[int, dict[Programme, datetime]]:
    found: defaultdict[int, dict[Programme, datetime]] = defaultdict(dict)
    for row in vetoes.of_batch(session, step.batch_id, as_of=step.as_of):
        found[row.tutor_number][Programme(row.programme)] = row.until
    return found


def still_open(known: Sequence[Situation]) -> set[str]:
    """The cases that had not ended when these situations were read."""
    return {case.case_id for situation in known for case in situation.open_cases}
