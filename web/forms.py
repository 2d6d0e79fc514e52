"""Forms from pydantic models: the same model is the page's form, the API's body and the workflow's update."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from web import wall_clock
from web.components.words import in_full, spoken
from web.form_fields import ENDS, Field, Typed, asked_when, field_of, item_of, kind_of, places_of, plain_type
from web.wall_clock import NotAMoment

Model = TypeVar("Model", bound=BaseModel)
GREENWICH = ZoneInfo("UTC")
SENTENCES = {  # what a person can do about each kind of mistake
    "missing": "Please answer this.",
    "string_too_short": "Please write at least {min_length} characters.",
    "string_too_long": "Please keep this to {max_length} characters.",
    "enum": "Please choose one of the answers.",
    "date_from_datetime_parsing": "Please give a date, such as 2026-11-24.",
    "date_parsing": "Please give a date, such as 2026-11-24.",
    "datetime_from_date_parsing": "Please give a date and time.",
    "datetime_parsing": "Please give a date and time.",
    "int_parsing": "Please give a whole number.",
    "greater_than_equal": "Please give {ge} or more.",
    "less_than_equal": "Please give {le} or less.",
}


def read(
    model: type[Model],
    posted: Mapping[str, Any],
    *,
    zone: ZoneInfo = GREENWICH,
    at: datetime | None = None,
) -> tuple[Model | None, dict[str, str]]:
    """A posted form as its model, or one sentence for each field that needs another look.

    An empty answer counts as no answer; fields that the model does not know, or that the chosen end of
    the form does not ask for, are left out. Times are read on the wall clock of `zone`; `at` is when the
    form was sent.
    """
    reading = _Reading(posted, zone)
    given = {name: reading.answer(name, info) for name, info in model.model_fields.items()}
    told = {name: value for name, value in given.items() if value is not None}
    try:
        filled = model.model_validate(told, context={"at": at} if at is not None else None)
    except ValidationError as error:
        found = {reading.input_at(fault["loc"]): _sentence(fault) for fault in error.errors()}
        return None, reading.with_slips(found)
    return (None, reading.slips) if reading.slips else (filled, {})


def fields_of(
    model: type[BaseModel],
    values: Mapping[str, Any],
    *,
    mistakes: Mapping[str, str] | None = None,
    asides: Mapping[str, str] | None = None,
    locked: bool = False,
) -> list[Field]:
    """The fields of a model with what has been answered so far."""
    typed = Typed(values, mistakes or {}, asides or {}, locked)
    return [field_of(model, name, typed) for name in model.model_fields]


def inputs_of(model: type[BaseModel]) -> list[str]:
    """The names of all inputs of a form, those of its lists as well."""
    fields = model.model_fields.items()
    return [one for name, info in fields for one in (places_of(name, info) if item_of(info) else [name])]


def id_of(posted: Mapping[str, str]) -> UUID:
    """The id that a form was made with: sent twice, it acts once."""
    try:
        return UUID(posted.get("request_id", ""))
    except ValueError:
        return uuid4()


def answers(
    model: type[BaseModel], given: Mapping[str, Any], *, zone: ZoneInfo = GREENWICH
) -> list[tuple[str, str]]:
    """What was answered or typed, as label and words, for the record of a form; times on `zone`'s clock."""
    said = [
        (info.title or spoken(name), _words(info, _told(name, info, given), zone))
        for name, info in model.model_fields.items()
        if not asked_when(info) or given.get(ENDS) in asked_when(info)
    ]
    return [(label, words) for label, words in said if words]


class _Reading:
    """A posted form on its way to a model: which input each answer came from, and what is no time."""

    def __init__(self, posted: Mapping[str, Any], zone: ZoneInfo) -> None:
        self._posted, self._zone = posted, zone
        self._places: dict[str, list[str]] = {}  # of lists: the inputs that were answered
        self.slips: dict[str, str] = {}

    def answer(self, name: str, info: FieldInfo) -> Any:
        """What was answered; None when nothing was, or when the chosen end does not ask for it."""
        if asked_when(info) and self._posted.get(ENDS) not in asked_when(info):
            return None
        item = item_of(info)
        if item is None:
            return self._typed(name, info)
        typed = {place: self._typed(place, item) for place in places_of(name, info)}
        self._places[name] = [place for place, value in typed.items() if value is not None]
        return [typed[place] for place in self._places[name]] or None

    def input_at(self, loc: Sequence[int | str]) -> str:
        """The name of the input that an answer at this place of the model came from."""
        name = str(loc[0]) if loc else ""
        places = self._places.get(name, [])
        inner = loc[1] if len(loc) > 1 else None
        return places[inner] if isinstance(inner, int) and inner < len(places) else name

    def with_slips(self, found: Mapping[str, str]) -> dict[str, str]:
        """All mistakes; a list with a slip in it is not said to be short as well."""
        slipped = {name.partition("-")[0] for name in self.slips}
        return {name: words for name, words in found.items() if name not in slipped} | self.slips

    def _typed(self, name: str, info: FieldInfo) -> Any:
        words = str(self._posted.get(name, "")).strip()
        if not words:
            return None
        if kind_of(plain_type(info.annotation)) != "moment":
            return self._posted[name]
        try:
            return wall_clock.instant(words, self._zone)
        except NotAMoment as slip:
            self.slips[name] = slip.sentence
            return None


def _sentence(fault: Any) -> str:
    known = SENTENCES.get(fault["type"])
    if known is not None:
        return known.format(**fault.get("ctx", {}))
    return str(fault["msg"]).removeprefix("Value error, ")


def _told(name: str, info: FieldInfo, given: Mapping[str, Any]) -> Any:
    """An answer as it was stored, or as it stands in a draft by the names of the inputs."""
    if item_of(info) is None or name in given:
        return given.get(name)
    return [given[place] for place in places_of(name, info) if given.get(place)]


def _words(info: FieldInfo, value: Any, zone: ZoneInfo) -> str:
    """An answer in words; a list has a line for each of its places."""
    item, kind = item_of(info), kind_of(plain_type(info.annotation))
    if value in (None, "", []):
        return ""
    if item is not None and isinstance(value, list):
        return "\n".join(_words(item, one, zone) for one in value)
    if kind == "yes":
        return "Yes" if value in (True, "true") else "No"
    if kind == "moment":
        return _moment(str(value), zone)
    return spoken(value) if kind == "choice" else str(value)


def _moment(typed: str, zone: ZoneInfo) -> str:
    try:
        return in_full(wall_clock.instant(typed, zone), zone)
    except NotAMoment:  # a draft may hold anything
        return typed
