"""From rule files to a Book, or to every fault in them at once, each with its line and column."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any as Anything

from retention.vocabulary import (
    AlertCategory,
    AlertSeverity,
    OwnerGroup,
    Programme,
    RiskBand,
    TaskKind,
    Trigger,
)
from rules.book import (
    Alert,
    All,
    Any,
    Book,
    CaseTest,
    Condition,
    Cooldown,
    DuringLeave,
    Escalate,
    Leaf,
    Missing,
    Op,
    Rule,
    SeriesTest,
    Start,
    Status,
    WithOpenCase,
)
from rules.fields import Fields, Value, registry, rounded
from rules.marks import Document, Fault, read
from rules.meaning import Written, faults_in
from rules.wording import faults_of

SHIPPED = Path(__file__).with_name("book")
UNITS = {"d": "days", "h": "hours", "m": "minutes"}
REPEATED = re.compile(r"(.+)x([1-9][0-9]{0,3})")  # 55x6 in a series: six steps of 55

Tree = dict[str, Anything]


class BookRefused(ValueError):  # noqa: N818 (named as the fact it states)
    """A rulebook that must not be used; `faults` lists all that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))


def load_book(folder: Path = SHIPPED) -> Book:
    """Read, check and build the book of a folder. Raises BookRefused with every fault of every file."""
    return parse_book(texts_of(folder))


def texts_of(folder: Path = SHIPPED) -> dict[str, str]:
    """The texts of a book's files by file name, as a rulebook version keeps them."""
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.yaml"))}


def parse_book(texts: Mapping[str, str]) -> Book:
    """The same from texts by file name, as a rulebook version keeps them."""
    fields = registry()
    documents = [read(text, file) for file, text in sorted(texts.items())]
    faults = [fault for document in documents for fault in _shape_faults(document, fields)]
    if not documents:
        faults.append(Fault("book", 1, 1, "there is no rule file"))
    if faults:
        raise BookRefused(faults)
    faults = list(
        faults_in(documents, written=[one for it in documents for one in rules_of(it)], fields=fields)
    )
    if faults:
        raise BookRefused(faults)
    return _book(documents, fields, digest=digest_of(texts))


def digest_of(texts: Mapping[str, str]) -> str:
    """SHA-256 over all file names and texts of a book."""
    return hashlib.sha256(json.dumps(sorted(texts.items())).encode()).hexdigest()


def _shape_faults(document: Document, fields: Fields) -> list[Fault]:
    return document.faults or list(faults_of(document, fields))


def _book(documents: list[Document], fields: Fields, *, digest: str) -> Book:
    trees = [it.value for it in documents if isinstance(it.value, dict)]
    head: Tree = next(tree for tree in trees if "bands" in tree)
    rules = tuple(one.rule for document in documents for one in rules_of(document))
    return Book(version=head["version"], digest=digest, bands=head["bands"], rules=rules, fields=fields)


def rules_of(document: Document) -> list[Written]:
    """The rules of one well-formed file, each with where it stands."""
    tree = document.value
    assert isinstance(tree, dict)
    entries = enumerate(tree.get("rules", []))
    return [Written(document, ("rules", index), _rule(entry, document, index)) for index, entry in entries]


def _rule(entry: Tree, document: Document, index: int) -> Rule:
    line = document.places["rules", index][0]
    resolve = entry.get("resolve_when")
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
        place=f"{document.file}:{line}",
        digest=_digest(entry["when"], entry.get("for"), entry["status"] == Status.SHADOW),
        resolve_when=None if resolve is None else condition_of(resolve),
        cases=tuple(CaseTest(**test) for test in entry["tests"]["cases"]),
        series=tuple(map(_series, entry["tests"].get("series", []))),
        **_optional(entry),
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
        "cooldowns": _cooldowns(entry.get("cooldown", []), rule_id=entry["id"]),
        "bands": tuple(map(RiskBand, entry.get("bands", []))),
    }


def _cooldowns(entry: Tree | list[Tree], *, rule_id: str) -> tuple[Cooldown, ...]:
    entries = entry if isinstance(entry, list) else [entry]
    return tuple(Cooldown(one["max"], length(one["within"]), one.get("group", rule_id)) for one in entries)


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


def _start(entry: Tree) -> Start:
    return Start(
        programme=Programme(entry["start"]),
        task=TaskKind(entry["task"]) if "task" in entry else None,
        owner_group=OwnerGroup(entry["owner_group"]),
        priority=entry["priority"],
        policy=entry.get("policy", ""),
        parameters=entry.get("with", {}),
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
            yield from [read(repeated[1], "series").value] * int(repeated[2])


def length(text: str) -> timedelta:
    """7d, 48h, 30m."""
    return timedelta(**{UNITS[text[-1]]: int(text[:-1])})


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
