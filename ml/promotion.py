"""The promotion rule (ML guide 11) as facts for the person who decides; nothing is promoted by itself."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from ml import metrics
from ml.bootstrap import interval
from ml.gates import Gate, gates
from ml.horizons import HORIZONS
from ml.metrics import Forecasts
from retention import policy
from retention.measures.cube import Floats, Ints
from retention.messages.model_card import CardContent, Condition, Reading, Verdict
from retention.vocabulary import ModelKind

DRAWS = 500  # of tutors, for the comparison with the champion
UNTOLD = float("nan")
NOT_HERE = {"auc_30d_to_ceiling", "ceiling_auc_30d", "auc_30d_on_oracle_days"}  # of synthetic worlds only
SAID = {
    "auc_30d_actionable_over_component": "Ranks who is not yet being counted out better than the components",
    "ap_30d_to_base": "Average precision, as a multiple of the share that leaves",
    "lift_30d": "Leavers among the tenth at highest risk, against the usual share",
    "brier_skill_1d": "Better than always saying the base rate, 1 day",
    "brier_skill_7d": "Better than always saying the base rate, 7 days",
    "brier_skill_30d": "Better than always saying the base rate, 30 days",
    "brier_skill_90d": "Better than always saying the base rate, 90 days",
    "brier_30d": "Brier score, 30 days",
    "observed_to_expected_30d": "Departures seen against those expected, 30 days",
    "slope_30d": "Slope of the calibration, 30 days",
    "calibration_error_30d": "Mean error of the probabilities, 30 days",
    "order_violations": "Forecasts that fall from a shorter to a longer time",
    "shuffled_auc_30d": "A twin taught by shuffled outcomes knows nothing",
    "single_feature_auc_30d": "No feature alone ranks so well that it must have seen the outcome",
}
GateKey = tuple[str, str]  # model, figure


@dataclass(frozen=True)
class Words:
    """How the rule speaks of one kind of model."""

    no_champion: str
    misjudges: str
    band_changes: str
    score_change: str


WORDS = {
    ModelKind.CHURN: Words(
        no_champion="There is no champion: the component score serves now",
        misjudges="The champion expects a wrong number of departures, so the challenger need not be better",
        band_changes="Tutors whose band would change, on the worst shadow day",
        score_change="Points by which the score would move in the mean, on the worst shadow day",
    ),
    ModelKind.FIRST_SESSION: Words(
        no_champion="There is no champion: nothing is foretold now",
        misjudges="The champion expects a wrong number of failures, so the challenger need not be better",
        band_changes="First sessions whose flag would change, on the worst shadow day",
        score_change="Percentage points by which the chance would move in the mean, on the worst shadow day",
    ),
}


@dataclass(frozen=True)
class ShadowFigures:
    """What a challenger would have changed on one day of shadow scoring."""

    beside: int | None  # the version that it was held against; None: nothing that could be asked served
    score_change: float  # points, mean over tutors; of first sessions, percentage points of the chance
    band_changes: float  # share of tutors; of first sessions, of those whose flag changes


def chance_better(gain: Floats, cluster: Ints, *, draws: int = DRAWS, seed: int = 1) -> float:
    """How sure it is that a challenger forecasts better, by drawing whole tutors.

    `gain` is, row by row, how much smaller its log loss is than the champion's on the same row.
    """
    by_tutor = np.bincount(np.unique(cluster, return_inverse=True)[1], weights=gain)
    draw = np.random.default_rng(seed)
    chosen = draw.integers(0, len(by_tutor), (draws, len(by_tutor)))
    return float((by_tutor[chosen].sum(axis=1) > 0).mean())


def misjudges(found: Forecasts, *, place: int = 0) -> bool:
    """Whether a model surely expects a wrong number of departures; `found` are rows whose horizon has passed.

    Where nobody left, drawing tutors cannot say how far the count may lie off, so nothing is held against it.
    """
    if not found.gone[:, place].any():
        return False
    low, high = interval(
        lambda some: metrics.observed_to_expected(some.chance[:, place], some.gone[:, place]), found
    )
    return low > 1 or high < 1


def gates_of(
    readings: Iterable[Reading], others: dict[GateKey, float], *, outlived: Collection[int] = HORIZONS
) -> list[Condition]:
    """The acceptance gates on one platform: missed only where the figure's interval says so as well.

    `outlived` are the horizons, in days, that at least one judged day has behind it. What is asked of a
    longer one cannot be judged on a history of this length, whatever the model is worth.
    """
    found = {_name(one): one for one in readings if one.slice == "everybody"}
    known = {("model", name): UNTOLD if one.value is None else one.value for name, one in found.items()}
    checked = gates(_Known({**known, **others}), profile="platform")
    told = [condition_of(gate, found.get(gate.name)) for gate in checked if gate.name not in NOT_HERE]
    return [
        one.model_copy(update={"verdict": "not_judged"})
        if one.verdict == "unknown" and not _days_of(one.name) <= set(outlived)
        else one
        for one in told
    ]


def conditions(
    card: CardContent,
    *,
    serving: int | None,
    shadow: Sequence[ShadowFigures],
    last_promotion: datetime | None,
    at: datetime,
) -> list[Condition]:
    """Everything that has to hold, in the order in which it is shown.

    `serving` is the version that serves and can be asked. After a roll-back it is another one than the
    challenger was compared with, and only days in the shadow of the one that serves now count.
    """
    shadow = [day for day in shadow if day.beside == serving]
    return [
        _all_gates(card.gates),
        *_compared(card, serving),
        _better(card),
        *_slices(card),
        *_changes(card, shadow),
        _shadow_days(shadow),
        _not_too_often(last_promotion, at),
    ]


class _Known(dict[GateKey, float]):
    """Figures by model and name; one that a platform cannot know is no number, and so not passed."""

    def __missing__(self, key: GateKey) -> float:
        return UNTOLD


def _name(one: Reading) -> str:
    short = {"average_precision": "ap"}.get(one.metric, one.metric)
    return short if one.metric == "order_violations" else f"{short}_{one.days}d"


def condition_of(gate: Gate, behind: Reading | None, *, says: str = "") -> Condition:
    """A gate as a condition; `behind` is the figure whose interval says whether missing it may be chance."""
    bounds = [f"{sign} {edge:g}" for sign, edge in (("≥", gate.low), ("≤", gate.high)) if edge is not None]
    unknown = bool(np.isnan(gate.value))
    return Condition(
        name=gate.name,
        says=says or SAID.get(gate.name, gate.name),
        value=None if unknown else gate.value,
        bound=" and ".join(bounds),
        verdict="unknown" if unknown else "met" if gate.passed else _missed(gate, behind),
    )


def _days_of(name: str) -> set[int]:
    """The horizon that a gate's name tells, if it has one."""
    return {int(days) for days in re.findall(r"_(\d+)d(?:_|$)", name)}


def _missed(gate: Gate, behind: Reading | None) -> Verdict:
    if behind is None or behind.low is None or behind.high is None:
        return "unmet"
    reaches = (gate.low is None or behind.high >= gate.low) and (gate.high is None or behind.low <= gate.high)
    return "unclear" if reaches else "unmet"


def _all_gates(checked: Sequence[Condition]) -> Condition:
    unmet = [one for one in checked if one.verdict == "unmet"]
    unknown, later = (sum(one.verdict == it for one in checked) for it in ("unknown", "not_judged"))
    verdict: Verdict = "unmet" if unmet else "unknown" if unknown else "met"
    counts = f"{len(unmet)} missed, {unknown} not known yet, {later} not judged yet, of {len(checked)}"
    says = f"Acceptance gates: {counts}"
    return Condition(name="gates", says=says, value=float(len(unmet)), bound="0 missed", verdict=verdict)


def compared_with_another(card: CardContent, serving: int | None) -> str:
    """Says that another model serves than the one a challenger was compared with; empty when it is it."""
    if card.champion_id == serving:
        return ""
    before, now = (f"model {one}" if one else "no model" for one in (card.champion_id, serving))
    return f"It was compared with {before}, and {now} serves now"


def _compared(card: CardContent, serving: int | None) -> list[Condition]:
    if card.champion_id is None and serving is None:
        return []
    wrong = compared_with_another(card, serving)
    says = wrong or f"Compared with model {serving}, which serves now"
    told = {"name": "compared", "says": says, "value": None, "bound": "the model that serves"}
    return [Condition(**told, verdict=_held(not wrong))]


def _better(card: CardContent) -> Condition:
    words = WORDS[ModelKind(card.kind)]
    told = {"name": "better", "bound": f"≥ {policy.PROMOTE_AT_CHANCE:g}", "value": card.chance_better}
    if card.champion_id is None:
        says = words.no_champion
        return Condition(**told, says=says, verdict="met")
    if card.champion_misjudges:
        says = words.misjudges
        return Condition(**told, says=says, verdict="met")
    says = "How sure it is that the challenger forecasts better than the champion"
    if card.chance_better is None:
        return Condition(**told, says=says, verdict="unknown")
    return Condition(**told, says=says, verdict=_held(card.chance_better >= policy.PROMOTE_AT_CHANCE))


def _slices(card: CardContent) -> list[Condition]:
    return [
        Condition(
            name=f"slice: {name}",
            says=f"AUC lost against the champion among: {name}",
            value=drop,
            bound=f"≤ {policy.PROMOTE_SLICE_DROP:g}",
            verdict=_held(drop <= policy.PROMOTE_SLICE_DROP),
        )
        for name, drop in card.slice_drops.items()
    ]


def _changes(card: CardContent, shadow: Sequence[ShadowFigures]) -> list[Condition]:
    if card.champion_id is None or not shadow:
        return []  # the change of scale from the component score is expected, and shown day by day
    words = WORDS[ModelKind(card.kind)]
    bands = max(day.band_changes for day in shadow)
    points = max(day.score_change for day in shadow)
    return [
        Condition(
            name="band_changes",
            says=words.band_changes,
            value=bands,
            bound=f"≤ {policy.PROMOTE_BAND_CHANGES:.0%}",
            verdict=_held(bands <= policy.PROMOTE_BAND_CHANGES),
        ),
        Condition(
            name="score_change",
            says=words.score_change,
            value=points,
            bound=f"≤ {policy.PROMOTE_SCORE_CHANGE:g}",
            verdict=_held(points <= policy.PROMOTE_SCORE_CHANGE),
        ),
    ]


def _shadow_days(shadow: Sequence[ShadowFigures]) -> Condition:
    return Condition(
        name="shadow_days",
        says="Days of shadow scoring",
        value=float(len(shadow)),
        bound=f"≥ {policy.SHADOW_DAYS}",
        verdict=_held(len(shadow) >= policy.SHADOW_DAYS),
    )


def _not_too_often(last: datetime | None, at: datetime) -> Condition:
    days = None if last is None else (at - last) / policy.PROMOTE_EVERY * policy.PROMOTE_EVERY.days
    return Condition(
        name="not_too_often",
        says="Days since the last promotion" if last else "Nothing has been promoted yet",
        value=days,
        bound=f"≥ {policy.PROMOTE_EVERY.days}",
        verdict=_held(last is None or at - last >= policy.PROMOTE_EVERY),
    )


def _held(holds: bool) -> Verdict:
    return "met" if holds else "unmet"
