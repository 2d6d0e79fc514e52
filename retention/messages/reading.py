"""Reads one posted record from bytes, and says what is wrong with it by field. Knows no database."""

import json
import re
from collections import Counter
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from retention.messages.ingestion import AnyRecord, BehaviourRecord, FeedbackRecord, SessionRecord
from retention.vocabulary import BehaviourKind, Stream

MOST_BYTES = 64 * 1024  # of one record; the longest honest one has about 4 KiB
MOST_DEPTH = 16  # levels of one record; the deepest honest one has 3
MOST_PROBLEMS = 20  # told about one record
NESTS = (dict, list)
KEY = re.compile(rb'"\s*:')
GAP = re.compile(rb'"\s+:')  # a key and its colon apart

READERS: dict[Stream, TypeAdapter[Any]] = {
    Stream.SESSIONS: TypeAdapter(SessionRecord),
    Stream.EVENTS: TypeAdapter(BehaviourRecord),
    Stream.FEEDBACK: TypeAdapter(FeedbackRecord),
}


class Problem(BaseModel):
    """What is wrong, and where: `path` names the field, dots lead inward; empty for the whole record."""

    path: Annotated[str, Field(examples=["scheduled_start"])]
    message: Annotated[str, Field(examples=["is not between the years 2000 and 2100"])]


class Unreadable(Exception):  # noqa: N818 (an answer, not a fault of the program)
    """A record that cannot be taken as it is."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{one.path}: {one.message}" for one in problems))
        self.problems = problems


def read(stream: Stream, raw: bytes) -> AnyRecord:
    """The record in these bytes; raises Unreadable with every problem found.

    A good record is read in one pass; only what fails it is looked at closely, to say why.
    """
    if len(raw) > MOST_BYTES:
        raise Unreadable([Problem(path="", message=f"is longer than {MOST_BYTES} bytes")])
    try:
        record: AnyRecord = READERS[stream].validate_json(raw)
    except ValidationError:
        return _closely(stream, raw)
    return record if _plain(raw, record) else _closely(stream, raw)


def _plain(raw: bytes, record: AnyRecord) -> bool:
    """Whether each key certainly stands there once and no text holds U+0000; no unknown key can be there."""
    keys = len(record.model_fields_set)
    for part in (getattr(record, "details", None), getattr(record, "ratings", None)):
        keys += len(part.model_fields_set) if part is not None else 0
    return raw.count(b'":') == keys and GAP.search(raw) is None and rb"\u0000" not in raw


def _closely(stream: Stream, raw: bytes) -> AnyRecord:
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as fault:
        raise Unreadable([Problem(path="", message=f"is not valid JSON: {fault}")]) from None
    twice = _named_twice(raw, value)
    if twice is not None:
        raise Unreadable([Problem(path=twice, message="is named twice")])
    if rb"\u0000" in raw and _has_nul(value):
        raise Unreadable([Problem(path="", message="holds the character U+0000, which no text may hold")])
    return checked(stream, value)


def checked(stream: Stream, value: object) -> AnyRecord:
    """The record that a JSON value stands for; raises Unreadable with every problem found."""
    try:
        record: AnyRecord = READERS[stream].validate_python(value)
    except ValidationError as fault:
        raise Unreadable(_problems(stream, fault)) from None
    return record


def _problems(stream: Stream, fault: ValidationError) -> list[Problem]:
    found = fault.errors(include_url=False, include_context=False, include_input=False)
    return [_problem(stream, one) for one in found[:MOST_PROBLEMS]]


def _problem(stream: Stream, fault: ErrorDetails) -> Problem:
    if fault["type"].startswith("union_tag"):
        return Problem(path="kind", message=f"is not one of {', '.join(BehaviourKind)}")
    if fault["type"] in {"model_type", "model_attributes_type"}:
        return Problem(path=_path(stream, fault["loc"]), message="is not a JSON object")
    return Problem(path=_path(stream, fault["loc"]), message=fault["msg"].removeprefix("Value error, "))


def _path(stream: Stream, place: tuple[int | str, ...]) -> str:
    """In the words of the wire: behaviour begins with its kind, which is no field. Unknown names are cut."""
    fields = place[1:] if stream is Stream.EVENTS else place
    return ".".join(str(part)[:64] for part in fields)


def _named_twice(raw: bytes, value: object) -> str | None:
    """The key that an object names twice. As many keys as key-like places: none, without a second parse."""
    if len(KEY.findall(raw)) == _keys(value):
        return None
    twice: list[str] = []

    def note(pairs: list[tuple[str, object]]) -> None:
        times = Counter(key for key, _ in pairs)
        twice.extend(key for key, count in times.items() if count > 1)

    json.loads(raw, object_pairs_hook=note)
    return twice[0][:64] if twice else None


def _keys(value: object, *, depth: int = 0) -> int:
    if depth > MOST_DEPTH:
        raise Unreadable([Problem(path="", message=f"is nested deeper than {MOST_DEPTH} levels")])
    if isinstance(value, dict):
        return len(value) + sum(
            _keys(inner, depth=depth + 1) for inner in value.values() if inner.__class__ in NESTS
        )
    if isinstance(value, list):
        return sum(_keys(inner, depth=depth + 1) for inner in value if inner.__class__ in NESTS)
    return 0


def _has_nul(value: object) -> bool:
    if isinstance(value, dict):
        return any("\x00" in key or _has_nul(inner) for key, inner in value.items())
    if isinstance(value, list):
        return any(_has_nul(inner) for inner in value)
    return isinstance(value, str) and "\x00" in value
