"""First sessions on a tutor's page for staff: how likely each goes badly, why, and what can be done."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from retention.records import first_session_forecasts
from retention.records.database import transaction
from retention.vocabulary import Fallback
from tests.factories import platform
from tests.factories.first_sessions import HISTORY, a_first_session_model, booked, foretold
from web.people_ops.first_sessions import ADVICE, NOT_YET, WHY_NOT

NOW = datetime.now(UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEW = {
    "name": "tenure",
    "says": "Days since onboarding",
    "value": 12.0,
    "of": None,
    "unit": "days",
    "log_odds": 0.2,
}


def a_tutor_with_one_ahead(*, known: bool = True, **told: Any) -> int:
    with transaction() as session:
        number, tutor_id = platform.a_tutor(session, at=NOW - 40 * DAY)
        start = NOW + 20 * HOUR
        one = booked(session, tutor_id, start=start, now=NOW - HOUR, subject="Physics")
        if known:
            foretold(session, one, number=number, start=start, as_of=NOW - HOUR, **told)
    return number


def looked(reason: Fallback | None = None, *, version: bool = True) -> None:
    with transaction() as session:
        told = {"booked": 1, "foretold": int(version), "changed": 0, "reason": reason}
        at = {"as_of": NOW - HOUR, "known_at": NOW - HOUR}
        number = a_first_session_model(session) if version else None
        first_session_forecasts.keep_look(session, told | at | {"version_id": number})


def page_of(browser: TestClient, number: int) -> str:
    text = browser.get(f"/people-ops/tutors/{number}").text
    start = text.index('id="first-sessions"')
    return text[start : text.index('id="metrics"')]


def test_a_flagged_session_is_shown_with_its_chance_reasons_and_advice(ada: TestClient) -> None:
    looked()
    part = page_of(ada, a_tutor_with_one_ahead(chance=0.36, usual=0.24, factors=[HISTORY, NEW]))
    for words in (
        "Physics",
        "36 % that it is rated below 3",
        "1.5 × usual, which is 24 %",
        "Risky",
        "First sessions rated below 3 in 180 days: 3 of 7 rated",
        "Days since onboarding: 12 days",
        "What a manager can do.",
        ADVICE["history"],
        ADVICE["tenure"],
        "it does not prove why",
    ):
        assert words in part


def test_a_session_that_is_not_flagged_comes_without_advice(ada: TestClient) -> None:
    looked()
    part = page_of(ada, a_tutor_with_one_ahead(chance=0.2, flagged=False, factors=[]))
    assert "Nothing speaks for it more than is usual." in part
    assert "Risky" not in part
    assert "What a manager can do" not in part


@pytest.mark.parametrize(
    ("factor", "sentence"),
    [
        ({"name": "rating", "says": "Mean rating in 30 days", "value": None, "unit": "stars"},
         "Mean rating in 30 days: too few ratings in 30 days to say"),
        ({"name": "rating", "says": "Mean rating in 30 days", "value": 3.91, "unit": "stars"},
         "Mean rating in 30 days: 3.9 stars"),
        ({"name": "time_of_day", "says": "Time of day", "value": "evening", "unit": ""},
         "Time of day: evening"),
        ({"name": "history", "says": "First sessions rated below 3 in 180 days", "value": 0.0, "of": 0.0,
          "unit": "rated"}, "First sessions rated below 3 in 180 days: none yet"),
        ({"name": "subject", "says": "Subject", "value": None, "unit": ""}, "Subject: not known"),
    ],
)  # fmt: skip
def test_reasons_are_said_in_words(ada: TestClient, factor: dict[str, Any], sentence: str) -> None:
    looked()
    assert sentence in page_of(ada, a_tutor_with_one_ahead(factors=[factor | {"log_odds": 0.3}]))


@pytest.mark.parametrize("reason", list(WHY_NOT))
def test_where_no_model_can_speak_the_page_says_why(ada: TestClient, reason: Fallback) -> None:
    looked(reason, version=False)
    part = page_of(ada, a_tutor_with_one_ahead(known=False))
    assert WHY_NOT[reason].replace("'", "&#39;") in part
    assert "that it is rated below 3" not in part
    assert "Physics" in part


def test_before_the_first_look_the_page_says_that_nobody_has_looked(ada: TestClient) -> None:
    assert "Nobody has looked" in page_of(ada, a_tutor_with_one_ahead(known=False))


def test_a_session_that_was_booked_since_the_look_waits_for_the_next(ada: TestClient) -> None:
    looked()
    assert NOT_YET in page_of(ada, a_tutor_with_one_ahead(known=False))


def test_an_older_model_that_speaks_is_named(ada: TestClient) -> None:
    looked(Fallback.MODEL_BROKEN)
    part = page_of(ada, a_tutor_with_one_ahead())
    assert "the one before it speaks" in part
    assert "36 %" in part


def test_without_first_sessions_ahead_the_card_says_so(ada: TestClient) -> None:
    looked()
    with transaction() as session:
        number, _ = platform.a_tutor(session, at=NOW - 40 * DAY)
    assert "None is booked." in page_of(ada, number)
