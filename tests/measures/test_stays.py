"""Churn by the glossary: resignation, inactivity, reduced activity; leave; return."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from retention.measures.stays import Day, History, Notice, Stay, status_of, stays_of
from retention.vocabulary import ChurnReason, TutorStatus

BEGAN = datetime(2026, 6, 1, 9, tzinfo=UTC)
FIRST = BEGAN.date()


def day(number: int) -> date:
    """The n-th day after onboarding."""
    return FIRST + timedelta(days=number)


def midnight(number: int) -> datetime:
    """When the n-th day after onboarding begins."""
    return datetime(2026, 6, 1, tzinfo=UTC) + timedelta(days=number)


def a_history(taught: Mapping[int, int], *, leave: range = range(0)) -> History:
    """A tutor who taught so many sessions on these days; 7 a week is the baseline."""
    numbers = {*taught, *leave}
    days = {day(number): Day(taught.get(number, 0), number in leave) for number in numbers}
    return History(
        tutor_number=1,
        status=TutorStatus.ACTIVE,
        onboarded_at=BEGAN,
        baseline_per_week=7,
        stay=Stay(BEGAN),
        days=days,
        watched_from=FIRST,
    )


def ends(history: History, *, as_of: datetime) -> list[tuple[datetime | None, ChurnReason | None]]:
    return [(stay.ended_at, stay.reason) for stay in stays_of(history, as_of=as_of)]


DAILY = dict.fromkeys(range(41), 1)  # one session a day up to day 40


@pytest.mark.parametrize(
    ("as_of", "ended"),
    [
        (midnight(55), None),  # 14 days, 41 to 54, are over
        (midnight(56) - timedelta(seconds=1), None),  # the 15th is not over
        (midnight(56), midnight(56)),
    ],
)
def test_fifteen_days_without_a_session_are_inactivity(as_of: datetime, ended: datetime | None) -> None:
    history = replace(a_history(DAILY), baseline_per_week=0.1)
    assert stays_of(history, as_of=as_of)[-1].ended_at == ended


def test_leave_stops_the_clock_without_setting_it_back() -> None:
    history = replace(a_history(DAILY, leave=range(45, 60)), baseline_per_week=0.1)
    assert ends(history, as_of=midnight(71) - timedelta(seconds=1)) == [(None, None)]
    assert ends(history, as_of=midnight(71)) == [(midnight(71), ChurnReason.INACTIVITY)]


@pytest.mark.parametrize(
    ("a_week", "reason"),
    [(3, ChurnReason.REDUCED_ACTIVITY), (4, None)],  # half of 7 is 3.5
)
def test_three_weeks_below_half_of_the_baseline_are_reduced_activity(
    a_week: int, reason: ChurnReason | None
) -> None:
    less = {number: int((number - 41) % 7 < a_week) for number in range(41, 62)}
    assert ends(a_history(DAILY | less), as_of=midnight(62))[-1][1] is reason


def test_one_better_week_of_three_is_not_reduced_activity() -> None:
    less = {number: int((number - 41) % 7 < (4 if 48 <= number < 55 else 3)) for number in range(41, 62)}
    assert ends(a_history(DAILY | less), as_of=midnight(62)) == [(None, None)]


@pytest.mark.parametrize(("days", "reason"), [(28, None), (29, ChurnReason.REDUCED_ACTIVITY)])
def test_reduced_activity_needs_four_weeks_of_tenure(days: int, reason: ChurnReason | None) -> None:
    seldom = {number: int(number % 7 == 0) for number in range(40)}
    assert ends(a_history(seldom), as_of=midnight(days))[-1][1] is reason


def test_a_resignation_ends_the_stay_when_it_takes_effect() -> None:
    last_day = midnight(45) + timedelta(hours=12)
    history = replace(a_history(DAILY), notices=[Notice(midnight(38), last_day)])
    assert ends(history, as_of=last_day - timedelta(seconds=1)) == [(None, None)]
    assert ends(history, as_of=last_day) == [(last_day, ChurnReason.RESIGNATION)]


def test_who_teaches_again_begins_a_new_stay_and_the_old_end_stands() -> None:
    taught = DAILY | dict.fromkeys(range(70, 75), 1)
    history = replace(a_history(taught), baseline_per_week=0.1)
    gone, back = stays_of(history, as_of=midnight(75))
    assert (gone.ended_at, gone.reason) == (midnight(56), ChurnReason.INACTIVITY)
    assert back == Stay(midnight(70))
    assert status_of(history, [gone, back]) is TutorStatus.ACTIVE


@pytest.mark.parametrize(("a_week", "stays"), [(3, 1), (4, 2)])
def test_who_taught_too_little_is_back_with_half_a_week(a_week: int, stays: int) -> None:
    less = {number: int((number - 41) % 7 < 3) for number in range(41, 62)}
    then = {number: int((number - 62) % 7 < a_week) for number in range(62, 69)}
    assert len(stays_of(a_history(DAILY | less | then), as_of=midnight(69))) == stays


def test_days_on_which_the_platform_was_silent_hold_the_clock() -> None:
    quiet = frozenset(day(number) for number in range(45, 60))
    history = replace(a_history(DAILY), baseline_per_week=0.1, silent=quiet)
    assert ends(history, as_of=midnight(71) - timedelta(seconds=1)) == [(None, None)]
    assert ends(history, as_of=midnight(71)) == [(midnight(71), ChurnReason.INACTIVITY)]


def test_each_stay_ends_by_the_notice_that_was_given_in_it() -> None:
    notices = [Notice(midnight(38), midnight(41)), Notice(midnight(80), midnight(90))]
    taught = DAILY | dict.fromkeys(range(60, 95), 1)
    history = replace(a_history(taught), baseline_per_week=0.1, notices=notices)
    assert ends(history, as_of=midnight(91))[:2] == [
        (midnight(41), ChurnReason.RESIGNATION),
        (midnight(90), ChurnReason.RESIGNATION),
    ]


def test_a_late_session_does_not_unwrite_an_end_on_record() -> None:
    recorded = Stay(BEGAN, midnight(56), ChurnReason.INACTIVITY)
    history = replace(a_history(DAILY | {50: 1}), baseline_per_week=0.1, stay=recorded)
    assert stays_of(history, as_of=midnight(60)) == [recorded]


def test_before_the_platform_was_watched_nobody_was_idle() -> None:
    history = replace(a_history({30: 1}), baseline_per_week=0.1, watched_from=day(30))
    assert ends(history, as_of=midnight(40)) == [(None, None)]


def test_the_status_says_gone_before_on_leave() -> None:
    away = replace(a_history(DAILY), on_leave=True)
    assert status_of(away, [Stay(BEGAN)]) is TutorStatus.ON_LEAVE
    assert status_of(away, [Stay(BEGAN, midnight(56), ChurnReason.INACTIVITY)]) is TutorStatus.CHURNED
