"""When each tutor left, by the glossary (PRD appendix A), and who could have left at the end of each day.

The same walk through the days that decides a tutor's status (`retention/measures/stays.py`) decides the
label: what the model foretells is what the platform will call churn.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from ml.origins import heard_from, silent_days
from retention.measures.cube import FAR, Bools, Cube, Ints
from retention.measures.stays import Day, History, Notice, Stay, stays_of
from retention.vocabulary import ChurnReason, TutorStatus

COUNTDOWN_DAYS = 4  # days without a session from which leaving by inactivity is already being counted
REASONS = tuple(ChurnReason)


@dataclass(frozen=True)
class Labels:
    """(tutors, days): who is with us at the end of the day, and when that stay ends."""

    at_risk: Bools
    leaves: Ints  # index of the day at whose end the tutor is gone (churn_date); FAR: not within the arrays
    reason: Ints  # of that end, an index of REASONS; -1: none
    silences: Ints  # days up to this one, with it, on which the platform was silent; nothing is known of them

    def left_within(self, days: Ints, horizon: int) -> Bools:
        """Whether the stay ended in (t, t + horizon], for each tutor and day t asked for."""
        return self.leaves[:, days] <= days[None, :] + horizon

    def seen(self, tutor: Ints, day: Ints, *, until: Ints) -> Bools:
        """Whether it is known what became of tutors after a day, to the end of another: it has passed, heard.

        All three arrays are of one length, and so is the answer. It depends on the calendar alone.
        """
        last = self.silences.shape[1] - 1
        heard = self.silences[tutor, np.minimum(until, last)] == self.silences[tutor, day]
        return np.asarray((until <= last) & heard, dtype=np.bool_)


def labels(cube: Cube) -> Labels:
    """The labels of every tutor and day. A return begins a new stay; the end of the last one stands.

    On a day of silence nobody is at risk: what a tutor looks like then says nothing.
    """
    shape = cube.completed.shape
    at_risk, leaves = np.zeros(shape, dtype=np.bool_), np.full(shape, FAR, dtype=np.int64)
    reason = np.full(shape, -1, dtype=np.int64)
    first_heard, quiet = heard_from(cube), silent_days(cube)
    for tutor in range(cube.tutors):
        first = int(first_heard[tutor])
        history = _history(cube, tutor, first=first, quiet=quiet[tutor])
        for stay in stays_of(history, as_of=_instant(cube, cube.days)):
            begins = max(_index(cube, stay.started_at), first)
            gone = FAR if stay.ended_at is None else _gone_on(cube, stay)
            ends = min(gone, cube.days)
            if ends <= begins:  # gone before the arrays begin
                continue
            days = slice(begins, ends)
            at_risk[tutor, days], leaves[tutor, days] = True, gone
            if stay.reason is not None:
                reason[tutor, days] = REASONS.index(stay.reason)
    return Labels(at_risk=at_risk & ~quiet, leaves=leaves, reason=reason, silences=np.cumsum(quiet, axis=1))


def actionable(cube: Cube, days: Ints) -> Bools:
    """Who is not already being counted out: taught lately, and not in a week of too few sessions.

    Leaving by inactivity is a function of the last days; foretelling it then is no skill (ML guide 2).
    """
    idle = np.where(cube.completed > 0, np.arange(cube.days)[None, :], cube.onboarded[:, None])
    quiet = days[None, :] - np.maximum.accumulate(idle, axis=1)[:, days]
    running = np.concatenate(
        [np.zeros_like(cube.completed[:, :1]), np.cumsum(cube.completed, axis=1)], axis=1
    )
    week = running[:, days + 1] - running[:, np.maximum(days - 6, 0)]
    low = week < 0.5 * cube.baseline[:, None]
    return np.asarray((quiet < COUNTDOWN_DAYS) & ~low, dtype=np.bool_)


def _history(cube: Cube, tutor: int, *, first: int, quiet: Bools) -> History:
    onboarded = _instant(cube, int(cube.onboarded[tutor]))
    last_days = cube.leaving[tutor]
    return History(
        tutor_number=int(cube.numbers[tutor]),
        status=TutorStatus.ACTIVE,
        onboarded_at=onboarded,
        baseline_per_week=float(cube.baseline[tutor]),
        stay=Stay(started_at=onboarded),
        days=_days_of(cube, tutor),
        watched_from=cube.date_of(max(int(cube.onboarded[tutor]), first)),
        notices=[
            Notice(_instant(cube, day), _instant(cube, int(last_days[day])))
            for day in np.flatnonzero(last_days != FAR).tolist()
        ],
        silent=frozenset(cube.date_of(day) for day in np.flatnonzero(quiet).tolist()),
    )


def _days_of(cube: Cube, tutor: int) -> dict[date, Day]:
    busy = np.flatnonzero((cube.completed[tutor] > 0) | cube.on_leave[tutor])
    return {
        cube.date_of(int(day)): Day(int(cube.completed[tutor, day]), bool(cube.on_leave[tutor, day]))
        for day in busy
    }


def _gone_on(cube: Cube, stay: Stay) -> int:
    """The day in which the stay ended; midnight belongs to the day that it ends."""
    assert stay.ended_at is not None
    return _index(cube, stay.ended_at - timedelta(microseconds=1))


def _instant(cube: Cube, day: int) -> datetime:
    return datetime.combine(cube.first_day, time(), tzinfo=UTC) + timedelta(days=day)


def _index(cube: Cube, at: datetime) -> int:
    return (at.date() - cube.first_day).days
