"""The engine's traps, one regression each: what crashes, hangs or lies cannot be reached.

What would end the process if it came back is tried in a child process.
"""

import math
import subprocess
import sys
from pathlib import Path
from signal import Signals
from typing import Any

import pytest

from rules.compile import MOST_LEAVES, CannotCompile, compile_conditions, dnf, encoded, fnv32
from rules.conditions import All, Any as AnyOf, Condition, ConditionKey, Leaf, Op, Part
from rules.engine import DurableEngine
from rules.fields import clean, registry

ROOT = Path(__file__).parents[2]
X_ABOVE_5 = Leaf("engagement", Op.GT, 5.0)
Y_ABOVE_5 = Leaf("objectives_pct", Op.GT, 5.0)


def named(*conditions: Condition) -> dict[ConditionKey, Condition]:
    return {(f"T.{index}", Part.WHEN): condition for index, condition in enumerate(conditions)}


def matched(condition: Condition, *sheets: dict[str, Any]) -> list[bool]:
    """Whether a condition matches each sheet, in one engine, one after the other."""
    engine = DurableEngine(named(condition))
    return [bool(engine.matches(sheet)) for sheet in sheets]


def child(code: str) -> str:
    """Run Python in a child process of its own; its output, when it ends well within a minute."""
    prelude = "from tests.rules.test_traps import *\n"
    done = subprocess.run(
        [sys.executable, "-c", prelude + code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, f"exit {done.returncode}: {done.stderr[-2_000:]}"
    return done.stdout.strip()


def test_3_both_branches_of_an_or_true_is_one_match() -> None:
    either = AnyOf((X_ABOVE_5, Y_ABOVE_5))
    assert matched(either, {"engagement": 6.0, "objectives_pct": 6.0}) == [True]
    (shard,) = compile_conditions(named(either)).shards
    assert "$or" not in shard.text
    assert "any" not in shard.text


def test_4_a_missing_fact_never_takes_the_value_of_the_fact_before() -> None:
    both = All((X_ABOVE_5, Y_ABOVE_5))
    assert matched(
        both, {"engagement": 6.0, "objectives_pct": 6.0}, {"engagement": 6.0}, {"objectives_pct": 6.0}, {}
    ) == [True, False, False, False]


def test_6_a_sheet_without_any_fact_of_the_rules_ends_at_once() -> None:
    assert (
        child("print(matched(X_ABOVE_5, {}, {'tier': 'strong'}, {'engagement': 6.0}))")
        == "[False, False, True]"
    )


def test_7_and_16_names_inside_the_engine_cannot_be_its_own_or_collide() -> None:
    assert fnv32("tenure_reschedule_churn_7d") == fnv32("help_reschedule_score_7d")  # so real names would lie
    compiled = compile_conditions(named(Leaf("sid", Op.EQ, 0), Leaf("id", Op.EQ, "f"), X_ABOVE_5))
    assert set(compiled.names.values()) == {"f000", "f001", "f002"}


def test_8_and_9_each_object_holds_one_comparison_in_fixed_notation() -> None:
    (shard,) = compile_conditions(named(All((X_ABOVE_5, Leaf("engagement", Op.LT, 1e-05))))).shards
    assert shard.text == (
        '{"c000":{"all":[{"m":{"$and":[{"$gt":{"f000":5.000000000}},{"$lt":{"f000":0.000010000}}]}}]}}'
    )


@pytest.mark.parametrize(
    ("value", "written"),
    [(1e-09, "0.000000001"), (5e14, "500000000000000.000000000"), (-3, "-3"), (True, "true")],
)
def test_9_numbers_are_never_written_with_an_exponent(value: float, written: str) -> None:
    assert encoded(value) == written


def test_9_the_least_step_beside_a_threshold_is_told_apart() -> None:
    sheets = [{"engagement": it} for it in (1e-05 + 1e-09, 1e-05, 1e-05 - 1e-09)]
    assert matched(Leaf("engagement", Op.GT, 1e-05), *sheets) == [True, False, False]
    assert matched(Leaf("engagement", Op.EQ, 1e-05), *sheets) == [False, True, False]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e15, -(10**15), 2**63])
def test_10_and_11_numbers_that_the_engine_reads_wrong_are_refused(value: float) -> None:
    with pytest.raises(CannotCompile):
        encoded(value)


@pytest.mark.parametrize("raw", [math.nan, math.inf, 2**63, "9", "abc", True, [], {}, 101, -1, None])
def test_10_to_14_what_is_no_engagement_is_unknown_and_matches_nothing(raw: object) -> None:
    cleaned = clean({"engagement": raw}, registry())
    assert cleaned.sheet == {}
    assert bool(cleaned.strange) == (str(raw) not in {"None", "nan"})
    for op in Op:
        assert matched(Leaf("engagement", op, 50.0), dict(cleaned.sheet)) == [False]


def test_12_and_13_words_can_only_be_equal_or_not() -> None:
    for op in (Op.LT, Op.LTE, Op.GT, Op.GTE):
        with pytest.raises(CannotCompile):
            compile_conditions(named(Leaf("tier", op, "strong")))
    sheets = [{"tier": "strong"}, {"tier": "strong "}, {"tier": "stron"}, {}]
    assert matched(Leaf("tier", Op.EQ, "strong"), *sheets) == [True, False, False, False]
    assert matched(Leaf("tier", Op.NE, "strong"), *sheets) == [False, True, True, False]


def test_15_a_word_long_enough_to_wrap_around_is_refused() -> None:
    with pytest.raises(CannotCompile):
        encoded("x" * 65_536)


def test_17_the_same_facts_again_and_again_are_no_duplicates() -> None:
    assert matched(X_ABOVE_5, *[{"engagement": 6.0}] * 300) == [True] * 300


def test_18_more_matches_at_once_than_the_engine_can_hold_all_arrive() -> None:
    code = """
engine = DurableEngine(named(*[Leaf("engagement", Op.GT, float(i) / 10) for i in range(300)]))
print(len(engine.matches({"engagement": 100.0})), len(engine.matches({"engagement": 10.05})))
"""
    assert child(code) == "300 101"
    shards = compile_conditions(named(*[X_ABOVE_5] * 300)).shards
    assert [len(shard.keys) for shard in shards] == [MOST_LEAVES] * 5


def test_19_six_hundred_different_conditions_neither_hang_nor_fail() -> None:
    code = """
engine = DurableEngine(named(*[Leaf("sessions_90d", Op.EQ, i) for i in range(600)]))
print([len(engine.matches({"sessions_90d": i})) for i in (0, 599, 600)])
"""
    assert child(code) == "[1, 1, 0]"


def test_20_three_hundred_rules_on_one_condition_do_not_crash() -> None:
    assert child("print(len(DurableEngine(named(*[X_ABOVE_5] * 300)).matches({'engagement': 6.0})))") == "300"


def test_21_a_fact_with_more_properties_than_the_engine_takes_is_split() -> None:
    code = """
engine = DurableEngine(named(*[Leaf(f"fact{i}", Op.EQ, i) for i in range(400)]))
print(len(engine.matches({f"fact{i}": i for i in range(400)})))
"""
    assert child(code) == "400"


def test_22_a_condition_with_too_many_alternatives_is_refused() -> None:
    four = AnyOf(tuple(Leaf("sessions_7d", Op.EQ, i) for i in range(4)))
    assert len(dnf(All((four, four)))) == 16
    with pytest.raises(CannotCompile, match="more than 16 alternatives"):
        dnf(All((four, four, AnyOf((X_ABOVE_5, Y_ABOVE_5)))))


def test_36_and_47_there_is_no_action_no_host_and_no_thread() -> None:
    code = """
import threading, sys
engine = DurableEngine(named(X_ABOVE_5))
engine.matches({"engagement": 6.0})
print(threading.active_count(), "durable.engine" in sys.modules, "durable.lang" in sys.modules)
"""
    assert child(code) == "1 False False"


def test_38_four_threads_lose_no_firing() -> None:
    code = """
from concurrent.futures import ThreadPoolExecutor
engine = DurableEngine(named(X_ABOVE_5, Y_ABOVE_5))
def many(_): return sum(len(engine.matches({"engagement": 6.0, "objectives_pct": 6.0})) for _ in range(2_500))
with ThreadPoolExecutor(4) as pool: print(sum(pool.map(many, range(4))))
"""
    assert child(code) == "20000"


def test_39_parent_and_child_of_a_fork_both_go_on() -> None:
    code = """
import os
engine = DurableEngine(named(X_ABOVE_5))
engine.matches({"engagement": 6.0})
born = os.fork()
found = len(engine.matches({"engagement": 6.0}))
if not born: os._exit(found)
print(found, os.waitstatus_to_exitcode(os.waitpid(born, 0)[1]))
"""
    assert child(code) == "1 1"


def test_40_and_41_thousands_of_tutors_share_one_state() -> None:
    code = """
engine = DurableEngine(named(Leaf("sessions_90d", Op.GTE, 0)))
print(sum(len(engine.matches({"sessions_90d": tutor})) for tutor in range(3_000)))
"""
    assert child(code) == "3000"


def test_45_a_new_book_beside_the_old_one_and_after_it() -> None:
    code = """
from rules.engine import EngineFault
old, new = DurableEngine(named(X_ABOVE_5)), DurableEngine(named(Y_ABOVE_5))
both = {"engagement": 6.0, "objectives_pct": 6.0}
print(len(old.matches(both)), len(new.matches(both)))
old.close(); old.close()
print(len(new.matches(both)))
try: old.matches(both)
except EngineFault as fault: print(fault)
"""
    assert child(code).splitlines() == ["1 1", "1", "this book was closed"]


def test_46_evaluations_leave_no_memory_behind() -> None:
    code = """
import resource
def size(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
engine = DurableEngine(named(*[Leaf("engagement", Op.GT, float(i)) for i in range(25)]))
def many(n):
    for i in range(n): engine.matches({"engagement": i % 100 / 1.0})
many(2_000); before = size(); many(20_000)
print(size() - before < 1_024)
"""
    assert child(code) == "True"


WITHOUT_THE_MODULE = """
import sys
sys.modules["durable_rules_engine"] = None
for name in [one for one in sys.modules if one.startswith(("rules", "activities"))]: del sys.modules[name]
"""


def test_python_3_13_gets_a_sentence_instead_of_a_missing_symbol() -> None:
    code = """
from rules.engine import DurableEngine, LateEngine
for engine in (DurableEngine, LateEngine):
    try: engine({})
    except ImportError as fault: print(fault)
"""
    said = child(WITHOUT_THE_MODULE + code).splitlines()
    assert len(said) == 2
    for line in said:
        assert line.startswith("The rules engine needs Python 3.11 or 3.12, and this is ")
        assert "RULES_ENGINE=python" in line


COURT = """
import activities.rules
from activities.court import opened
from rules.loader import texts_of
print(opened(texts_of(), version=1).matcher.name)
"""
TRIAL = """
from rules.loader import texts_of
from rules.trial import Order
from rules.trial_child import answer
told = answer(Order(texts=texts_of(), engine="python", sheets=40, seconds=60))
print("python" if told.passed else told.wrong)
"""
COMMAND_LINE = """
from typer.testing import CliRunner
from rules.__main__ import app
print(CliRunner().invoke(app, ["test"]).output.split(":")[0])
"""


@pytest.mark.parametrize("code", [COURT, TRIAL, COMMAND_LINE], ids=["worker", "check", "command line"])
def test_the_plain_evaluator_judges_where_the_module_cannot_be_loaded(code: str) -> None:
    assert child("import os; os.environ['RULES_ENGINE'] = 'python'" + WITHOUT_THE_MODULE + code) == "python"


def test_5_a_division_would_still_kill_the_process_so_none_is_ever_written() -> None:
    division = '{"r": {"all": [{"m": {"$gt": {"x": {"$div": {"$l": {"$m": "a"}, "$r": {"$m": "b"}}}}}}]}}'
    fact = '{"id": "f", "x": 1, "a": 1, "b": 0}'
    code = f"import durable_rules_engine as e; e.assert_fact(e.create_ruleset('t', {division!r}), {fact!r})"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)
    assert ended.returncode == -Signals.SIGFPE
