"""A challenger with its card: learnt from a platform's history, judged on days that it has not seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np

from ml import assessment, metrics
from ml.assessment import Judging, chances, judging, live_cut
from ml.cube_sums import component_chances
from ml.drift import Reference, reference
from ml.explanation import explained
from ml.features import FEATURES, NAMES
from ml.horizons import AT, HORIZONS
from ml.labels import Labels, labels
from ml.origins import decisive, not_silent
from ml.person_periods import PersonPeriods, snapshots
from ml.promotion import GateKey, chance_better, gates_of, misjudges
from ml.single_features import alone
from ml.splits import Split
from ml.training import Hazards, Trained, shuffled_twin, trained
from retention import policy
from retention.errors import Refusal
from retention.measures.cube import Bools, Cube, Floats
from retention.messages.model_card import CalibrationPoint, CardContent, Condition, FeatureWeight, Part

DRAWS = 100  # of tutors, for each interval of a card
MONTH = HORIZONS.index(30)
EXPLAINED_ROWS = 600  # judged rows whose contributions are averaged
TENTHS = 10
CAN_DROP = ("everybody", "actionable", "new tutors")
SUBJECT = "subject "  # begins the names of slices by subject, which may not lose either


@dataclass(frozen=True)
class Champion:
    """What serves now, to be compared with."""

    version_id: int
    model: Hazards
    weights: Mapping[str, float]  # feature -> share, from its card


@dataclass(frozen=True)
class Made:
    """A model that was learnt, and its card."""

    model: Trained
    card: CardContent
    base: dict[str, float]  # horizon in days -> share that has left within it
    reference: Reference  # what drift is measured against


def made(
    cube: Cube,
    *,
    champion: Champion | None = None,
    groups: Sequence[Mapping[int, str]] = (),
    acted: Mapping[int, Sequence[date]] = MappingProxyType({}),
    draws: int = DRAWS,
) -> Made:
    """Learn, and judge what was learnt; for `groups` and `acted` see `judging`. Raises Refusal."""
    cut, known = live_cut(cube.days), labels(cube)
    not_silent(cube)
    learnt = trained(cube, known, cut)
    enough(learnt.events)
    judged = judging(cube, known, cut, groups=groups, acted=acted)
    card = _judged_card(cube, learnt, judged, cut=cut, draws=draws)
    card.parts = _parts(cube, cut)
    card.gates = _gates(cube, known, cut, learnt=learnt, judged=judged, card=card)
    card.weights = _weights(learnt, judged, before=champion.weights if champion else {})
    if champion is not None:
        _compare(card, judged, learnt, champion=champion)
    chance = chances(judged, learnt.model)
    tutors = max(len(chance) // len(cut.judge), 1)  # on one day
    return Made(
        model=learnt,
        card=card,
        base=_base(cube, known, cut, otherwise=chance),
        reference=reference(judged.shots.matrix, chance[:, MONTH], tutors=tutors),
    )


def enough(departures: int) -> None:
    """Raises Refusal where so few have left that a model would say nothing but chance."""
    fewest = policy.MODEL_FEWEST_DEPARTURES
    if departures < fewest:
        told = "1 tutor has" if departures == 1 else f"{departures} tutors have"
        raise Refusal(
            f"{told} left in the days that are learnt from.",
            instead=f"Wait until there are {fewest}; the component score serves meanwhile.",
        )


def _base(cube: Cube, known: Labels, cut: Split, *, otherwise: Floats) -> dict[str, float]:
    """The usual share of leavers; of a horizon that nobody has outlived, what the model expects."""
    ours = known.at_risk & decisive(cube)[:, None]
    shots = snapshots(cube, ours, np.concatenate([cut.learn, cut.calibrate]))
    leaves = known.leaves[shots.tutor, shots.day]
    shares = {}
    for place, days in enumerate(HORIZONS):
        passed = known.seen(shots.tutor, shots.day, until=shots.day + days)
        gone = leaves[passed] <= shots.day[passed] + days
        shares[str(days)] = float(gone.mean() if gone.any() else otherwise[:, place].mean())
    return shares


def _judged_card(cube: Cube, learnt: Trained, judged: Judging, *, cut: Split, draws: int) -> CardContent:
    return CardContent(
        kind="churn",
        algorithm="xgboost + logistic",
        data_from=cube.date_of(0),
        data_to=cube.date_of(cube.days - 1),
        learnt_until=cube.date_of(cut.calibrate_until),
        rows=learnt.rows,
        tutors=learnt.tutors,
        events=learnt.events,
        parts=[],
        provenance=learnt.provenance,
        params=learnt.choice,
        slope=learnt.calibration.slope,
        shift=learnt.calibration.shift,
        **_judged_figures(judged, learnt, draws=draws),
        anchors=[(float(chance), float(score)) for chance, score in policy.SCORE_ANCHORS],
        anchors_version=str(policy.SCORE_ANCHORS_VERSION),
    )


def _judged_figures(judged: Judging, learnt: Trained, *, draws: int) -> dict[str, Any]:
    chance, place = chances(judged, learnt.model), assessment.judged_place(judged)
    baseline = assessment.readings(judged, chances(judged, learnt.baseline), draws=draws)
    return {
        "judged_days": HORIZONS[place],
        "sizes": assessment.sizes(judged),
        "readings": assessment.readings(judged, chance, draws=draws),
        "baseline": [one for one in baseline if one.slice == "everybody"],
        "calibration": _calibration(judged, chance, place=place),
    }


def _parts(cube: Cube, cut: Split) -> list[Part]:
    named = {"learnt from": cut.learn, "calibrated on": cut.calibrate, "judged on": cut.judge}
    return [
        Part(name=name, first=cube.date_of(int(days[0])), last=cube.date_of(int(days[-1])))
        for name, days in named.items()
    ]


def _calibration(judged: Judging, chance: Floats, *, place: int) -> list[CalibrationPoint]:
    rows = np.flatnonzero(judged.passed[:, place])
    tenths = np.array_split(rows[np.argsort(chance[rows, place], kind="stable")], TENTHS)
    return [
        CalibrationPoint(
            expected=float(chance[part, place].mean()),
            observed=float(judged.gone[part, place].mean()),
            rows=len(part),
        )
        for part in tenths
        if len(part)
    ]


def _gates(
    cube: Cube, known: Labels, cut: Split, *, learnt: Trained, judged: Judging, card: CardContent
) -> list[Condition]:
    month = judged.passed[:, MONTH]
    others: dict[GateKey, float] = {}
    if 0 < judged.gone[month, MONTH].sum() < month.sum():
        gone, can_act = judged.gone[:, MONTH], judged.slices["actionable"] & month
        twin = chances(judged, shuffled_twin(cube, known, cut, choice=learnt.choice))[:, MONTH]
        others["shuffled", "auc_30d"] = metrics.auc(twin[month], gone[month])
        matrix = judged.shots.matrix[month].astype(np.float64)
        others["any", "single_feature_auc_30d"] = max(alone(matrix, gone[month]).values())
        mine, theirs = chances(judged, learnt.model)[:, MONTH], component_chances(cube, judged.shots)
        others["model", "auc_30d_actionable"] = metrics.auc(mine[can_act], gone[can_act])
        others["component", "auc_30d_actionable"] = metrics.auc(theirs[can_act], gone[can_act])
    outlived = [days for place, days in enumerate(HORIZONS) if judged.passed[:, place].any()]
    return gates_of(card.readings, others, outlived=outlived)


def _weights(learnt: Trained, judged: Judging, *, before: Mapping[str, float]) -> list[FeatureWeight]:
    """How much each feature moves the forecasts of a month, the heaviest first."""
    every = max(len(judged.shots.matrix) // EXPLAINED_ROWS, 1)
    rows = judged.shots.matrix[::every]
    shares = explained(learnt.model, rows, learnt.model.hazards(rows), np.full(len(rows), AT[MONTH]))
    moved = np.abs(shares[:, : len(NAMES)]).mean(axis=0)
    place = assessment.judged_place(judged)
    passed = judged.passed[:, place]
    single = alone(judged.shots.matrix[passed].astype(np.float64), judged.gone[passed, place])
    weights = [
        FeatureWeight(
            name=name,
            words=feature.words,
            share=float(moved[column] / max(moved.sum(), 1e-12)),
            share_before=before.get(name),
            alone=None if np.isnan(single[name]) else single[name],
        )
        for column, (name, feature) in enumerate(zip(NAMES, FEATURES, strict=True))
    ]
    return sorted(weights, key=lambda one: -one.share)


def _compare(card: CardContent, judged: Judging, learnt: Trained, *, champion: Champion) -> None:
    """Both on the same rows: who loses less, slice by slice, and whether the champion still counts right."""
    card.champion_id = champion.version_id
    if judged.rows.gone.any():  # else whoever foretells less would be better for sure
        gain = _losses(champion.model, judged.rows) - _losses(learnt.model, judged.rows)
        card.chance_better = chance_better(gain, judged.rows.tutor)
    mine, theirs = chances(judged, learnt.model), chances(judged, champion.model)
    place = assessment.judged_place(judged)
    for name, rows in _held_to(judged, place=place).items():
        gone = judged.gone[rows, place]
        drop = metrics.auc(theirs[rows, place], gone) - metrics.auc(mine[rows, place], gone)
        if not np.isnan(drop):
            card.slice_drops[name] = drop
    part = assessment.forecasts(judged, theirs).of(judged.passed[:, place])
    card.champion_misjudges = misjudges(part, place=place)


def _held_to(judged: Judging, *, place: int) -> dict[str, Bools]:
    """The judged rows of each slice that may not lose; of a subject only with departures enough to tell."""
    found = {}
    for name, ours in judged.slices.items():
        rows = ours & judged.passed[:, place]
        left = len(np.unique(judged.shots.tutor[rows & judged.gone[:, place]]))
        if name in CAN_DROP or (name.startswith(SUBJECT) and left >= policy.PROMOTE_SLICE_FEWEST):
            found[name] = rows
    return found


def _losses(model: Hazards, rows: PersonPeriods) -> Floats:
    """The log loss of each interval that has passed."""
    hazards = model.hazards(rows.snapshots.matrix)[rows.snapshot, rows.interval]
    chance = np.clip(hazards, 1e-9, 1 - 1e-9)
    return np.where(rows.gone, -np.log(chance), -np.log(1 - chance))
