"""Which fields a message cannot do without.

Messages lie in the histories of cases that are under way. A field that is added later has a default there, or
such a case cannot be told again.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel

from retention import messages, programmes
from tests.architecture.steps import modules_of

KEPT = Path(__file__).parents[1] / "fingerprints" / "messages" / "required.json"
NO_MESSAGES = "Form"  # how the names of forms end: what people fill in has versions of its own


def models() -> list[type[BaseModel]]:
    """Every message, and every programme's start."""
    modules = [*modules_of(messages), *modules_of(programmes)]
    return [
        thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, BaseModel) and thing.__module__ == module.__name__
        if not thing.__name__.endswith(NO_MESSAGES)
    ]


def required(found: Iterable[type[BaseModel]]) -> dict[str, list[str]]:
    """Message -> the fields without a default, by name."""
    return {
        model.__name__: sorted(name for name, field in model.model_fields.items() if field.is_required())
        for model in found
    }


def kept() -> dict[str, list[str]]:
    """What was written down of them."""
    known: dict[str, list[str]] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    return known


def faults(now: Mapping[str, list[str]], before: Mapping[str, list[str]]) -> list[str]:
    """Messages that were told without a field which they now cannot do without; those not written down."""
    added = [
        f"{name}.{field}: a history from before has none: give it a default"
        for name in sorted(now.keys() & before.keys())
        for field in now[name]
        if field not in before[name]
    ]
    return added + [f"{name}: not written down" for name in sorted(now.keys() - before.keys())]


def write_anew() -> None:
    """Add new messages, and drop what has got a default; a message that is known never needs more."""
    before = kept()
    told = {
        name: [field for field in fields if field in before.get(name, fields)]
        for name, fields in sorted(required(models()).items())
    }
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
