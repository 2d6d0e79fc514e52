"""The facts rules may speak of (fields.yaml), and a tutor's facts made fit to be judged."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeAlias

from retention.vocabulary import Stream
from rules.marks import read

Value: TypeAlias = bool | int | float | str
Sheet: TypeAlias = Mapping[str, Value]
Fields: TypeAlias = Mapping[str, "Field"]

DIGITS = 9  # facts and thresholds are rounded to this, so that both engines compare the same number
GREATEST = 1e15  # beyond it the C engine's numbers and Python's part ways
LONGEST_WORD = 1_024


class FieldType(StrEnum):
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    ENUM = "enum"


class FieldScope(StrEnum):
    """Whether a fact is known at every moment or only at moments of one session."""

    TUTOR = "tutor"
    SESSION = "session"


class Audience(StrEnum):
    """Who may read a fact: tutors never see churn facts (PRD persona 3)."""

    STAFF = "staff"
    ANYONE = "anyone"


@dataclass(frozen=True, kw_only=True)
class Field:
    name: str
    type: FieldType
    says: str
    source: str
    audience: Audience
    scope: FieldScope = FieldScope.TUTOR
    unit: str = ""
    low: float | None = None
    high: float | None = None
    values: tuple[str, ...] = ()
    heard: Stream | None = None  # unknown while nothing is heard of this stream

    @property
    def is_number(self) -> bool:
        return self.type in {FieldType.INT, FieldType.FLOAT}


@dataclass(frozen=True)
class CleanSheet:
    """Facts of known name, type and range; `strange` says in words what was left out and why."""

    sheet: dict[str, Value]
    strange: tuple[str, ...]


@cache
def registry() -> Fields:
    """Every field of fields.yaml by name."""
    file = Path(__file__).with_name("fields.yaml")
    document = read(file.read_text(encoding="utf-8"), file.name)
    if document.faults:
        raise ValueError("\n".join(map(str, document.faults)))
    tree = document.value
    assert isinstance(tree, dict)
    return {name: _field(name, entry) for name, entry in tree["fields"].items()}


def _field(name: str, entry: dict[str, object]) -> Field:
    entry = dict(entry)
    span = entry.pop("range", None)
    low, high = span if isinstance(span, list) else (None, None)
    values = entry.pop("values", [])
    assert isinstance(values, list)
    kind, audience = FieldType(str(entry.pop("type"))), Audience(str(entry.pop("audience")))
    scope = FieldScope(str(entry.pop("scope", FieldScope.TUTOR)))
    heard = Stream(str(entry.pop("heard"))) if "heard" in entry else None
    words = {key: str(word) for key, word in entry.items()}
    return Field(
        name=name,
        type=kind,
        audience=audience,
        scope=scope,
        low=low,
        high=high,
        values=tuple(values),
        heard=heard,
        **words,
    )


def clean(facts: Mapping[str, object], fields: Fields) -> CleanSheet:
    """Keep what a rule can rely on. None and NaN are unknown; a wrong type or range is unknown and told."""
    sheet: dict[str, Value] = {}
    strange: list[str] = []
    for name in sorted(facts):
        field, raw = fields.get(name), facts[name]
        if field is None or raw is None or (isinstance(raw, float) and math.isnan(raw)):
            continue
        value = _fitting(field, raw)
        if value is None:
            strange.append(f"{name} = {raw!r} is not {expected(field)}")
        else:
            sheet[name] = value
    return CleanSheet(sheet, tuple(strange))


def _fitting(field: Field, raw: object) -> Value | None:
    kind = field.type
    if kind is FieldType.BOOL:
        return raw if isinstance(raw, bool) else None
    if kind is FieldType.ENUM:
        return str(raw) if isinstance(raw, str) and str(raw) in field.values else None
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        return None
    number = raw if isinstance(raw, int) else rounded(float(raw))
    if not -GREATEST < number < GREATEST:  # neither do NaN and the infinities lie there
        return None
    if kind is FieldType.INT:
        whole = int(number)
        return whole if whole == number and _within(field, whole) else None
    return number if _within(field, number) else None


def _within(field: Field, number: float) -> bool:
    low, high = field.low, field.high
    return (low is None or number >= low) and (high is None or number <= high)


def rounded(number: float) -> float:
    """The one precision in which facts and thresholds are compared; minus zero becomes zero."""
    return round(number, DIGITS) + 0.0


def expected(field: Field) -> str:
    """What a field's value must be, in words."""
    if field.type is FieldType.ENUM:
        return "one of " + ", ".join(field.values)
    if field.type is FieldType.BOOL:
        return "true or false"
    kind = "a whole number" if field.type is FieldType.INT else "a number"
    span = (
        f" from {field.low:g} to {field.high:g}" if field.low is not None and field.high is not None else ""
    )
    return f"{kind}{span}{f' ({field.unit})' if field.unit else ''}"
