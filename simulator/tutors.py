"""Tutors: who they are when they join, which no later day changes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from faker import Faker

from simulator import chance
from simulator.columns import Floats, Ints, Keys, times
from simulator.profiles import Profile

HIGH, AT_RISK, NEW, STEADY, CHURNER = range(5)
ARCHETYPES = ("high", "at_risk", "new", "steady", "churner")
SCHEDULING, WORKLOAD, ISOLATION = range(3)
TROUBLES = ("scheduling", "workload", "isolation")
DAY = 86_400  # seconds
EDUCATION = ("Bachelor's degree", "Master's degree", "Doctorate", "Teaching certificate", "Undergraduate")
MOST_SUBJECTS = 3
MAIL = "@tutors.example"  # where all tutors of made-up worlds have their mailboxes, and nobody else


@dataclass(frozen=True)
class Tutors:
    """One row a tutor. `joined` is the day of onboarding, counted from the world's first day."""

    number: Ints
    joined: Floats
    baseline: Floats  # sessions a week
    skill: Floats  # standard deviations within the archetype
    frailty: Floats  # log hazard
    zone: Ints
    subjects: Ints  # MOST_SUBJECTS columns; -1 = none
    archetype: Ints  # on joining, or on the first day
    trouble: Ints  # what wears this tutor out, if anything does; TROUBLES

    @property
    def key(self) -> Ints:
        """What names a tutor in draws."""
        return self.number


def first_tutors(count: int, *, seed: int, profile: Profile) -> Tutors:
    """The tutors of the world's first day: new ones joined within the last 30 days."""
    number = np.arange(count)
    key = chance.keys(seed, number)
    share = np.array([profile.archetypes.share[name] for name in ARCHETYPES])
    archetype = chance.choice(key, "archetype", weights=share)
    drawn = chance.uniform(key, "tenure")
    grown = profile.archetypes.grown_after
    older = grown + drawn**2 * (profile.tutors.longest_tenure - grown)
    tenure = np.where(archetype == NEW, drawn * grown, older)
    return _tutors(number, key, joined=-tenure, archetype=archetype, profile=profile)


def newcomers(day: int, *, after: int, first_size: int, seed: int, profile: Profile) -> Tutors:
    """Tutors who join on this day; `after` tutors were there before."""
    monthly = profile.tutors.arrivals_per_month * first_size
    count = chance.poisson(chance.keys(seed, day), "newcomers", mean=np.array([monthly / 30]))[0]
    number = after + np.arange(count)
    key = chance.keys(seed, number)
    joined = day + 0.3 + 0.2 * chance.uniform(key, "hour of joining")
    return _tutors(number, key, joined=joined, archetype=np.full(count, NEW), profile=profile)


def _tutors(number: Ints, key: Keys, *, joined: Floats, archetype: Ints, profile: Profile) -> Tutors:
    span = profile.tutors.baseline
    four = np.sort([chance.uniform(key, f"baseline {place}") for place in range(4)], axis=0)
    return Tutors(
        number=number.astype(np.int64),
        joined=joined,
        baseline=span.least + (span.most - span.least) * four[1],
        skill=0.6 * chance.normal(key, "skill"),
        frailty=profile.tutors.frailty * chance.normal(key, "frailty"),
        zone=chance.choice(key, "zone", weights=np.array(list(profile.tutors.zones.values()))),
        subjects=_subjects(key, profile=profile),
        archetype=archetype.astype(np.int64),
        trouble=chance.choice(
            key, "trouble", weights=np.array([profile.tutors.troubles[name] for name in TROUBLES])
        ),
    )


def _subjects(key: Keys, *, profile: Profile) -> Ints:
    """One to three different subjects for each tutor, the common ones more often."""
    weights = np.array(list(profile.tutors.subjects.values()))
    ranks = [chance.exponential(key, f"subject {place}") / weight for place, weight in enumerate(weights)]
    chosen = np.argsort(np.array(ranks).T, axis=1)[:, :MOST_SUBJECTS].astype(np.int64)
    count = 1 + chance.choice(key, "subjects", weights=np.array([0.35, 0.45, 0.20]))
    chosen[np.arange(MOST_SUBJECTS)[None, :] >= count[:, None]] = -1
    return chosen


@lru_cache(maxsize=100_000)
def external_id(number: int) -> str:
    """The platform's id of a tutor."""
    return f"tutor-{number + 1:05d}"


def number_of(external_id: str) -> int | None:
    """The tutor behind the platform's id; None: not one of a world."""
    digits = external_id.removeprefix("tutor-")
    return int(digits) - 1 if digits.isdecimal() and external_id == f"tutor-{int(digits):05d}" else None


def onboardings(tutors: Tutors, *, first_day: int, seed: int, profile: Profile) -> list[dict[str, Any]]:
    """The `onboarded` records of these tutors; `first_day` in seconds since 1970."""
    names = people(len(tutors.number), after=int(tutors.number[0]) if len(tutors.number) else 0, seed=seed)
    zones, subjects = list(profile.tutors.zones), list(profile.tutors.subjects)
    instants = times(np.floor(first_day + tutors.joined * DAY))
    education = chance.choice(chance.keys(seed, tutors.number), "education", weights=np.ones(len(EDUCATION)))
    return [
        {
            "event_id": f"{external_id(number)}.onboarded",
            "tutor_id": external_id(number),
            "kind": "onboarded",
            "event_time": instants[row],
            "details": {
                "name": names[row],
                "email": f"{external_id(number)}{MAIL}",
                "subjects": [subjects[place] for place in tutors.subjects[row].tolist() if place >= 0],
                "time_zone": zones[tutors.zone[row]],
                "education_level": EDUCATION[education[row]],
                "location": zones[tutors.zone[row]].split("/")[1].replace("_", " "),
                "baseline_sessions_per_week": round(float(tutors.baseline[row]), 1),
            },
        }
        for row, number in enumerate(tutors.number.tolist())
    ]


def people(count: int, *, after: int, seed: int) -> list[str]:
    """Made-up names, the same for the same tutor."""
    faker = _faker()
    names = []
    for number in range(after, after + count):
        faker.seed_instance(seed * 1_000_003 + number)
        names.append(f"{faker.first_name()} {faker.last_name()}")
    return names


@lru_cache
def _faker() -> Faker:
    return Faker(["en_GB"])


def offsets(tutors: Tutors, midnight: int, *, profile: Profile) -> Ints:
    """Seconds by which each tutor's wall clock is ahead of UTC on this day."""
    noon = datetime.fromtimestamp(midnight, UTC) + timedelta(hours=12)
    ahead = [
        int((noon.astimezone(ZoneInfo(name)).utcoffset() or timedelta()).total_seconds())
        for name in profile.tutors.zones
    ]
    return np.array(ahead, dtype=np.int64)[tutors.zone]
