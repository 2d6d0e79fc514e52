"""A world: its tutors live day by day, and each day yields what the platform posts about it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from simulator import (
    behaviour,
    chance,
    engagement,
    exits,
    feedback,
    postings,
    sessions,
    students,
    teaching,
    tutors,
)
from simulator.behaviour import Today
from simulator.columns import Flags, Floats, Ints, joined, rows, times
from simulator.engagement import Life
from simulator.exits import Turns
from simulator.postings import Posting
from simulator.profiles import Profile, profile
from simulator.sessions import AHEAD, SETTLED, Bookings
from simulator.students import Rosters
from simulator.tutors import DAY, Tutors

WARM_UP = AHEAD  # days that pass before the first booked sessions are due
LONGEST_REACH = timedelta(days=behaviour.LONGEST_TRAINING + 2)  # from a day to the last posting decided on it


@dataclass
class World:
    """Everything that is the case at the end of `day`. The same seed gives the same world."""

    first_day: datetime  # midnight
    seed: int
    size: int  # tutors on the first day
    profile: Profile
    tutors: Tutors
    life: Life
    rosters: Rosters
    day: int = 0  # the next one to live
    open: dict[int, list[Bookings]] = field(default_factory=dict)  # by day: may still be moved
    firm: dict[int, list[Bookings]] = field(default_factory=dict)  # by day: will be taught or missed

    @property
    def midnight(self) -> int:
        """Start of the next day to live, in seconds since 1970."""
        return int(self.first_day.timestamp()) + self.day * DAY


def born(first_day: datetime, *, tutors_wanted: int, seed: int, name: str = "prd") -> World:
    """A world before its first day."""
    numbers = profile(name)
    people = tutors.first_tutors(tutors_wanted, seed=seed, profile=numbers)
    key = chance.keys(seed, people.number)
    return World(
        first_day=first_day,
        seed=seed,
        size=tutors_wanted,
        profile=numbers,
        tutors=people,
        life=engagement.begun(people, key, profile=numbers),
        rosters=students.rosters(people, key, numbers=numbers.sessions),
    )


def live_a_day(world: World) -> Iterator[Posting]:
    """Live the next day; yields what will be posted about it, not in order of time.

    Nothing of it is due before the day's first second, nor later than `LONGEST_REACH` after it.
    To be read to the end before the next day.
    """
    newcomers = _welcome(world)
    day, midnight, people, life = world.day, world.midnight, world.tutors, world.life
    key = chance.keys(world.seed, people.number, day)
    engagement.drift(life, people, key, day=day, profile=world.profile)
    turns = exits.live_out(life, people, key, day=day, profile=world.profile)
    pull = engagement.strain(life, profile=world.profile)
    offset = tutors.offsets(people, midnight, profile=world.profile)
    yield from newcomers
    yield from _book(world, pull=pull)
    yield from _settle(world, pull=pull)
    yield from _teach(world, pull=pull)
    yield from _turn(world, turns, local=midnight - offset)
    yield from _behave(world, pull=pull, local=midnight - offset)
    world.day += 1


def _welcome(world: World) -> list[Posting]:
    """Tutors who join today; on the first day, everybody who is there."""
    new = world.tutors
    if world.day > 0:
        new = tutors.newcomers(
            world.day,
            after=len(world.tutors.number),
            first_size=world.size,
            seed=world.seed,
            profile=world.profile,
        )
        if not len(new.number):
            return []
        begun = engagement.begun(new, chance.keys(world.seed, new.number), profile=world.profile)
        world.tutors, world.life = joined([world.tutors, new]), joined([world.life, begun])
        world.rosters.add(len(new.number))
    records = tutors.onboardings(
        new, first_day=int(world.first_day.timestamp()), seed=world.seed, profile=world.profile
    )
    due = np.maximum(world.first_day.timestamp() + new.joined * DAY, world.midnight).tolist()
    return [
        Posting(second, record["event_id"], "events", record)
        for second, record in zip(due, records, strict=True)
    ]


def _book(world: World, *, pull: Floats) -> Iterator[Posting]:
    """Bookings for the day a week ahead, by what is known today."""
    life, people, numbers = world.life, world.tutors, world.profile.sessions
    day, midnight = world.day + AHEAD, world.midnight + AHEAD * DAY
    there = engagement.present(life, day=day) & engagement.present(life, day=world.day)
    there &= people.joined < world.day
    taking = np.exp(-numbers.activity_effect * np.maximum(pull, 0))
    taking = np.where(life.faded, world.profile.exits.faded_share, taking)
    wanted = people.baseline / 7 * sessions.season(midnight, profile=world.profile) * taking * there
    offset = tutors.offsets(people, midnight, profile=world.profile)
    table = sessions.booked(
        people,
        world.rosters,
        wanted=wanted,
        day=day,
        midnight=midnight,
        ahead=offset,
        seed=world.seed,
        profile=world.profile,
    )
    world.open.setdefault(day, []).append(table)
    at = sessions.booking_times(table, midnight=world.midnight)
    yield from postings.of_sessions(
        table, "booked", at=at, subjects=_subjects(world), jitter=world.profile.feed.jitter, more={}
    )


def _settle(world: World, *, pull: Floats) -> Iterator[Posting]:
    """Moves and cancellations of the sessions three days ahead."""
    day = world.day + SETTLED
    if day not in world.open:
        return
    table = joined(world.open.pop(day))
    stands, moved, cancelled = sessions.settled(
        table, strain=pull, midnight=world.midnight, profile=world.profile
    )
    world.firm.setdefault(day, []).append(stands)
    later = (moved.bookings.start - world.midnight) // DAY + world.day
    for other in np.unique(later).tolist():
        world.firm.setdefault(other, []).append(rows(moved.bookings, later == other))
    subjects, jitter = _subjects(world), world.profile.feed.jitter
    yield from postings.of_changes(moved, "moved", subjects=subjects, jitter=jitter)
    yield from postings.of_changes(cancelled, "cancelled", subjects=subjects, jitter=jitter)


def _teach(world: World, *, pull: Floats) -> Iterator[Posting]:
    """The sessions of today."""
    if world.day not in world.firm:
        return
    table = joined(world.firm.pop(world.day))
    subjects, jitter = _subjects(world), world.profile.feed.jitter
    away, off, deserted = teaching.absences(
        table,
        present=engagement.present(world.life, day=world.day),
        gone=world.life.gone_from <= world.day,
        midnight=world.midnight,
    )
    table = rows(table, ~away)
    which, missed = teaching.missed(table, strain=pull, profile=world.profile)
    for changes, transition in ((off, "cancelled"), (deserted, "no_show"), (missed, "no_show")):
        yield from postings.of_changes(changes, transition, subjects=subjects, jitter=jitter)
        first = changes.bookings.number == 1
        students.lose(world.rosters, changes.bookings.tutor[first], changes.bookings.student[first])
    skill = engagement.quality(world.life, world.tutors, profile=world.profile)
    taught = teaching.taught(rows(table, ~which), strain=pull, quality=skill, profile=world.profile)
    yield from postings.of_taught(taught, subjects=subjects, jitter=jitter)
    yield from _hear(world, taught, pull=pull, skill=skill)


def _hear(world: World, taught: teaching.Taught, *, pull: Floats, skill: Floats) -> Iterator[Posting]:
    """Feedback; a failed first session costs a student, and it weighs on the tutor."""
    thought = feedback.stars(taught, world.tutors, strain=pull, quality=skill, profile=world.profile)
    bad = rows(taught.bookings, feedback.failed(taught, thought))
    students.lose(world.rosters, bad.tutor, bad.student)
    hurt = np.unique(bad.tutor)
    world.life.disengagement[hurt] += world.profile.engagement.poor_first_session
    world.life.poor_first[hurt] = world.day
    yield from postings.of_feedback(
        feedback.said(taught, thought, profile=world.profile), jitter=world.profile.feed.jitter
    )


def _turn(world: World, turns: Turns, *, local: Ints) -> Iterator[Posting]:
    """Notices and announced leaves: at ten o'clock on the tutor's clock."""
    life, ten = world.life, local + 10 * 3_600
    until = world.first_day.timestamp() + np.where(turns.notice, life.gone_from, life.away_until) * DAY
    kinds: tuple[tuple[str, Flags, str], ...] = (
        ("resignation_notice", turns.notice, "effective_on"),
        ("leave_started", turns.leave_began, "until"),
        ("leave_ended", turns.leave_ended & ~turns.leave_began, ""),
    )
    for kind, which, detail in kinds:
        for tutor in np.flatnonzero(which).tolist():
            details = {detail: times(np.floor(until[tutor : tutor + 1]))[0]} if detail else {}
            yield postings.of_behaviour(
                tutor,
                kind,
                name=str(world.day),
                when=times(ten[tutor : tutor + 1])[0],
                due=float(ten[tutor]),
                details=details,
            )


def _behave(world: World, *, pull: Floats, local: Ints) -> Iterator[Posting]:
    """Logins, answers, availability and training of those who are there."""
    people, life = world.tutors, world.life
    today = Today(
        tutors=people,
        here=engagement.present(life, day=world.day) & (people.joined < world.day),
        strain=pull,
        day=world.day,
        midnight=local,
        seed=world.seed,
        profile=world.profile,
    )
    assigned, completed = behaviour.training(today)
    for deeds, kind, detail in (
        (behaviour.logins(today), "login", "preparation_minutes"),
        (behaviour.answers(today), "message_answered", "response_minutes"),
        (behaviour.availability(today, life), "availability_changed", "hours_per_week"),
        (assigned, "training_assigned", "module"),
        (completed, "training_completed", "module"),
    ):
        yield from postings.of_deeds(
            deeds, kind, seed=world.seed, jitter=world.profile.feed.jitter, detail=detail
        )


def _subjects(world: World) -> list[str]:
    return list(world.profile.tutors.subjects)
