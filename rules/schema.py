"""The shape of a rule file as JSON Schema, made from the field registry; editors complete from it too."""

from collections.abc import Iterable, Mapping
from typing import Any

from retention.policy import PATTERN_POINTS, TASK_POLICIES
from retention.vocabulary import (
    AlertCategory,
    AlertSeverity,
    OwnerGroup,
    Programme,
    RiskBand,
    TaskKind,
    Trigger,
)
from rules import language
from rules.book import DuringLeave, InPlan, Missing, Status, WithOpenCase
from rules.conditions import Op
from rules.conflicts import Conflict
from rules.fields import Field, Fields, FieldType, expected

Schema = dict[str, Any]

DURATION = r"^[1-9][0-9]{0,3}[dhm]$"
RULE_ID = r"^[A-Z][A-Za-z0-9]{0,11}\.[a-z][a-z0-9-]{0,39}$"
IN_A_PLAN = r"^[A-Z][A-Za-z0-9]{0,11}(\.[a-z][a-z0-9-]{0,39})?$"
SEGMENT_ID = r"^[a-z][a-z0-9-]{0,39}$"
CONDITION: Schema = {"$ref": "#/$defs/condition"}
TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": 400}
NAMED = tuple(trigger for trigger in Trigger if trigger is not Trigger.DRAW)  # the house draws by itself
STEPS: Schema = {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 1000}}


def schema(fields: Fields) -> Schema:
    """The whole schema; `python -m rules schema` writes it out."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Mainstay rulebook",
        **_object(_explained(_file(), language.HEAD)),
        "$defs": {
            "condition": _condition(fields),
            **{f"value.{it.name}": _value(it) for it in fields.values()},
        },
    }


def _file() -> Mapping[str, Schema]:
    return {
        "ruleset": TEXT,
        "version": TEXT,
        "bands": _object({band: {"type": "integer"} for band in RiskBand}, needs=tuple(RiskBand)),
        "plans": _object(dict.fromkeys(RiskBand, _plan()), needs=tuple(RiskBand)),
        "concern": TEXT,
        "about": TEXT,
        "rules": {"type": "array", "minItems": 1, "items": _rule()},
        "segments": {"type": "array", "minItems": 1, "items": _segment()},
        "conflicts": _conflicts(),
    }


def _explained(parts: Mapping[str, Schema], words: Mapping[str, str]) -> Mapping[str, Schema]:
    """The parts with what editors say of them."""
    return {name: {**part, "title": words[name]} for name, part in parts.items()}


def _object(parts: Mapping[str, Schema], *, needs: Iterable[str] = ()) -> Schema:
    properties = {str(name): part for name, part in parts.items()}
    return {
        "type": "object",
        "properties": properties,
        "required": [str(name) for name in needs],
        "additionalProperties": False,
    }


def _words(words: Iterable[str]) -> Schema:
    return {"enum": [str(word) for word in words]}


def _plan() -> Schema:
    """The interventions of one risk band, by code (H1) or by the id of one rule."""
    return {"type": "array", "items": {"type": "string", "pattern": IN_A_PLAN}, "uniqueItems": True}


def _segment() -> Schema:
    case = _object(
        {"says": TEXT, "facts": {"type": "object"}, "holds": {"type": "boolean"}},
        needs=("says", "facts", "holds"),
    )
    cases = {"type": "array", "items": case, "minItems": 1}
    return _object(
        {
            "id": {"type": "string", "pattern": SEGMENT_ID},
            "name": TEXT,
            "says": TEXT,
            "source": TEXT,
            "when": CONDITION,
            "tests": _object({"cases": cases}, needs=("cases",)),
        },
        needs=("id", "name", "says", "source", "when", "tests"),
    )


def _conflicts() -> Schema:
    row = {
        "begins": _one_or_more(_words(Programme)),
        "while": _one_or_more(_words(Programme)),
        "bands": {"type": "array", "items": _words(RiskBand), "minItems": 1, "uniqueItems": True},
        "does": _words(Conflict),
        "source": TEXT,
    }
    needed = [name for name in row if name != "bands"]
    leads = {"type": "array", "items": _words(Programme), "minItems": 1}
    rows = {"type": "array", "items": _object(_explained(row, language.CONFLICT), needs=needed)}
    return _object({"leads": leads, "rows": rows}, needs=("leads", "rows"))


def _rule() -> Schema:
    duration = {"type": "string", "pattern": DURATION}
    parts: dict[str, Schema] = {
        "id": {"type": "string", "pattern": RULE_ID},
        "says": TEXT,
        "source": TEXT,
        "owner": _words(OwnerGroup),
        "status": _words(Status),
        "priority": {"type": "integer", "minimum": 0, "maximum": 100},
        "trigger": {"type": "array", "items": _words(NAMED), "minItems": 1, "uniqueItems": True},
        "when": CONDITION,
        "for": duration,
        "missing": _words(Missing),
        "once_per": _words(["session_id"]),
        "again_after": duration,
        "cooldown": _one_or_more(_cooldown(duration)),
        "plan": _words(InPlan),
        "override": _one_or_more(_override()),
        "unless_open": {"type": "array", "items": _words(Programme), "minItems": 1},
        "during_leave": _words(DuringLeave),
        "with_open_case": _words(WithOpenCase),
        "resolve_when": CONDITION,
        "escalate": _object({"after": duration, "to": _words(OwnerGroup)}, needs=("after", "to")),
        "then": _then(),
        "tests": _tests(),
    }
    needs = ("id", "says", "source", "owner", "status", "trigger", "when", "then", "tests")
    return _object(_explained(parts, language.RULE), needs=needs)


def _cooldown(duration: Schema) -> Schema:
    """The rule rests until the last of them is over."""
    return _object(
        {"max": {"type": "integer", "minimum": 1}, "within": duration, "group": TEXT}, needs=("max", "within")
    )


def _override() -> Schema:
    """Another urgency, deadline or owner when this holds as well; of several the first that does."""
    changes = {
        "priority": {"type": "integer", "minimum": 0, "maximum": 100},
        "policy": _words(TASK_POLICIES),
        "owner_group": _words(OwnerGroup),
    }
    return {**_object({"when": CONDITION, **changes}, needs=("when",)), "minProperties": 2}


def _one_or_more(one: Schema) -> Schema:
    return {"if": {"type": "array"}, "then": {"type": "array", "items": one, "minItems": 1}, "else": one}


def _then() -> Schema:
    """Starts a case, only tells one that is open, gives a signal, or raises an alert, maybe with a case."""
    start, alert = _explained(_start(), language.THEN), _explained(_alert(), language.THEN)
    of_start, raised = ("start", "owner_group", "priority"), {**alert, **start}
    alerts = _if_named(
        "start", _object(raised, needs=(*alert, *of_start)), _object(raised, needs=tuple(alert))
    )
    tell = _object(_explained({"tell": _words(Programme)}, language.THEN), needs=("tell",))
    points: Schema = {"type": "integer", "minimum": 0, "maximum": 100}
    signals = _explained({"signal": _words(PATTERN_POINTS), "points": points}, language.THEN)
    opens = _if_named("alert", alerts, _object(start, needs=of_start))
    return _if_named("tell", tell, _if_named("signal", _object(signals, needs=("signal",)), opens))


def _start() -> Mapping[str, Schema]:
    return {
        "start": _words(Programme),
        "with": {"type": "object"},
        "task": _words(TaskKind),
        "owner_group": _words(OwnerGroup),
        "priority": {"type": "integer", "minimum": 0, "maximum": 100},
        "policy": _words(TASK_POLICIES),
        "delay": {"type": "string", "pattern": DURATION},
    }


def _alert() -> Mapping[str, Schema]:
    return {"alert": _words(AlertCategory), "severity": _words(AlertSeverity), "advice": TEXT}


def _if_named(name: str, then: Schema, otherwise: Schema) -> Schema:
    return {"if": {"type": "object", "required": [name]}, "then": then, "else": otherwise}


def _case() -> Schema:
    fact = {"says": TEXT, "facts": {"type": "object"}, "fires": {"type": "boolean"}}
    return _object({**fact, "priority": {"type": "integer"}}, needs=("says", "facts", "fires"))


def _tests() -> Schema:
    series = _object(
        {
            "says": TEXT,
            "facts": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {"type": "array", "minItems": 1},
            },
            "step": {"type": "string", "pattern": DURATION},
            "fires_at": STEPS,
            "escalates_at": STEPS,
            "resolves_at": STEPS,
        },
        needs=("says", "facts", "step", "fires_at"),
    )
    return _object(
        {
            "cases": {"type": "array", "items": _case(), "minItems": 1},
            "series": {"type": "array", "items": series, "minItems": 1},
        },
        needs=("cases",),
    )


def _condition(fields: Fields) -> Schema:
    several = {"type": "array", "items": {"$ref": "#/$defs/condition"}, "minItems": 1}
    one = {name: _leaf(field) for name, field in fields.items()}
    return {**_object({"all": several, "any": several, **one}), "minProperties": 1, "maxProperties": 1}


def _leaf(field: Field) -> Schema:
    value: Schema = {"$ref": f"#/$defs/value.{field.name}"}
    ops: dict[str, Schema] = {
        Op.EQ: value,
        Op.NE: value,
        "in": {"type": "array", "items": value, "minItems": 1},
    }
    if field.is_number:
        ops |= dict.fromkeys((Op.LT, Op.LTE, Op.GT, Op.GTE), value)
    comparison = {**_object(ops), "minProperties": 1, "maxProperties": 1}
    return {"description": field.says, "if": {"type": "object"}, "then": comparison, "else": value}


def _value(field: Field) -> Schema:
    said = {"description": expected(field)}
    if field.type is FieldType.ENUM:
        return {**said, "enum": list(field.values)}
    if field.type is FieldType.BOOL:
        return {**said, "type": "boolean"}
    span = {"minimum": field.low, "maximum": field.high} if field.low is not None else {}
    return {**said, "type": "integer" if field.type is FieldType.INT else "number", **span}
