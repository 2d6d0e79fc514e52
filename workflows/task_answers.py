"""What a person has filled in: checked against the form, or refused with a sentence for them."""

from datetime import datetime
from typing import Any

from pydantic import ValidationError

from retention.errors import Refusal
from retention.messages import forms
from retention.messages.tasks import Complete
from retention.programmes.registry import filled_in


def answers(command: Complete, form_key: str, *, at: datetime) -> dict[str, Any]:
    """The answers as they are kept. Raises NotNow when the form is another one, or is not filled in well."""
    if command.form_version not in (None, forms.FORM_VERSION):
        raise NotNow("FormOutdated", "The form has changed since you opened it. Please look at it once more.")
    try:
        filled = filled_in(form_key, outcome=command.outcome, form=command.form, at=at)
    except ValidationError as mistakes:
        raise NotNow("FormIncomplete", f"The form needs another look: {_faults(mistakes)}") from None
    except Refusal as unknown:
        raise NotNow("FormUnknown", str(unknown)) from None
    return filled.model_dump(mode="json", exclude={"outcome"})


def _faults(mistakes: ValidationError) -> str:
    """Which answers, and what is wrong with them where the form says so in words of its own."""
    told = {}
    for fault in mistakes.errors():
        name = str(fault["loc"][0]).replace("_", " ") if fault["loc"] else "the whole"
        own = fault["type"] == "value_error"
        told[name] = f"{name}. {fault['msg'].removeprefix('Value error, ')}" if own else f"{name}."
    return " ".join(told[name] for name in sorted(told))


class NotNow(Exception):  # noqa: N818 (it is an answer, not a fault of the program)
    """The task cannot take this act as it stands; `kind` is for programs, the sentence for people."""

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind
        self.sentence = sentence
