"""What really is the case, for tests and benches alone: a schema that the processes cannot read."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import NullPool, create_engine, text

from simulator import engagement
from simulator.engagement import NEVER
from simulator.exits import CAUSES
from simulator.profiles import Profile
from simulator.tutors import ARCHETYPES, TROUBLES, external_id
from simulator.world import World

KINDS = ("staying", "resigning", "falling_silent", "fading")
SCHEMA = (
    "CREATE SCHEMA IF NOT EXISTS truth",
    "REVOKE ALL ON SCHEMA truth FROM PUBLIC",
    """CREATE TABLE IF NOT EXISTS truth.tutors (
        tutor_id text PRIMARY KEY,
        as_of timestamptz NOT NULL,
        archetype text NOT NULL,
        disengagement double precision NOT NULL, -- standard deviations, with the strain of leaving
        frailty double precision NOT NULL, -- log hazard
        intent text NOT NULL,
        cause text NOT NULL,
        gone_from timestamptz,
        trouble text NOT NULL -- what wears this tutor out, if anything does
    )""",
    """CREATE TABLE IF NOT EXISTS truth.effects (
        programme text,
        cause text, -- of a tutor's wish to leave
        archetype text,
        relief double precision NOT NULL, -- standard deviations of disengagement by the full dose; < 0 harms
        PRIMARY KEY (programme, cause, archetype)
    )""",
)
KEEP = """
INSERT INTO truth.tutors VALUES
    (:tutor_id, :as_of, :archetype, :disengagement, :frailty, :intent, :cause, :gone_from, :trouble)
ON CONFLICT (tutor_id) DO UPDATE SET as_of = excluded.as_of, archetype = excluded.archetype,
    disengagement = excluded.disengagement, frailty = excluded.frailty, intent = excluded.intent,
    cause = excluded.cause, gone_from = excluded.gone_from,
    trouble = excluded.trouble
"""
PLANT = """
INSERT INTO truth.effects VALUES (:programme, :cause, :archetype, :relief)
ON CONFLICT (programme, cause, archetype) DO UPDATE SET relief = excluded.relief
"""


def write(owner_url: str, world: World) -> None:
    """Keep every tutor's hidden state of now, and the planted effects. The owner writes it. Repeatable."""
    engine = create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in SCHEMA:
            connection.execute(text(statement))
        connection.execute(text(KEEP), known(world))
        connection.execute(text(PLANT), planted(world.profile))


def known(world: World) -> list[dict[str, Any]]:
    """The hidden state, one document a tutor."""
    life = world.life
    strain = np.round(engagement.strain(life, profile=world.profile), 4).tolist()
    as_of = world.first_day + timedelta(days=world.day)
    return [
        {
            "tutor_id": external_id(number),
            "as_of": as_of,
            "archetype": ARCHETYPES[life.archetype[number]],
            "disengagement": strain[number],
            "frailty": float(world.tutors.frailty[number]),
            "intent": KINDS[life.intent[number]],
            "cause": CAUSES[life.cause[number]],
            "trouble": TROUBLES[world.tutors.trouble[number]],
            "gone_from": _gone(world.first_day, float(life.gone_from[number])),
        }
        for number in world.tutors.number.tolist()
    ]


def planted(profile: Profile) -> list[dict[str, Any]]:
    """What each programme does to each kind of tutor; one that harms an archetype helps none of it."""
    numbers = profile.effects
    return [
        {
            "programme": programme,
            "cause": cause,
            "archetype": archetype,
            "relief": -harm
            if (harm := harms.get(archetype, 0.0))
            else relief * numbers.archetypes[archetype],
        }
        for programme, by_cause in numbers.relief.items()
        for harms in [numbers.harm.get(programme, {})]
        for cause, relief in by_cause.items()
        for archetype in ARCHETYPES
    ]


def _gone(first_day: datetime, day: float) -> datetime | None:
    return None if day >= NEVER else first_day + timedelta(days=day)
