"""A world: its tutors live day by day, and each day yields what the platform posts about it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from simulator import (
    behaviour,
    chance,
    effects,
    engagement,
    exits,
    feedback,
    sessions,
    students,
    teaching,
    telling,
    tutors,
)
from simulator.behaviour import Today
from simulator.columns import Floats, Ints, joined, rows
from simulator.days import Deed, LivedDay
from simulator.effects import Action
from simulator.engagement import Life
from simulator.exits import Turns
from simulator.feedback import Said
from simulator.postings import Posting
from simulator.profiles import Profile, profile
from simulator.sessions import AHEAD, SETTLED, TUTOR, Bookings, Changes
from simulator.students import Rosters
from simulator.teaching import Taught
from simulator.tutors import DAY, SCHEDULING, Tutors

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
    actions: Sequence[Action] = ()  # of staff
    replaced: Counter[str] = field(default_factory=Counter)  # students who got another tutor, by cause
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
    """
    return telling.told(live(world), profile=world.profile)


def live(world: World) -> LivedDay:
    """Live the next day; what happened on it, as tables."""
    newcomers, day, midnight = _welcome(world), world.day, world.midnight
    turns = _pass_the_night(world)
    pull = engagement.strain(world.life, profile=world.profile)
    booked = _book(world, pull=pull)
    moved, cancelled = _settle(world, pull=pull)
    called_off, missed, taught, said, means = _teach(world, pull=pull)
    local = midnight - tutors.offsets(world.tutors, midnight, profile=world.profile)
    lived = LivedDay(
        day=day,
        seed=world.seed,
        first_second=midnight - day * DAY,
        midnight=midnight,
        local=local,
        newcomers=newcomers,
        booked=booked,
        moved=moved,
        cancelled=cancelled,
        called_off=called_off,
        missed=missed,
        taught=taught,
        said=said,
        means=means,
        turns=turns,
        until=_ends_of(world, turns),
        behaviour=_behave(world, pull=pull, local=local),
    )
    world.day += 1
    return lived


def _pass_the_night(world: World) -> Turns:
    """What nobody sees: moods drift, actions begin to work, some make up their minds."""
    life, people, day = world.life, world.tutors, world.day
    key = chance.keys(world.seed, people.number, day)
    engagement.drift(life, people, key, day=day, profile=world.profile)
    effects.work(life, people, world.actions, day=day, profile=world.profile)
    return exits.live_out(life, people, key, day=day, profile=world.profile)


def _welcome(world: World) -> Tutors:
    """Tutors who join today; on the first day, everybody who is there."""
    if world.day == 0:
        return world.tutors
    new = tutors.newcomers(
        world.day,
        after=len(world.tutors.number),
        first_size=world.size,
        seed=world.seed,
        profile=world.profile,
    )
    if len(new.number):
        begun = engagement.begun(new, chance.keys(world.seed, new.number), profile=world.profile)
        world.tutors, world.life = joined([world.tutors, new]), joined([world.life, begun])
        world.rosters.add(len(new.number))
    return new


def _book(world: World, *, pull: Floats) -> Bookings:
    """Bookings for the day a week ahead, by what is known today."""
    life, people, numbers = world.life, world.tutors, world.profile.sessions
    day, midnight = world.day + AHEAD, world.midnight + AHEAD * DAY
    there = engagement.present(life, day=day) & (people.joined < world.day)  # on leave: for afterwards
    taking = np.exp(-numbers.activity_effect * np.maximum(pull, 0))
    taking = np.where(life.faded, world.profile.exits.faded_share, taking)
    wanted = people.baseline / 7 * numbers.booked_for_one * taking * there
    wanted = wanted * sessions.season(midnight, profile=world.profile)
    table = sessions.booked(
        people,
        world.rosters,
        wanted=wanted,
        day=day,
        midnight=midnight,
        ahead=tutors.offsets(people, midnight, profile=world.profile),
        no_evenings=engagement.cutting_evenings(life),
        seed=world.seed,
        profile=world.profile,
    )
    world.open.setdefault(day, []).append(table)
    return table


def _settle(world: World, *, pull: Floats) -> tuple[Changes, Changes]:
    """Moves and cancellations of the sessions three days ahead."""
    day = world.day + SETTLED
    table = joined(world.open.pop(day, [sessions.nothing()]))
    stands, moved, cancelled = sessions.settled(
        table,
        strain=pull,
        restless=world.tutors.trouble == SCHEDULING,
        midnight=world.midnight,
        profile=world.profile,
    )
    world.firm.setdefault(day, []).append(stands)
    later = (moved.bookings.start - world.midnight) // DAY + world.day
    for other in np.unique(later).tolist():
        world.firm.setdefault(other, []).append(rows(moved.bookings, later == other))
    return moved, cancelled


def _teach(world: World, *, pull: Floats) -> tuple[Changes, Changes, Taught, Said, Floats]:
    """The sessions of today: called off, missed, taught; what was said of those, and the mean behind it."""
    table = joined(world.firm.pop(world.day, [sessions.nothing()]))
    away, called_off, deserted = teaching.absences(
        table,
        present=engagement.present(world.life, day=world.day),
        gone=world.life.gone_from <= world.day,
        midnight=world.midnight,
    )
    table = rows(table, ~away)
    which, missed = teaching.missed(table, strain=pull, profile=world.profile)
    _look_elsewhere(world, called_off=called_off, deserted=deserted, missed=missed)
    skill = engagement.quality(world.life, world.tutors, profile=world.profile)
    taught = teaching.taught(rows(table, ~which), strain=pull, quality=skill, profile=world.profile)
    said, means = _hear(world, taught, pull=pull, skill=skill)
    return called_off, joined([deserted, missed]), taught, said, means


def _look_elsewhere(world: World, *, called_off: Changes, deserted: Changes, missed: Changes) -> None:
    """Students of tutors who left or did not come get another one; a first session missed leads nowhere."""
    wish = chance.uniform(missed.bookings.key, "another tutor") < world.profile.sessions.no_show_replaced
    turned = (missed.by == TUTOR) & wish
    gone = world.life.gone_from == world.day
    world.replaced["no_show"] += int(turned.sum())
    world.replaced["tutor_left"] += int(world.rosters.size[gone].sum())
    world.replaced["called_off"] += int((called_off.bookings.number == 1).sum())
    for changes, going in ((called_off, False), (deserted, False), (missed, turned)):
        table = changes.bookings
        which = (table.number == 1) | going
        students.lose(world.rosters, table.tutor[which], table.student[which])


def _hear(world: World, taught: Taught, *, pull: Floats, skill: Floats) -> tuple[Said, Floats]:
    """Feedback, and the means behind it; a failed first session costs a student and weighs on the tutor."""
    mean = feedback.means(taught, world.tutors, strain=pull, quality=skill, profile=world.profile)
    thought = feedback.stars(taught, mean, profile=world.profile)
    bad = rows(taught.bookings, feedback.failed(taught, thought))
    students.lose(world.rosters, bad.tutor, bad.student)
    world.replaced["first_session"] += len(bad.key)
    pain = np.zeros(len(world.tutors.number))
    subject = list(world.profile.tutors.subjects).index("Mathematics")
    harder = np.where(bad.subject == subject, world.profile.patterns.mathematics_after_poor_first, 1.0)
    np.maximum.at(pain, bad.tutor, world.profile.engagement.poor_first_session * harder)
    world.life.disengagement += pain
    world.life.poor_first[bad.tutor] = world.day
    return feedback.said(taught, thought, profile=world.profile), mean


def _ends_of(world: World, turns: Turns) -> Floats:
    """The second at which each tutor's turn of today ends: the last day, or a leave."""
    life = world.life
    ends = np.where(turns.notice, life.gone_from, life.away_until)
    return np.asarray(world.first_day.timestamp() + ends * DAY)


def _behave(world: World, *, pull: Floats, local: Ints) -> tuple[Deed, ...]:
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
    return (
        Deed("login", "preparation_minutes", behaviour.logins(today)),
        Deed("message_answered", "response_minutes", behaviour.answers(today)),
        Deed("availability_changed", "hours_per_week", behaviour.availability(today, life)),
        Deed("training_assigned", "module", assigned),
        Deed("training_completed", "module", completed),
    )
