"""What a programme's start message asks of the rule that starts it: `then.with` and `then.delay`."""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from retention.guides.library import library
from retention.measures.effects import METRICS
from retention.messages.cases import StartCase
from retention.programmes.entry import ProgrammeEntry
from retention.programmes.registry import PROGRAMMES
from retention.vocabulary import Programme
from rules.fields import Audience, Fields
from rules.marks import Path
from rules.wording import meant

HERE: Path = ("then", "with")


@cache
def _guides() -> Collection[str]:
    return [guide.slug for guide in library()]


# Parameters that name something which has to be there.
NAMING: Mapping[str, tuple[str, Callable[[], Collection[str]]]] = {
    "tip": ("no guide is called", _guides),
    "metric": ("no effect is measured by", lambda: METRICS),
}


def parameters_of(programme: Programme) -> dict[str, Any]:
    """The fields of its own that a start message has, by name; its terms are policy and no parameters."""
    own = PROGRAMMES[programme].start.model_fields
    return {
        name: info
        for name, info in own.items()
        if name not in StartCase.model_fields and not _is_model(info.annotation)
    }


def parameter_faults(programme: Programme, given: Mapping[str, object]) -> Iterator[tuple[Path, str]]:
    """What is unknown, missing or of a wrong kind, each with where it stands in the rule."""
    asked = parameters_of(programme)
    fields: dict[str, Any] = {name: (info.annotation, info) for name, info in asked.items()}
    try:
        create_model("With", __config__=ConfigDict(extra="forbid"), **fields).model_validate(dict(given))
    except ValidationError as refused:
        for fault in refused.errors():
            name = str(fault["loc"][0])
            if fault["type"] == "missing":
                yield HERE, f'{programme} needs "{name}" in with'
            elif fault["type"] == "extra_forbidden":
                yield _where(name), f'{programme} takes no "{name}"{meant(name, asked)}'
            else:
                yield _where(name), f"{name}: {fault['msg'][0].lower()}{fault['msg'][1:]}"
    for name in asked.keys() & given.keys() & NAMING.keys():
        (said, known), value = NAMING[name], given[name]
        if isinstance(value, str) and value not in known():
            yield _where(name), f'{said} "{value}"{meant(value, known())}'


def leaked(entry: ProgrammeEntry, given: Mapping[str, object], fields: Fields) -> Iterator[tuple[Path, str]]:
    """What a letter to the tutor would tell of facts that are for staff only (PRD persona 3)."""
    secret = {name for name, field in fields.items() if field.audience is Audience.STAFF}
    to_tutors = [letter.content.model_fields for letter in entry.letters.values() if letter.group is None]
    for name in sorted({name for told in to_tutors for name in told}):
        if name in secret:
            yield ("then", "start"), f"writes {name} to the tutor, which is for staff only"
        elif given.get(name) in secret:
            yield _where(name), f"would write {given[name]} to the tutor, which is for staff only"


def _where(name: str) -> Path:
    return ("then", "delay") if name == "delay" else (*HERE, name)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
