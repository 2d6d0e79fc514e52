"""A message of a case that is under way can still be read when messages have grown."""

from tests.architecture import required


def test_no_message_needs_a_field_that_it_did_without() -> None:
    assert required.faults(required.required(required.models()), required.kept()) == []


def test_a_field_that_is_suddenly_needed_is_found() -> None:
    now, before = {"TooEarly": ["again_after", "at_least"]}, {"TooEarly": ["again_after"]}
    assert required.faults(now, before) == [
        "TooEarly.at_least: a history from before has none: give it a default"
    ]


def test_a_field_that_has_got_a_default_and_a_message_that_is_gone_are_no_faults() -> None:
    assert required.faults({"TooEarly": []}, {"TooEarly": ["again_after"], "Gone": ["day"]}) == []


def test_a_message_that_is_not_written_down_is_found() -> None:
    assert required.faults({"New": []}, {}) == ["New: not written down"]
