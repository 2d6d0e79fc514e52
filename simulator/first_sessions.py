"""A world's first sessions as arrays, as the database would tell of them; and how each was bound to go."""

from statistics import NormalDist

import numpy as np

from retention.measures.cube import FAR
from retention.measures.first_sessions import UNTOLD, FirstSessions, joined
from retention.vocabulary import AgeBand
from simulator.columns import Floats, Ints, Keys, rows
from simulator.days import LivedDay
from simulator.profiles import Profile
from simulator.sessions import HOUR, THURSDAY
from simulator.tutors import DAY

FAILS_BELOW = 2.5  # stars before they are rounded: then they are said to be 2
AGES = np.array(list(map(str, AgeBand)))


class FirstSessionsSeen:
    """Collects the first sessions that took place, day by day."""

    def __init__(self, profile: Profile, *, first_second: int) -> None:
        self._profile = profile
        self._first_second = first_second  # of the first day of the arrays
        self._days: list[FirstSessions] = []

    def see(self, lived: LivedDay) -> None:
        """Take in a lived day."""
        first = lived.taught.bookings.number == 1
        table, means = rows(lived.taught.bookings, first), lived.means[first]
        local = table.start + (lived.midnight - lived.local)[table.tutor]  # seconds on the tutor's clock
        said_on, stars = self._words(lived, table.key)
        subjects = np.array(list(self._profile.tutors.subjects))
        found = FirstSessions(
            tutor=table.tutor,
            day=self._day_of(table.start),
            hour=local % DAY // HOUR,
            weekday=(local // DAY + THURSDAY) % 7,
            subject=subjects[table.subject],
            age_band=AGES[table.age],
            said_on=said_on,
            stars=stars,
            true_chance=self._chance_of_failing(means),
        )
        self._days.append(found)

    def all_of_them(self) -> FirstSessions:
        """Everything seen so far."""
        return joined(self._days)

    def _words(self, lived: LivedDay, key: Keys) -> tuple[Ints, Ints]:
        """The day of each session's words and its stars."""
        _, here, there = np.intersect1d(key, lived.said.taught.bookings.key, return_indices=True)
        said_on, stars = np.full(len(key), FAR), np.full(len(key), UNTOLD, dtype=np.int64)
        said_on[here] = self._day_of(lived.said.at)[there]
        stars[here] = lived.said.stars[there]
        return said_on, stars

    def _day_of(self, seconds: Ints) -> Ints:
        return (seconds - self._first_second) // DAY

    def _chance_of_failing(self, means: Floats) -> Floats:
        noise = NormalDist(sigma=self._profile.feedback.first_spread)
        return np.array([noise.cdf(FAILS_BELOW - mean) for mean in means.tolist()])
