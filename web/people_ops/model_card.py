"""A model's card as a page: the same content as its Markdown."""

from dataclasses import dataclass
from typing import Any

from ml import card as cards
from retention.messages.model_card import CalibrationPoint, CardContent
from retention.messages.model_words import origin_of, words_of
from retention.records.model_versions import ModelVersion
from web.components.charts import HEIGHT, WIDTH

MOST_WEIGHTS = 15


@dataclass(frozen=True)
class Diagram:
    """Foretold against seen, as places in the chart's frame; the diagonal is where they agree."""

    path: str
    dots: tuple[tuple[float, float], ...]
    highest: float


@dataclass(frozen=True)
class Weight:
    """One bar: a feature's share of what moves the forecasts."""

    name: str
    value: float
    text: str
    note: str


def shown_card(card: CardContent | None, version: ModelVersion) -> dict[str, Any]:
    """What the page shows; a version without content (learnt elsewhere) shows its Markdown."""
    if card is None:
        return {"card": None, "said": words_of(version.kind)}
    return {
        "card": card.model_copy(update={"digest": version.sha256}),
        "said": words_of(version.kind),
        "origin": origin_of([one.origin for one in card.provenance]),
        "tables": cards.tables(card),
        "diagram": diagram(card.calibration),
        "weights": [_weight(card, place) for place in range(min(MOST_WEIGHTS, len(card.weights)))],
        "verdicts": cards.VERDICTS,
    }


def diagram(points: list[CalibrationPoint]) -> Diagram:
    """The calibration points on a square frame from nought to the largest of all shares."""
    highest = max((max(one.expected, one.observed) for one in points), default=0.0) or 1.0
    dots = tuple(
        (round(one.expected / highest * WIDTH, 1), round(HEIGHT - one.observed / highest * HEIGHT, 1))
        for one in points
    )
    path = "M" + " L".join(f"{x:g} {y:g}" for x, y in dots) if dots else ""
    return Diagram(path, dots, highest)


def _weight(card: CardContent, place: int) -> Weight:
    one, most = card.weights[place], card.weights[0].share or 1.0
    known = [] if one.alone is None else [f"AUC alone {one.alone:.2f}"]
    if one.share_before is not None:
        known.append(f"{one.share_before:.1%} in the champion")
    return Weight(one.words, 100 * one.share / most, f"{one.share:.1%}", " · ".join(known))
