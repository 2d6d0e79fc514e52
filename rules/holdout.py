"""Who is left without an automated programme so that its effect can be known: by lot, always the same."""

from retention.programmes.registry import TRAITS
from retention.vocabulary import Arm, Programme
from rules.compile import fnv32

LOTS = 10_000


def lot(seed: str, unit: str) -> float:
    """A number from 0 to 0.9999, the same for ever: GrowthBook's published hash, version 2."""
    return fnv32(str(fnv32(seed + unit))) % LOTS / LOTS


def arm_of(programme: Programme, tutor_number: int) -> Arm | None:
    """Whether a tutor gets a programme or is left without it; None when nobody is."""
    share = TRAITS[programme].holdout
    if not share:
        return None
    return Arm.HOLDOUT if lot(programme, str(tutor_number)) < share else Arm.TREATED
