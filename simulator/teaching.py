"""The day of the session: who came, how late, and how it went."""

from dataclasses import dataclass

import numpy as np

from simulator import chance
from simulator.columns import Flags, Floats, Ints, rows
from simulator.profiles import Profile
from simulator.sessions import HOUR, PLATFORM, STUDENT, TUTOR, Bookings, Changes, no_show_chances

LATE = 10  # minutes; a later start is held against the tutor (PRD 3.3 pattern 1)
WAITED = 900  # seconds after which a session counts as missed
DESERTED = 0.3  # share of the sessions of a tutor who stopped that nobody calls off in time; ours


@dataclass(frozen=True)
class Taught:
    """Sessions that took place; one row a session."""

    bookings: Bookings
    late: Ints  # minutes
    minutes: Ints
    engagement: Floats  # 0-1
    objectives: Flags
    technical: Flags

    @property
    def ends(self) -> Ints:
        """Seconds since 1970."""
        return np.asarray(self.bookings.start + (self.late + self.minutes) * 60)


def absences(
    table: Bookings, *, present: Flags, gone: Flags, midnight: int
) -> tuple[Flags, Changes, Changes]:
    """Sessions of tutors who are away: which they are, which were called off, and which nobody came to."""
    away = ~present[table.tutor]
    missing = rows(table, away)
    deserted = gone[missing.tutor] & (chance.uniform(missing.key, "deserted") < DESERTED)
    cancelled, missed = rows(missing, ~deserted), rows(missing, deserted)
    room = np.maximum(cancelled.start - HOUR // 2 - midnight, 0)
    at = midnight + np.floor(chance.uniform(cancelled.key, "called off") * room).astype(np.int64)
    by = np.where(gone[cancelled.tutor], PLATFORM, TUTOR)
    return (
        away,
        Changes(cancelled, at, by, cancelled.start),
        Changes(missed, missed.start + WAITED, np.full(len(missed.key), TUTOR), missed.start),
    )


def missed(table: Bookings, *, strain: Floats, profile: Profile) -> tuple[Flags, Changes]:
    """Sessions to which the tutor or the student did not come."""
    by_tutor, by_student = no_show_chances(table, strain=strain, profile=profile)
    drawn = chance.uniform(table.key, "no-show")
    which = drawn < by_tutor + by_student
    absent = np.where(drawn < by_tutor, TUTOR, STUDENT)[which]
    lost = rows(table, which)
    return which, Changes(lost, lost.start + WAITED, absent, lost.start)


def taught(table: Bookings, *, strain: Floats, quality: Floats, profile: Profile) -> Taught:
    """How the sessions went."""
    numbers, key = profile.sessions, table.key
    pull, skill = strain[table.tutor], quality[table.tutor]
    mean_late = numbers.late_minutes * np.exp(np.clip(numbers.late_effect * pull, -1.5, 1.5))
    late = np.minimum(np.floor(mean_late * chance.exponential(key, "late")), 40).astype(np.int64)
    early_end = np.floor(3 * chance.uniform(key, "early end")).astype(np.int64)
    mood = 1.35 + 0.45 * skill - 0.5 * pull + 0.6 * chance.normal(key, "engagement")
    reached = 1.9 + 0.4 * skill - 0.35 * pull
    return Taught(
        bookings=table,
        late=late,
        minutes=np.maximum(table.minutes - np.minimum(late, table.minutes // 2) - early_end, 5),
        engagement=np.round(1 / (1 + np.exp(-mood)), 3),
        objectives=chance.uniform(key, "objectives") < 1 / (1 + np.exp(-reached)),
        technical=chance.uniform(key, "technical") < numbers.technical_issues,
    )
