"""What tutors do outside sessions: logins, answers, availability, training."""

from dataclasses import dataclass, replace

import numpy as np

from simulator import chance
from simulator.columns import Flags, Floats, Ints, Keys
from simulator.engagement import Life, cutting_evenings
from simulator.profiles import Profile
from simulator.tutors import DAY, Tutors

HOUR = 3_600
EARLIEST, LATEST = 7, 22  # o'clock on the tutor's clock
MODULES = (
    *("first-session-playbook", "engaging-online", "safeguarding", "exam-technique"),
    *("giving-feedback", "time-management", "learning-differences", "platform-tools"),
)
LONGEST_TRAINING = 12  # days from assignment to completion
EVERYDAY = 8.0  # most logins and most answers of a day


@dataclass(frozen=True)
class Today:
    """What the day's behaviour follows; one row a tutor where it is an array."""

    tutors: Tutors
    here: Flags
    strain: Floats
    day: int
    midnight: Ints  # of the tutor's own day, seconds since 1970
    seed: int
    profile: Profile

    @property
    def key(self) -> Keys:
        """One key for each tutor's day."""
        return chance.keys(self.seed, self.tutors.number, self.day)


@dataclass(frozen=True)
class Deeds:
    """Behaviour of one kind on one day; one row each."""

    tutor: Ints
    place: Ints  # which one of the day
    at: Ints
    amount: Floats  # minutes, or hours a week; training: place in MODULES


def logins(today: Today) -> Deeds:
    """Sign-ins to the platform with minutes of preparation."""
    numbers = today.profile.behaviour
    often = numbers.logins * np.exp(-numbers.logins_effect * today.strain)
    mean = np.where(today.here, np.minimum(often, EVERYDAY), 0.0)
    deeds, key = _spread(today, "login", mean=mean)
    minutes = (
        numbers.preparation_minutes
        * np.exp(-0.25 * today.strain[deeds.tutor])
        * chance.exponential(key, "minutes")
    )
    return replace(deeds, amount=np.asarray(np.round(np.minimum(minutes, 600), 1), dtype=np.float64))


def answers(today: Today) -> Deeds:
    """Answered messages with the minutes that the student waited."""
    numbers = today.profile.behaviour
    often = numbers.messages * today.tutors.baseline / 15
    mean = np.where(today.here, np.minimum(often, EVERYDAY), 0.0)
    deeds, key = _spread(today, "message", mean=mean)
    waited = numbers.answer_minutes * np.exp(
        numbers.answer_effect * today.strain[deeds.tutor] + 0.9 * chance.normal(key, "wait")
    )
    return replace(deeds, amount=np.asarray(np.round(np.clip(waited, 0.5, 5_000), 1), dtype=np.float64))


def availability(today: Today, life: Life) -> Deeds:
    """Hours offered, entered anew when they differ enough from those on the platform."""
    numbers = today.profile.behaviour
    key = today.key
    week = chance.keys(today.seed, today.tutors.number, today.day // 7)
    wanted = (
        numbers.availability
        * today.tutors.baseline
        * np.exp(
            -numbers.availability_effect * np.maximum(today.strain, 0) + 0.06 * chance.normal(week, "hours")
        )
    )
    wanted = np.where(cutting_evenings(life), 1 - today.profile.patterns.hours_cut, 1.0) * wanted
    changed = today.here & (
        np.abs(wanted - life.hours) > numbers.availability_step * np.maximum(life.hours, 1)
    )
    changed &= (life.hours == 0) | (chance.uniform(key, "enters hours") < 0.3)
    life.hours = np.where(changed, wanted, life.hours)
    who = np.flatnonzero(changed)
    at = today.midnight[who] + _clock(chance.uniform(key[who], "hour of entry"))
    return Deeds(who, np.zeros(len(who), dtype=np.int64), at, np.round(wanted[who], 1))


def training(today: Today) -> tuple[Deeds, Deeds]:
    """Modules assigned today, and the completions that follow."""
    numbers = today.profile.behaviour
    key = today.key
    who = np.flatnonzero(today.here & (chance.uniform(key, "training") < 1 / numbers.training_every))
    key = key[who]
    module = np.floor(chance.uniform(key, "module") * len(MODULES))
    none = np.zeros(len(who), dtype=np.int64)
    given = Deeds(who, none, today.midnight[who] + 9 * HOUR, module)
    odds = numbers.training_done / (1 - numbers.training_done) * np.exp(-0.8 * today.strain[who])
    does = chance.uniform(key, "training done") < odds / (1 + odds)
    days = 1 + np.floor(chance.uniform(key, "training days") * (LONGEST_TRAINING - 1)).astype(np.int64)
    after = given.at + days * DAY + _clock(chance.uniform(key, "training hour")) - 9 * HOUR
    return given, Deeds(who[does], none[does], after[does], module[does])


def _spread(today: Today, what: str, *, mean: Floats) -> tuple[Deeds, Keys]:
    """So many deeds of each tutor over the waking hours of the day; their keys beside them."""
    count = chance.poisson(today.key, what, mean=mean)
    who = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(who)) - np.repeat(np.cumsum(count) - count, count)
    key = chance.keys(today.seed, today.tutors.number[who], today.day, place)
    at = today.midnight[who] + _clock(chance.uniform(key, f"hour of {what}"))
    return Deeds(who, place, at, np.zeros(len(who))), key


def _clock(drawn: Floats) -> Ints:
    """Seconds since midnight of the tutor's day, between the earliest and the latest hour."""
    return np.asarray(np.floor((EARLIEST + drawn * (LATEST - EARLIEST)) * HOUR).astype(np.int64))
