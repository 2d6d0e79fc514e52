"""The lot: a published hash, sticky, about as large as it says, and its own for each programme."""

import pytest

from retention.policy import HOLDOUT_SHARE
from retention.vocabulary import Arm, Programme
from rules.holdout import arm_of, lot
from tests.rules.books import DAY, MONDAY, a_book, a_tip, days_of, judged

TUTORS = range(10_001, 30_001)
TIP = Programme.COACHING_TIP
LEFT_OUT = next(number for number in TUTORS if arm_of(TIP, number) is Arm.HOLDOUT)
TREATED = next(number for number in TUTORS if arm_of(TIP, number) is Arm.TREATED)


@pytest.mark.parametrize(
    ("seed", "unit", "number"),
    [  # GrowthBook's own test cases of hash version 2 (packages/sdk-js/test/cases.json)
        ("seed", "a", 0.0505),
        ("seed", "b", 0.2696),
        ("foo", "ab", 0.2575),
        ("foo", "def", 0.2019),
        ("89123klj", "8952klfjas09ujkasdf", 0.124),
        ("90850943850283058242805", "123", 0.7516),
        ("()**(%$##$%#$#", '___)((*":&', 0.0128),
    ],
)
def test_the_lot_is_the_published_hash(seed: str, unit: str, number: float) -> None:
    assert lot(seed, unit) == number


def test_the_holdout_is_about_as_large_as_policy_says() -> None:
    share = sum(arm_of(TIP, number) is Arm.HOLDOUT for number in TUTORS) / len(TUTORS)
    assert abs(share - HOLDOUT_SHARE) < 0.006  # three standard errors of 20,000 draws


def test_lots_of_two_programmes_have_nothing_to_do_with_each_other() -> None:
    first = [lot(TIP, str(number)) < HOLDOUT_SHARE for number in TUTORS]
    second = [lot("another", str(number)) < HOLDOUT_SHARE for number in TUTORS]
    both = sum(one and other for one, other in zip(first, second, strict=True)) / len(TUTORS)
    assert abs(both - HOLDOUT_SHARE**2) < 0.0025


def test_a_programme_without_holdout_has_no_arms() -> None:
    assert {arm_of(Programme.COACHING, number) for number in TUTORS[:1000]} == {None}


def test_one_who_is_left_out_has_an_episode_and_no_case() -> None:
    book = a_book(a_tip())
    (out,) = judged(book, {"churn_score": 60}, tutor=LEFT_OUT).decisions
    (treated,) = judged(book, {"churn_score": 60}, tutor=TREATED).decisions
    assert (out.verdict, out.reason, out.arm, out.case_id, out.episode) == (
        "suppressed",
        "holdout",
        "holdout",
        None,
        "1",
    )
    assert (treated.verdict, treated.arm, treated.case_id) == ("fire", "treated", f"coaching_tip/{TREATED}/1")


def test_the_lot_is_final_for_an_episode_whose_end_has_no_case_to_tell() -> None:
    book = a_book(a_tip())
    first = judged(book, {"churn_score": 60}, tutor=LEFT_OUT)
    still = judged(book, {"churn_score": 60}, tutor=LEFT_OUT, states=first.states, at=MONDAY + DAY)
    assert still.decisions == ()
    over = judged(book, {"churn_score": 40}, tutor=LEFT_OUT, states=first.states, at=MONDAY + 2 * DAY)
    assert [(it.verdict, it.case_id) for it in over.decisions] == [("resolve", None)]


def test_both_arms_rest_alike() -> None:
    book = a_book(a_tip(cooldown={"max": 1, "within": "7d"}))
    course = [{"churn_score": score} for score in (60, 40, 60, 60, 60, 60, 60, 60)]
    treated, out = days_of(book, course, tutor=TREATED), days_of(book, course, tutor=LEFT_OUT)
    assert treated == [(0, "fire"), (1, "resolve"), (2, "cooldown"), (7, "fire")]
    assert out == [(day, "holdout" if word == "fire" else word) for day, word in treated]
