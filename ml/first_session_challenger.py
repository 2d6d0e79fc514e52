"""A challenger that foretells first sessions, with its card: judged on days that it has not seen."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from ml import metrics
from ml.assessment import BY_SLICE, METRICS, reading
from ml.first_session_factors import AGES, SAYS
from ml.first_session_features import UNTOLD
from ml.first_session_model import FirstSessionModel, fitted
from ml.first_session_training import (
    FEWEST,
    FEWEST_JUDGED,
    Cut,
    Examples,
    enough,
    forecasts,
    log_loss,
    trained,
)
from ml.gates import Gate
from ml.promotion import chance_better, condition_of, misjudges
from retention import policy
from retention.measures.cube import Bools, Floats
from retention.messages.model_card import (
    CalibrationPoint,
    CardContent,
    Condition,
    FeatureWeight,
    Part,
    Provenance,
    Reading,
    SliceSize,
)
from retention.vocabulary import ModelKind

DRAWS = 100  # of tutors, for each interval of a card
SHUFFLE_SEED = 7
TENTHS = 10
FEWEST_OF_SLICE = 100  # judged sessions of a subject or an age before they are told apart
ALL, NEW, OTHERS = "everybody", "new tutors", "others"
GATES = {
    "brier_skill": ("Better than always saying the usual share", 0.0, None),
    "slope": ("Slope of the calibration", 0.8, 1.2),
    "shuffled_auc": ("A twin taught by shuffled outcomes knows nothing", 0.45, 0.55),
}  # ML guide 8; the ceiling is known in a synthetic world alone


@dataclass(frozen=True)
class Champion:
    """What serves now, to be compared with."""

    version_id: int
    model: FirstSessionModel
    weights: Mapping[str, float]  # group -> share, from its card


@dataclass(frozen=True)
class Made:
    """A model that was learnt, and its card."""

    model: FirstSessionModel
    card: CardContent


def made(
    known: Examples,
    parts: Cut,
    *,
    date_of: Callable[[int], date],
    champion: Champion | None = None,
    draws: int = DRAWS,
) -> Made:
    """Learn, and judge what was learnt. Raises Refusal when there is too little to learn from or judge by."""
    learnt, judged = (
        known.of((known.rows.day >= first) & (known.rows.day <= last))
        for first, last in (parts.learn, parts.judge)
    )
    judged = judged.decisive()
    enough(learnt, FEWEST, what="learn from")
    enough(judged, FEWEST_JUDGED, what="judge by")
    model, strength = trained(learnt)
    chance = model.chances(judged.rows)
    model = model.flagging_from(flag_from(model.content.usual, chance))
    card = _card(learnt, judged, chance, draws=draws)
    card.params, card.provenance = {"strength": strength}, _provenance(learnt)
    card.data_from, card.data_to = date_of(parts.learn[0]), date_of(parts.judge[1])
    card.learnt_until = date_of(parts.learn[1])
    card.parts = _parts(parts, date_of)
    card.gates = _gates(card.readings, judged, learnt, strength=strength)
    card.weights = _weights(model, judged, before=champion.weights if champion else {})
    if champion is not None:
        _compare(card, judged, chance, champion=champion)
    return Made(model, card)


def flag_from(usual: float, judged: Floats) -> float:
    """The chance from which a session is flagged: settled once, whatever else is booked beside it."""
    tenth = float(np.quantile(judged, 1 - policy.FIRST_SESSION_FLAG_TOP))
    return min(tenth, policy.FIRST_SESSION_FLAG_TIMES * usual)


def _card(learnt: Examples, judged: Examples, chance: Floats, *, draws: int) -> CardContent:
    slices = _slices(judged)
    told: dict[str, Any] = {
        "sizes": [_size(name, judged.of(rows)) for name, rows in slices.items()],
        "readings": list(_readings(judged, chance, slices, draws=draws)),
        "calibration": _calibration(judged, chance),
    }
    return CardContent(
        kind=ModelKind.FIRST_SESSION,
        algorithm="logistic",
        data_from=date.min,
        data_to=date.max,
        rows=len(learnt),
        tutors=len(np.unique(learnt.rows.tutor)),
        events=int(learnt.failed.sum()),
        parts=[],
        params={},
        slope=1.0,
        shift=0.0,
        judged_days=0,  # there is no horizon
        **told,
    )


def _provenance(learnt: Examples) -> list[Provenance]:
    """Whose sessions it was learnt from, and what each counts."""
    told = []
    for name, ours in (("real", ~learnt.synthetic), ("synthetic", learnt.synthetic)):
        if ours.any():
            part = learnt.of(ours)
            told.append(
                Provenance(
                    origin=name,
                    tutors=len(np.unique(part.rows.tutor)),
                    rows=len(part),
                    events=int(part.failed.sum()),
                    weight=float(learnt.weights[ours][0]),
                )
            )
    return told


def _slices(judged: Examples) -> dict[str, Bools]:
    """Everybody, by tenure, and by subject and student's age where there are enough."""
    new = judged.rows.number("is_new_tutor") == 1
    found = {ALL: np.ones(len(judged), dtype=np.bool_), NEW: new, OTHERS: ~new}
    for kind, prefix in (("subject", ""), ("student_age", "students ")):
        values = judged.rows.kinds[kind]
        for value in np.unique(values[values != UNTOLD]).tolist():
            rows = values == value
            if rows.sum() >= FEWEST_OF_SLICE:
                found[f"{prefix}{AGES.get(value, value)}"] = rows
    return found


def _size(name: str, part: Examples) -> SliceSize:
    tutors = len(np.unique(part.rows.tutor))
    return SliceSize(slice=name, tutors=tutors, rows=len(part), left=int(part.failed.sum()))


def _readings(
    judged: Examples, chance: Floats, slices: Mapping[str, Bools], *, draws: int
) -> Iterator[Reading]:
    found = forecasts(judged, chance)
    for name, rows in slices.items():
        wanted = METRICS if name == ALL else BY_SLICE
        for metric in wanted:
            yield reading(name, metric, found.of(rows), place=0, days=0, draws=draws)


def _calibration(judged: Examples, chance: Floats) -> list[CalibrationPoint]:
    tenths = np.array_split(np.argsort(chance, kind="stable"), TENTHS)
    return [
        CalibrationPoint(
            expected=float(chance[part].mean()), observed=float(judged.failed[part].mean()), rows=len(part)
        )
        for part in tenths
        if len(part)
    ]


def _parts(parts: Cut, date_of: Callable[[int], date]) -> list[Part]:
    named = {"learnt from": parts.learn, "judged on": parts.judge}
    return [Part(name=name, first=date_of(days[0]), last=date_of(days[1])) for name, days in named.items()]


def _gates(
    readings: list[Reading], judged: Examples, learnt: Examples, *, strength: float
) -> list[Condition]:
    found = {one.metric: one for one in readings if one.slice == ALL}
    shuffled = np.random.default_rng(SHUFFLE_SEED).permutation(learnt.failed)
    twin = fitted(learnt.rows, shuffled, strength=strength).chances(judged.rows)
    values = {
        name: float("nan") if found[name].value is None else float(found[name].value or 0.0)
        for name in ("brier_skill", "slope")
    }
    values["shuffled_auc"] = metrics.auc(twin, judged.failed)
    return [
        condition_of(Gate(name, values[name], low, high), found.get(name), says=says)
        for name, (says, low, high) in GATES.items()
    ]


def _weights(
    model: FirstSessionModel, judged: Examples, *, before: Mapping[str, float]
) -> list[FeatureWeight]:
    """How much each part moves the forecasts, the heaviest first, and how well it ranks alone."""
    shares = model.shares(judged.rows)
    moved = {group: float(np.abs(share).mean()) for group, share in shares.items()}
    whole = sum(moved.values()) or 1.0
    weights = [
        FeatureWeight(
            name=group,
            words=SAYS[group][0],
            share=moved[group] / whole,
            share_before=before.get(group),
            alone=metrics.auc(share, judged.failed),
        )
        for group, share in shares.items()
    ]
    return sorted(weights, key=lambda one: -one.share)


def _compare(card: CardContent, judged: Examples, chance: Floats, *, champion: Champion) -> None:
    """Both on the same sessions: who loses less, slice by slice, and whether the champion counts right."""
    theirs = champion.model.chances(judged.rows)
    card.champion_id = champion.version_id
    gain = log_loss(theirs, judged.failed) - log_loss(chance, judged.failed)
    card.chance_better = chance_better(gain, judged.rows.tutor)
    slices = _slices(judged)
    for name in (ALL, NEW, OTHERS):
        rows = slices[name]
        drop = metrics.auc(theirs[rows], judged.failed[rows]) - metrics.auc(chance[rows], judged.failed[rows])
        if not np.isnan(drop):
            card.slice_drops[name] = drop
    card.champion_misjudges = misjudges(forecasts(judged, theirs))
