"""All that rules may know of some tutors, put together from the records, as `rules.situation` takes it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from retention import calendars, policy
from retention.measures.periods import measured_day
from retention.records import (
    behaviour,
    developments,
    letters,
    lotteries,
    pasts,
    rulebook,
    sessions,
    set_asides,
    situations,
    snoozes,
    vetoes,
)
from retention.records.database import Session
from retention.vocabulary import Stream

OF_THE_PREDICTION = frozenset({"churn_score", "risk_band", "p7_pct", "p30_pct", "p30_change_14d"})
# What would shrink or fall by itself while nothing is heard from a stream (`heard` in rules/fields.yaml).
OF_A_STREAM = {
    Stream.SESSIONS: frozenset(
        {
            *("days_since_session", "resched_7d", "noshows_7d", "noshows_14d", "missed_14d"),
            *("short_notice_moves_7d", "own_reason_moves_7d", "activity_pct"),
        }
    ),
    Stream.EVENTS: frozenset({"engagement", "engagement_change_14d", "login_fall_pct"}),
}
EVERYTHING = ""  # of a snooze that names no programme

Known = dict[str, Any]  # the fields of a Situation but its moments


def known_of(session: Session, tutors: Collection[int], *, as_of: datetime) -> list[Known]:
    """What is known of each tutor at an instant; the number of statements does not depend on how many."""
    states = _by_tutor(
        rulebook.states_of(session, tutors), lambda row: {str(row["rule_id"]): dict(row["state"])}
    )
    acted = _by_tutor(
        situations.last_acted_of(session, tutors), lambda row: {row["programme"]: row["acted_at"]}
    )
    cases: defaultdict[int, list[Known]] = defaultdict(list)
    for case in situations.open_cases_of(session, tutors):
        cases[case["tutor_number"]].append(_without_number(case))
    aside = frozenset(set_asides.of_tutors(session, tutors, as_of=as_of))
    people = _people_of(session, tutors, as_of=as_of)
    mails = letters.optional_sent(session, tutors, as_of - policy.OPTIONAL_MAIL_WINDOW)
    facts = _facts_of(session, tutors, as_of=as_of)
    return [
        {
            "tutor_number": number,
            "as_of": as_of,
            "facts": _known(known, aside=number in aside),
            "states": states[number],
            "open_cases": cases[number],
            "last_acted": acted[number],
            "optional_mails": mails.get(number, 0),
            **people[number],
        }
        for number, known in facts.items()
    ]


def _places_of(
    session: Session, tutors: Collection[int], *, as_of: datetime
) -> defaultdict[int, dict[str, Known]]:
    """What each has drawn today, by rule."""
    day = calendars.working_day(calendars.office(), as_of)
    found: defaultdict[int, dict[str, Known]] = defaultdict(dict)
    for row in lotteries.places_of(session, tutors, day=day, as_of=as_of):
        place = _without_number(row)
        found[row["tutor_number"]][place.pop("rule_id")] = place
    return found


def _people_of(session: Session, tutors: Collection[int], *, as_of: datetime) -> dict[int, Known]:
    """What people want or have hours for: vetoes, what is put aside, and places drawn by lot."""
    vetoed = _by_tutor(
        vetoes.of_tutors(session, tutors, as_of=as_of), lambda row: {row["programme"]: row["until"]}
    )
    places = _places_of(session, tutors, as_of=as_of)
    rationed = [group for group, people in pasts.staff_by_group(session).items() if people]
    snoozed = _by_tutor(
        snoozes.of_tutors(session, tutors, as_of=as_of),
        lambda row: {row["programme"] or EVERYTHING: row["until"]},
    )
    return {
        number: {
            "vetoes": vetoed[number],
            "snoozed_until": snoozed[number].pop(EVERYTHING, None),
            "snoozes": snoozed[number],
            "rationed": rationed,
            "places": places[number],
        }
        for number in tutors
    }


def _facts_of(session: Session, tutors: Collection[int], *, as_of: datetime) -> dict[int, Known]:
    """The facts of each tutor; what a silent stream would make false is unknown."""
    heard = {
        Stream.SESSIONS: sessions.heard_lately(session, as_of=as_of),
        Stream.EVENTS: behaviour.heard_lately(session, as_of=as_of),
    }
    hidden = frozenset[str]().union(*(names for it, names in OF_A_STREAM.items() if not heard[it]))
    found: defaultdict[int, Known] = defaultdict(dict)
    for row in situations.facts_of(session, tutors, day=measured_day(as_of), as_of=as_of):
        found[row["tutor_number"]] |= _without_number(row)
    for row in developments.developments_of(session, tutors, as_of=as_of):
        found[row["tutor_number"]] |= _without_number(row)
    return {number: _but(hidden, known) for number, known in found.items()}


def _known(facts: Known, *, aside: bool) -> Known:
    """What follows from a prediction that is set aside is unknown, never false."""
    return _but(OF_THE_PREDICTION, facts) if aside else facts


def _but(hidden: Collection[str], facts: Known) -> Known:
    return {name: None if name in hidden else value for name, value in facts.items()}


def _without_number(row: RowMapping) -> Known:
    return {name: value for name, value in row.items() if name != "tutor_number"}


def _by_tutor(rows: Iterable[RowMapping], told: Callable[[RowMapping], Known]) -> defaultdict[int, Known]:
    found: defaultdict[int, Known] = defaultdict(dict)
    for row in rows:
        found[row["tutor_number"]].update(told(row))
    return found
