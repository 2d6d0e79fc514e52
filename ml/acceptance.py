"""Judging the models on worlds whose end they have not seen, against their gates."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ml import first_session_evaluation
from ml.evaluation import Judged, Oracle, ceiling_of, figures, judged
from ml.figures import Figure
from ml.gates import Gate, gates
from ml.splits import Split, split
from ml.synthetic import BURN_IN, HISTORY, foreseen, lived

CEILING_SEED, CEILING_TUTORS = 9_001, 1_500
ORACLE_DAYS = 3  # of the judged ones, evenly spread: each is lived on some hundred times
Say = Callable[[str], None]


@dataclass(frozen=True)
class Wish:
    """Which worlds to judge on."""

    profile: str
    seeds: int
    tutors: int
    draws: int  # of tutors, for each interval
    futures: int  # that the churn model's oracle sees of each tutor; 0: no oracle


@dataclass(frozen=True)
class Verdict:
    """All figures, and the gates."""

    wish: Wish
    figures: list[Figure]
    gates: list[Gate]


def churn(wish: Wish, *, say: Say) -> Verdict:
    """The churn model: live the worlds, learn, judge, and compare with the gates."""
    cut = split(BURN_IN, BURN_IN + HISTORY - 1)
    found = figures(list(_worlds(wish, cut, say=say)), draws=wish.draws)
    known = {(one.model, one.name): one.value for one in found}
    known |= {("any", one.name): one.value for one in found if one.name.startswith("single")}
    known |= {(one.model, f"{one.name}_high"): one.high for one in found if one.model == "oracle"}
    if not wish.futures:
        known |= {("model", "auc_30d_on_oracle_days"): math.nan, ("oracle", "auc_30d_high"): math.nan}
    checked = gates(known, profile=wish.profile)
    return Verdict(wish, found, [one for one in checked if wish.futures or "oracle" not in one.name])


def first_sessions(wish: Wish, *, say: Say) -> Verdict:
    """The first-session model; its oracle knows how each session was bound to go."""
    say(f"The observable ceiling: {CEILING_TUTORS} tutors to learn from")
    world = lived(wish.profile, seed=CEILING_SEED, tutors=CEILING_TUTORS)
    ceiling, worlds = first_session_evaluation.ceiling_of(world), []
    for seed in range(1, wish.seeds + 1):
        say(f"World {seed} of {wish.seeds}")
        world = lived(wish.profile, seed=seed, tutors=wish.tutors)
        worlds.append(first_session_evaluation.judged(world, ceiling=ceiling))
    say("Intervals over tutors")
    found = first_session_evaluation.figures(worlds, draws=wish.draws)
    return Verdict(wish, found, first_session_evaluation.gates(found))


def _worlds(wish: Wish, cut: Split, *, say: Say) -> Iterator[Judged]:
    say(f"The observable ceiling: {CEILING_TUTORS} tutors to learn from")
    ceiling = ceiling_of(lived(wish.profile, seed=CEILING_SEED, tutors=CEILING_TUTORS).cube, cut)
    for seed in range(1, wish.seeds + 1):
        say(f"World {seed} of {wish.seeds}")
        cube = lived(wish.profile, seed=seed, tutors=wish.tutors).cube
        yield judged(cube, cut, ceiling=ceiling, oracle=_oracle(wish, seed, cut) if wish.futures else None)
    say("Intervals over tutors")


def _oracle(wish: Wish, seed: int, cut: Split) -> Oracle:
    every = max((len(cut.judge) - 1) // (ORACLE_DAYS - 1), 1)
    days = cut.judge[::every].tolist()
    seen = foreseen(wish.profile, seed=seed, tutors=wish.tutors, days=days, futures=wish.futures)
    return Oracle(seen["tutor"], seen["day"], seen["chance"])
