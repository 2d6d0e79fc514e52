"""What staff does to tutors: a planted effect for each programme, by cause, dose and archetype.

Only what was carried out counts, never that a task exists. The tables stand in the profile.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.columns import Floats, Ints
from simulator.engagement import STAYING, Life
from simulator.exits import CAUSES, FIRST_SESSION, shaken
from simulator.profiles import Profile
from simulator.tutors import ARCHETYPES, Tutors

NIGHTS = 2  # from an action to its effect: days are decided as they begin, and what was carried out just
# before a midnight has to be on record by then, or a restarted feed would tell that day differently


@dataclass(frozen=True)
class Action:
    """Something that was carried out: a call held, a tip opened."""

    tutor: int
    programme: str
    day: int  # of the world
    dose: str  # one of the profile's


def work(life: Life, tutors: Tutors, actions: Sequence[Action], *, day: int, profile: Profile) -> None:
    """The actions of two days before begin to work. Several on one tutor add up."""
    due = [one for one in actions if one.day + NIGHTS == day and one.tutor < len(tutors.number)]
    for programme, dose in sorted({(one.programme, one.dose) for one in due}):
        which = [one.tutor for one in due if (one.programme, one.dose) == (programme, dose)]
        planted = relief(life, tutors, programme, dose=dose, day=day, profile=profile)
        np.add.at(life.relief, which, planted[which])


def relief(life: Life, tutors: Tutors, programme: str, *, dose: str, day: int, profile: Profile) -> Floats:
    """The strain that one action would take off each tutor today; negative = it does harm."""
    numbers = profile.effects
    by_cause = numbers.relief.get(programme, {})
    helps = np.array([by_cause.get(name, 0.0) for name in CAUSES])[cause_now(life, tutors, day=day)]
    helps = helps * np.array([numbers.archetypes[name] for name in ARCHETYPES])[life.archetype]
    harms = numbers.harm.get(programme, {})
    harm = np.array([harms.get(name, 0.0) for name in ARCHETYPES])[life.archetype]
    return np.asarray(numbers.doses[dose] * np.where(harm > 0, -harm, helps))


def cause_now(life: Life, tutors: Tutors, *, day: int) -> Ints:
    """What wears each tutor out today: the cause of an intent, a failed first session, else the trouble."""
    otherwise = np.where(shaken(life, day=day), FIRST_SESSION, 1 + tutors.trouble)
    return np.where(life.intent == STAYING, otherwise, life.cause)
