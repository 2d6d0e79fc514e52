import pytest

from retention.vocabulary import RiskBand
from web.components.words import band_at
from web.people_ops.reasons import in_a_sentence, in_short, leaves, score_reasons

REASON = "A first session went badly. First session with this student: yes; Rating of this session: 2 stars."


def test_a_list_shows_the_facts_and_a_page_the_rules_own_sentence() -> None:
    assert in_short(REASON) == "Rating of this session: 2 stars"
    assert in_a_sentence(REASON) == "A first session went badly."
    assert in_short("A person asked for it.") == "A person asked for it."
    assert in_short("") == ""


def test_what_held_comes_first_and_what_was_not_known_last() -> None:
    facts = [("late", None), ("rating", True), ("no_shows", False), ("rating", False)]
    shown = leaves([{"field": field, "says": field, "result": result} for field, result in facts])
    assert [(leaf.says, leaf.result) for leaf in shown] == [
        ("rating", True),
        ("no_shows", False),
        ("late", None),
    ]


def test_the_heaviest_part_of_a_score_comes_first_with_its_fact() -> None:
    fact = {
        "name": "no_show_risk",
        "says": "No-shows in 14 days",
        "value": 3.0,
        "unit": "times",
        "peer_median": 0.0,
    }
    light, heavy = {"tenure_risk": 20.0}, {"no_show_risk": 100.0}
    first, second = score_reasons([fact], light | heavy)
    assert (first.name, first.text, first.value) == ("No-shows", "10 of 10", 100)
    assert first.note == "No-shows in 14 days: 3 times; others mostly 0"
    assert (second.text, second.note) == ("2 of 10", "")


@pytest.mark.parametrize(
    ("score", "band"),
    [(0, "low"), (25, "low"), (26, "medium"), (50, "medium"), (51, "high"), (75, "high"), (76, "critical")],
)
def test_a_score_has_the_band_of_its_edges(score: int, band: RiskBand) -> None:
    assert band_at(score) == band
