"""What a manager reads of similar tutors: counts, with few of them nothing, and never a proof."""

from dataclasses import replace

import pytest

from retention.records.similar_cases import SimilarCases
from web.people_ops.pre_brief import NO_PROOF, NOBODY_SIMILAR, words_of

MANY = SimilarCases("high", False, 9, improved=5, no_change=2, worsened=1, churned=1)
NONE = SimilarCases("high", True, 0, improved=0, no_change=0, worsened=0, churned=0)


def test_enough_cases_are_told_with_what_became_of_each() -> None:
    assert words_of(MANY) == (
        "Of 9 calls with similar tutors (high risk, 60 days or more with us): 5 were better when the case "
        f"closed, 2 about the same, 1 worse, 1 had left. {NO_PROOF}"
    )


def test_those_of_whom_too_little_is_known_are_told_beside() -> None:
    assert "1 had left; of 3 more too little is known. " in words_of(replace(MANY, carried_out=12))


@pytest.mark.parametrize(("improved", "told"), [(4, False), (5, True)])
def test_with_few_cases_nothing_is_said_of_their_ends(improved: int, told: bool) -> None:
    words = words_of(replace(NONE, improved=improved, carried_out=7))
    assert ("were better" in words) is told
    assert words.startswith("Nothing is known yet") is not told


def test_without_a_case_nothing_is_known() -> None:
    assert words_of(NONE) == (
        "Nothing is known yet of similar tutors (high risk, less than 60 days with us): "
        "what came of it is known for 0 of 0 calls held."
    )


@pytest.mark.parametrize("found", [None, replace(MANY, band=None), replace(MANY, is_new=None)])
def test_where_nobody_can_be_called_similar_that_is_said(found: SimilarCases | None) -> None:
    assert words_of(found) == NOBODY_SIMILAR
