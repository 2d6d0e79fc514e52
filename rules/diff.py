"""What differs between two books, by rule and by part, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields as parts_of, is_dataclass
from datetime import timedelta
from typing import TypeAlias

from retention.vocabulary import RiskBand
from rules.book import Book, Cooldown, Escalate, Rule, Segment
from rules.conditions import All, Any, Condition, Leaf, leaves
from rules.fields import Fields
from rules.phrases import COMPARED, in_words, spoken_length
from rules.reference import spoken

UNSAID = frozenset({"id", "place", "digest", "twin_digest"})  # where a rule stands is no part of what it does
NAMES = {
    "says": "sentence",
    "when": "fires when",
    "then": "opens",
    "triggers": "looked at",
    "lasting": "for",
    "once_per": "once per",
    "cooldowns": "rests",
    "bands": "at risk bands",
    "resolve_when": "settled when",
    "again_after": "again after",
    "escalate": "escalates",
    "missing": "without a fact",
    "cases": "tests",
    "series": "tests over time",
}
EMPTY = {NAMES["bands"]: "all"}  # what a part says that is not there, where that is not "nothing"
Entry: TypeAlias = Rule | Segment
ANEW = "a new episode begins for running clocks"


@dataclass(frozen=True)
class Change:
    """One part of one rule, or of the book's head (`rule_id` empty), that is another."""

    rule_id: str
    part: str
    before: str  # "": it was not there
    after: str  # "": it is gone
    says: str  # "Churn score above 50 → above 45"


@dataclass(frozen=True)
class RuleChange:
    """All that differs of one rule or segment. `anew`: running clocks begin again (rules guide 4)."""

    rule_id: str
    changes: tuple[Change, ...]
    anew: bool = False

    @property
    def words(self) -> str:
        """What differs: "Churn score above 50 points → above 45 points; a new episode begins …"."""
        return "; ".join([*(change.says for change in self.changes), *([ANEW] if self.anew else [])])

    @property
    def says(self) -> str:
        """The same with the name of the rule in front."""
        return f"{self.rule_id or 'The book'}: {self.words}"


def diff(old: Book, new: Book) -> list[RuleChange]:
    """What differs, rule by rule in the order of their ids; the head comes first. Empty: the same policy."""
    head = tuple(_head(old, new))
    before, after = (_named(book) for book in (old, new))
    found = [RuleChange("", head)] if head else []
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        if one is None or other is None:
            found.append(RuleChange(name, (_whole(name, one, other),)))
        elif changes := tuple(_changes(one, other, new.fields)):
            found.append(RuleChange(name, changes, anew=_begins_anew(one, other)))
    return found


def _named(book: Book) -> dict[str, Entry]:
    entries: list[Entry] = [*book.rules, *book.segments]
    return {one.id: one for one in entries}


def _begins_anew(old: Entry, new: Entry) -> bool:
    return isinstance(old, Rule) and isinstance(new, Rule) and old.digest != new.digest


def _head(old: Book, new: Book) -> Iterator[Change]:
    if old.version != new.version:
        yield _change("", "version", old.version, new.version)
    if old.bands != new.bands:
        yield _change("", "bands", in_short(old.bands, old.fields), in_short(new.bands, new.fields))
    for band in RiskBand:
        one, other = (in_short(book.plans.get(band, ()), book.fields) for book in (old, new))
        if one != other:
            yield _change("", f"plan at {band} risk", one, other)


def _whole(name: str, old: Entry | None, new: Entry | None) -> Change:
    if new is not None:
        return Change(name, type(new).__name__.lower(), "", new.says, f"new: {new.says}")
    assert old is not None
    return Change(name, type(old).__name__.lower(), old.says, "", f"taken out of the book: {old.says}")


def _changes(old: Entry, new: Entry, fields: Fields) -> Iterator[Change]:
    for part in parts_of(new):
        one, other = getattr(old, part.name), getattr(new, part.name)
        if part.name in UNSAID or one == other:
            continue
        name = NAMES.get(part.name, part.name.replace("_", " "))
        if part.name in {"when", "resolve_when"} and one and other:
            yield _of_conditions(new.id, name, (one, other), fields)
        elif part.name in {"cases", "series"}:
            yield _of_tests(new.id, name, one, other)
        else:
            yield _change(new.id, name, in_short(one, fields), in_short(other, fields))


def _change(rule_id: str, part: str, before: str, after: str) -> Change:
    empty = EMPTY.get(part, "nothing")
    return Change(rule_id, part, before, after, f"{part}: {before or empty} → {after or empty}")


def _of_conditions(rule_id: str, part: str, both: tuple[Condition, Condition], fields: Fields) -> Change:
    """Comparison by comparison where the shape is the same, else the whole sentences."""
    before, after = (in_words(one, fields) for one in both)
    if _shape(both[0]) != _shape(both[1]):
        return _change(rule_id, part, before, after)
    pairs = zip(leaves(both[0]), leaves(both[1]), strict=True)
    said = [_of_leaves(one, other, fields) for one, other in pairs if one != other]
    prefix = "" if part == NAMES["when"] else f"{part}: "
    return Change(rule_id, part, before, after, prefix + ", ".join(said))


def _shape(condition: Condition) -> object:
    """What stays the same when only bounds move."""
    if isinstance(condition, Leaf):
        return condition.field
    return type(condition), tuple(_shape(part) for part in condition.parts)


def _of_leaves(old: Leaf, new: Leaf, fields: Fields) -> str:
    field = fields[new.field]
    one, other = (f"{COMPARED[leaf.op]} {spoken(leaf.value, field.unit)}" for leaf in (old, new))
    return f"{field.says} {one} → {other}"


def _of_tests(rule_id: str, part: str, old: Sequence[object], new: Sequence[object]) -> Change:
    gone, come = (len([it for it in one if it not in other]) for one, other in ((old, new), (new, old)))
    return Change(rule_id, part, f"{len(old)}", f"{len(new)}", f"{part}: {come} new, {gone} taken out")


def in_short(value: object, fields: Fields) -> str:
    """A part of a rule in words; empty for what is not there."""
    match value:
        case timedelta():
            words = spoken_length(value) if value else ""
        case Leaf() | All() | Any():
            words = in_words(value, fields)
        case Cooldown():
            words = f"after {value.max} in {spoken_length(value.within)}, counted by {value.group}"
        case Escalate():
            words = f"to {in_short(value.to, fields)} after {spoken_length(value.after)}"
        case tuple():
            words = ", ".join(in_short(one, fields) for one in value)
        case Mapping():
            words = ", ".join(f"{name} {one}" for name, one in value.items())
        case _ if is_dataclass(value):
            told = ((part.name, in_short(getattr(value, part.name), fields)) for part in parts_of(value))
            words = ", ".join(f"{name.replace('_', ' ')} {said}" for name, said in told if said)
        case _:
            words = "" if value is None or value is False else str(value).replace("_", " ")
    return words
