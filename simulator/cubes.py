"""A world's days as the arrays that models learn from: what its postings come to, without the detour.

The same sums as the database rolls up from those postings; a test lives a small world both ways.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from retention import policy
from retention.measures.cube import (
    BY_DAY,
    COUNT,
    FAR,
    THOUSANDTHS,
    WAIT_EDGES,
    Counts,
    Cube,
    wait_bins,
)
from simulator.columns import Flags, Floats, Ints
from simulator.days import Deed, LivedDay
from simulator.feedback import AGAIN
from simulator.sessions import TUTOR, Bookings, Changes
from simulator.tutors import DAY
from simulator.world import World, live

SHORT = int(policy.SHORT_NOTICE.total_seconds())
UNWILLING = tuple(place for place, word in enumerate(AGAIN) if word in {"probably_not", "no"})
STATED = "availability"
DERIVED = {"waits", STATED, "on_leave", "leaving"}  # all other arrays are counts


@dataclass
class Tally:
    """Counts as they come in: name -> (tutor, day, how many), to be added up at the end."""

    days: int
    begun: int  # the day of the world that is the first of them
    first_second: int
    parts: dict[str, list[tuple[Ints, Ints, Ints]]] = field(default_factory=dict)
    leaves: list[tuple[int, int, int]] = field(default_factory=list)  # tutor, first and last day
    notices: list[tuple[int, int, int]] = field(default_factory=list)  # tutor, day, last day
    waits: list[tuple[Ints, Ints, Ints]] = field(default_factory=list)
    stated: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)

    def day_of(self, seconds: Ints | Floats) -> Ints:
        """The UTC day of an instant."""
        return ((seconds - self.first_second) // DAY).astype(np.int64)

    def add(self, name: str, tutor: Ints, day: Ints, many: Ints | Flags | int = 1) -> None:
        """Count something; what lies outside the days is left out."""
        within = (day >= 0) & (day < self.days)
        counts = np.broadcast_to(np.asarray(many, dtype=np.int64), tutor.shape)
        self.parts.setdefault(name, []).append((tutor[within], day[within], counts[within]))


def cube_of(world: World, days: int, *, seen: Callable[[LivedDay], None] = lambda _: None) -> Cube:
    """Live so many days, and say what they came to; `seen` is shown each of them."""
    tally = Tally(days, world.day, int(world.first_day.timestamp()) + world.day * DAY)
    for _ in range(days):
        lived = live(world)
        _count(tally, lived)
        seen(lived)
    return _cube(world, tally)


def _count(tally: Tally, lived: LivedDay) -> None:
    _sessions(tally, lived)
    _words(tally, lived)
    for deed in lived.behaviour:
        _deeds(tally, deed)
    _turns(tally, lived)


def _sessions(tally: Tally, lived: LivedDay) -> None:
    taught, table = lived.taught, lived.taught.bookings
    day = tally.day_of(table.start)
    for name, many in (
        ("booked", 1),
        ("completed", 1),
        ("objectives_known", 1),
        ("objectives_met", taught.objectives),
        ("technical_issues", taught.technical),
        ("late_starts", taught.late > policy.LATE_START_MINUTES),
    ):
        tally.add(name, table.tutor, day, many)
    _subjects(tally, table, day)
    missed = lived.missed
    tally.add("booked", missed.bookings.tutor, tally.day_of(missed.bookings.start))
    tally.add(
        "tutor_no_shows", missed.bookings.tutor, tally.day_of(missed.bookings.start), missed.by == TUTOR
    )
    for cancelled in (lived.cancelled, lived.called_off):
        late = cancelled.at > cancelled.bookings.start - SHORT
        day = tally.day_of(cancelled.bookings.start)
        tally.add("booked", cancelled.bookings.tutor, day, late)
        tally.add("tutor_cancels", cancelled.bookings.tutor, day, cancelled.by == TUTOR)
    _moves(tally, lived.moved)


def _moves(tally: Tally, moved: Changes) -> None:
    own = moved.by == TUTOR
    day = tally.day_of(moved.at)
    tally.add("tutor_moves", moved.bookings.tutor, day, own)
    tally.add("short_notice_moves", moved.bookings.tutor, day, own & (moved.previous - moved.at < SHORT))


def _subjects(tally: Tally, table: Bookings, day: Ints) -> None:
    different = np.unique(np.stack([table.tutor, day, table.subject]), axis=1)
    tally.add("subjects", different[0], different[1])


def _words(tally: Tally, lived: LivedDay) -> None:
    said, table = lived.said, lived.said.taught.bookings
    day, first = tally.day_of(said.at), table.number == 1
    tally.add("rated_n", table.tutor, day)
    tally.add("rating_sum", table.tutor, day, said.stars)
    tally.add("first_rated", table.tutor, day, first)
    tally.add("first_succeeded", table.tutor, day, first & (said.stars >= policy.FIRST_SUCCESS_RATING))
    disliked = (said.stars < policy.FIRST_FAILURE_RATING) | np.isin(said.again, UNWILLING)
    poor = set(table.key[first & disliked].tolist())
    own = lived.taught
    late = own.late > policy.LATE_START_MINUTES
    hit = (own.bookings.number == 1) & (late | np.isin(own.bookings.key, list(poor)))
    tally.add("first_poor", own.bookings.tutor, tally.day_of(own.bookings.start), hit)


def _deeds(tally: Tally, deed: Deed) -> None:
    tutor, day, amount = deed.deeds.tutor, tally.day_of(deed.deeds.at), deed.deeds.amount
    exact = np.round(amount * THOUSANDTHS).astype(np.int64)
    match deed.kind:
        case "login":
            tally.add("logins", tutor, day)
            tally.add("preparation", tutor, day, exact)
        case "message_answered":
            tally.add("answers", tutor, day)
            tally.add("answer_minutes", tutor, day, exact)
            tally.waits.append((tutor, day, wait_bins(amount)))
        case "availability_changed":
            tally.stated.append((tutor, day, amount))
        case "training_assigned":
            tally.add("trainings_assigned", tutor, day)
        case "training_completed":
            tally.add("trainings_completed", tutor, day)


def _turns(tally: Tally, lived: LivedDay) -> None:
    day = lived.day - tally.begun
    for tutor in np.flatnonzero(lived.turns.notice).tolist():
        tally.notices.append((tutor, day, int((lived.until[tutor] - tally.first_second) // DAY)))
    for tutor in np.flatnonzero(lived.turns.leave_began).tolist():
        last = int(np.ceil((lived.until[tutor] - tally.first_second) / DAY)) - 1
        tally.leaves.append((tutor, day, last))


def _cube(world: World, tally: Tally) -> Cube:
    tutors = len(world.tutors.number)
    shape = (tutors, tally.days)
    counts = {name: np.zeros(shape, dtype=np.int64) for name in BY_DAY if name not in DERIVED}
    for name, parts in tally.parts.items():
        for tutor, day, many in parts:
            np.add.at(counts[name], (tutor, day), many)
    return Cube(
        first_day=np.datetime64(tally.first_second, "s").astype("datetime64[D]").item(),
        numbers=np.arange(tutors),
        synthetic=np.ones(tutors, dtype=np.bool_),
        onboarded=np.floor(world.tutors.joined).astype(np.int64) - tally.begun,
        baseline=world.tutors.baseline.astype(np.float64),
        waits=_waits(tally, shape),
        availability=_stated(tally, shape),
        on_leave=_on_leave(tally, shape),
        leaving=_leaving(tally, shape),
        **counts,
    )


def _leaving(tally: Tally, shape: tuple[int, int]) -> Ints:
    last_days = np.full(shape, FAR, dtype=np.int64)
    for tutor, day, last_day in tally.notices:
        last_days[tutor, day] = last_day
    return last_days


def _waits(tally: Tally, shape: tuple[int, int]) -> Counts:
    bins = np.zeros((*shape, len(WAIT_EDGES)), dtype=COUNT)
    for tutor, day, place in tally.waits:
        within = (day >= 0) & (day < tally.days)
        np.add.at(bins, (tutor[within], day[within], place[within]), 1)
    return bins


def _stated(tally: Tally, shape: tuple[int, int]) -> Floats:
    hours = np.full(shape, np.nan)
    for tutor, day, amount in tally.stated:
        within = (day >= 0) & (day < tally.days)
        hours[tutor[within], day[within]] = amount[within]
    return hours


def _on_leave(tally: Tally, shape: tuple[int, int]) -> Flags:
    away = np.zeros(shape, dtype=np.bool_)
    for tutor, first, last in tally.leaves:
        away[tutor, max(first, 0) : max(last + 1, 0)] = True
    return away
