"""Tutors' days as they were known at an instant: what models learn from, are asked with, and are judged by.

`tutor_days` cannot say it, since a day is rolled up again whenever a late record comes. So the days are
counted anew from raw rows with `known_at` up to the cutoff, in the same words as the roll-up's
(`day_sums`). Nothing that became known later can change them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Row, text

from retention import policy
from retention.measures.cube import (
    BY_DAY,
    BY_TUTOR,
    COUNT,
    FAR,
    WAIT_EDGES,
    Cube,
    Floats,
    Ints,
    wait_bins,
)
from retention.measures.periods import start_of
from retention.records import day_sums
from retention.records.database import Session
from retention.records.sessions import NEWEST, STANDING

CHUNK = 500  # tutors in one statement
EARLIEST_END = timedelta(days=2)  # before a session's start: a cancellation that still counts comes later
# All other arrays are plain counts of a day.
DERIVED = frozenset({"waits", "availability", "on_leave", "leaving"})
KNOWN = "known_at <= :cutoff AND tutor_number = ANY(:numbers)"
WITHIN = "event_time >= :starts AND event_time < :ends"

# As the onboarding records say that were known then: the profile in `tutors` is today's.
TUTORS = """
SELECT first.tutor_number, (first.at AT TIME ZONE 'UTC')::date AS onboarded, first.baseline, first.synthetic,
    before.assigned, before.completed, before.hours
FROM (
    SELECT tutor_number, min(event_time) AS at, (array_agg(details ORDER BY event_time DESC, event_id))[1]
        ->> 'baseline_sessions_per_week' AS baseline,
        (array_agg(origin ORDER BY event_time DESC, event_id))[1] = 'synthetic' AS synthetic
    FROM behaviour_events WHERE kind = 'onboarded' AND known_at <= :cutoff AND event_time < :ends
        AND tutor_number = ANY(:numbers) GROUP BY tutor_number
) first CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE kind = 'training_assigned') AS assigned,
        count(*) FILTER (WHERE kind = 'training_completed') AS completed,
        (array_agg(amount ORDER BY event_time DESC, event_id DESC)
            FILTER (WHERE kind = 'availability_changed'))[1] AS hours
    FROM behaviour_events WHERE tutor_number = first.tutor_number AND event_time < :starts
        AND kind IN ('training_assigned', 'training_completed', 'availability_changed')
        AND known_at <= :cutoff
) before
ORDER BY first.tutor_number
"""
# The newest of each day; one of before the first day stands on that day, unless the day has its own.
NOTICED = """
SELECT DISTINCT ON (1, 2) tutor_number, (greatest(event_time, :starts) AT TIME ZONE 'UTC')::date AS day,
    (until AT TIME ZONE 'UTC')::date AS last_day
FROM behaviour_events WHERE tutor_number = ANY(:numbers) AND kind = 'resignation_notice'
    AND event_time < :ends AND known_at <= :cutoff AND until IS NOT NULL
ORDER BY 1, 2, event_time DESC, event_id DESC
"""
TAUGHT = f"""
WITH ended AS (
    SELECT DISTINCT session_id FROM session_events WHERE {KNOWN} AND transition NOT IN ('booked', 'moved')
        AND event_time >= :earliest AND scheduled_start >= :starts AND scheduled_start < :ends
), standing AS ({
    STANDING.format(condition="known_at <= :cutoff AND session_id IN (SELECT session_id FROM ended)")
}), taught AS (
    SELECT *, {day_sums.SESSION_FLAGS}, (scheduled_start AT TIME ZONE 'UTC')::date AS day FROM standing
    WHERE tutor_number = ANY(:numbers) AND scheduled_start >= :starts AND scheduled_start < :ends
), counted AS (
    SELECT tutor_number, day, {day_sums.SESSIONS} FROM taught
    LEFT JOIN LATERAL (
        {day_sums.DISLIKED.format(known="AND f.known_at <= :cutoff")}
    ) disliked ON true GROUP BY tutor_number, day
) SELECT tutor_number, day, booked, completed, tutor_cancels, tutor_no_shows, late_starts, technical_issues,
    objectives_known, objectives_met, first_poor, cardinality(subjects) AS subjects FROM counted
"""  # noqa: S608 (our own words, here and below)
MOVED = f"""
SELECT tutor_number, day, tutor_moves, short_notice_moves FROM (
    SELECT tutor_number, (event_time AT TIME ZONE 'UTC')::date AS day, {day_sums.MOVES} FROM session_events
    WHERE {KNOWN} AND {WITHIN} AND transition = 'moved' GROUP BY 1, 2
) counted
"""  # noqa: S608
SAID = f"""
SELECT tutor_number, day, rated_n, rating_sum, first_rated, first_succeeded FROM (
    SELECT f.tutor_number, (f.event_time AT TIME ZONE 'UTC')::date AS day, {day_sums.WORDS}
    FROM (SELECT * FROM feedback WHERE {KNOWN} AND {WITHIN}) f LEFT JOIN LATERAL (
        SELECT session_number = 1 AND tutor_number = f.tutor_number AS first FROM session_events
        WHERE session_id = f.session_id AND known_at <= :cutoff ORDER BY {NEWEST} LIMIT 1
    ) s ON true GROUP BY 1, 2
) counted
"""  # noqa: S608
DID = f"""
SELECT tutor_number, day, logins, answers, trainings_assigned, trainings_completed, preparation,
    answer_thousandths AS answer_minutes, availability_hours, waits
FROM (
    SELECT tutor_number, (event_time AT TIME ZONE 'UTC')::date AS day, {day_sums.ACTS},
        coalesce(sum(round(amount * 1000)) FILTER (WHERE kind = 'login'), 0) AS preparation,
        coalesce(sum(round(amount * 1000)) FILTER (WHERE kind = 'message_answered'), 0) AS answer_thousandths,
        array_agg(amount) FILTER (WHERE kind = 'message_answered' AND amount IS NOT NULL) AS waits
    FROM behaviour_events WHERE {KNOWN} AND {WITHIN} GROUP BY 1, 2
) counted
"""  # noqa: S608
AWAY = f"""
WITH absent AS (
    SELECT DISTINCT tutor_number FROM behaviour_events
    WHERE {KNOWN} AND event_time < :ends AND kind IN ('leave_started', 'leave_ended')
), d AS (
    SELECT tutor_number, starts, starts + interval '1 day' AS ends FROM absent CROSS JOIN LATERAL
        generate_series(CAST(:starts AS timestamptz), CAST(:last AS timestamptz), interval '1 day') starts
) SELECT d.tutor_number, (d.starts AT TIME ZONE 'UTC')::date AS day FROM d
CROSS JOIN LATERAL ({day_sums.LEAVE.format(known="AND known_at <= :cutoff")}) away WHERE away.on_leave
"""  # noqa: S608


@dataclass(frozen=True)
class Span:
    """UTC days, both included, and the instant by which everything counted had become known."""

    first: date
    last: date
    cutoff: datetime

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def index(self, day: date) -> int:
        """The place of a day; negative before the first one."""
        return (day - self.first).days


def everybody(session: Session, *, cutoff: datetime) -> list[int]:
    """The tutors that were known at an instant, in order of number."""
    known = (
        "SELECT DISTINCT tutor_number FROM behaviour_events WHERE kind = 'onboarded' AND known_at <= :cutoff"
    )
    return list(session.scalars(text(f"{known} ORDER BY 1"), {"cutoff": cutoff}))


def cube_of(session: Session, numbers: Sequence[int], span: Span) -> Cube:
    """These tutors' days, in order of number; who had not begun by then is left out.

    What stands from before the first day (training, the hours offered) is put on the first day, so that
    a cube which begins later says the same of its last days.
    """
    asked = sorted(set(numbers))
    parts = [_chunk(session, asked[start : start + CHUNK], span) for start in range(0, len(asked), CHUNK)]
    return _joined(parts or [_chunk(session, [], span)])


def _chunk(session: Session, numbers: list[int], span: Span) -> Cube:
    starts, ends = start_of(span.first), start_of(span.last) + timedelta(days=1)
    asked = {
        "numbers": numbers,
        "cutoff": span.cutoff,
        "starts": starts,
        "last": start_of(span.last),
        "ends": ends,
        "earliest": starts - EARLIEST_END,
        "late": policy.LATE_START_MINUTES,
        "failure": policy.FIRST_FAILURE_RATING,
        "success": policy.FIRST_SUCCESS_RATING,
        "short_notice": policy.SHORT_NOTICE,
    }

    def rows(statement: str) -> Sequence[Row[Any]]:
        return session.execute(text(statement), asked).all()

    found = _Found(rows(TUTORS), span)
    for statement in (TAUGHT, MOVED, SAID):
        found.count(rows(statement))
    found.did(rows(DID))
    found.away(rows(AWAY))
    found.noticed(rows(NOTICED))
    return found.cube()


class _Found:
    """The arrays of one chunk while they fill."""

    def __init__(self, tutors: Sequence[Row[Any]], span: Span) -> None:
        self._tutors, self._span = tutors, span
        self._place = {row.tutor_number: place for place, row in enumerate(tutors)}
        shape = (len(tutors), span.days)
        self._arrays: dict[str, Any] = {
            name: np.zeros(shape, dtype=np.int64) for name in BY_DAY if name not in DERIVED
        }
        self._arrays["waits"] = np.zeros((*shape, len(WAIT_EDGES)), dtype=COUNT)
        self._arrays["availability"] = np.full(shape, np.nan)
        self._arrays["on_leave"] = np.zeros(shape, dtype=np.bool_)
        self._arrays["leaving"] = np.full(shape, FAR, dtype=np.int64)

    def count(self, rows: Sequence[Row[Any]]) -> None:
        """Rows of tutor, day and counts, each under the name of its array."""
        ours = [row for row in rows if row.tutor_number in self._place]
        if not ours:
            return
        where = self._where(ours)
        for column, name in enumerate(ours[0]._fields[2:], start=2):
            if name in self._arrays and name not in DERIVED:
                self._arrays[name][where] = np.array([row[column] for row in ours], dtype=np.float64)

    def did(self, rows: Sequence[Row[Any]]) -> None:
        """Rows of behaviour: counts, and what was stated or waited for."""
        self.count(rows)
        ours = [row for row in rows if row.tutor_number in self._place]
        stated = [row for row in ours if row.availability_hours is not None]
        self._arrays["availability"][self._where(stated)] = [row.availability_hours for row in stated]
        waited = [row for row in ours if row.waits]
        many = [len(row.waits) for row in waited]
        tutor, day = (np.repeat(index, many) for index in self._where(waited))
        minutes = np.array([wait for row in waited for wait in row.waits], dtype=np.float64)
        np.add.at(self._arrays["waits"], (tutor, day, wait_bins(minutes)), 1)

    def away(self, rows: Sequence[Row[Any]]) -> None:
        """Rows of tutor and day on leave."""
        self._arrays["on_leave"][self._where([row for row in rows if row.tutor_number in self._place])] = True

    def noticed(self, rows: Sequence[Row[Any]]) -> None:
        """Rows of tutor, day and the last day that was named."""
        ours = [row for row in rows if row.tutor_number in self._place]
        self._arrays["leaving"][self._where(ours)] = self._days(row.last_day for row in ours)

    def cube(self) -> Cube:
        """The whole, with what stands from before the first day."""
        for place, row in enumerate(self._tutors):
            self._arrays["trainings_assigned"][place, 0] += row.assigned
            self._arrays["trainings_completed"][place, 0] += row.completed
            if row.hours is not None and np.isnan(self._arrays["availability"][place, 0]):
                self._arrays["availability"][place, 0] = row.hours
        return Cube(
            first_day=self._span.first,
            numbers=np.array([row.tutor_number for row in self._tutors], dtype=np.int64),
            synthetic=np.array([row.synthetic for row in self._tutors], dtype=np.bool_),
            onboarded=self._days(row.onboarded for row in self._tutors),
            baseline=_floats(row.baseline for row in self._tutors),
            **self._arrays,
        )

    def _where(self, rows: Sequence[Row[Any]]) -> tuple[Ints, Ints]:
        tutor = np.array([self._place[row.tutor_number] for row in rows], dtype=np.int64)
        return tutor, self._days(row.day for row in rows)

    def _days(self, days: Iterator[date]) -> Ints:
        return np.array([self._span.index(day) for day in days], dtype=np.int64)


def _floats(values: Iterator[str]) -> Floats:
    return np.array([float(value) for value in values], dtype=np.float64)


def _joined(parts: Sequence[Cube]) -> Cube:
    """Cubes of other tutors over the same days, one below the other."""
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in (*BY_TUTOR, *BY_DAY)
    }
    return replace(parts[0], **arrays)
