"""Forecasts of first sessions on record: once an hour, the newest speaks, and what rules may know of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from retention.measures.periods import measured_day
from retention.records import first_session_forecasts as forecasts, situations, tutor_story
from retention.records.database import Session
from retention.records.first_session_forecasts import FirstSessionForecast, FirstSessionLook
from retention.records.tutor_story import TutorStory
from retention.vocabulary import Fallback
from tests.factories import platform, wire
from tests.factories.first_sessions import a_first_session_model, booked, foretold

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOON = NOW + 20 * HOUR


@pytest.fixture
def tutor(session: Session) -> tuple[int, str]:
    return platform.a_tutor(session, at=NOW - 40 * DAY)


def story(session: Session, number: int, *, at: datetime = NOW) -> TutorStory:
    return tutor_story.tutor_story(session, number, since=(NOW - DAY).date(), at=at)


@pytest.fixture
def facts(session: Session, tutor: tuple[int, str]) -> Iterator[Any]:
    """What rules are told of the tutor now."""

    def asked() -> tuple[float | None, int | None]:
        (row,) = situations.facts_of(session, [tutor[0]], day=measured_day(NOW), as_of=NOW)
        return row["first_session_risk"], row["first_sessions_flagged"]

    return iter([asked])


def test_a_session_version_and_hour_have_one_forecast_and_the_first_stands(
    session: Session, tutor: tuple[int, str]
) -> None:
    one = booked(session, tutor[1], start=SOON, now=NOW)
    version = a_first_session_model(session)
    for chance in (0.3, 0.4):
        foretold(
            session, one, number=tutor[0], start=SOON, as_of=NOW - HOUR, version_id=version, chance=chance
        )
    assert session.scalar(select(func.count()).select_from(FirstSessionForecast)) == 1
    (ahead,) = story(session, tutor[0]).firsts_ahead
    assert ahead["chance"] == 0.3


def test_the_newest_forecast_speaks_whichever_version_made_it(
    session: Session, tutor: tuple[int, str]
) -> None:
    one = booked(session, tutor[1], start=SOON, now=NOW)
    for hours, chance in ((3, 0.2), (1, 0.5), (2, 0.4)):
        foretold(session, one, number=tutor[0], start=SOON, as_of=NOW - hours * HOUR, chance=chance)
    assert [it["chance"] for it in story(session, tutor[0]).firsts_ahead] == [0.5]
    said = forecasts.newest_before(session, [one], as_of=NOW - HOUR)
    assert said[one].chance == 0.4


def test_ahead_are_the_booked_first_sessions_of_two_days(session: Session, tutor: tuple[int, str]) -> None:
    starts = {"now": NOW, "soon": NOW + HOUR, "last": NOW + 48 * HOUR, "later": NOW + 48 * HOUR + HOUR}
    named = {booked(session, tutor[1], start=at, now=NOW - DAY): name for name, at in starts.items()}
    booked(session, tutor[1], start=SOON, now=NOW - DAY, session_number=2)
    gone = booked(session, tutor[1], start=SOON, now=NOW - DAY)
    undone = wire.a_session(tutor[1], start=SOON, transition="cancelled", session_number=1, session_id=gone)
    platform.known(session, [undone | {"event_time": NOW.isoformat()}], now=NOW)
    found = [named.get(it["session_id"]) for it in story(session, tutor[0]).firsts_ahead]
    assert found == ["soon", "last"]


def test_without_a_forecast_the_session_is_shown_all_the_same(
    session: Session, tutor: tuple[int, str]
) -> None:
    booked(session, tutor[1], start=SOON, now=NOW)
    (ahead,) = story(session, tutor[0]).firsts_ahead
    assert (ahead["chance"], ahead["factors"], ahead["subject"]) == (None, None, "Mathematics")


def test_rules_know_the_highest_risk_ahead_and_how_many_are_flagged(
    session: Session, tutor: tuple[int, str], facts: Iterator[Any]
) -> None:
    for hours, chance, flagged in ((20, 0.25, False), (30, 0.40, True), (60, 0.90, True)):
        start = NOW + hours * HOUR
        one = booked(session, tutor[1], start=start, now=NOW - DAY)
        foretold(session, one, number=tutor[0], start=start, as_of=NOW - HOUR, chance=chance, flagged=flagged)
    assert next(facts)() == (pytest.approx(40.0), 1)


def test_what_nobody_has_foretold_is_unknown_to_rules(
    session: Session, tutor: tuple[int, str], facts: Iterator[Any]
) -> None:
    booked(session, tutor[1], start=SOON, now=NOW)
    assert next(facts)() == (None, None)


def test_rules_are_told_what_was_known_by_then(
    session: Session, tutor: tuple[int, str], facts: Iterator[Any]
) -> None:
    one = booked(session, tutor[1], start=SOON, now=NOW - DAY)
    foretold(session, one, number=tutor[0], start=SOON, as_of=NOW - HOUR, chance=0.3, flagged=False)
    foretold(
        session, one, number=tutor[0], start=SOON, as_of=NOW, known_at=NOW + timedelta(seconds=1), chance=0.5
    )
    assert next(facts)() == (pytest.approx(30.0), 0)


@pytest.mark.parametrize(
    "wrong",
    [{"chance": 0.0}, {"chance": 1.0}, {"usual": 0.0}, {"known_at": NOW - 2 * HOUR}, {"as_of": SOON}],
)
def test_what_cannot_be_is_refused_by_the_table(
    session: Session, tutor: tuple[int, str], wrong: dict[str, Any]
) -> None:
    told = {"as_of": NOW - HOUR, "known_at": max(NOW, wrong.get("as_of", NOW)), **wrong}
    with pytest.raises(IntegrityError):
        foretold(session, "session-1", number=tutor[0], start=SOON, **told)


def test_an_hours_look_is_kept_once_and_says_why_nothing_was_foretold(
    session: Session, tutor: tuple[int, str]
) -> None:
    look = {"as_of": NOW, "known_at": NOW, "booked": 3, "foretold": 0, "changed": 0}
    for reason in (Fallback.NO_CHAMPION, Fallback.FACTS_STALE):
        forecasts.keep_look(session, {**look, "version_id": None, "reason": reason})
    seen = story(session, tutor[0])
    assert (seen.firsts_looked_at, seen.firsts_version, seen.firsts_reason) == (NOW, None, "no_champion")
    assert story(session, tutor[0], at=NOW - HOUR).firsts_looked_at is None
    assert session.scalar(select(func.count()).select_from(FirstSessionLook)) == 1


def test_a_look_without_a_model_must_say_why(session: Session) -> None:
    look = {"as_of": NOW, "known_at": NOW, "booked": 3, "foretold": 0, "changed": 0}
    with pytest.raises(IntegrityError, match="says_why"):
        forecasts.keep_look(session, {**look, "version_id": None, "reason": None})
