"""One day of a world as tables: what happened, before anybody writes it down."""

from dataclasses import dataclass

from simulator.behaviour import Deeds
from simulator.columns import Floats, Ints
from simulator.exits import Turns
from simulator.feedback import Said
from simulator.sessions import Bookings, Changes
from simulator.teaching import Taught
from simulator.tutors import Tutors


@dataclass(frozen=True)
class Deed:
    """Behaviour of one kind, and the one thing that it tells."""

    kind: str
    detail: str
    deeds: Deeds


@dataclass(frozen=True)
class LivedDay:
    """What happened on one day, and what was booked on it. Seconds count from 1970."""

    day: int  # of the world
    seed: int
    first_second: int  # of the world
    midnight: int
    local: Ints  # midnight on each tutor's clock
    newcomers: Tutors
    booked: Bookings
    moved: Changes
    cancelled: Changes
    called_off: Changes  # by tutors who were away
    missed: Changes  # nobody came, or one side did not
    taught: Taught
    said: Said
    means: Floats  # of the stars of each session taught, before chance: what only the world knows
    turns: Turns
    until: Floats  # for each tutor the second at which the turn of today ends: last day, end of a leave
    behaviour: tuple[Deed, ...]
