"""YAML read the safe way (1.2 core words only), with the line and column of every value."""

import math
import re
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

Path: TypeAlias = tuple[str | int, ...]
Place: TypeAlias = tuple[int, int]  # line, column

LONGEST_FILE = 262_144  # characters; a rule file is a page or two
DEEPEST = 12  # the deepest sensible condition nests five levels; more is a mistake or an attack
WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
FRACTION = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][-+]?[0-9]{1,3})?")
UNTAGGED = "untagged"
NO_NAME = "?"


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a rule file, at the place where it is mended."""

    file: str
    line: int
    column: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.what}"


class Untagged(yaml.SafeLoader):
    """Leaves the meaning of words to us, so that a tag is one that somebody has written."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:  # noqa: ARG002 (PyYAML's own signature)
        """Say that nobody has written a tag."""
        return UNTAGGED


@dataclass
class Document:
    """A file's plain values, where each was written, and what was wrong already in the writing."""

    file: str
    value: object = None
    places: dict[Path, Place] = field(default_factory=dict)  # of values
    names: dict[Path, Place] = field(default_factory=dict)  # of the names in front of them
    spans: dict[Path, tuple[int, int]] = field(default_factory=dict)  # of values of one line: first, end
    faults: list[Fault] = field(default_factory=list)
    broken: set[Path] = field(default_factory=set)  # what has a fault in it and is not read on

    def found(self, path: Path, place: Place, what: str) -> None:
        """Note a fault at a value."""
        self.faults.append(Fault(self.file, *place, what))
        self.broken.add(path)

    def is_whole(self, path: Path) -> bool:
        """Whether neither a value, nor anything in or around it, has a fault so far."""
        return not any(one[: len(path)] == path[: len(one)] for one in self.broken)

    def fault_of_name(self, path: Path, what: str) -> Fault:
        """A fault at the name in front of a value."""
        return Fault(self.file, *self.names[path], what) if path in self.names else self.fault(path, what)

    def fault(self, path: Path, what: str) -> Fault:
        """A fault at a value's place, or at that of the nearest enclosing value."""
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        return Fault(self.file, line, column, what)


def read(text: str, file: str) -> Document:
    """Read one file; never raises for what a person may have typed."""
    document = Document(file)
    if len(text) > LONGEST_FILE:
        document.found((), (1, 1), f"longer than {LONGEST_FILE} characters")
        return document
    try:
        node = yaml.compose(text, Loader=Untagged)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        document.found((), place, _problem(error))
        return document
    except (yaml.YAMLError, RecursionError) as error:
        document.found((), (1, 1), next(iter(str(error).splitlines()), "") or "this is not YAML")
        return document
    if node is None:
        document.found((), (1, 1), "the file is empty")
        return document
    document.value = _plain(node, (), document=document, seen=set())
    return document


def _problem(error: yaml.MarkedYAMLError) -> str:
    said = [part for part in (error.context, error.problem) if part]
    return ", ".join(said) or "this is not YAML"


def _plain(node: yaml.Node, path: Path, *, document: Document, seen: set[int]) -> object:
    place = _place(node)
    document.places[path] = place
    if id(node) in seen:
        document.found(path, place, "anchors and aliases are not used here: repeat it")
        return None
    seen.add(id(node))
    if node.tag != UNTAGGED:
        document.found(path, place, f"{_tag(node)} is not used here: a word is what it looks like")
    if len(path) > DEEPEST:
        document.found(path, place, f"nested deeper than {DEEPEST} levels")
        return None
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, document=document, seen=seen)
    if isinstance(node, yaml.SequenceNode):
        if node.flow_style:  # [8, 37]
            document.spans[path] = node.start_mark.index, node.end_mark.index
        return [_plain(part, (*path, i), document=document, seen=seen) for i, part in enumerate(node.value)]
    document.spans[path] = node.start_mark.index, node.end_mark.index
    return _scalar(node)


def _place(node: yaml.Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _tag(node: yaml.Node) -> str:
    return str(node.tag).replace("tag:yaml.org,2002:", "!!")


def _mapping(node: yaml.MappingNode, path: Path, *, document: Document, seen: set[int]) -> dict[str, object]:
    plain: dict[str, object] = {}
    for key_node, value_node in node.value:
        place = _place(key_node)
        if not isinstance(key_node, yaml.ScalarNode) or key_node.tag != UNTAGGED:
            document.found((*path, NO_NAME), place, "a name must be a word")
            continue
        name = str(key_node.value)
        if name in plain:
            first = document.names[*path, name][0]
            document.found((*path, name), place, f'"{name}" is given twice (first in line {first})')
            continue
        document.names[*path, name] = place
        plain[name] = _plain(value_node, (*path, name), document=document, seen=seen)
    return plain


def _scalar(node: yaml.Node) -> object:
    text = str(node.value)
    return text if getattr(node, "style", None) in {"'", '"', "|", ">"} else word(text)


def word(text: str) -> object:
    """A bare word of YAML 1.2: `yes`, `off` and `10:30` stay text, whatever YAML 1.1 made of them."""
    if text in {"true", "false"}:
        return text == "true"
    if text in {"", "~", "null"}:
        return None
    if WHOLE.fullmatch(text):
        return int(text)
    if FRACTION.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return text
