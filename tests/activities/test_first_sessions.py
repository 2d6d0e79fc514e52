"""Each hour the first sessions ahead are foretold: as known then, once, or with a reason why not."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from activities import first_sessions
from retention import policy
from retention.records import database, model_versions
from retention.records.first_session_forecasts import FirstSessionForecast, FirstSessionLook
from retention.vocabulary import Fallback, ModelKind
from tests.factories import wire
from tests.factories.first_session_models import (
    DAY,
    HOUR,
    NOW,
    a_tutor,
    as_told,
    booked,
    damaged,
    forecasts,
    foretold,
    looks,
    posted,
    promoted,
    the_model,
)

pytestmark = pytest.mark.usefixtures("data")
SOON = NOW + 20 * HOUR
MINUTE = timedelta(minutes=1)


def test_a_booked_first_session_is_foretold_with_its_reasons() -> None:
    version, (number, tutor_id) = promoted(), a_tutor(days=20, rated=4, failed=3)
    session_id = booked(tutor_id, start=SOON, student_age_band="under_13")
    report = foretold()
    assert report.model_dump() == {
        "booked": 1, "foretold": 1, "changed": 1, "version_id": version, "reason": None,
    }  # fmt: skip
    (row,) = forecasts()
    assert (row.session_id, row.tutor_number, row.version_id) == (session_id, number, version)
    assert (row.as_of, row.known_at, row.scheduled_start) == (NOW, NOW, SOON)
    assert row.seen_until == (NOW - DAY).date()
    assert row.chance > row.usual == the_model().content.usual
    assert row.values["first_failed_180d"] == 3
    assert row.values["student_age"] == "under_13"
    assert row.values["is_new_tutor"] == 1
    assert {one["name"] for one in row.factors} >= {"tenure"}


def test_the_hour_done_again_writes_nothing_and_says_the_same() -> None:
    promoted()
    _, tutor_id = a_tutor()
    booked(tutor_id, start=SOON, now=NOW - HOUR)
    first = foretold()
    before = as_told(forecasts())
    assert foretold(NOW + 59 * MINUTE) == first
    assert as_told(forecasts()) == before
    assert len(looks()) == 1


def test_an_hour_in_which_nothing_changed_adds_no_row() -> None:
    promoted()
    _, tutor_id = a_tutor()
    booked(tutor_id, start=SOON, now=NOW - HOUR)
    changed = [foretold(NOW + hours * HOUR).changed for hours in range(3)]
    assert changed == [1, 0, 0]
    assert [look.foretold for look in looks()] == [1, 1, 1]
    assert len(forecasts()) == 1


def test_a_moved_session_is_foretold_anew() -> None:
    promoted()
    _, tutor_id = a_tutor()
    session_id = booked(tutor_id, start=SOON, now=NOW - HOUR)
    foretold()
    later = wire.a_session(tutor_id, start=SOON + 3 * HOUR, transition="moved", session_number=1)
    at = NOW + 10 * MINUTE
    posted(later | {"session_id": session_id, "event_time": at.isoformat()}, now=at)
    assert foretold(NOW + HOUR).changed == 1
    assert [row.scheduled_start for row in forecasts()] == [SOON, SOON + 3 * HOUR]


def test_a_day_that_is_over_is_looked_at_from_midnight_on() -> None:
    promoted()
    _, tutor_id = a_tutor()
    booked(tutor_id, start=NOW + 30 * HOUR, now=NOW - HOUR)
    for hours in (0, 11, 12):
        foretold(NOW + hours * HOUR)
    assert [row.seen_until for row in forecasts()] == [(NOW - DAY).date(), NOW.date()]


def test_a_newer_model_speaks_from_its_hour_on() -> None:
    first = promoted()
    _, tutor_id = a_tutor()
    booked(tutor_id, start=SOON, now=NOW - HOUR)
    foretold()
    second = promoted(created_at=NOW)
    foretold(NOW + HOUR)
    assert [row.version_id for row in forecasts()] == [first, second]


def test_yesterdays_rows_come_out_the_same_from_todays_database() -> None:
    """Known-at: late sessions, words, corrections and profiles change nothing of what was said."""
    promoted()
    _, tutor_id = a_tutor(rated=6, failed=2)
    one = booked(tutor_id, start=SOON, now=NOW - HOUR)
    foretold()
    before = as_told(forecasts())
    old = wire.a_session(tutor_id, start=NOW - 3 * DAY, session_number=1)
    later = [
        old,
        wire.feedback_on(old, at=NOW - 2 * DAY, rating=1),
        wire.a_session(tutor_id, start=NOW - 4 * DAY),
        wire.an_onboarding(tutor_id, at=NOW - 2 * DAY, time_zone="Asia/Kolkata"),
        wire.a_session(
            tutor_id, start=SOON + DAY, transition="moved", session_number=1, session_id=one,
            event_time=(NOW + HOUR).isoformat(),
        ),
    ]  # fmt: skip
    posted(*later, now=NOW + DAY)
    with database.transaction() as session:
        session.execute(delete(FirstSessionForecast))
        session.execute(delete(FirstSessionLook))
    foretold()
    assert as_told(forecasts()) == before
    assert len(before) == 1


def test_what_becomes_known_within_the_hour_waits_for_the_next() -> None:
    promoted()
    _, tutor_id = a_tutor()
    booked(tutor_id, start=SOON, now=NOW + MINUTE)
    assert foretold(NOW + 30 * MINUTE).booked == 0
    assert foretold(NOW + HOUR).booked == 1


@pytest.mark.parametrize(
    ("starts_in", "ahead"),
    [(timedelta(0), 0), (timedelta(microseconds=1), 1), (48 * HOUR, 1), (48 * HOUR + MINUTE, 0)],
)
def test_two_days_ahead_are_looked_at(starts_in: timedelta, ahead: int) -> None:
    promoted()
    _, tutor_id = a_tutor()
    booked(tutor_id, start=NOW + starts_in, now=NOW - HOUR)
    assert foretold().booked == ahead


def test_a_session_is_flagged_from_a_chance_on_that_was_settled_with_the_model() -> None:
    _, tutor_id = a_tutor()
    booked(tutor_id, start=SOON, now=NOW - HOUR)
    promoted()
    foretold()
    chance = forecasts()[0].chance
    flags = []
    for hours, edge in ((1, chance), (2, chance + 1e-5)):
        promoted(the_model().flagging_from(edge), created_at=NOW + hours * HOUR)
        foretold(NOW + hours * HOUR)
        flags.append(forecasts()[-1].flagged)
    assert flags == [True, False]


def test_groups_of_tutors_are_taken_one_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    promoted()
    tutors = [a_tutor(days=20)[1] for _ in range(5)]
    for tutor_id in tutors:
        booked(tutor_id, start=SOON, now=NOW - HOUR)
    monkeypatch.setattr(first_sessions, "CHUNK", 2)
    report = foretold()
    assert (report.booked, report.changed) == (5, 5)
    assert len({row.tutor_number for row in forecasts()}) == 5


def test_a_tutor_who_has_not_begun_by_yesterday_has_no_forecast_yet() -> None:
    promoted()
    _, tutor_id = a_tutor(days=0)
    booked(tutor_id, start=SOON, now=NOW)
    posted(wire.a_session(a_tutor()[1], start=NOW - 2 * HOUR), now=NOW - HOUR)
    report = foretold()
    assert (report.booked, report.foretold, report.reason) == (1, 0, None)


def nothing_for(reason: Fallback) -> None:
    report = foretold()
    assert (report.booked, report.foretold, report.reason) == (1, 0, reason)
    assert forecasts() == []
    (look,) = looks()
    assert (look.reason, look.version_id) == (reason, None)


@pytest.fixture
def one_ahead() -> str:
    _, tutor_id = a_tutor()
    return booked(tutor_id, start=SOON, now=NOW - HOUR)


@pytest.mark.usefixtures("one_ahead")
def test_without_a_promoted_model_nothing_is_foretold() -> None:
    nothing_for(Fallback.NO_CHAMPION)


@pytest.mark.usefixtures("one_ahead")
@pytest.mark.parametrize(("hours", "reason"), [(12, None), (13, Fallback.CHAMPION_OLD)])
def test_a_model_that_knows_nothing_of_the_last_sixty_days_is_silent(
    hours: int, reason: Fallback | None
) -> None:
    newest = NOW + 12 * HOUR - policy.FIRST_SESSION_MODEL_OLDEST - DAY  # its last day ends at that midnight
    promoted(data_to=newest.date())
    assert foretold(NOW + hours * HOUR).reason == reason


@pytest.mark.usefixtures("one_ahead")
def test_a_damaged_model_is_not_opened() -> None:
    damaged(promoted())
    nothing_for(Fallback.MODEL_BROKEN)


@pytest.mark.usefixtures("one_ahead")
def test_the_model_before_speaks_for_a_damaged_one() -> None:
    first = promoted(created_at=NOW - 9 * DAY)
    damaged(promoted())
    report = foretold()
    assert (report.version_id, report.reason, report.foretold) == (first, Fallback.MODEL_BROKEN, 1)
    assert looks()[0].reason == Fallback.MODEL_BROKEN


@pytest.mark.usefixtures("one_ahead")
def test_a_model_of_another_release_is_not_asked() -> None:
    other = the_model().content.model_copy(update={"features": "of another release"})
    promoted(type(the_model())(other))
    nothing_for(Fallback.MODEL_BROKEN)


def test_a_silent_platform_is_not_foretold_from() -> None:
    promoted()
    _, tutor_id = a_tutor(until=NOW - 3 * DAY)
    booked(tutor_id, start=SOON, now=NOW - 2 * DAY)
    nothing_for(Fallback.FACTS_STALE)


def test_a_platform_without_tutors_is_looked_at_all_the_same() -> None:
    report = foretold()
    assert (report.booked, report.reason) == (0, Fallback.NO_CHAMPION)
    assert len(looks()) == 1


@pytest.mark.usefixtures("one_ahead")
def test_a_roll_back_lets_the_model_before_speak_again() -> None:
    first = promoted(created_at=NOW - 9 * DAY)
    promoted(the_model().flagging_from(0.0001))
    foretold()
    with database.transaction() as session:
        model_versions.roll_back(
            session, ModelKind.FIRST_SESSION, actor="7", reason="It flags everybody.", at=NOW
        )
    foretold(NOW + HOUR)
    assert forecasts()[-1].version_id == first
    assert forecasts()[0].flagged
