"""Trials on tutors whose every effect is known: each lives on twice, treated and untreated.

All draws are the same in both lives but those that the treatment touches (decision 11), and no
tutor's life touches another's. So the difference of the two is that tutor's own effect, and a trial
that gives each tutor one of both lives by lot is the trial that a world with half of them treated holds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import sqrt

import numpy as np

from retention.measures.shares import Difference, Share, difference_of, share_of
from simulator import chance, chronicle, world as worlds
from simulator.chronicle import Chronicle, lately, live_on
from simulator.columns import Flags, Floats, Ints
from simulator.departures import departures, leaving_within
from simulator.effects import Action, cause_now
from simulator.exits import CAUSES

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
SETTLING = 75  # days lived before the trial
FOLLOWED = 60  # days in which leaving counts
TWO_WEEKS = 14
FEWER = 0.85  # logins of two weeks against the two before: fewer makes a tutor eligible
SURE = 1.959964  # standard errors of a normal mean in its 95 % interval
Tell = Callable[[str, float], None]  # what is being done, and the share of it that is done


@dataclass(frozen=True)
class Plan:
    """A treatment, and so many trials of it on so many tutors each."""

    profile: str = "prd"
    programme: str = "coaching"
    dose: str = "attended"
    trials: int = 200
    each: int = 120
    seed: int = 1


@dataclass(frozen=True)
class Lives:
    """Both lives of each eligible tutor; one row a tutor."""

    tutor: Ints
    cause: Ints  # CAUSES, when the trial began
    left_untreated: Flags
    left_treated: Flags
    improved_untreated: Flags  # more logins in the next two weeks than in the last two

    @property
    def effect(self) -> Floats:
        """Each tutor's own effect on leaving: -1 stays because of it, 1 leaves because of it."""
        return self.left_treated.astype(np.float64) - self.left_untreated


@dataclass(frozen=True)
class Verdict:
    """What the trials said, beside the truth."""

    tutors: int
    truth: float  # mean effect on leaving within the days followed
    mean_estimate: float
    covered: float  # share of trials whose 95 % interval holds the truth, by Agresti and Caffo
    covered_by_claims: float  # the same by the interval that our pages make claims with
    left_untreated: float
    improved_untreated: float  # "improved after", with nothing done at all
    harmed: float  # share who leave because of it
    by_cause: dict[str, float]  # true mean effect


def tried(plan: Plan, *, tell: Tell) -> Verdict:
    """Hold the trials."""
    lives = both_lives(plan, tell=tell)
    size = len(lives.tutor) // plan.trials
    place = np.argsort(chance.uniform(chance.keys(plan.seed, lives.tutor), "trial"))
    truth = float(lives.effect.mean())
    parts = [place[number * size : (number + 1) * size] for number in range(plan.trials)]
    held = [trial(lives, mine, seed=plan.seed, number=number) for number, mine in enumerate(parts)]
    return Verdict(
        tutors=len(lives.tutor),
        truth=truth,
        mean_estimate=float(np.mean([one.difference for one in held])),
        covered=float(np.mean([_holds(*adjusted(one), truth) for one in held])),
        covered_by_claims=float(np.mean([one.low <= truth <= one.high for one in held])),
        left_untreated=float(lives.left_untreated.mean()),
        improved_untreated=float(lives.improved_untreated.mean()),
        harmed=float((lives.effect > 0).mean()),
        by_cause=_by_cause(lives),
    )


def both_lives(plan: Plan, *, tell: Tell) -> Lives:
    """Let enough tutors live until the trial begins, and on from there twice."""
    run = _before(plan, tell=tell)
    who = np.flatnonzero(eligible(run))[: plan.trials * plan.each]
    size, world = len(run.world.tutors.number), run.world
    cause = cause_now(world.life, world.tutors, day=world.day)[who]
    outcomes = []
    for name, treated in (("untreated", who[:0]), ("treated", who)):
        tell(f"the {name} life", 0.6 if len(treated) else 0.2)
        outcomes.append(followed(run, treated, plan=plan)[:, :size][:, who])
    return Lives(who, cause, outcomes[0][0], outcomes[1][0], outcomes[0][1])


def followed(run: Chronicle, treated: Ints, *, plan: Plan) -> Flags:
    """Live on with some tutors treated on the first day: row 0 who leaves, row 1 who improves."""
    other = lately(run, days=run.days)
    day, before = run.days - 1, run.counts["logins"][-TWO_WEEKS - chronicle.SPILL : -chronicle.SPILL]
    other.world.actions = [
        Action(tutor, plan.programme, day=run.world.day, dose=plan.dose) for tutor in treated.tolist()
    ]
    live_on(other, days=FOLLOWED + 1)
    left = leaving_within(departures(other), day, days=FOLLOWED)
    after = other.counts["logins"][run.days : run.days + TWO_WEEKS].sum(axis=0)
    improved = after[: before.shape[1]] > before.sum(axis=0)
    return np.array([left[: len(improved)], improved])


def eligible(run: Chronicle) -> Flags:
    """Tutors who are here and log in less than they did."""
    logins = run.counts["logins"][: run.days]
    last, before = logins[-TWO_WEEKS:].sum(axis=0), logins[-2 * TWO_WEEKS : -TWO_WEEKS].sum(axis=0)
    return np.asarray(departures(run).here[-1] & (last < FEWER * before))


def trial(lives: Lives, mine: Ints, *, seed: int, number: int) -> Difference:
    """One trial: half of the tutors by lot are treated, and who leaves is counted as our pages count it."""
    lot = np.argsort(chance.uniform(chance.keys(seed, lives.tutor[mine], number), "arm"))
    treated, untreated = mine[lot[: len(mine) // 2]], mine[lot[len(mine) // 2 :]]
    return difference_of(
        _share(lives.left_treated[treated]),
        _share(lives.left_untreated[untreated]),
    )


def adjusted(found: Difference) -> tuple[float, float]:
    """The difference and its standard error with one more of each outcome (Agresti and Caffo 2000)."""
    arms = []
    for one in (found.treated, found.holdout):
        share = (one.part + 1) / (one.whole + 2)
        arms.append((share, share * (1 - share) / (one.whole + 2)))
    return arms[0][0] - arms[1][0], sqrt(arms[0][1] + arms[1][1])


def _share(left: Flags) -> Share:
    return share_of(int(left.sum()), len(left))


def _holds(estimate: float, error: float, truth: float) -> bool:
    return abs(estimate - truth) <= SURE * error


def _before(plan: Plan, *, tell: Tell) -> Chronicle:
    """A world as large as the trials need: about a quarter of its tutors are eligible."""
    wanted = plan.trials * plan.each * 4
    tell(f"{wanted} tutors live until the trial", 0.0)
    world = worlds.born(BEGIN, tutors_wanted=wanted, seed=plan.seed, name=plan.profile)
    return chronicle.lived(world, days=SETTLING)


def _by_cause(lives: Lives) -> dict[str, float]:
    places = sorted(set(lives.cause.tolist()))
    return {CAUSES[place]: float(lives.effect[lives.cause == place].mean()) for place in places}
