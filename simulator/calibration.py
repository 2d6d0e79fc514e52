"""Whether a profile's world shows what the requirements say of it: several worlds, figure by figure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import sqrt

import numpy as np

from simulator import chronicle, world as worlds
from simulator.chronicle import Chronicle
from simulator.columns import Flags, Floats
from simulator.departures import REASONS, Departures, departures, leaving_within
from simulator.engagement import NEVER
from simulator.exits import CAUSES
from simulator.figures import Figure, figures
from simulator.tutors import ARCHETYPES, CHURNER

BEGIN = datetime(2025, 9, 1, tzinfo=UTC)  # a Monday; a run then sees the winter holidays and a summer
SETTLING = 90  # days until what was set on the first day has worn off
MONTH, WEEK, TWO_WEEKS = 30, 7, 14
FEW_MOVES = 3  # in a week; more is pattern 2 of PRD 3.3
FELL = 0.7  # logins of two weeks against the two before (PRD 1.4, a drop of 30 %)
SURE = 2.968  # standard errors of a normal mean in its 99.7 % interval
FULL, DEMO = 1_400, 300  # tutors
Tell = Callable[[str, float], None]  # what is being done, and the share of it that is done


@dataclass(frozen=True)
class Wish:
    """How many worlds, how large and how long."""

    profile: str
    worlds: int = 12
    tutors: int = 300
    days: int = 365
    seed: int = 100  # of the first world


@dataclass(frozen=True)
class Reading:
    """A figure as the worlds show it, with its 99.7 % interval."""

    name: str
    figure: Figure
    value: float
    least: float
    most: float

    @property
    def inside(self) -> bool | None:
        """Whether the bounds can be true; None: contradictory, and not held to them."""
        if self.figure.label == "contradictory":
            return None
        return self.least <= self.figure.most and self.most >= self.figure.least


def calibrated(wish: Wish, *, tell: Tell) -> list[Reading]:
    """Every figure over several worlds; their spread gives the interval, so likeness within one counts."""
    shown: list[dict[str, float]] = []
    for number in range(wish.worlds):
        world = worlds.born(BEGIN, tutors_wanted=wish.tutors, seed=wish.seed + number, name=wish.profile)
        run = chronicle.lived(world, days=wish.days)
        shown.append(measured(run, first=wish.tutors))
        tell(f"world {number + 1} of {wish.worlds}", (number + 1) / wish.worlds)
    return [
        _reading(name, figure, np.array([one[name] for one in shown])) for name, figure in figures().items()
    ]


def measured(run: Chronicle, *, first: int) -> dict[str, float]:
    """Every figure in one world; `first`: tutors of its first day."""
    gone = departures(run)
    return _first_day(run, first) | _sessions(run, first) | _exits(run, gone) | _signs(run, gone, first=first)


def _first_day(run: Chronicle, first: int) -> dict[str, float]:
    people = run.world.tutors
    baseline = people.baseline[:first]
    shares = {
        f"archetype_{name}": float((people.archetype[:first] == place).mean())
        for place, name in enumerate(ARCHETYPES)
    }
    return shares | {
        "baseline_mean": float(baseline.mean()),
        "baseline_least": float(baseline.min()),
        "baseline_most": float(baseline.max()),
    }


def _sessions(run: Chronicle, first: int) -> dict[str, float]:
    tally, counts = run.tallies, run.counts
    days = [tally[f"taught on weekday {day}"] for day in range(7)]
    taught, replaced = sum(days), run.world.replaced
    failed = {
        who: tally[f"first failed, {who}"] / max(tally[f"first told, {who}"], 1)
        for who in ("all", "green", "old")
    }
    odds = {when: tally[f"missed {when}"] / tally[f"taught {when}"] for when in ("monday", "morning", "else")}
    a_day = float(counts["completed"][SETTLING : run.days].sum(axis=1).mean()) / first
    return {
        "sessions_full": a_day * FULL,
        "sessions_demo": a_day * DEMO,
        "moved_by_tutor": float(counts["moved_by_tutor"].sum() / counts["moved"].sum()),
        "first_failed": failed["all"],
        "first_failed_green": failed["green"] / failed["old"],
        "replaced_no_show": replaced["no_show"] / sum(replaced.values()),
        "monday_odds": odds["monday"] / odds["else"],
        "morning_odds": odds["morning"] / odds["else"],
        "weekend": sum(days[5:]) / 2 / (sum(days[:5]) / 5),
        "first_share": tally["first"] / taught,
        "told": tally["told"] / taught,
        "no_shows": tally["missed by tutor"] / float(counts["scheduled"].sum()),
    }


def _exits(run: Chronicle, gone: Departures) -> dict[str, float]:
    life, months = run.world.life, float(gone.here[SETTLING:].sum()) / MONTH
    ends = np.bincount(gone.ended[SETTLING:].ravel(), minlength=len(REASONS))
    begin = run.world.day - run.days + SETTLING
    left = (life.gone_from < NEVER) & (life.gone_from > begin)
    causes = np.bincount(life.cause[left], minlength=len(CAUSES)) / max(int(left.sum()), 1)
    return {
        "resigned": sum(day >= SETTLING for day, _ in run.notices) / months,
        "churned": float(ends[1:].sum()) / months,
        "left_for_first_session": float(causes[CAUSES.index("first_session")]),
        "left_without_signal": float(causes[CAUSES.index("no_signal")]),
    }


def _signs(run: Chronicle, gone: Departures, *, first: int) -> dict[str, float]:
    """What precedes leaving, at one look a week; and who is there in the long run."""
    totals = {name: np.cumsum(table, axis=0) for name, table in run.counts.items()}
    restless, silent, leaving = list[Flags](), list[Flags](), list[Flags]()
    for day in range(SETTLING, run.days - MONTH, WEEK):
        here = gone.here[day]
        week = totals["moved_by_tutor"][day] - totals["moved_by_tutor"][day - WEEK]
        logins = [totals["logins"][day - ago] for ago in (0, TWO_WEEKS, 2 * TWO_WEEKS)]
        restless.append((week > FEW_MOVES)[here])
        silent.append((logins[0] - logins[1] < FELL * (logins[1] - logins[2]))[here])
        leaving.append(leaving_within(gone, day, days=MONTH)[here])
    came = np.concatenate(leaving)
    here, people = gone.here[-1], run.world.tutors
    return {
        "moves_predict": _ratio(came, np.concatenate(restless)),
        "silence_predicts": _ratio(came, np.concatenate(silent)),
        "precision": min(float(came.mean()) / 0.1, 1.0),
        "new_later": float((run.world.day - people.joined[here] < MONTH).mean()),
        "churners_later": float((run.world.life.archetype[here] == CHURNER).mean()),
        "tutor_days": float(gone.here[:SETTLING].sum()) * DEMO / first,
    }


def _ratio(came: Flags, sign: Flags) -> float:
    return float(came[sign].mean() / came[~sign].mean())


def _reading(name: str, figure: Figure, shown: Floats) -> Reading:
    value, freedom = float(shown.mean()), max(len(shown) - 1, 1)
    error = float(shown.std(ddof=1)) / sqrt(len(shown)) if len(shown) > 1 else 0.0
    # Student's t for few worlds, by the expansion of Cornish and Fisher.
    wide = (
        SURE + (SURE**3 + SURE) / (4 * freedom) + (5 * SURE**5 + 16 * SURE**3 + 3 * SURE) / (96 * freedom**2)
    )
    return Reading(name, figure, value, value - wide * error, value + wide * error)
