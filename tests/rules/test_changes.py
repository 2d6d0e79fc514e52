"""Who changed a rule last is read from the texts of the versions."""

from collections.abc import Iterator

from rules.changes import last_changes, texts_of_rules
from rules.loader import load_book, texts_of

ONE = """# Coaching.
rules:
  - id: H1.coaching
    says: "At high risk."
    when: {churn_score: {gt: 50}}

  # News.
  - id: H1.critical
    says: "Critical."
"""


def test_each_rule_has_its_own_text_without_what_belongs_to_the_next() -> None:
    texts = texts_of_rules({"coaching.yaml": ONE})
    assert set(texts) == {"H1.coaching", "H1.critical"}
    assert texts["H1.coaching"].endswith("{gt: 50}}")


def test_every_rule_of_the_shipped_book_is_found() -> None:
    assert set(texts_of_rules(texts_of())) == {rule.id for rule in load_book().rules}


def test_a_rule_was_changed_last_where_its_text_became_what_it_is() -> None:
    first = {"a.yaml": ONE}
    second = {"a.yaml": ONE.replace("gt: 50", "gt: 55")}
    third = {"a.yaml": second["a.yaml"].replace("# News.", "# News, and more.")}
    fourth = {"a.yaml": third["a.yaml"] + '  - id: H9.new\n    says: "New."\n'}
    lineage = [(7, fourth), (5, third), (3, second), (1, first)]
    assert last_changes(lineage) == {"H1.coaching": 3, "H1.critical": 1, "H9.new": 7}


def test_a_change_that_was_taken_back_counts_from_there() -> None:
    first, changed = {"a.yaml": ONE}, {"a.yaml": ONE.replace("gt: 50", "gt: 55")}
    assert last_changes([(3, first), (2, changed), (1, first)])["H1.coaching"] == 3


def test_no_more_versions_are_read_than_needed() -> None:
    def lineage() -> Iterator[tuple[int, dict[str, str]]]:
        yield 2, {"a.yaml": ONE}
        yield 1, {"a.yaml": "rules: []"}
        raise AssertionError("read on")

    assert last_changes(lineage()) == {"H1.coaching": 2, "H1.critical": 2}


def test_another_file_or_indentation_of_a_list_is_no_change() -> None:
    moved = {"b.yaml": ONE}
    assert last_changes([(2, moved), (1, {"a.yaml": ONE})]) == {"H1.coaching": 1, "H1.critical": 1}
