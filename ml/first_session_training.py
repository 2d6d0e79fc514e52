"""From first sessions to a model: which are learnt from, which judge, and how strongly it is held back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml import first_session_features as features
from ml.calibration import FEWEST_FOR_SLOPE, calibrated
from ml.first_session_features import LEAD, Rows
from ml.first_session_model import FirstSessionModel, fitted
from ml.metrics import Forecasts
from retention import policy
from retention.errors import Refusal
from retention.measures.cube import Bools, Cube, Floats
from retention.measures.first_sessions import FirstSessions

SETTLED = 3  # days after a session: by then whoever says something has said it
BURN_IN = 180  # days before the first row, so that it has its history; a young platform has fewer
LEARNT = 0.85  # of the days; the rest judges (ML guide 2)
FEWEST = (500, 100)  # first sessions to learn from, and failures among them: three for each coefficient
FEWEST_JUDGED = (100, 20)
PENALTIES = (
    0.01,
    0.03,
    0.1,
    0.3,
    1.0,
)  # the whole search: the inverse of the penalty on standardised columns
SEARCH_SHARE = 0.8  # of the days to learn from; the rest of them compares the penalties
ONLY_SHIFT = FEWEST_FOR_SLOPE - 1  # events with which a calibration moves the level and no more
WAIT = "Wait until more of them have been rated; nothing is foretold meanwhile."


@dataclass(frozen=True)
class Examples:
    """First sessions that were rated: what was known before, and whether they went badly."""

    rows: Rows
    failed: Bools
    true_chance: Floats  # in a synthetic world; else NaN
    synthetic: Bools  # whose tutor is made up

    @property
    def mixed(self) -> bool:
        """Whether there are real and synthetic ones."""
        return bool(self.synthetic.any() and not self.synthetic.all())

    @property
    def weights(self) -> Floats:
        """(rows,) how much each counts; all alike where there is one origin only."""
        few = policy.SYNTHETIC_WEIGHT if self.mixed else 1.0
        return np.where(self.synthetic, few, 1.0)

    def __len__(self) -> int:
        return len(self.failed)

    def of(self, chosen: Bools) -> "Examples":
        """Some of them."""
        return Examples(
            self.rows.of(chosen), self.failed[chosen], self.true_chance[chosen], self.synthetic[chosen]
        )

    def decisive(self) -> "Examples":
        """Those that may judge: the real ones, if there are any."""
        return self.of(~self.synthetic) if self.mixed else self


@dataclass(frozen=True)
class Cut:
    """Days of first sessions, both ends included. The days between the parts are in neither."""

    learn: tuple[int, int]
    judge: tuple[int, int]


def cut(days: int, *, first: int | None = None, judged: int | None = None) -> Cut:
    """Parts of so many days of history from `first` on, whose `judged` last ones judge. Raises Refusal."""
    first, last = min(BURN_IN, days // 4) if first is None else first, days - 1 - SETTLED
    if last - first < 2 * SETTLED + LEAD:
        raise Refusal(f"{days} days of history are too few to learn from.", instead=WAIT)
    begin = last - judged + 1 if judged else first + round((last - first + 1) * LEARNT)
    return Cut(learn=(first, begin - 1 - SETTLED), judge=(begin, last))


def examples(cube: Cube, told: FirstSessions, *, days: tuple[int, int]) -> Examples:
    """The rated first sessions of some days, each seen `LEAD` days before it.

    Whether one is taken depends on its day, and on whether anybody has rated it: else it teaches nothing.
    """
    first, last = days
    here = np.isin(told.tutor, cube.numbers) & (told.day >= first) & (told.day <= last)
    asked = told.of(here & told.rated)
    rows = features.features(cube, told, asked, seen=asked.day - LEAD)
    synthetic = cube.synthetic[features.places(cube, asked.tutor)]
    return Examples(rows, asked.failed, asked.true_chance, synthetic)


def joined(parts: Sequence[Examples]) -> Examples:
    """The examples of several groups of tutors."""
    return Examples(
        rows=features.joined([part.rows for part in parts]),
        failed=np.concatenate([part.failed for part in parts]),
        true_chance=np.concatenate([part.true_chance for part in parts]),
        synthetic=np.concatenate([part.synthetic for part in parts]),
    )


def enough(known: Examples, fewest: tuple[int, int], *, what: str) -> None:
    """Raises Refusal when there are too few to learn from or judge by."""
    rated, failed = fewest
    if len(known) < rated or known.failed.sum() < failed or known.failed.all():
        raise Refusal(
            f"{len(known)} rated first sessions, {int(known.failed.sum())} of them below 3, are too few "
            f"to {what}: {rated} and {failed} are needed.",
            instead=WAIT,
        )


def trained(known: Examples) -> tuple[FirstSessionModel, float]:
    """Learn, as strongly held back as is best on the last of the days; the model and that strength."""
    strength = searched(known)
    model = fitted(known.rows, known.failed, strength=strength, weights=known.weights)
    if not known.mixed:
        return model, strength
    real = known.decisive()  # they alone say how many fail
    level = calibrated(model.chances(real.rows), real.failed, events=min(int(real.failed.sum()), ONLY_SHIFT))
    return model.shifted(level.shift, usual=float(real.failed.mean())), strength


def searched(known: Examples) -> float:
    """The penalty that foretells the last fifth of the learnt days best when taught by those before."""
    until = np.quantile(known.rows.day, SEARCH_SHARE)
    early = known.of(known.rows.day <= until - SETTLED)
    late = known.of(known.rows.day > until).decisive()
    if not (0 < early.failed.sum() < len(early)) or not len(late):
        return PENALTIES[len(PENALTIES) // 2]
    models = [fitted(early.rows, early.failed, strength=one, weights=early.weights) for one in PENALTIES]
    losses = [log_loss(model.chances(late.rows), late.failed).mean() for model in models]
    return PENALTIES[int(np.argmin(losses))]


def log_loss(chance: Floats, failed: Bools) -> Floats:
    """(rows,) of each forecast."""
    safe = np.clip(chance, 1e-9, 1 - 1e-9)
    return np.where(failed, -np.log(safe), -np.log(1 - safe))


def forecasts(known: Examples, chance: Floats) -> Forecasts:
    """Forecasts of examples, for figures and their intervals over tutors."""
    return Forecasts(
        chance=chance[:, None],
        gone=known.failed[:, None],
        cluster=known.rows.tutor,
        actionable=np.ones(len(known), dtype=np.bool_),
    )
