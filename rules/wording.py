"""What is wrong with a file's shape, said so that the author can mend it."""

import difflib
from collections.abc import Iterable, Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from rules.fields import Fields
from rules.marks import Document, Fault, Path
from rules.schema import DURATION, IN_A_PLAN, RULE_ID, SEGMENT_ID, schema

LONGEST = 80  # characters of what was written that a message repeats
PATTERN_WORDS = {
    DURATION: "is not a length of time such as 7d, 48h or 30m",
    RULE_ID: "is not a rule id such as H1.coaching",
    IN_A_PLAN: "is neither a code such as H1 nor a rule id such as H1.coaching",
    SEGMENT_ID: "is not a segment id such as high-churn-risk",
}
PLAIN_WORDS = {
    "maxProperties": "more than one condition in one place: list them under all: or any:",
    "uniqueItems": "something is listed twice here",
}
KINDS = {
    "object": "a block of names and values",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
}


def look_at(document: Document, fields: Fields) -> None:
    """Note in a document everything that does not have the shape of a rulebook."""
    if () in document.broken and document.value is None:
        return
    known = {(fault.line, fault.column) for fault in document.faults}
    for error in Draft202012Validator(schema(fields)).iter_errors(document.value):
        for path, fault in _faults(error, document):
            document.broken.add(path)
            if (fault.line, fault.column) not in known:  # one place is mended once
                document.faults.append(fault)


def _faults(error: ValidationError, document: Document) -> Iterator[tuple[Path, Fault]]:
    path: Path = tuple(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = list(_schema_at(error)["properties"])
        for name in error.instance:
            if name not in known:
                said = f'unknown name "{name}"{meant(str(name), known)}'
                yield (*path, name), document.fault_of_name((*path, name), said)
        return
    yield path, document.fault(path, _said(error))


def _schema_at(error: ValidationError) -> dict[str, Any]:
    return error.schema if isinstance(error.schema, dict) else {}


def _said(error: ValidationError) -> str:
    shown, asked = _shown(error.instance), _schema_at(error)
    wanted = str(asked.get("description", ""))
    if error.validator == "enum":
        words = [str(word) for word in asked["enum"]]
        return f"{shown} is not one of {', '.join(words)}{meant(str(error.instance), words)}"
    if error.validator == "type" and asked["type"] == "boolean":
        return f"{shown} is not true or false{_truth_hint(error.instance)}"
    if wanted and error.validator in {"type", "minimum", "maximum"}:
        return f"{shown} is not {wanted}"
    return _said_of_shape(error, shown, asked)


def _said_of_shape(error: ValidationError, shown: str, asked: dict[str, Any]) -> str:
    if error.validator == "type":
        return f"{shown} is not {KINDS[asked['type']]}"
    if error.validator in {"minItems", "minProperties", "minLength"}:
        return "this changes nothing: say what is different" if error.instance else "this is empty"
    if error.validator == "pattern":
        return f"{shown} {PATTERN_WORDS[asked['pattern']]}"
    if error.validator in PLAIN_WORDS:
        return PLAIN_WORDS[error.validator]
    if error.validator == "required":
        return error.message.replace("'", '"').replace("is a required property", "is missing")
    return error.message


def _shown(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "nothing"}[value]
    said = f'"{value}"' if isinstance(value, str) else str(value)
    return said if len(said) <= LONGEST else f"{said[:LONGEST]}…"


def _truth_hint(value: object) -> str:
    word = str(value).lower()
    if word in {"yes", "on", "y", "true"}:
        return ": write true"
    return ": write false" if word in {"no", "off", "n", "false"} else ""


def meant(word: str, known: Iterable[str]) -> str:
    """A guess at what was meant, ready to be appended, or nothing."""
    close = difflib.get_close_matches(word, [str(it) for it in known], n=1, cutoff=0.6)
    return f', did you mean "{close[0]}"?' if close else ""
