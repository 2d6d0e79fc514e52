"""From the entries of a well-formed rule file to rules and segments, each with where it was written."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any as Anything, Generic, TypeVar

from retention.vocabulary import (
    AlertCategory,
    AlertSeverity,
    OwnerGroup,
    Programme,
    TaskKind,
    Trigger,
)
from rules.book import (
    Alert,
    CaseTest,
    Cooldown,
    DuringLeave,
    Escalate,
    InPlan,
    Missing,
    Override,
    Rule,
    Segment,
    SeriesTest,
    Signal,
    Start,
    Status,
    WithOpenCase,
)
from rules.conditions import All, Any, Condition, Leaf, Op
from rules.fields import Value, rounded
from rules.marks import Document, Fault, Path, word

UNITS = {"d": "days", "h": "hours", "m": "minutes"}
REPEATED = re.compile(r"(.+)x([1-9][0-9]{0,3})")  # 55x6 in a series: six steps of 55

Tree = dict[str, Anything]
Entry = TypeVar("Entry", Rule, Segment)


@dataclass(frozen=True)
class Written(Generic[Entry]):
    """A rule or segment, and where it stands."""

    document: Document
    path: Path
    entry: Entry

    def fault(self, path: Path, what: str) -> Fault:
        """A fault at a place inside it."""
        return self.document.fault((*self.path, *path), f"{self.entry.id}: {what}")

    def fault_of_name(self, path: Path, what: str) -> Fault:
        """A fault at a name inside it."""
        return self.document.fault_of_name((*self.path, *path), f"{self.entry.id}: {what}")

    def names(self, *path: str | int) -> bool:
        """Whether something of this name was written inside it."""
        return (*self.path, *path) in self.document.names


def rules_of(document: Document) -> list[Written[Rule]]:
    """The rules of a file in which nothing is wrong so far."""
    return [
        Written(document, path, _rule(entry, document, path)) for path, entry in _whole(document, "rules")
    ]


def segments_of(document: Document) -> list[Written[Segment]]:
    """The segments of a file in which nothing is wrong so far."""
    found = _whole(document, "segments")
    return [Written(document, path, _segment(entry, document, path)) for path, entry in found]


def _whole(document: Document, kind: str) -> Iterator[tuple[Path, Tree]]:
    tree = document.value
    entries = tree.get(kind, []) if isinstance(tree, dict) else []
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        if document.is_whole((kind, index)):
            yield (kind, index), entry


def _place(document: Document, path: Path) -> str:
    return f"{document.file}:{document.places[path][0]}"


def _rule(entry: Tree, document: Document, path: Path) -> Rule:
    resolve, on_trial = entry.get("resolve_when"), entry["status"] == Status.SHADOW
    return Rule(
        id=entry["id"],
        says=entry["says"],
        source=entry["source"],
        owner=OwnerGroup(entry["owner"]),
        status=Status(entry["status"]),
        triggers=tuple(map(Trigger, entry["trigger"])),
        when=condition_of(entry["when"]),
        then=_consequence(entry),
        alert=_alert(entry["then"]),
        signal=_signal(entry["then"]),
        place=_place(document, path),
        digest=_digest(entry["when"], entry.get("for"), on_trial),
        twin_digest=_digest(entry["when"], entry.get("for"), not on_trial),
        resolve_when=None if resolve is None else condition_of(resolve),
        cases=tuple(CaseTest(**test) for test in entry["tests"]["cases"]),
        series=tuple(map(_series, entry["tests"].get("series", []))),
        **_optional(entry),
    )


def _segment(entry: Tree, document: Document, path: Path) -> Segment:
    return Segment(
        id=entry["id"],
        name=entry["name"],
        says=entry["says"],
        source=entry["source"],
        when=condition_of(entry["when"]),
        place=_place(document, path),
        cases=tuple(CaseTest(it["says"], it["facts"], it["holds"]) for it in entry["tests"]["cases"]),
    )


def _optional(entry: Tree) -> Tree:
    escalate = entry.get("escalate")
    return {
        "priority": entry.get("priority", 50),
        "missing": Missing(entry.get("missing", Missing.HOLD)),
        "during_leave": DuringLeave(entry.get("during_leave", DuringLeave.WAIT)),
        "with_open_case": WithOpenCase(entry.get("with_open_case", WithOpenCase.WAIT)),
        "lasting": length(entry["for"]) if "for" in entry else timedelta(0),
        "once_per": entry.get("once_per", ""),
        "again_after": length(entry["again_after"]) if "again_after" in entry else timedelta(0),
        "unless_open": tuple(map(Programme, entry.get("unless_open", []))),
        "escalate": Escalate(length(escalate["after"]), OwnerGroup(escalate["to"])) if escalate else None,
        "cooldowns": tuple(_cooldown(it, rule_id=entry["id"]) for it in _each(entry.get("cooldown", []))),
        "plan": InPlan(entry.get("plan", InPlan.FOLLOW)),
        "overrides": tuple(map(_override, _each(entry.get("override", [])))),
    }


def _each(given: Tree | list[Tree]) -> list[Tree]:
    return given if isinstance(given, list) else [given]


def _cooldown(entry: Tree, *, rule_id: str) -> Cooldown:
    return Cooldown(entry["max"], length(entry["within"]), entry.get("group", rule_id))


def _override(entry: Tree) -> Override:
    return Override(
        when=condition_of(entry["when"]),
        priority=entry.get("priority"),
        owner_group=OwnerGroup(entry["owner_group"]) if "owner_group" in entry else None,
        policy=entry.get("policy", ""),
    )


def _consequence(entry: Tree) -> Start | None:
    then = entry["then"]
    if "tell" in then:
        return _news(entry)
    return _start(then) if "start" in then else None


def _alert(entry: Tree) -> Alert | None:
    if "alert" not in entry:
        return None
    category, severity = AlertCategory(entry["alert"]), AlertSeverity(entry["severity"])
    return Alert(category=category, severity=severity, advice=entry["advice"])


def _signal(entry: Tree) -> Signal | None:
    return Signal(entry["signal"], entry.get("points", 0)) if "signal" in entry else None


def _start(entry: Tree) -> Start:
    delay = {"delay": length(entry["delay"])} if "delay" in entry else {}
    return Start(
        programme=Programme(entry["start"]),
        task=TaskKind(entry["task"]) if "task" in entry else None,
        owner_group=OwnerGroup(entry["owner_group"]),
        priority=entry["priority"],
        policy=entry.get("policy", ""),
        parameters={**entry.get("with", {}), **delay},
    )


def _news(entry: Tree) -> Start:
    programme, owner = Programme(entry["then"]["tell"]), OwnerGroup(entry["owner"])
    return Start(programme=programme, owner_group=owner, priority=entry.get("priority", 50), tells=True)


def condition_of(tree: Tree) -> Condition:
    """A well-formed condition as All, Any and Leaf; `in` becomes alternatives."""
    ((name, body),) = tree.items()
    if name in {"all", "any"}:
        parts = tuple(condition_of(part) for part in body)
        return All(parts) if name == "all" else Any(parts)
    if not isinstance(body, dict):
        return Leaf(name, Op.EQ, _constant(body))
    ((op, value),) = body.items()
    if op == "in":
        return Any(tuple(Leaf(name, Op.EQ, _constant(one)) for one in value))
    return Leaf(name, Op(op), _constant(value))


def _constant(value: Value) -> Value:
    return rounded(value) if isinstance(value, float) else value


def _series(entry: Tree) -> SeriesTest:
    return SeriesTest(
        says=entry["says"],
        facts={name: tuple(_unrolled(steps)) for name, steps in entry["facts"].items()},
        step=length(entry["step"]),
        fires_at=tuple(entry["fires_at"]),
        escalates_at=tuple(entry.get("escalates_at", ())),
        resolves_at=tuple(entry.get("resolves_at", ())),
    )


def _unrolled(steps: Iterable[object]) -> Iterable[object]:
    for step in steps:
        repeated = REPEATED.fullmatch(step) if isinstance(step, str) else None
        if repeated is None:
            yield step
        else:
            yield from [word(repeated[1])] * int(repeated[2])


def length(text: str) -> timedelta:
    """7d, 48h, 30m."""
    return timedelta(**{UNITS[text[-1]]: int(text[:-1])})


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
