"""A model card as Markdown; the page of a version shows the same content."""

from collections.abc import Iterator, Sequence

from retention.messages.model_card import CardContent, Condition, Reading
from retention.messages.model_words import CardWords, origin_of, words_of

WIDEST_BAR = 30  # characters
MOST_WEIGHTS = 15
UNKNOWN = "not known yet"
VERDICTS = {
    "met": "met",
    "unclear": "missed, within its interval",
    "unmet": "MISSED",
    "unknown": UNKNOWN,
    "not_judged": "not judged yet",
}


def markdown(card: CardContent, *, version_id: int) -> str:
    """The whole card."""
    words = words_of(card.kind)
    parts = [_what_it_is(card, words, version_id), _data(card, words), _figures(card)]
    parts += [_calibration(card, words), _weights(card, words), _gates(card.gates), _limits(card, words)]
    return "\n\n".join(parts) + "\n"


def _what_it_is(card: CardContent, words: CardWords, version_id: int) -> str:
    return "\n".join(
        [
            f"# Model {version_id}: {words.name}, {card.algorithm}",
            f"\n{words.purpose}",
            f"\n**How.** {words.method}",
            "\nNot for:\n",
            *(f"- {one}" for one in words.not_for),
            f"\n**{words.label_title}.** {words.label} {words.cohort}",
        ]
    )


def _data(card: CardContent, words: CardWords) -> str:
    rows = [[part.name, f"{part.first}", f"{part.last}"] for part in card.parts]
    learnt = f"{card.rows:,} rows of {card.tutors:,} tutors, {card.events:,} {words.events}"
    sizes = [[one.slice, f"{one.tutors:,}", f"{one.rows:,}", f"{one.left:,}"] for one in card.sizes]
    return "\n".join(
        [
            "## What it was learnt from",
            f"\nDays {card.data_from} to {card.learnt_until or card.data_to} (UTC): {learnt}.",
            f"Later days, up to {card.data_to}, judge. {words.nothing_crosses}\n",
            *_provenance(card, words),
            *_table(["part", "first day", "last day"], rows),
            f"\n{words.judged_by.format(days=card.judged_days)}:\n",
            *_table(["slice", "tutors", "rows", words.outcome], sizes),
        ]
    )


def _provenance(card: CardContent, words: CardWords) -> list[str]:
    """Whose rows it was learnt from, and what each counts."""
    if not card.provenance:
        return []
    rows = [
        [one.origin, f"{one.tutors:,}", f"{one.rows:,}", f"{one.events:,}", f"{one.weight:g}"]
        for one in card.provenance
    ]
    told = origin_of([one.origin for one in card.provenance])
    return [*_table(["origin", "tutors", "rows", words.outcome, "a row counts"], rows), f"\n{told}\n"]


def _figures(card: CardContent) -> str:
    return "\n".join(
        [
            "## How good it is",
            "\nValue [95 % interval over drawn tutors]; slices of which nothing is known yet are left out.\n",
            *(line for title, head, rows in tables(card) for line in [*_table([title, *head], rows), ""]),
        ]
    ).rstrip()


def tables(card: CardContent) -> list[tuple[str, list[str], list[list[str]]]]:
    """Title, further heads and lines of each table of figures; a baseline only where there is one.

    A line of a slice of which nothing is known yet is left out: on a young platform those are most.
    """
    found = []
    for title, slices, readings in (
        ("This model", False, [one for one in card.readings if one.slice == "everybody"]),
        ("Logistic model on the same rows", False, card.baseline),
        ("By slice", True, [one for one in card.readings if one.slice != "everybody"]),
    ):
        if readings:
            rows = lines(readings, words_of(card.kind), by_slice=slices)
            told = [row for row in rows if not slices or {*row[1:]} - {UNKNOWN, ""}]
            found.append((title, horizons_of(readings), told))
    return found


def horizons_of(readings: Sequence[Reading]) -> list[str]:
    """The columns of `lines`."""
    return [f"{days} d" if days else "value" for days in sorted({one.days for one in readings})]


def lines(readings: Sequence[Reading], words: CardWords, *, by_slice: bool = False) -> Iterator[list[str]]:
    """A table of figures: a line for each (slice and) metric, a column for each horizon."""
    days = sorted({one.days for one in readings})
    cells = {(one.slice, one.metric, one.days): cell(one) for one in readings}
    for name, metric in dict.fromkeys((one.slice, one.metric) for one in readings):
        label = words.metrics[metric]
        told = f"{name}: {label}" if by_slice else label
        yield [told, *(cells.get((name, metric, one), "") for one in days)]


def cell(one: Reading) -> str:
    """A figure with its interval, in words when it cannot be known."""
    if one.value is None:
        return UNKNOWN
    if one.low is None or one.high is None:
        return f"{one.value:.3g}"
    return f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]"


def _calibration(card: CardContent, words: CardWords) -> str:
    rows = [[f"{one.expected:.1%}", f"{one.observed:.1%}", f"{one.rows:,}"] for one in card.calibration]
    bent = f"slope {card.slope:.2f}, shift {card.shift:+.2f} on the log odds"
    title = words.calibration.format(days=card.judged_days)
    head = f"## {title}\n\nTenths of the judged rows by forecast; {bent}.\n"
    return "\n".join([head, *_table(["foretold", "seen", "rows"], rows)])


def _weights(card: CardContent, words: CardWords) -> str:
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
        f"largest are shown. {words.weights}\n"
    )
    return "\n".join([head, *_table(["feature", "share", "in the champion", "AUC alone"], rows)])


def _gates(checked: Sequence[Condition]) -> str:
    rows = [
        [one.says, UNKNOWN if one.value is None else f"{one.value:.3g}", one.bound, VERDICTS[one.verdict]]
        for one in checked
    ]
    return "\n".join(["## Acceptance gates\n", *_table(["gate", "value", "bound", "verdict"], rows)])


def _limits(card: CardContent, words: CardWords) -> str:
    anchors = ", ".join(f"{chance:.1%} → {score:g}" for chance, score in card.anchors)
    scale = f"\n**Scale.** 30-day probability → score: {anchors} (version {card.anchors_version})."
    return "\n".join(
        [
            "## Limits",
            f"\n**Fairness.** {words.fairness}",
            "\n**Known failures.**\n",
            *(f"- {one}" for one in words.known_failures),
            *([scale] if card.anchors else []),
            f"\n**Fallback.** {words.fallback}",
            f"\n**Artefact.** SHA-256 `{card.digest}`.",
        ]
    )


def _table(head: Sequence[str], rows: Iterator[list[str]] | Sequence[list[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]
