"""The programmes page: what was begun and carried out, and nothing claimed that the figures do not carry."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from retention.records.database import Session, transaction
from retention.vocabulary import Arm, EffectVerdict, Outcome
from tests.factories.effects import a_closed_case, an_exposure
from web.people_ops.programmes import points

PAGE = "/people-ops/programmes"
DAY = timedelta(days=1)
MOST_QUERIES = 4


def ago(days: float) -> datetime:
    return datetime.now(UTC) - days * DAY


def words_of(browser: TestClient, period: int = 90) -> str:
    """What a person reads on the page."""
    answer = browser.get(PAGE, params={"period": period})
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.split("<main", 1)[1]))


def exposed(arm: Arm, *, improved: int, of: int, days: float = 20) -> None:
    with transaction() as session:
        for number in range(of):
            verdict = EffectVerdict.IMPROVED if number < improved else EffectVerdict.NO_CHANGE
            an_exposure(session, arm, verdict, at=ago(days))


def test_an_empty_page_says_why_and_where_to_look(ada: TestClient) -> None:
    assert "No programme has begun anything in this time" in words_of(ada)


def test_a_difference_beyond_chance_is_claimed_with_its_interval(ada: TestClient) -> None:
    exposed(Arm.TREATED, improved=30, of=40)
    exposed(Arm.HOLDOUT, improved=10, of=30)
    read = words_of(ada)
    assert "+42 points" in read  # 75 % less 33 %
    assert "By day 14, 95 % interval +18 to +59" in read
    assert "No claim" not in read
    assert "With it 40 40 0 30 75%" in read
    assert "Left without it, by lot 30 30 0 10 33%" in read


def test_a_difference_within_chance_is_no_claim(ada: TestClient) -> None:
    exposed(Arm.TREATED, improved=24, of=40)
    exposed(Arm.HOLDOUT, improved=15, of=30)
    read = words_of(ada)
    assert "No claim about the effect. The interval includes zero" in read
    assert "points" not in read


def test_a_few_tutors_are_no_claim(ada: TestClient) -> None:
    exposed(Arm.TREATED, improved=6, of=6)
    exposed(Arm.HOLDOUT, improved=0, of=4)
    read = words_of(ada)
    assert "Too few tutors so far: 6 with it and 4 without" in read
    assert "Left without it, by lot 4 4 0 0 Too few data" in read


def test_who_churned_counts_and_who_cannot_be_measured_does_not(ada: TestClient) -> None:
    exposed(Arm.TREATED, improved=4, of=4)
    with transaction() as session:
        for verdict in (EffectVerdict.CHURNED, EffectVerdict.NOT_MEASURABLE, None):
            an_exposure(session, Arm.TREATED, verdict, at=ago(20))
    assert "With it 7 5 1 4 80%" in words_of(ada)


def test_a_tutor_counts_once_by_the_first_exposure(ada: TestClient) -> None:
    with transaction() as session:
        tutor = an_exposure(session, Arm.TREATED, EffectVerdict.NO_CHANGE, at=ago(40))
        an_exposure(session, Arm.TREATED, EffectVerdict.IMPROVED, at=ago(20), tutor=tutor)
    assert "With it 1 1 0 0 Too few data" in words_of(ada)


def test_who_was_exposed_before_the_period_is_not_exposed_anew_in_it(ada: TestClient) -> None:
    """Only whom a tip did not help, and holdouts, come back: that would compare failures with all."""
    with transaction() as session:
        for arm in Arm:
            tutor = an_exposure(session, arm, EffectVerdict.NO_CHANGE, at=ago(91))
            an_exposure(session, arm, EffectVerdict.NO_CHANGE, at=ago(20), tutor=tutor)
        an_exposure(session, Arm.TREATED, EffectVerdict.IMPROVED, at=ago(89))
    assert "With it 1 1 0 1 Too few data" in words_of(ada)


def closed(session: Session, *ends: tuple[Outcome, EffectVerdict | None], days: float = 40) -> None:
    for outcome, verdict in ends:
        a_closed_case(session, outcome, at=ago(days), verdict=verdict)


def test_without_anybody_left_out_the_improved_are_shown_and_nothing_is_claimed(ada: TestClient) -> None:
    with transaction() as session:
        closed(session, *[(Outcome.EXPIRED, EffectVerdict.IMPROVED)] * 4)
        closed(session, (Outcome.EXPIRED, EffectVerdict.WORSENED), (Outcome.WITHDRAWN, None))
    read = words_of(ada)
    assert "No claim about the effect. Nobody is left without this programme" in read
    assert "Improved 30 days after the close, whatever the reason: 80% (4 of 5" in read
    assert "this is no rate of success" in read
    assert "success rate" not in read.lower()
    assert "Alert check 6 begun · 6 closed" in read
    assert "0% 0 of 5, 95 % interval 0–43 %" in read  # accepted: five expired, one was withdrawn
    assert "Expired 5 Withdrawn 1" in read
    assert "No closed case was acted upon yet" in read


@pytest.mark.parametrize(("period", "shown"), [(30, False), (90, True)])
def test_a_period_is_of_cases_opened_in_it(ada: TestClient, period: int, shown: bool) -> None:
    with transaction() as session:
        closed(session, (Outcome.EXPIRED, None), days=31)
    assert ("Alert check" in words_of(ada, period)) is shown


def test_another_period_is_refused(ada: TestClient) -> None:
    assert ada.get(PAGE, params={"period": 31}).status_code in (404, 422)


def test_the_page_asks_the_database_four_times_however_much_there_is(
    ada: TestClient, queries: list[str]
) -> None:
    exposed(Arm.TREATED, improved=1, of=3)
    with transaction() as session:
        closed(session, (Outcome.EXPIRED, None), (Outcome.WITHDRAWN, None))
    ada.get(PAGE)
    queries.clear()
    ada.get(PAGE)
    assert len([one for one in queries if "cases" in one or "exposures" in one]) <= MOST_QUERIES


@pytest.mark.parametrize(("share", "words"), [(0.42, "+42"), (-0.031, "−3"), (0.004, "0"), (0.0, "0")])
def test_points_carry_their_sign(share: float, words: str) -> None:
    assert points(share) == words
