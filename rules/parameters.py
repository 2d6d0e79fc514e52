"""What a programme's start message asks of the rule that starts it: `then.with`."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from retention.messages.cases import StartCase
from retention.programmes.registry import PROGRAMMES
from retention.vocabulary import Programme
from rules.marks import Path
from rules.wording import meant

HERE: Path = ("then", "with")


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
                yield (*HERE, name), f'{programme} takes no "{name}"{meant(name, asked)}'
            else:
                yield (*HERE, name), f"{name}: {fault['msg'][0].lower()}{fault['msg'][1:]}"


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
