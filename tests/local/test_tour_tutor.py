"""The life of the tour's tutor is what the platform would post, told once and in time."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import TypeAdapter

from local.tour_tutor import BASELINE, MAIL, TIRED_SINCE, Record, TutorOfTheTour
from retention.messages.reading import READERS
from retention.policy import FEW_DATA, PATTERN_MOVES, REDUCED_SHARE
from retention.vocabulary import SessionState, Stream
from simulator.tutors import MAIL as MADE_UP

MET = datetime(2026, 11, 14, 12, tzinfo=UTC)


def a_tutor() -> TutorOfTheTour:
    return TutorOfTheTour("tour-1", MET.date())


def days_of(told: list[tuple[Stream, Record]], transition: SessionState) -> list[datetime]:
    return [
        datetime.fromisoformat(record["event_time"])
        for _, record in told
        if record.get("transition") == transition
    ]


def test_every_record_can_be_read_and_is_told_once() -> None:
    tutor = a_tutor()
    told = list(tutor.until(MET))
    ids = Counter(record["event_id"] for _, record in told)
    assert set(ids.values()) == {1}
    assert list(tutor.until(MET)) == []
    for stream, record in told:
        reader: TypeAdapter[object] = READERS[stream]
        reader.validate_python(record)


@pytest.mark.parametrize(("minute", "told"), [(59, 0), (60, 1)])
def test_nothing_is_told_before_it_happens(minute: int, told: int) -> None:
    tutor, eve = a_tutor(), MET.replace(hour=11)
    list(tutor.until(eve))
    assert len(list(tutor.until(eve + timedelta(minutes=minute)))) == told  # the move at noon


def test_tired_weeks_have_the_pattern_of_moves_and_enough_sessions_to_count_as_teaching() -> None:
    told = list(a_tutor().until(MET + timedelta(days=12)))
    since = MET - timedelta(days=TIRED_SINCE)
    for week in range(3):
        begin = since + timedelta(days=7 * week)
        moved, taught = (
            [at for at in days_of(told, kind) if begin <= at < begin + timedelta(days=7)]
            for kind in (SessionState.MOVED, SessionState.COMPLETED)
        )
        assert len(moved) > PATTERN_MOVES
        assert len(taught) >= REDUCED_SHARE * BASELINE
    assert len(days_of(told, SessionState.COMPLETED)) >= FEW_DATA


def test_a_tutor_who_is_well_moves_nothing_and_pleases() -> None:
    tutor = a_tutor()
    list(tutor.until(MET))
    tutor.well_since = MET.date() + timedelta(days=1)
    told = [
        (stream, record)
        for stream, record in tutor.until(MET + timedelta(days=20))
        if datetime.fromisoformat(record["event_time"]).date() > MET.date()
    ]
    assert days_of(told, SessionState.MOVED) == []
    assert min(record.get("overall_rating", 5) for _, record in told) == 4


def test_the_made_up_tutors_do_not_read_their_letters() -> None:
    assert not f"@{MAIL}".endswith(MADE_UP)
