"""All that rules may know of some tutors, put together from the records, as `rules.situation` takes it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from retention import policy
from retention.measures.periods import measured_day
from retention.records import letters, rulebook, set_asides, situations, vetoes
from retention.records.database import Session

OF_THE_PREDICTION = frozenset({"churn_score", "risk_band"})

Known = dict[str, Any]  # the fields of a Situation but its moments


def known_of(session: Session, tutors: Collection[int], *, as_of: datetime) -> list[Known]:
    """What is known of each tutor at an instant; the number of statements does not depend on how many."""
    states = _by_tutor(
        rulebook.states_of(session, tutors), lambda row: {str(row["rule_id"]): dict(row["state"])}
    )
    acted = _by_tutor(
        situations.last_acted_of(session, tutors), lambda row: {row["programme"]: row["acted_at"]}
    )
    vetoed = _by_tutor(
        vetoes.of_tutors(session, tutors, as_of=as_of), lambda row: {row["programme"]: row["until"]}
    )
    cases: defaultdict[int, list[Known]] = defaultdict(list)
    for case in situations.open_cases_of(session, tutors):
        cases[case["tutor_number"]].append(_without_number(case))
    aside = frozenset(set_asides.of_tutors(session, tutors, as_of=as_of))
    mails = letters.optional_sent(session, tutors, as_of - policy.OPTIONAL_MAIL_WINDOW)
    return [
        {
            "tutor_number": (number := row["tutor_number"]),
            "as_of": as_of,
            "facts": _facts(row, aside=number in aside),
            "states": states[number],
            "open_cases": cases[number],
            "last_acted": acted[number],
            "vetoes": vetoed[number],
            "optional_mails": mails.get(number, 0),
        }
        for row in situations.facts_of(session, tutors, day=measured_day(as_of), as_of=as_of)
    ]


def _facts(row: RowMapping, *, aside: bool) -> Known:
    """The facts of a tutor; what follows from a prediction that is set aside is unknown, never false."""
    hidden = OF_THE_PREDICTION if aside else frozenset[str]()
    return {name: None if name in hidden else value for name, value in _without_number(row).items()}


def _without_number(row: RowMapping) -> Known:
    return {name: value for name, value in row.items() if name != "tutor_number"}


def _by_tutor(rows: Iterable[RowMapping], told: Callable[[RowMapping], Known]) -> defaultdict[int, Known]:
    found: defaultdict[int, Known] = defaultdict(dict)
    for row in rows:
        found[row["tutor_number"]].update(told(row))
    return found
