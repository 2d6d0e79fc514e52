"""What the platform posts: a day's facts as records of the wire, each with the second it is due."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from retention.vocabulary import AgeBand
from simulator import chance
from simulator.behaviour import MODULES, Deeds
from simulator.columns import Ints, Keys, times
from simulator.feedback import AGAIN, COMPLAINTS, DIMENSIONS, EXPERIENCE, WORDS, Said
from simulator.sessions import PARTIES, Bookings, Changes
from simulator.students import external_ids
from simulator.teaching import Taught
from simulator.tutors import external_id

MOST_JITTER = 600.0  # seconds
GROUPED = ("1-on-1", "group")
AGES = tuple(map(str, AgeBand))
REASONS = ("Clash with another commitment", "Feeling unwell", "Travel", "Family", "")


class Posting(NamedTuple):
    """One record, and when the platform posts it (seconds since 1970)."""

    due: float
    event_id: str
    door: str  # sessions, events or feedback: the last part of the API's path
    record: dict[str, Any]


def of_sessions(
    table: Bookings,
    transition: str,
    *,
    at: Ints,
    subjects: Sequence[str],
    jitter: float,
    more: dict[str, list[Any]],
) -> Iterator[Posting]:
    """Transitions of one kind; `more` holds the columns that only this kind has."""
    rows = _rows(table, at=at, due=_due(table.key, transition, at=at, jitter=jitter))
    for row, (tutor, day, place, student, number, group, subject, age, minutes, when, start, due) in rows:
        session = session_id(tutor, day, place)
        record: dict[str, Any] = {
            "event_id": f"{session}.{transition}",
            "tutor_id": external_id(tutor),
            "event_time": when,
            "session_id": session,
            "transition": transition,
            "student_ids": external_ids(tutor, student, group=group),
            "session_number": number,
            "subject": subjects[subject],
            "session_type": GROUPED[group > 1],
            "scheduled_start": start,
            "scheduled_minutes": minutes,
        }
        if number == 1:  # with a new student the platform says how old they are
            record["student_age_band"] = AGES[age]
        record |= {name: values[row] for name, values in more.items()}
        yield Posting(due, record["event_id"], "sessions", record)


def _rows(table: Bookings, *, at: Ints, due: list[float]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The bookings row by row, as plain numbers and texts, each with its place in the table."""
    columns = (table.tutor, table.day, table.place, table.student, table.number)
    sizes = (table.group, table.subject, table.age, table.minutes)
    plain = (column.tolist() for column in (*columns, *sizes))
    return enumerate(zip(*plain, times(at), times(table.start), due, strict=True))


def of_changes(
    changes: Changes, transition: str, *, subjects: Sequence[str], jitter: float
) -> Iterator[Posting]:
    """Moves, cancellations and no-shows."""
    more: dict[str, list[Any]] = {"initiated_by": [PARTIES[party] for party in changes.by.tolist()]}
    if transition == "moved":
        more["previous_start"] = times(changes.previous)
    if transition != "no_show":
        why = np.floor(chance.uniform(changes.bookings.key, "reason") * len(REASONS)).astype(np.int64)
        more["reason"] = [REASONS[place] or None for place in why.tolist()]
    return of_sessions(
        changes.bookings, transition, at=changes.at, subjects=subjects, jitter=jitter, more=more
    )


def of_taught(taught: Taught, *, subjects: Sequence[str], jitter: float) -> Iterator[Posting]:
    """Completed sessions."""
    more: dict[str, list[Any]] = {
        "actual_start": times(taught.bookings.start + taught.late * 60),
        "duration_minutes": taught.minutes.tolist(),
        "engagement_score": taught.engagement.tolist(),
        "learning_objectives_met": taught.objectives.tolist(),
        "technical_issues": taught.technical.tolist(),
    }
    return of_sessions(
        taught.bookings, "completed", at=taught.ends, subjects=subjects, jitter=jitter, more=more
    )


def of_feedback(said: Said, *, jitter: float) -> Iterator[Posting]:
    """Students' feedback."""
    table = said.taught.bookings
    due = _due(table.key, "feedback", at=said.at, jitter=jitter)
    names = (table.tutor, table.day, table.place)
    plain = zip(*(name.tolist() for name in names), times(said.at), strict=True)
    for row, (tutor, day, place, when) in enumerate(plain):
        session, stars = session_id(tutor, day, place), int(said.stars[row])
        record: dict[str, Any] = {
            "event_id": f"{session}.feedback",
            "tutor_id": external_id(tutor),
            "event_time": when,
            "session_id": session,
            "student_id": external_ids(tutor, int(table.student[row]), group=1)[0],
            "overall_rating": stars,
        }
        record |= _details(said, row, stars=stars, first=table.number[row] == 1)
        yield Posting(due[row], record["event_id"], "feedback", record)


def _details(said: Said, row: int, *, stars: int, first: bool) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if said.dimensions[row, 0]:
        details["ratings"] = dict(zip(DIMENSIONS, said.dimensions[row].tolist(), strict=True))
    if said.words[row] >= 0:
        details["free_text"] = WORDS[stars - 1][said.words[row]]
    if first:
        again = AGAIN[said.again[row]]
        details |= {"first_experience": EXPERIENCE[stars - 1], "would_work_again": again}
        if again in {"no", "probably_not"}:
            details["improvement_areas"] = _complaints(said, row)
    return details


def _complaints(said: Said, row: int) -> list[str]:
    """What could have been better: what really was wrong, or one of the two vague reasons."""
    taught = said.taught
    true = [COMPLAINTS[0]] * bool(taught.late[row] > 5) + [COMPLAINTS[4]] * bool(taught.technical[row])
    vague = COMPLAINTS[1 + int(said.stars[row] + taught.bookings.start[row] // 3_600) % 3]
    return true or [vague]


def of_deeds(deeds: Deeds, kind: str, *, seed: int, jitter: float, detail: str) -> Iterator[Posting]:
    """Behaviour events of one kind; `detail` names the one thing that they say."""
    key = chance.keys(seed, deeds.tutor, deeds.at, deeds.place)
    due = _due(key, kind, at=deeds.at, jitter=jitter)
    rows = zip(
        deeds.tutor.tolist(), deeds.place.tolist(), deeds.at.tolist(), deeds.amount.tolist(), strict=True
    )
    for (tutor, place, second, amount), when, posted in zip(rows, times(deeds.at), due, strict=True):
        value = MODULES[int(amount)] if detail == "module" else amount
        yield of_behaviour(
            tutor, kind, name=f"{second}.{place}", when=when, due=posted, details={detail: value}
        )


def of_behaviour(
    tutor: int, kind: str, *, name: str, when: str, due: float, details: dict[str, Any]
) -> Posting:
    """One behaviour event."""
    record = {
        "event_id": f"{external_id(tutor)}.{kind}.{name}",
        "tutor_id": external_id(tutor),
        "kind": kind,
        "event_time": when,
        "details": details,
    }
    return Posting(due, str(record["event_id"]), "events", record)


def session_id(tutor: int, day: int, place: int) -> str:
    """The platform's id of a session."""
    return f"session-{tutor + 1:05d}-{day}-{place}"


def _due(key: Keys, what: str, *, at: Ints, jitter: float) -> list[float]:
    """When the platform posts: a little after the fact, no two alike."""
    late = jitter * chance.exponential(key, f"posting of {what}")
    due: list[float] = (at + np.minimum(late, MOST_JITTER)).tolist()
    return due
