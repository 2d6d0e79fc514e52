"""Everything that is wrong, in all files, at once; and nothing that is written makes the loader fall over."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings, strategies as st

from retention.messages.letter_contents import Content
from retention.programmes.coaching_tip import ENTRY
from retention.programmes.entry import LetterEntry, ProgrammeEntry
from retention.vocabulary import Letter, OwnerGroup
from rules.consequences import NOT_CARRIED
from rules.fields import registry
from rules.loader import BookRefused, parse_book, texts_of
from rules.parameters import leaked
from tests.rules.books import HEAD

SHIPPED = texts_of()
CALLS = """rules:
  - id: H1.call
    says: A tutor is at high risk.
    source: PRD 4.1 H1
    owner: ops_manager
    status: active
    trigger: [daily_rollup]
    when: {all: [{churn_score: {gt: 60}}, {churn_score: {lt: 50}}]}
    then: {start: coaching, owner_group: ops_manager, priority: 60}
    tests: {cases: [{says: a, facts: {churn_score: 60}, fires: true}, {says: b, facts: {}, fires: false}]}
"""
LETTERS = """rules:
  - id: A1.letter
    says: A tutor is at high risk.
    source: PRD 4.1 A1
    owner: people_ops
    status: active
    trigger: [daily_rollup]
    trigger: [hourly]
    when: {churn_score: {gt: 50}}
    then: {start: coaching_tip, owner_group: people_ops, priority: 5}
    tests: {cases: [{says: a, facts: {churn_score: 60}, fires: true}, {says: b, facts: {}, fires: false}]}
  - id: A1.other
    says: A tutor is at high risk.
    source: PRD 4.1 A1
    owner: people_ops
    status: active
    trigger: [score_updated]
    when: {engagement: {lt: 60}}
    for: 7d
    then: {start: training, owner_group: people_ops, priority: 5}
    tests: {cases: [{says: a, facts: {engagment: 60}, fires: true}, {says: b, facts: {}, fires: false}]}
"""


def said_of(texts: dict[str, str]) -> list[str]:
    with pytest.raises(BookRefused) as refused:
        parse_book(texts)
    return [str(fault) for fault in refused.value.faults]


def test_planted_mistakes_of_every_kind_in_three_files_are_told_in_one_pass() -> None:
    head = HEAD.replace("high: []", "high: [A1, H2]").replace("bands: {low: 25", "bands: {low: 26")
    assert said_of({"book.yaml": head, "calls.yaml": CALLS, "letters.yaml": LETTERS}) == [
        "book.yaml:3:8: the score is banded at (25, 50, 75) (retention/policy.py)",
        "book.yaml:4:41: no rule of the book is called H2",
        "calls.yaml:8:11: H1.call: this can never be true",
        'letters.yaml:8:5: "trigger" is given twice (first in line 7)',
        f"letters.yaml:16:13: A1.other: training: {NOT_CARRIED}",
        "letters.yaml:17:14: A1.other: for and escalate need an hourly or daily_rollup trigger to be counted",
        'letters.yaml:21:39: A1.other: unknown name "engagment", did you mean "engagement"?',
    ]


def test_a_file_that_cannot_be_read_hides_no_fault_of_another() -> None:
    found = said_of({"a.yaml": "rules: [", "b.yaml": HEAD + CALLS})
    assert [one.split(":")[0] for one in found] == ["a.yaml", "b.yaml"]


def test_a_rule_that_cannot_be_read_still_counts_for_the_plans() -> None:
    head = HEAD.replace("high: []", "high: [H1]")
    found = said_of({"book.yaml": head, "calls.yaml": CALLS.replace("status: active", "status: lively")})
    assert len(found) == 1, found


def test_the_head_of_a_book_stands_in_one_file() -> None:
    found = said_of({"a.yaml": HEAD, "b.yaml": HEAD + CALLS})
    assert "b.yaml:1:1: ruleset belongs into a.yaml, where the head of the book is" in found
    missing = said_of({"a.yaml": HEAD.replace("plans:", "plan:")})
    assert any('unknown name "plan", did you mean "plans"?' in one for one in missing)
    assert any('"plans" is missing' in one for one in missing)


def cut(text: str, chance: random.Random) -> str:
    begin, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    return text[:begin] + text[min(end, begin + chance.randrange(200)) :]


def scribbled(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    junk = chance.choice(
        ["{", "}", "[", ":", "- ", "\t", "&a", "*a", "!!int ", "? ", "|", "'", "\x07", "9e999", "~"]
    )
    return text[:at] + junk + text[at:]


def swapped_words(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    one, two = chance.randrange(len(words)), chance.randrange(len(words))
    words[one], words[two] = words[two], words[one]
    return " ".join(words)


def another_word(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    words[chance.randrange(len(words))] = chance.choice(
        ["null", "true", "-1", "1e9", "[]", "{}", "''", "all:", "x3", "ax9999", "0x1", "in", "churn_score:"]
    )
    return " ".join(words)


def doubled_line(text: str, chance: random.Random) -> str:
    lines = text.splitlines()
    at = chance.randrange(len(lines))
    return "\n".join([*lines[: at + 1], " " * chance.randrange(6) + lines[at], *lines[at + 1 :]])


def lost_line(text: str, chance: random.Random) -> str:
    lines = text.splitlines()
    del lines[chance.randrange(len(lines))]
    return "\n".join(lines)


WAYS: list[Callable[[str, random.Random], str]] = [
    cut,
    scribbled,
    swapped_words,
    another_word,
    doubled_line,
    lost_line,
]


@given(
    file=st.sampled_from(sorted(SHIPPED.keys() - {"tips.yaml"})),
    ways=st.lists(st.sampled_from(WAYS), min_size=1, max_size=4),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=150, deadline=None)
def test_a_mutilated_file_gives_faults_or_a_book(
    file: str, ways: list[Callable[[str, random.Random], str]], seed: int
) -> None:
    chance = random.Random(seed)
    text = SHIPPED[file]
    for way in ways:
        text = way(text, chance) if text else text
    try:
        parse_book({"head.yaml": HEAD, file: text} if file != "book.yaml" else {file: text})
    except BookRefused as refused:
        told = [fault.line > 0 and fault.column > 0 and bool(fault.what) for fault in refused.faults]
    else:
        told = [True]
    assert all(told)
    assert told


def test_what_is_for_staff_only_reaches_no_letter_to_a_tutor() -> None:
    class Telling(Content):
        """A letter that would tell."""

        churn_score: int = 1
        word: str = "x"

    def writes(group: OwnerGroup | None) -> ProgrammeEntry:
        letter = LetterEntry(name="A letter", example=Telling(), group=group)
        return ProgrammeEntry(workflow="X", name="X", letters={Letter.COACHING_TIP: letter})

    fields = registry()
    assert [what for _, what in leaked(writes(None), {}, fields)] == [
        "writes churn_score to the tutor, which is for staff only"
    ]
    assert list(leaked(writes(OwnerGroup.PEOPLE_OPS), {}, fields)) == []
    assert list(leaked(ENTRY, {"tip": "steady-schedule", "metric": "engagement"}, fields)) == []
    path, what = next(iter(leaked(ENTRY, {"tip": "engagement"}, fields)))
    assert (path, what) == (
        ("then", "with", "tip"),
        "would write engagement to the tutor, which is for staff only",
    )
