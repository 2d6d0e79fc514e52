"""One field of a form as it is shown, worked out from its place in a pydantic model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from annotated_types import MaxLen, MinLen
from pydantic import AwareDatetime, BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from web.components.words import spoken

LONG_TEXT = 200  # characters; longer answers get a text area
PLACES = 3  # of a list that does not say how long it may be
WORTH_SAYING = 3  # a shortest length from here on is said before it can be missed
ENDS = "outcome"  # the field that decides which other fields are asked for
KINDS: tuple[tuple[str, tuple[type, ...]], ...] = (
    ("yes", (bool,)),
    ("moment", (datetime, AwareDatetime)),
    ("date", (date,)),
    ("number", (int, float)),
)


@dataclass(frozen=True)
class Choice:
    """One answer of a choice."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Field:
    """One field of a form as it is shown.

    Kinds: line, text, choice, yes, date, moment, number, secret, mail, and list, which has `places`.
    `when` are the ends of the form that ask for this field, empty for all of them; `needed` those that
    cannot do without it. `aside` is said beside what is typed.
    """

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
    when: tuple[Choice, ...] = ()
    needed: tuple[Choice, ...] = ()
    aside: str = ""
    places: tuple["Field", ...] = ()


@dataclass(frozen=True)
class Typed:
    """What has been typed into a form so far, what needs another look, and what is said beside it."""

    values: Mapping[str, Any]
    mistakes: Mapping[str, str] = field(default_factory=dict)
    asides: Mapping[str, str] = field(default_factory=dict)
    locked: bool = False


def field_of(model: type[BaseModel], name: str, typed: Typed) -> Field:
    """One field of a model with what has been typed."""
    info = model.model_fields[name]
    plain, item, choices = plain_type(info.annotation), item_of(info), field_choices(info)
    longest = _limit(info, MaxLen, "max_length") if item is None else None
    when, needed = _asked(model, name)
    return Field(
        name=name,
        label=info.title or spoken(name),
        kind="list" if item is not None else kind_of(plain, longest),
        required=info.is_required() or (bool(needed) and not when),
        value=choices[0].value if len(choices) == 1 else typed.values.get(name, ""),
        choices=choices,
        hint=_hint(info, plain),
        mistake=typed.mistakes.get(name, ""),
        longest=longest,
        locked=typed.locked,
        when=when,
        needed=needed,
        aside=typed.asides.get(name, ""),
        places=_places(name, info, item, typed) if item is not None else (),
    )


def asked_when(info: FieldInfo) -> list[str]:
    """The ends of a form that ask for a field; empty: all of them."""
    words = _extra(info).get("asked_when")
    return [str(word) for word in words] if isinstance(words, (list, tuple)) else []


def item_of(info: FieldInfo) -> FieldInfo | None:
    """What a list holds, as a field of its own; None for what is no list."""
    plain = plain_type(info.annotation)
    return FieldInfo.from_annotation(get_args(plain)[0]) if get_origin(plain) is list else None


def places_of(name: str, info: FieldInfo) -> list[str]:
    """The names of the inputs that a list is shown with: `times-1`, `times-2`."""
    return [f"{name}-{place + 1}" for place in range(_limit(info, MaxLen, "max_length") or PLACES)]


def kind_of(plain: Any, longest: int | None = None) -> str:
    """What kind of field an answer of this type needs."""
    if isinstance(plain, type):
        if issubclass(plain, StrEnum):
            return "choice"
        for kind, types in KINDS:
            if issubclass(plain, types):
                return kind
    return "text" if longest is not None and longest > LONG_TEXT else "line"


def plain_type(annotation: Any) -> Any:
    """The type behind `X | None` and `Annotated[X, ...]`."""
    if get_origin(annotation) is Annotated:
        return plain_type(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return plain_type(next(kind for kind in get_args(annotation) if kind is not NoneType))
    return annotation


def _places(name: str, info: FieldInfo, item: FieldInfo, typed: Typed) -> tuple[Field, ...]:
    """The inputs of a list, which are alike but for their number."""
    plain = plain_type(item.annotation)
    longest = next((mark.max_length for mark in item.metadata if isinstance(mark, StringConstraints)), None)
    each = str(_extra(info).get("each", "No."))
    return tuple(
        Field(
            name=place,
            label=f"{each} {number}",
            kind=kind_of(plain, longest),
            value=typed.values.get(place, ""),
            mistake=typed.mistakes.get(place, ""),
            longest=longest,
            locked=typed.locked,
            aside=typed.asides.get(place, ""),
        )
        for number, place in enumerate(places_of(name, info), start=1)
    )


def _asked(model: type[BaseModel], name: str) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """The ends that ask for a field, none when all do; and those that cannot do without it."""
    if ENDS not in model.model_fields:
        return (), ()
    ends = field_choices(model.model_fields[ENDS])
    when = asked_when(model.model_fields[name])
    needed = getattr(model, "NEEDED", {}).get(name, ())
    asks = tuple(end for end in ends if end.value in when)
    return asks if len(asks) < len(ends) else (), tuple(end for end in ends if end.value in needed)


def field_choices(info: FieldInfo) -> tuple[Choice, ...]:
    """What a field offers to choose from."""
    return _choices(plain_type(info.annotation), _extra(info).get("only"), _extra(info).get("hints"))


def _choices(plain: Any, only: Any, hints: Any) -> tuple[Choice, ...]:
    if not (isinstance(plain, type) and issubclass(plain, StrEnum)):
        return ()
    words = [plain(str(word)) for word in only] if isinstance(only, list) else list(plain)
    said = hints if isinstance(hints, dict) else {}
    return tuple(Choice(word.value, spoken(word), str(said.get(word.value, ""))) for word in words)


def _hint(info: FieldInfo, plain: Any) -> str:
    """The hint, with the shortest length of an answer: said before it is missed, not after."""
    shortest = _limit(info, MinLen, "min_length") if plain is str else None
    said = [info.description] if info.description else []
    if shortest is not None and shortest >= WORTH_SAYING:
        said.append(f"At least {shortest} characters.")
    return " ".join(said)


def _extra(info: FieldInfo) -> Mapping[str, Any]:
    return info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}


def _limit(info: FieldInfo, kind: type, name: str) -> int | None:
    return next((getattr(limit, name) for limit in info.metadata if isinstance(limit, kind)), None)
