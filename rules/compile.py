"""Conditions as the C engine can be trusted with them: plain conjunctions in small shards.

The engine's traps are avoided by what is never written here (each has a regression in
tests/rules/test_traps.py): no OR inside a ruleset (it fires once a branch), no field-to-field
comparison or arithmetic, no `$nex`, one key in each object, fixed-point numbers, `==` and `!=`
alone on words, at most 60 comparisons a ruleset, field names that cannot collide in its 32-bit hash.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules.conditions import All, Condition, ConditionKey, Leaf, Op
from rules.fields import DIGITS, GREATEST, LONGEST_WORD, Value

MOST_LEAVES = 60  # matched at once in one ruleset; at 65 the engine fires nothing at all
MOST_GROUPS = 16  # conjunctions of one condition; more is unreadable and explodes
MASK = 0xFFFFFFFF

ENGINE_WORDS = {Op.LT: "$lt", Op.LTE: "$lte", Op.GT: "$gt", Op.GTE: "$gte", Op.NE: "$neq"}

Conjunction = tuple[Leaf, ...]


class CannotCompile(ValueError):  # noqa: N818 (named as the fact it states)
    """A condition outside the engine's safe subset; the loader refuses such a book before this."""


@dataclass(frozen=True)
class Shard:
    """One ruleset for the engine: its JSON, and which condition each entry belongs to."""

    text: str
    keys: Mapping[str, ConditionKey]
    fields: frozenset[str]


@dataclass(frozen=True)
class Compiled:
    """A book's conditions as shards, and the names its fields have inside the engine."""

    shards: tuple[Shard, ...]
    names: Mapping[str, str]


def compile_conditions(conditions: Mapping[ConditionKey, Condition]) -> Compiled:
    """Split every condition into conjunctions and pack these into shards."""
    entries = [(key, group) for key, condition in conditions.items() for group in dnf(condition)]
    names = _encoded({leaf.field for _, group in entries for leaf in group})
    shards = tuple(_shard(part, names) for part in _packed(entries))
    return Compiled(shards, names)


def dnf(condition: Condition) -> tuple[Conjunction, ...]:
    """The condition as alternatives, each a set of comparisons that must all hold."""
    if isinstance(condition, Leaf):
        return ((condition,),)
    if isinstance(condition, All):
        groups: tuple[Conjunction, ...] = ((),)
        for part in condition.parts:
            others = _bounded(dnf(part))
            groups = _bounded(tuple(_joined(one, two) for one in groups for two in others))
        return groups
    return _bounded(tuple(dict.fromkeys(group for part in condition.parts for group in dnf(part))))


def _joined(one: Conjunction, two: Conjunction) -> Conjunction:
    return tuple(dict.fromkeys(one + two))


def _bounded(groups: tuple[Conjunction, ...]) -> tuple[Conjunction, ...]:
    if len(groups) > MOST_GROUPS:
        raise CannotCompile(f"more than {MOST_GROUPS} alternatives when written out: split the rule")
    return groups


def _packed(
    entries: Iterable[tuple[ConditionKey, Conjunction]],
) -> list[list[tuple[ConditionKey, Conjunction]]]:
    shards: list[list[tuple[ConditionKey, Conjunction]]] = []
    room = 0
    for key, group in entries:
        if len(group) > MOST_LEAVES:
            raise CannotCompile(f"more than {MOST_LEAVES} comparisons must hold at once")
        if len(group) > room:
            shards.append([])
            room = MOST_LEAVES
        shards[-1].append((key, group))
        room -= len(group)
    return shards


def _shard(part: list[tuple[ConditionKey, Conjunction]], names: Mapping[str, str]) -> Shard:
    keys = {f"c{index:03d}": key for index, (key, _) in enumerate(part)}
    entries = ",".join(
        f'"c{index:03d}":{{"all":[{{"m":{_group(group, names)}}}]}}' for index, (_, group) in enumerate(part)
    )
    return Shard("{" + entries + "}", keys, frozenset(leaf.field for _, group in part for leaf in group))


def _group(group: Conjunction, names: Mapping[str, str]) -> str:
    written = [_leaf(leaf, names[leaf.field]) for leaf in group]
    return written[0] if len(written) == 1 else '{"$and":[' + ",".join(written) + "]}"


def _leaf(leaf: Leaf, name: str) -> str:
    if isinstance(leaf.value, str | bool) and leaf.op not in {Op.EQ, Op.NE}:
        raise CannotCompile(f"{leaf.field}: words and true/false can only be equal or not")
    plain = f'{{"{name}":{encoded(leaf.value)}}}'
    return plain if leaf.op is Op.EQ else f'{{"{ENGINE_WORDS[leaf.op]}":{plain}}}'


def encoded(value: Value) -> str:
    """A value in JSON that the engine reads right: it refuses exponents, and long words compare wrong."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        if len(value) > LONGEST_WORD:
            raise CannotCompile(f"a word longer than {LONGEST_WORD} characters")
        return json.dumps(value, ensure_ascii=True)
    if not abs(value) < GREATEST:  # NaN and infinity fail this too
        raise CannotCompile(f"{value} is not a number below 10^15")
    return str(value) if isinstance(value, int) else f"{value:.{DIGITS}f}"


def _encoded(fields: set[str]) -> dict[str, str]:
    names = {field: f"f{index:03d}" for index, field in enumerate(sorted(fields))}
    hashes = {fnv32(name) for name in [*names.values(), "id", "sid", "$s"]}
    if len(hashes) != len(names) + 3:
        raise CannotCompile("two names are one to the engine")
    return names


def fnv32(name: str) -> int:
    """FNV-1a of 32 bits: the hash by which the engine tells names apart, and by which lots are drawn."""
    value = 0x811C9DC5
    for byte in name.encode():
        value = ((value ^ byte) * 0x01000193) & MASK
    return value
