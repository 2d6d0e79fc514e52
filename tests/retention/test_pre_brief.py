from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from retention.messages.cases import CaseProgress, StartCase
from retention.records import cases, pre_brief
from retention.records.cases import Case
from retention.records.pre_brief import HEARD_BACK, MOST, PreBrief
from retention.vocabulary import CaseState, Outcome, TaskKind
from tests.factories import platform, wire
from tests.factories.cases import an_opened_case

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def heard(session: Session, tutor_id: str, *, ago: timedelta, rating: int, **said: object) -> None:
    """A student's feedback on a session of so long ago."""
    taught = wire.a_session(tutor_id, start=NOW - ago - timedelta(hours=1))
    platform.known(session, [taught, wire.feedback_on(taught, at=NOW - ago, rating=rating, **said)], now=NOW)


def brief(session: Session, number: int, case_id: str = "") -> PreBrief:
    return pre_brief.pre_brief(session, number, case_id=case_id, now=NOW)


def test_the_most_frequent_wishes_come_first(session: Session) -> None:
    number, tutor_id = platform.a_tutor(session, at=NOW - 90 * DAY)
    for areas in (["pace", "goals"], ["pace"], ["clarity"], ["clarity", "pace"], ["sound"]):
        heard(session, tutor_id, ago=DAY, rating=4, improvement_areas=areas)
    found = brief(session, number)
    assert [(one["words"], one["times"]) for one in found.themes] == [
        ("pace", 3),
        ("clarity", 2),
        ("goals", 1),
    ]
    assert len(found.themes) == MOST
    assert found.rated == 5


def test_the_newest_low_ratings_are_told_without_a_name(session: Session) -> None:
    number, tutor_id = platform.a_tutor(session, at=NOW - 90 * DAY)
    for ago, rating in ((4, 1), (3, 2), (2, 4), (1, 3), (5, 2)):
        heard(session, tutor_id, ago=ago * DAY, rating=rating, free_text=f"{ago} days ago")
    assert [(one["stars"], one["words"]) for one in brief(session, number).low] == [
        (3, "1 days ago"),
        (2, "3 days ago"),
        (1, "4 days ago"),
    ]
    assert all(set(one) == {"at", "stars", "words"} for one in brief(session, number).low)


@pytest.mark.parametrize(("ago", "rated"), [(HEARD_BACK - DAY, 1), (HEARD_BACK, 0)])
def test_words_of_long_ago_are_left_out(session: Session, ago: timedelta, rated: int) -> None:
    number, tutor_id = platform.a_tutor(session, at=NOW - 90 * DAY)
    heard(session, tutor_id, ago=ago, rating=1)
    assert brief(session, number).rated == rated


def test_earlier_cases_are_told_with_how_they_ended_and_the_own_is_not(session: Session) -> None:
    earlier = an_opened_case(session, at=NOW - 40 * DAY, kind=TaskKind.COACHING_OFFER)
    session.execute(
        update(Case)
        .where(Case.case_id == earlier.case_id)
        .values(state=CaseState.CLOSED, outcome=Outcome.IMPROVED, closed_at=NOW - DAY)
    )
    (told,) = brief(session, earlier.tutor_number, "another").cases
    assert (told["case_id"], told["outcome"]) == (earlier.case_id, "improved")
    assert brief(session, earlier.tutor_number, earlier.case_id).cases == []


@pytest.mark.parametrize("at", [NOW + DAY, NOW - DAY, None])
def test_the_time_of_the_call_is_the_one_that_the_case_has_agreed(
    session: Session, at: datetime | None
) -> None:
    case = an_opened_case(session, at=NOW - 5 * DAY, kind=TaskKind.COACHING_OFFER)
    cases.record(session, told(case, version=1, appointment_at=NOW + 9 * DAY))
    cases.record(session, told(case, version=2, appointment_at=at))
    assert brief(session, case.tutor_number, case.case_id).call_at == at
    assert brief(session, case.tutor_number, "another").call_at is None


def told(case: StartCase, *, version: int, **more: Any) -> CaseProgress:
    """What a running case has told of itself."""
    return CaseProgress(
        case_id=case.case_id, version=version, state=CaseState.OPEN, waiting_for="a person", at=NOW, **more
    )
