"""The form of a rule: its thresholds, lengths and status as inputs, and what was typed into them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rules.booktests import TestResult
from rules.edits import CHOICE, LENGTH, Editable, Place, editables
from rules.fields import Fields
from web.components.words import spoken
from web.form_fields import Choice, Field

NOTE, EXPECT = "note", "expect"
SHORTEST, LONGEST = 3, 300  # characters of a note
HINTS = {
    "active": "It is judged, and what it finds begins.",
    "shadow": "It is judged and recorded, and starts nothing.",
    "retired": "It is not judged.",
}
STATUS_WORDS = {"active": "Acts", "shadow": "On trial", "retired": "Retired"}


@dataclass(frozen=True)
class RuleForm:
    """What was typed, and what needs another look."""

    typed: Mapping[str, str] = field(default_factory=dict)
    mistakes: Mapping[str, str] = field(default_factory=dict)
    refused: Sequence[str] = ()  # why this would be no rulebook
    failing: Sequence[TestResult] = ()  # tests of the rule that say otherwise
    stuck: bool = False  # they cannot be told to expect it here

    @property
    def note(self) -> str:
        return self.typed.get(NOTE, "")


def mistakes_in(typed: Mapping[str, str], place: Place, fields: Fields) -> dict[str, str]:
    """A sentence for each input that needs another look."""
    found = {
        one.name: mistake
        for one in editables(place, fields)
        if one.name in typed and (mistake := one.mistake(typed[one.name]))
    }
    note = typed.get(NOTE, "")
    if len(note) < SHORTEST:
        found[NOTE] = f"Please write at least {SHORTEST} characters." if note else "Please answer this."
    if len(note) > LONGEST:
        found[NOTE] = f"Please keep this to {LONGEST} characters."
    return found


def fields_of(place: Place, fields: Fields, form: RuleForm | None) -> list[Field]:
    """The inputs of the form with what has been typed, else with what is written in the book."""
    given = form or RuleForm()
    told = [_field(one, given) for one in editables(place, fields)]
    note = Field(
        name=NOTE, label="What do you change, and why?", value=given.note, longest=LONGEST,
        hint=f"It is kept for good. At least {SHORTEST} characters.", mistake=given.mistakes.get(NOTE, ""),
        kind="text",
    )  # fmt: skip
    return [*told, note]


def _field(one: Editable, form: RuleForm) -> Field:
    is_choice = one.kind == CHOICE
    return Field(
        name=one.name,
        label=f"{one.label} ({one.unit})" if one.unit else one.label,
        kind="choice" if is_choice else "line",
        value=form.typed.get(one.name, one.value),
        choices=tuple(Choice(it, STATUS_WORDS.get(it, spoken(it)), HINTS.get(it, "")) for it in one.choices),
        hint=_hint(one),
        mistake=form.mistakes.get(one.name, ""),
        longest=None if is_choice else 20,
    )


def _hint(one: Editable) -> str:
    if one.kind == LENGTH:
        return "A length of time: 7d is seven days, 48h hours, 30m minutes."
    if one.kind == CHOICE:
        return ""
    between = f"From {one.low:g} to {one.high:g}. " if one.low is not None and one.high is not None else ""
    return f"{between}Measured as: {one.source}" if one.source else between.strip()
