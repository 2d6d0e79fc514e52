"""What moves a tutor and nobody sees: disengagement, and the archetype that it tends to."""

from dataclasses import dataclass

import numpy as np

from simulator import chance
from simulator.columns import Flags, Floats, Ints, Keys
from simulator.profiles import Profile
from simulator.tutors import ARCHETYPES, NEW, Tutors

STAYING, RESIGNING, FALLING_SILENT, FADING = range(4)  # what a tutor intends
NEVER = 1e9  # a day that does not come


@dataclass
class Life:
    """How it is with each tutor today; one row a tutor. Only the simulator knows."""

    archetype: Ints
    disengagement: Floats  # standard deviations
    intent: Ints
    lead: Floats  # days from the intent to the exit
    left: Floats  # days left of them
    notice: Floats  # days before the exit at which a resigning tutor says so
    cause: Ints  # simulator.exits.CAUSES
    away_until: Floats  # day on which a leave ends
    approved: Flags  # whether that leave was announced
    gone_from: Floats  # day from which the tutor is no longer there
    faded: Flags  # teaches a fraction only
    poor_first: Floats  # day of the last failed first session
    relief: Floats  # strain taken off by what staff did; negative = put on
    hours: Floats  # availability last entered on the platform, hours a week; 0 = none yet


def begun(tutors: Tutors, key: Keys, *, profile: Profile) -> Life:
    """The life of tutors on their first day in the world."""
    count = len(tutors.number)
    tends = _of_archetype(profile.archetypes.disengagement)[tutors.archetype]
    never = np.full(count, NEVER)
    return Life(
        archetype=tutors.archetype.copy(),
        disengagement=tends + profile.engagement.spread * chance.normal(key, "first disengagement"),
        intent=np.zeros(count, dtype=np.int64),
        lead=never.copy(),
        left=never.copy(),
        notice=np.zeros(count),
        cause=np.zeros(count, dtype=np.int64),
        away_until=-never,
        approved=np.zeros(count, dtype=np.bool_),
        gone_from=never.copy(),
        faded=np.zeros(count, dtype=np.bool_),
        poor_first=-never,
        relief=np.zeros(count),
        hours=np.zeros(count),
    )


def drift(life: Life, tutors: Tutors, key: Keys, *, day: int, profile: Profile) -> None:
    """One day passes: archetypes change now and then, disengagement tends to the archetype's level."""
    grown = (life.archetype == NEW) & (day - tutors.joined >= profile.archetypes.grown_after)
    into = chance.choice(key, "grown into", weights=_of_archetype(profile.archetypes.grown_into))
    life.archetype = np.where(grown, into, _switched(life.archetype, key, profile=profile))
    persistence = profile.engagement.persistence
    tends = _of_archetype(profile.archetypes.disengagement)[life.archetype]
    shake = profile.engagement.spread * np.sqrt(1 - persistence**2) * chance.normal(key, "disengagement")
    life.relief = life.relief * 0.5 ** (1 / profile.effects.half_life)
    life.disengagement = persistence * life.disengagement + (1 - persistence) * tends + shake


def strain(life: Life, *, profile: Profile) -> Floats:
    """What all behaviour follows: disengagement, and more of it on the way out."""
    way = np.where(life.intent == STAYING, 0.0, 1.0 - life.left / life.lead)
    leaving = profile.engagement.lead_strain * np.clip(way, 0.0, 1.0)
    return np.asarray(life.disengagement + leaving - life.relief)


def cutting_evenings(life: Life) -> Flags:
    """Who gives up the evenings: tutors in the second half of their way out."""
    return np.asarray((life.intent != STAYING) & (life.left < life.lead / 2))


def quality(life: Life, tutors: Tutors, *, profile: Profile) -> Floats:
    """How well a tutor teaches, in standard deviations."""
    return np.asarray(_of_archetype(profile.archetypes.quality)[life.archetype] + tutors.skill)


def present(life: Life, *, day: int) -> Flags:
    """Who teaches on this day, as far as is known today."""
    return np.asarray((life.gone_from > day) & (life.away_until <= day))


def _switched(archetype: Ints, key: Keys, *, profile: Profile) -> Ints:
    weights = np.zeros((len(ARCHETYPES), len(ARCHETYPES)))
    for one, others in profile.archetypes.moves_per_day.items():
        for other, share in others.items():
            weights[ARCHETYPES.index(one), ARCHETYPES.index(other)] = share
    np.fill_diagonal(weights, 1.0 - weights.sum(axis=1))
    return chance.choice(key, "archetype of the day", weights=weights[archetype])


def _of_archetype(values: dict[str, float]) -> Floats:
    return np.array([values.get(name, 0.0) for name in ARCHETYPES])
