"""What is written in a rule file, before it is asked whether it is a rule: YAML without its traps."""

import pytest

from rules.marks import read
from tests.rules.books import HEAD, faults


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("rules: [", "expected the node content"),
        ("rules:\n\t- id: x", "cannot start any token"),
        ("- a\n- b", "is not a block of names and values"),
        (HEAD + "rules: []", "this is empty"),
        (HEAD + "version: '2'\nrules: []", '"version" is given twice (first in line 2)'),
        ("? [a]\n: b", "a name must be a word"),
        ("a: !!str 5", "!!str is not used here: a word is what it looks like"),
        ("a: !secret {b: 1}", "!secret is not used here"),
        ("!!str a: 1", "a name must be a word"),
        ("a: &x [1]\nb: *x", "anchors and aliases are not used here"),
        ("a: " + "[" * 14 + "]" * 14, "nested deeper than"),
        ("a: " + "[" * 1_000, ""),
        ("a: \x00", "special characters are not allowed"),
        ("x" * 300_000, "longer than"),
        ("---\na: 1\n---\nb: 2", "expected a single document"),
    ],
)
def test_writing_that_is_no_rulebook_is_refused_with_its_place(text: str, said: str) -> None:
    found = faults(text)
    assert any(said in one for one in found), found
    assert all(one.startswith("trial.yaml:") for one in found)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"),
        ("off", "off"),
        ("10:30", "10:30"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("2025-01-06", "2025-01-06"),
        ("true", True),
        ("'true'", "true"),
        ("12", 12),
        ("-3.5", -3.5),
        ("1e3", 1000.0),
        ("null", None),
        (".nan", ".nan"),
    ],
)
def test_words_keep_the_type_that_they_look_like(written: str, value: object) -> None:
    assert read(f"a: {written}", "trial.yaml").value == {"a": value}
