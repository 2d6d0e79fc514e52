"""Forms from pydantic models: the same model is the page's form, the API's body and the workflow's update."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from annotated_types import MaxLen
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from web.components.words import spoken

Model = TypeVar("Model", bound=BaseModel)
LONG_TEXT = 200  # characters; longer answers get a text area
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


@dataclass(frozen=True)
class Choice:
    """One answer of a choice."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Field:
    """One field as it is shown. Kinds: line, text, choice, yes, date, moment, number, secret, mail."""

    name: str
    label: str
    kind: str = "line"
    required: bool = True
    value: Any = None
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    mistake: str = ""
    longest: int | None = None
    autocomplete: str = ""
    locked: bool = False


def read(model: type[Model], posted: Mapping[str, Any]) -> tuple[Model | None, dict[str, str]]:
    """A posted form as its model, or one sentence for each field that needs another look.

    An empty answer counts as no answer; fields that the model does not know are left out.
    """
    given = {name: posted[name] for name in model.model_fields if str(posted.get(name, "")).strip()}
    try:
        return model.model_validate(given), {}
    except ValidationError as error:
        return None, {
            str(fault["loc"][0] if fault["loc"] else ""): _sentence(fault) for fault in error.errors()
        }


def fields_of(
    model: type[BaseModel],
    values: Mapping[str, Any],
    *,
    mistakes: Mapping[str, str] | None = None,
    locked: bool = False,
) -> list[Field]:
    """The fields of a model with what has been answered so far."""
    found = mistakes or {}
    return [
        _field(name, info, value=values.get(name, ""), mistake=found.get(name, ""), locked=locked)
        for name, info in model.model_fields.items()
    ]


def answers(model: type[BaseModel], given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was answered, as label and words, for the record of a completed form."""
    said = [(info.title or spoken(name), given.get(name)) for name, info in model.model_fields.items()]
    return [(label, _words(value)) for label, value in said if value not in (None, "")]


def _field(name: str, info: FieldInfo, *, value: Any, mistake: str, locked: bool) -> Field:
    plain = _plain_type(info.annotation)
    longest = next((limit.max_length for limit in info.metadata if isinstance(limit, MaxLen)), None)
    return Field(
        name=name,
        label=info.title or spoken(name),
        kind=_kind(plain, longest),
        required=info.is_required(),
        value=value,
        choices=_choices(plain, info),
        hint=info.description or "",
        mistake=mistake,
        longest=longest,
        locked=locked,
    )


def _kind(plain: Any, longest: int | None) -> str:
    if isinstance(plain, type):
        if issubclass(plain, StrEnum):
            return "choice"
        for kind, types in (("yes", bool), ("moment", datetime), ("date", date), ("number", (int, float))):
            if issubclass(plain, types):
                return kind
    return "text" if longest is not None and longest > LONG_TEXT else "line"


def _choices(plain: Any, info: FieldInfo) -> tuple[Choice, ...]:
    if not (isinstance(plain, type) and issubclass(plain, StrEnum)):
        return ()
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    only, hints = extra.get("only"), extra.get("hints")
    words = [plain(str(word)) for word in only] if isinstance(only, list) else list(plain)
    said = hints if isinstance(hints, dict) else {}
    return tuple(Choice(word.value, spoken(word), str(said.get(word.value, ""))) for word in words)


def _plain_type(annotation: Any) -> Any:
    """The type behind `X | None`."""
    if get_origin(annotation) in (Union, UnionType):
        return next(kind for kind in get_args(annotation) if kind is not NoneType)
    return annotation


def _sentence(fault: Any) -> str:
    known = SENTENCES.get(fault["type"])
    if known is not None:
        return known.format(**fault.get("ctx", {}))
    return str(fault["msg"]).removeprefix("Value error, ")


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    text = str(value)
    return spoken(text) if text.replace("_", "").isalpha() and text.islower() else text
