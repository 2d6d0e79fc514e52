"""Sessions: booked a week ahead, then moved, cancelled, missed or taught."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from retention.vocabulary import AgeBand
from simulator import chance
from simulator.columns import Flags, Floats, Ints, Keys, joined, rows
from simulator.profiles import Profile, Sessions
from simulator.students import LARGEST_GROUP, Rosters, meet
from simulator.tutors import DAY, Tutors

AHEAD = 7  # days from the booking's day to the session's
SETTLED = 3  # days before the session in which it is moved or cancelled
HOUR = 3_600
NOON, EVENING = 12, 18  # o'clock on the tutor's clock
THURSDAY = 3  # the weekday of 1 January 1970, Monday = 0
MOST = 10  # sessions of a tutor on one day
TUTOR, STUDENT, PLATFORM = range(3)
PARTIES = ("tutor", "student", "platform")


@dataclass(frozen=True)
class Bookings:
    """Sessions that are to take place; one row a session."""

    key: Keys
    tutor: Ints
    day: Ints  # for which it was booked
    place: Ints  # which one of that day
    student: Ints
    number: Ints  # of tutor and student; 1 = first session
    group: Ints  # students
    subject: Ints
    age: Ints  # a new student's, as a band; in a group, that of most of them; else 0
    start: Ints  # seconds since 1970
    minutes: Ints
    morning: Flags  # on the tutor's clock


@dataclass(frozen=True)
class Changes:
    """Moves and cancellations; one row a change."""

    bookings: Bookings  # as they stand after the change
    at: Ints
    by: Ints  # PARTIES
    previous: Ints  # start before the move; unused for a cancellation


def booked(
    tutors: Tutors,
    roster: Rosters,
    *,
    wanted: Floats,
    day: int,
    midnight: int,
    ahead: Ints,
    no_evenings: Flags,
    seed: int,
    profile: Profile,
) -> Bookings:
    """The bookings for the day that begins at `midnight`; `wanted` = sessions expected of each tutor."""
    key = chance.keys(seed, tutors.number, day)
    count = np.minimum(_counts(key, wanted, regular=profile.sessions.regular), MOST)
    hours = _hours(key, profile.sessions, kept=np.where(no_evenings, 1 - profile.patterns.evening_cut, 1.0))
    tables = []
    for place in range(int(count.max(initial=0))):
        busy = np.flatnonzero(count > place)
        hour = hours[busy, place]
        table = _one_each(tutors, roster, busy, place=place, day=day, seed=seed, numbers=profile.sessions)
        tables.append(replace(table, start=midnight + hour * HOUR - ahead[busy], morning=hour < NOON))
    return joined(tables) if tables else nothing()


def _counts(key: Keys, wanted: Floats, *, regular: float) -> Ints:
    """So many sessions of each tutor: the regular ones come every week, the others as they come."""
    steady = np.floor(regular * wanted + chance.uniform(key, "regular sessions"))
    return steady.astype(np.int64) + chance.poisson(key, "sessions", mean=(1 - regular) * wanted)


def _one_each(
    tutors: Tutors, roster: Rosters, busy: Ints, *, place: int, day: int, seed: int, numbers: Sessions
) -> Bookings:
    """One session for each of the busy tutors; the hour is set by the caller."""
    key = chance.keys(seed, tutors.number[busy], day, place)
    met = meet(roster, busy, key, baseline=tutors.baseline[busy], numbers=numbers)
    pair = chance.keys(seed, tutors.number[busy], met.student)
    grouped = chance.uniform(pair, "group") < numbers.group
    size = 2 + np.floor(chance.uniform(pair, "group size") * (LARGEST_GROUP - 1)).astype(np.int64)
    taught = tutors.subjects[busy]
    known = np.maximum((taught >= 0).sum(axis=1), 1)
    which = np.floor(chance.uniform(pair, "subject") * known).astype(np.int64)
    lengths = np.array(list(numbers.minutes), dtype=np.int64)
    return Bookings(
        key=key,
        tutor=tutors.number[busy],
        day=np.full(len(busy), day),
        place=np.full(len(busy), place),
        student=met.student,
        number=met.number,
        group=np.where(grouped, size, 1),
        subject=taught[np.arange(len(busy)), which],
        age=_ages(pair, met.number == 1, numbers=numbers),
        start=np.zeros(len(busy), dtype=np.int64),
        minutes=lengths[chance.choice(pair, "minutes", weights=np.array(list(numbers.minutes.values())))],
        morning=np.zeros(len(busy), dtype=np.bool_),
    )


def _ages(pair: Keys, first: Flags, *, numbers: Sessions) -> Ints:
    """The band of each new student's age; of the others nobody asks."""
    ages = np.zeros(len(pair), dtype=np.int64)
    weights = np.array([numbers.student_ages[band] for band in AgeBand])
    ages[first] = chance.choice(pair[first], "age", weights=weights)
    return ages


def _hours(key: Keys, numbers: Sessions, *, kept: Floats) -> Ints:
    """For each tutor the hours of the day in the order in which they fill: no two sessions at once.

    `kept`: the share of the evenings that a tutor still offers.
    """
    hours = np.array(list(numbers.hours), dtype=np.int64)
    ranks = [
        chance.exponential(key, f"hour {hour}") / (weight * (kept if hour >= EVENING else 1.0))
        for hour, weight in numbers.hours.items()
    ]
    return hours[np.argsort(np.array(ranks).T, axis=1)[:, :MOST]]


def booking_times(table: Bookings, *, midnight: int) -> Ints:
    """When these sessions were booked: within four days from `midnight`."""
    spread = (AHEAD - SETTLED) * DAY - 6 * HOUR
    return midnight + np.floor(chance.uniform(table.key, "booked") * spread).astype(np.int64)


def settled(
    table: Bookings, *, strain: Floats, restless: Flags, midnight: int, profile: Profile
) -> tuple[Bookings, Changes, Changes]:
    """What still stands three days ahead, what is moved (and then stands), and what is cancelled.

    `restless`: tutors whose calendar is their trouble.
    """
    numbers = profile.sessions
    pull = strain[table.tutor]
    drawn = chance.uniform(table.key, "settled")
    pull = pull * numbers.moved_effect + numbers.moved_trouble * restless[table.tutor]
    moves = drawn < _share(numbers.moved, np.exp(pull))
    cancels = ~moves & (drawn > 1 - numbers.cancelled)
    moved, cancelled = rows(table, moves), rows(table, cancels)
    later = replace(moved, start=moved.start + _shift(moved))
    by_tutor = chance.uniform(moved.key, "who moved") < numbers.moved_by_tutor
    who = chance.choice(
        cancelled.key, "who cancelled", weights=np.array([numbers.cancelled_by[party] for party in PARTIES])
    )
    return (
        rows(table, ~moves & ~cancels),
        Changes(later, _notice(moved, midnight), np.where(by_tutor, TUTOR, STUDENT), moved.start),
        Changes(cancelled, _notice(cancelled, midnight), who, cancelled.start),
    )


def _shift(table: Bookings) -> Ints:
    """One to four days later, at a like hour."""
    days = 1 + np.floor(4 * chance.uniform(table.key, "days later")).astype(np.int64)
    hours = np.floor(3 * chance.uniform(table.key, "hours later")).astype(np.int64) - 1
    return days * DAY + hours * HOUR


def _notice(table: Bookings, midnight: int) -> Ints:
    """When the change was made: between `midnight` and half an hour before the start, rather late."""
    room = table.start - HOUR // 2 - midnight
    return midnight + np.floor(np.sqrt(chance.uniform(table.key, "notice")) * room).astype(np.int64)


def no_show_chances(table: Bookings, *, strain: Floats, profile: Profile) -> tuple[Floats, Floats]:
    """The chance that the tutor, or the student, does not come: higher on Mondays and mornings."""
    numbers = profile.sessions
    monday = (table.start // DAY + THURSDAY) % 7 == 0
    odds = np.where(monday, numbers.monday_odds, 1.0) * np.where(table.morning, numbers.morning_odds, 1.0)
    odds = odds * np.where(monday & table.morning, profile.patterns.monday_morning, 1.0)
    pull = np.exp(numbers.tutor_no_show_effect * strain[table.tutor])
    return _share(numbers.tutor_no_show, pull * odds), _share(numbers.student_no_show, odds)


def season(midnight: int, *, profile: Profile) -> float:
    """The volume of a day against the mean day."""
    date = datetime.fromtimestamp(midnight, UTC)
    holiday = (date.month, date.day) >= (12, 22) or (date.month, date.day) <= (1, 2)
    volume = profile.sessions.weekdays[date.weekday()] * profile.sessions.months[date.month - 1]
    return volume * (profile.sessions.holiday if holiday else 1.0)


def _share(base: float, odds: Floats) -> Floats:
    """A share whose odds are multiplied."""
    changed = base / (1 - base) * odds
    return np.asarray(changed / (1 + changed))


def nothing() -> Bookings:
    """A table without a row."""
    none = np.zeros(0, dtype=np.int64)
    return Bookings(
        key=none.astype(np.uint64),
        tutor=none,
        day=none,
        place=none,
        student=none,
        number=none,
        group=none,
        subject=none,
        age=none,
        start=none,
        minutes=none,
        morning=none.astype(np.bool_),
    )
