"""What of a rule may be changed by a form, and a changed text that keeps every comment as it was.

Only the characters of the values themselves are exchanged: the file is not written anew.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.book import Status
from rules.conditions import Op
from rules.fields import Field, Fields, FieldType
from rules.marks import FRACTION, WHOLE, Document, Path, read
from rules.phrases import COMPARED
from rules.schema import DURATION

LENGTHS = {
    "for": "For at least",
    "again_after": "Again after",
    "after": "Escalates after",
    "within": "Within",
}
SECTIONS = {"when": "Fires when", "resolve_when": "Settled when"}
STATUSES = (Status.ACTIVE, Status.SHADOW, Status.RETIRED)
NO_LENGTH = "Please give a length of time such as 7d, 48h or 30m."
NUMBER, LENGTH, CHOICE = "number", "length", "choice"


@dataclass(frozen=True)
class Editable:
    """One value of a rule that a form may change."""

    path: Path  # inside the file
    label: str
    kind: str  # number, length (7d, 48h, 30m) or choice
    value: str  # as it is written
    unit: str = ""
    low: float | None = None
    high: float | None = None
    whole: bool = False
    choices: tuple[str, ...] = ()
    source: str = ""  # of the fact that a number bounds

    @property
    def name(self) -> str:
        """The name of its input."""
        return ".".join(map(str, self.path[2:]))

    def mistake(self, typed: str) -> str:
        """What is wrong with what was typed; empty: nothing."""
        if self.kind == LENGTH:
            return "" if re.fullmatch(DURATION, typed) else NO_LENGTH
        if self.kind == CHOICE:
            return "" if typed in self.choices else "Please choose one of the answers."
        return self._mistake_in_number(typed)

    def _mistake_in_number(self, typed: str) -> str:
        if not (WHOLE if self.whole else FRACTION).fullmatch(typed):
            return "Please give a whole number." if self.whole else "Please give a number."
        if self.low is not None and self.high is not None and not self.low <= float(typed) <= self.high:
            return f"Please give a number from {self.low:g} to {self.high:g}."
        return ""


@dataclass(frozen=True)
class Place:
    """Where a rule stands in the files of a version."""

    file: str
    document: Document
    index: int

    @property
    def path(self) -> Path:
        return ("rules", self.index)

    @property
    def tree(self) -> dict[str, Any]:
        """The rule as it is written."""
        assert isinstance(self.document.value, dict)
        found: dict[str, Any] = self.document.value["rules"][self.index]
        return found


def place_of(texts: Mapping[str, str], rule_id: str) -> Place | None:
    """Where a rule stands; None: no file has it."""
    for file, text in sorted(texts.items()):
        if rule_id not in text:  # reading a file takes a hundred times as long
            continue
        document = read(text, file)
        tree = document.value if isinstance(document.value, dict) else {}
        for index, entry in enumerate(tree.get("rules") or []):
            if isinstance(entry, dict) and entry.get("id") == rule_id:
                return Place(file, document, index)
    return None


def editables(place: Place, fields: Fields) -> list[Editable]:
    """What a form may change of a rule, in the order in which it is written."""
    found = list(_walk(place.tree, place.path, fields, document=place.document))
    return sorted(found, key=lambda one: place.document.spans[one.path])


def _walk(tree: Mapping[str, Any], path: Path, fields: Fields, *, document: Document) -> Iterator[Editable]:
    values = _Values(document, fields)
    for part, section in SECTIONS.items():
        if part in tree:
            yield from values.bounds(tree[part], (*path, part), section)
    for name, label in LENGTHS.items():
        if name in tree:
            yield values.length((*path, name), label)
    if "escalate" in tree:
        yield values.length((*path, "escalate", "after"), "Escalates after")
    yield from values.rests(tree.get("cooldown", []), (*path, "cooldown"))
    yield values.choice((*path, "status"), "Status", STATUSES)


@dataclass(frozen=True)
class _Values:
    """A file's values as they stand in it."""

    document: Document
    fields: Fields

    def bounds(self, tree: Mapping[str, Any], path: Path, section: str) -> Iterator[Editable]:
        """The numbers of a condition, each with the fact that it bounds."""
        ((name, body),) = tree.items()
        if name in {"all", "any"}:
            for index, part in enumerate(body):
                yield from self.bounds(part, (*path, name, index), section)
        elif isinstance(body, Mapping) and self.fields[name].is_number and "in" not in body:
            op = next(iter(body))
            yield self._bound(
                (*path, name, op),
                self.fields[name],
                f"{section}: {self.fields[name].says} {COMPARED[Op(op)]}",
            )

    def _bound(self, path: Path, field: Field, label: str) -> Editable:
        return Editable(
            path, label, NUMBER, self._text(path), unit=field.unit, low=field.low, high=field.high,
            whole=field.type is FieldType.INT, source=field.source,
        )  # fmt: skip

    def rests(self, tree: Any, path: Path) -> Iterator[Editable]:
        """The lengths of one cool-down or of several."""
        several = isinstance(tree, list)
        entries = [((*path, index), one) for index, one in enumerate(tree)] if several else [(path, tree)]
        for at, one in entries:
            if isinstance(one, Mapping):
                group = f" (counted by {one['group']})" if "group" in one else ""
                yield self.length((*at, "within"), f"At most {one['max']} within{group}")

    def length(self, path: Path, label: str) -> Editable:
        return Editable(path, label, LENGTH, self._text(path))

    def choice(self, path: Path, label: str, choices: Sequence[str]) -> Editable:
        return Editable(path, label, CHOICE, self._text(path), choices=tuple(map(str, choices)))

    def _text(self, path: Path) -> str:
        value: Any = self.document.value
        for step in path:
            value = value[step]
        return str(value)


def changed(text: str, document: Document, changes: Mapping[Path, str]) -> str:
    """The text with these values exchanged; everything else, comments and blanks too, stays as it is."""
    for path in sorted(changes, key=lambda path: document.spans[path], reverse=True):
        begin, end = document.spans[path]
        text = text[:begin] + changes[path] + text[end:]
    return text
