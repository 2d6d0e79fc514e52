"""Putting something about a tutor aside on their page: anybody of staff may, for two weeks, on record."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from retention.records import audit, known, snoozes
from retention.records.database import transaction
from retention.records.snoozes import Snooze
from retention.vocabulary import Programme
from rules.situation import Situation
from tests.factories import platform
from tests.web.conftest import Visitor, account, token_of

NOW = datetime.now(UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)
REASON = "Her exams are on."


def a_tutor() -> int:
    with transaction() as session:
        number, _ = platform.a_tutor(session, at=NOW - 60 * DAY)
        return number


def puts(browser: TestClient, number: int, **changes: str) -> Response:
    form = {"what": "coaching", "until_day": str(TODAY + 5 * DAY), "because": REASON, **changes}
    return browser.post(f"/people-ops/tutors/{number}/snoozes", data=form | {"form_token": token_of(browser)})


def kept() -> list[Snooze]:
    with transaction() as session:
        return list(session.scalars(select(Snooze).order_by(Snooze.id)))


def told(number: int, *, at: datetime = NOW + DAY) -> Situation:
    with transaction() as session:
        (one,) = known.known_of(session, [number], as_of=at)
    return Situation(**one, moments=())


def test_a_programme_is_put_aside_and_everybody_sees_it(ada: TestClient) -> None:
    number = a_tutor()
    assert puts(ada, number).status_code == 303
    (entry,) = kept()
    assert (entry.programme, entry.reason, entry.tutor_number) == ("coaching", REASON, number)
    page = ada.get(f"/people-ops/tutors/{number}").text
    assert "Coaching put aside" in page
    assert REASON in page
    with transaction() as session:
        assert [line.act for line in audit.lines_about(session, f"tutor/{number}")][:2] == [
            "tutor.viewed",
            "snooze.put",
        ]


def test_the_rules_know_of_it_until_its_end_or_until_it_is_lifted(ada: TestClient) -> None:
    number = a_tutor()
    puts(ada, number)
    (entry,) = kept()
    assert told(number).snoozes == {Programme.COACHING: entry.until}
    assert told(number, at=entry.until).snoozes == {}
    assert told(number, at=NOW - DAY).snoozes == {}
    token = {"form_token": token_of(ada)}
    address = f"/people-ops/tutors/{number}/snoozes/{entry.id}/lift"
    assert [ada.post(address, data=token).status_code for _ in range(2)] == [303, 303]
    assert told(number).snoozes == {}
    assert "put aside</strong>" not in ada.get(f"/people-ops/tutors/{number}").text


def test_everything_new_is_put_aside_apart_from_single_programmes(ada: TestClient) -> None:
    number = a_tutor()
    puts(ada, number, what="everything_new")
    puts(ada, number, what="coaching_tip", until_day=str(TODAY + 2 * DAY))
    situation, (everything, tip) = told(number), kept()
    assert (everything.programme, situation.snoozed_until) == (None, everything.until)
    assert situation.snoozes == {Programme.COACHING_TIP: tip.until}
    assert "Everything new put aside" in ada.get(f"/people-ops/tutors/{number}").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"until_day": str(TODAY - 2 * DAY)}, "Please give today or a later day."),
        ({"until_day": str(TODAY + 16 * DAY)}, "Please give a day within the next 14 days."),
        ({"because": ""}, "Please answer this."),
        ({"what": "mentorship"}, "Please choose one of the answers."),
    ],
)
def test_a_form_that_needs_another_look_comes_back(
    ada: TestClient, changes: dict[str, str], said: str
) -> None:
    answer = puts(ada, a_tutor(), **changes)
    assert (answer.status_code, kept()) == (422, [])
    assert said in answer.text


def test_another_tutors_entry_is_not_found(ada: TestClient, visitor: Visitor) -> None:
    number, other = a_tutor(), a_tutor()
    puts(ada, number)
    address = f"/people-ops/tutors/{other}/snoozes/{kept()[0].id}/lift"
    assert ada.post(address, data={"form_token": token_of(ada)}).status_code == 404
    assert puts(ada, 99_999_999).status_code == 404


def test_a_snooze_that_was_lifted_later_counted_until_then(data: str) -> None:
    number, by = a_tutor(), account("Grace Hopper").id
    with transaction() as session:
        entry = snoozes.put(session, number, None, reason=REASON, by=by, at=NOW, until=NOW + 5 * DAY)
        snoozes.lift(session, entry, tutor_number=number, by=by, at=NOW + 2 * DAY)
    assert told(number, at=NOW + DAY).snoozed_until == NOW + 5 * DAY
    assert told(number, at=NOW + 2 * DAY).snoozed_until is None
