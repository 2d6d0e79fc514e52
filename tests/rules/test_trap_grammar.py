"""What is written for the engine, and what is asked of it, holds nothing in which a trap could lie."""

import ast
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rules import engine
from rules.compile import MOST_LEAVES, compile_conditions
from rules.conditions import Condition, ConditionKey, Leaf, Op, Part
from rules.fields import registry
from rules.fuzz import some_conditions
from rules.loader import BookRefused, load_book
from tests.rules.books import a_book, a_rule

OPERATORS = {"$lt", "$lte", "$gt", "$gte", "$neq"}
NAME = re.compile(r"f\d{3}")
NUMBER = re.compile(r'(?<![\w."])-?\d[\d.eE+-]*')
FIXED = re.compile(r"-?\d{1,15}(\.\d{9})?")
CALLS = {  # of the C module: neither `post`, timers and states of one's own, nor `delete_state`
    "create_ruleset",
    "assert_fact",
    "start_action_for_state",
    "complete_and_start_action",
    "retract_fact",
    "delete_ruleset",
    "error",
}


def many_conditions() -> Iterator[dict[ConditionKey, Condition]]:
    """The shipped book, and a hundred rulesets of random conditions."""
    yield dict(load_book().conditions)
    chance = random.Random(45)
    for _ in range(100):
        yield some_conditions(chance, registry())


def leaves_of(pattern: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The comparisons of an entry; fails on anything that is no plain conjunction of them."""
    ((key, body),) = pattern.items()
    if key != "$and":
        yield pattern
        return
    for part in body:
        assert "$and" not in part, "a conjunction within another"
        yield part


def test_3_to_8_and_16_to_37_every_entry_is_a_conjunction_of_single_comparisons_with_constants() -> None:
    for conditions in many_conditions():
        for shard in compile_conditions(conditions).shards:
            entries = json.loads(shard.text)
            leaves = 0
            for entry in entries.values():
                assert entry.keys() == {"all"}  # no `any`, `count`, `cap`, `pri`, and nothing to `run`
                (joined,) = entry["all"]  # one fact: nothing is joined with anything
                assert joined.keys() == {"m"}
                for leaf in leaves_of(joined["m"]):
                    ((operator, body),) = leaf.items()  # one key in each object
                    compared = leaf if operator not in OPERATORS else body
                    ((name, constant),) = compared.items()
                    assert NAME.fullmatch(
                        name
                    )  # never `sid`, `id`, `$nex`, `$m`, a regular expression, a list
                    assert isinstance(constant, str | bool | int | float)
                    leaves += 1
            assert leaves <= MOST_LEAVES


def test_9_to_11_every_number_is_written_out_whole_and_below_ten_to_the_fifteenth() -> None:
    for conditions in many_conditions():
        for shard in compile_conditions(conditions).shards:
            words_gone = re.sub(r'"[^"]*"', '""', shard.text)
            assert [it for it in NUMBER.findall(words_gone) if not FIXED.fullmatch(it)] == []


def test_16_no_two_names_of_the_registry_are_one_to_the_engine() -> None:
    everything = {
        (name, Part.WHEN): Leaf(name, Op.EQ, field.values[0] if field.values else 1)
        for name, field in registry().items()
    }
    names = compile_conditions(everything).names
    assert len(names) == len(set(names.values())) == len(registry())


def test_34_to_45_of_the_c_module_only_what_is_safe_is_called() -> None:
    tree = ast.parse(Path(engine.__file__).read_text(encoding="utf-8"))
    called = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "durable_rules_engine"
    }
    assert called == CALLS


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"resched_7d": {"gt": "noshows_7d"}}, '"noshows_7d" is not a whole number'),
        ({"resched_7d": {"gt": {"div": ["sessions_7d", "noshows_7d"]}}}, "is not a whole number"),
        ({"resched_7d": {"div": 0}}, 'unknown name "div"'),
        ({"resched_7d": {"nex": 1}}, 'unknown name "nex"'),
        ({"sid": "0"}, 'unknown name "sid"'),
        ({"resched_7d": 1, "noshows_7d": 5}, "more than one condition in one place"),
        ({"resched_7d": {"gt": 1, "lt": 3}}, "more than one condition in one place"),
        ({"churn_score": {"gt": 1e16}}, "is not a whole number from 0 to 100"),
        ({"tier": {"gt": "strong"}}, 'unknown name "gt"'),
        ({"resched_7d": {"matches": "a+"}}, 'unknown name "matches"'),
        ({"none": [{"resched_7d": 1}]}, 'unknown name "none"'),
    ],
    ids=[
        "4 field against field",
        "5 arithmetic",
        "5 a division",
        "6 is missing",
        "7 the engine's own",
        "8 two fields in one place",
        "8 two operators in one place",
        "11 a number too large",
        "12 an order of words",
        "30 a regular expression",
        "27 none",
    ],
)
def test_4_to_12_what_cannot_be_written_safely_is_refused_with_its_place(
    when: dict[str, Any], said: str
) -> None:
    with pytest.raises(BookRefused) as refused:
        a_book(a_rule(when=when))
    places = [str(fault) for fault in refused.value.faults if said in str(fault)]
    assert places, str(refused.value)
    assert all(re.match(r"trial\.yaml:\d+:\d+: ", place) for place in places)


@pytest.mark.parametrize("said", [".nan", ".inf", "-.inf"])
def test_10_what_is_no_finite_number_is_refused(said: str) -> None:
    with pytest.raises(BookRefused, match=r"trial\.yaml:\d+:\d+: "):
        a_book(a_rule(when={"rating_avg_30": {"lt": float(said.replace(".", ""))}}))
