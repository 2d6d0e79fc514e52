"""A model card as Markdown; the page of a version shows the same content."""

from collections.abc import Iterator, Sequence

from retention.messages import model_words as words
from retention.messages.model_card import CardContent, Condition, Reading

WIDEST_BAR = 30  # characters
MOST_WEIGHTS = 15
UNKNOWN = "not known yet"
NOTHING_CROSSES = "No row crosses a cut: an interval is learnt from only if it ends within its part."
VERDICTS = {"met": "met", "unclear": "missed, within its interval", "unmet": "MISSED", "unknown": UNKNOWN}


def markdown(card: CardContent, *, version_id: int) -> str:
    """The whole card."""
    parts = [_what_it_is(card, version_id), _data(card), _figures(card), _calibration(card)]
    return "\n\n".join([*parts, _weights(card), _gates(card.gates), _limits(card)]) + "\n"


def _what_it_is(card: CardContent, version_id: int) -> str:
    return "\n".join(
        [
            f"# Model {version_id}: churn, {card.algorithm}",
            f"\n{words.PURPOSE}",
            f"\n**How.** {words.METHOD}",
            "\nNot for:\n",
            *(f"- {one}" for one in words.NOT_FOR),
            f"\n**What leaving means.** {words.LABEL}",
            f"\n**Who is scored.** {words.COHORT}",
        ]
    )


def _data(card: CardContent) -> str:
    rows = [[part.name, f"{part.first}", f"{part.last}"] for part in card.parts]
    learnt = f"{card.rows:,} rows of {card.tutors:,} tutors, {card.events:,} of whom left"
    sizes = [[one.slice, f"{one.tutors:,}", f"{one.rows:,}", f"{one.left:,}"] for one in card.sizes]
    return "\n".join(
        [
            "## What it was learnt from",
            f"\nDays {card.data_from} to {card.data_to} (UTC): {learnt}. {NOTHING_CROSSES}\n",
            *_provenance(card),
            *_table(["part", "first day", "last day"], rows),
            f"\nJudged by (outcomes within {card.judged_days} days):\n",
            *_table(["slice", "tutors", "rows", "left"], sizes),
        ]
    )


def _provenance(card: CardContent) -> list[str]:
    """Whose rows it was learnt from, and what each counts."""
    if not card.provenance:
        return []
    rows = [
        [one.origin, f"{one.tutors:,}", f"{one.rows:,}", f"{one.events:,}", f"{one.weight:g}"]
        for one in card.provenance
    ]
    told = words.origin_of([one.origin for one in card.provenance])
    return [*_table(["origin", "tutors", "rows", "left", "a row counts"], rows), f"\n{told}\n"]


def _figures(card: CardContent) -> str:
    everybody = [one for one in card.readings if one.slice == "everybody"]
    slices = [one for one in card.readings if one.slice != "everybody"]
    return "\n".join(
        [
            "## How good it is",
            "\nValue [95 % interval over drawn tutors]. The logistic model saw the same rows.\n",
            *_table(["everybody", *horizons_of(everybody)], lines(everybody)),
            "\nLogistic model:\n",
            *_table(["everybody", *horizons_of(card.baseline)], lines(card.baseline)),
            "\nBy slice:\n",
            *_table(["slice", *horizons_of(slices)], lines(slices, by_slice=True)),
        ]
    )


def horizons_of(readings: Sequence[Reading]) -> list[str]:
    """The columns of `lines`."""
    return [f"{days} d" for days in sorted({one.days for one in readings})]


def lines(readings: Sequence[Reading], *, by_slice: bool = False) -> Iterator[list[str]]:
    """A table of figures: a line for each (slice and) metric, a column for each horizon."""
    days = sorted({one.days for one in readings})
    cells = {(one.slice, one.metric, one.days): cell(one) for one in readings}
    for name, metric in dict.fromkeys((one.slice, one.metric) for one in readings):
        label = words.METRIC_WORDS[metric]
        told = f"{name}: {label}" if by_slice else label
        yield [told, *(cells.get((name, metric, one), "") for one in days)]


def cell(one: Reading) -> str:
    """A figure with its interval, in words when it cannot be known."""
    if one.value is None:
        return UNKNOWN
    if one.low is None or one.high is None:
        return f"{one.value:.3g}"
    return f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]"


def _calibration(card: CardContent) -> str:
    rows = [[f"{one.expected:.1%}", f"{one.observed:.1%}", f"{one.rows:,}"] for one in card.calibration]
    bent = f"slope {card.slope:.2f}, shift {card.shift:+.2f} on the log odds"
    head = f"## Calibration, {card.judged_days} days\n\nTenths of the judged rows by forecast; {bent}.\n"
    return "\n".join([head, *_table(["foretold", "seen", "rows"], rows)])


def _weights(card: CardContent) -> str:
    heaviest = card.weights[:MOST_WEIGHTS]
    most = max((one.share for one in heaviest), default=1.0)
    rows = [
        [
            one.words,
            f"{one.share:.1%} {'█' * round(one.share / most * WIDEST_BAR)}",
            "" if one.share_before is None else f"{one.share_before:.1%}",
            UNKNOWN if one.alone is None else f"{one.alone:.3f}",
        ]
        for one in heaviest
    ]
    head = (
        f"## What moves its forecasts\n\nShares of the mean absolute contribution; the {MOST_WEIGHTS} "
        "largest are shown. They go along with leaving, they do not cause it.\n"
    )
    return "\n".join([head, *_table(["feature", "share", "in the champion", "AUC alone"], rows)])


def _gates(checked: Sequence[Condition]) -> str:
    rows = [
        [one.says, UNKNOWN if one.value is None else f"{one.value:.3g}", one.bound, VERDICTS[one.verdict]]
        for one in checked
    ]
    return "\n".join(["## Acceptance gates\n", *_table(["gate", "value", "bound", "verdict"], rows)])


def _limits(card: CardContent) -> str:
    anchors = ", ".join(f"{chance:.1%} → {score:g}" for chance, score in card.anchors)
    return "\n".join(
        [
            "## Limits",
            f"\n**Fairness.** {words.FAIRNESS}",
            "\n**Known failures.**\n",
            *(f"- {one}" for one in words.KNOWN_FAILURES),
            f"\n**Scale.** 30-day probability → score: {anchors} (version {card.anchors_version}).",
            f"\n**Fallback.** {words.FALLBACK}",
            f"\n**Artefact.** SHA-256 `{card.digest}`.",
        ]
    )


def _table(head: Sequence[str], rows: Iterator[list[str]] | Sequence[list[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]
