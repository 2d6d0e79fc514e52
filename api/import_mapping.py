"""How files of another system become records: a mapping names the files and where each field comes from."""

import hashlib
from collections.abc import Mapping as Columns
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import orjson
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from retention.errors import NotFound, Refusal
from retention.messages.ingestion import TimeZone
from retention.vocabulary import SessionState, Stream

Record = dict[str, Any]
Row = Columns[str, Any]


class Holds(StrEnum):
    """What a file holds a row of."""

    TUTORS = "tutors"
    EVENTS = "events"
    SESSIONS = "sessions"
    FEEDBACK = "feedback"


STREAMS = {
    Holds.TUTORS: Stream.EVENTS,
    Holds.EVENTS: Stream.EVENTS,
    Holds.SESSIONS: Stream.SESSIONS,
    Holds.FEEDBACK: Stream.FEEDBACK,
}
WHOLE = {"session_number", "scheduled_minutes", "duration_minutes", "overall_rating"}
BROKEN = {"engagement_score"} | {
    f"details.{name}"
    for name in ("baseline_sessions_per_week", "preparation_minutes", "response_minutes", "hours_per_week")
}
YES_NO = {"learning_objectives_met", "technical_issues"}
LISTS = {"student_ids", "improvement_areas", "details.subjects"}
TRUE, FALSE = {"true", "yes", "y", "1"}, {"false", "no", "n", "0"}
ISO = "ISO 8601"
LONGEST_ID = 64  # characters, as long as a posted one


class Source(BaseModel):
    """Where one field comes from: a column, or the same for every row."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str | None = None
    constant: str | int | float | bool | None = None
    words: dict[str, str] = {}  # the file's word -> ours
    split: str = ";"  # between the entries of a list
    form: str = ISO  # of an instant, as strptime reads it
    zone: TimeZone = "UTC"  # of an instant that names none

    @model_validator(mode="after")
    def _names_one(self) -> "Source":
        if (self.column is None) == (self.constant is None):
            message = "needs either a column or a constant"
            raise ValueError(message)
        return self


class File(BaseModel):
    """One file and its fields; without fields its columns are named as ours."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    holds: Holds
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    encoding: str = "utf-8-sig"
    fields: dict[str, str | Source] = {}

    def sources(self) -> dict[str, Source]:
        """Each mapped field with its source."""
        return {
            name: Source(column=given) if isinstance(given, str) else given
            for name, given in self.fields.items()
        }


class Mapping(BaseModel):
    """The files of one import."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    files: Annotated[list[File], Field(min_length=1)]


def read_mapping(path: Path) -> Mapping:
    """A mapping from its file. Raises NotFound or Refusal with what is wrong and where."""
    if not path.is_file():
        raise NotFound(f"There is no file {path}.", instead="Name the mapping file.")
    try:
        return Mapping.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as fault:
        raise Refusal(f"{path.name} is no YAML: {fault}", instead="Mend it.") from None
    except ValidationError as fault:
        told = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in fault.errors()[:5])
        raise Refusal(f"{path.name} is not in order: {told}", instead="See docs/importing.md.") from None


def record_of(row: Row, file: File, sources: Columns[str, Source]) -> Record:
    """The record that a row stands for. Cells of the wrong kind are left as they are, to be refused."""
    given = sources or {name: Source(column=name) for name in row}
    record: Record = {"kind": "onboarded"} if file.holds is Holds.TUTORS else {}
    for name, source in given.items():
        value = source.constant if source.column is None else row.get(source.column)
        if value is None or value == "":
            continue
        _put(record, name, _typed(name, value, source))
    record.setdefault("event_id", event_id_of(record))
    return record


def event_id_of(record: Record) -> str:
    """An id from what a fact is about, so that the same fact has the same id at a second import."""
    session, when = record.get("session_id"), str(record.get("event_time", "")).replace("+00:00", "Z")
    parts = [record.get("tutor_id"), record.get("kind"), when]
    if session is not None:
        parts = [session, record.get("transition") or f"feedback.{record.get('student_id')}"]
        parts += [when] if record.get("transition") == SessionState.MOVED else []
    name = ".".join(map(str, parts))
    return name if len(name) <= LONGEST_ID else hashlib.sha256(name.encode()).hexdigest()[:LONGEST_ID]


def _put(record: Record, name: str, value: Any) -> None:
    *outer, last = name.split(".")
    for part in outer:
        record = record.setdefault(part, {})
    record[last] = value


def _typed(name: str, value: Any, source: Source) -> Any:
    if not isinstance(value, str):
        return value
    value = source.words.get(value.strip(), value.strip())
    if name in LISTS:
        return [part.strip() for part in value.split(source.split) if part.strip()]
    if name in YES_NO:
        return True if value.lower() in TRUE else False if value.lower() in FALSE else value
    if name in WHOLE or name.startswith("ratings.") or name in BROKEN:
        return _number(value)
    if name.endswith(("_time", "_start", "_on", ".until")):
        return _instant(value, source)
    return value


def _number(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _instant(text: str, source: Source) -> str:
    """An instant with its zone; what is none stays as it is."""
    try:
        when = (
            datetime.fromisoformat(text) if source.form == ISO else datetime.strptime(text, source.form)  # noqa: DTZ007 (its zone is added below)
        )
    except ValueError:
        return text
    return (when if when.tzinfo else when.replace(tzinfo=ZoneInfo(source.zone))).astimezone(UTC).isoformat()
