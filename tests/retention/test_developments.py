"""How a tutor has developed: each figure as rules read it, and unknown where nothing can be said."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from retention import policy
from retention.records import churn
from retention.records.database import Session
from retention.records.developments import developments_of
from retention.records.metrics import TutorMetrics
from retention.records.standings import TierDay
from retention.records.tutor_days import TutorDay
from rules.fields import registry
from tests.factories import platform, wire
from tests.factories.scores import a_component_score

MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
DAY = timedelta(days=1)
LAST = date(2026, 11, 23)  # the measured day at midnight
LETTERS = {"E": "exemplary", "S": "strong", "D": "developing", "N": "needs_attention", "R": "at_risk"}


def a_tutor(session: Session, *, days: int = 90, **details: Any) -> int:
    return platform.a_tutor(session, at=MIDNIGHT - days * DAY, **details)[0]


def a_day(session: Session, number: int, ago: int, **told: Any) -> None:
    session.add(TutorDay(tutor_number=number, day=LAST - ago * DAY, subjects=[], answer_waits=[], **told))
    session.flush()


def developed(session: Session, number: int, *, at: datetime = MIDNIGHT) -> dict[str, Any]:
    (row,) = developments_of(session, [number], as_of=at)
    return dict(row)


def daily(session: Session, number: int, tiers: str) -> None:
    """The last days' tiers, oldest first; a dot is a day without one."""
    for ago, letter in enumerate(reversed(tiers)):
        if letter != ".":
            session.add(
                TierDay(tutor_number=number, day=LAST - ago * DAY, tier=LETTERS[letter], official=False)
            )
    session.flush()


@pytest.mark.parametrize(
    ("tiers", "exemplary"),
    [
        ("EEEEE", 5),
        ("SSEEE", 3),
        ("SEEE", 3),
        ("EESEE", 4),  # a single day is borne, and not counted
        ("EESSEE", 2),
        ("EESESEE", 5),
        ("EEEES", 4),  # not yet known whether it was a single day
        ("EEEESS", 0),
        ("EE..EE", 4),  # a day without a tier is neither
        ("EES.SE", 1),
        ("SSSS", 0),
        ("", None),
    ],
)
def test_days_as_exemplary_bear_a_single_other_day(
    session: Session, tiers: str, exemplary: int | None
) -> None:
    number = a_tutor(session)
    daily(session, number, tiers)
    assert developed(session, number)["days_exemplary"] == exemplary


@pytest.mark.parametrize(
    ("tiers", "low"), [("NNN", 3), ("NRRN", 4), ("NNDN", 3), ("NNDDN", 1), ("EEEE", 0), ("", None)]
)
def test_being_at_risk_goes_on_counting_as_needing_attention(
    session: Session, tiers: str, low: int | None
) -> None:
    number = a_tutor(session)
    daily(session, number, tiers)
    assert developed(session, number)["days_needs_attention"] == low


def test_days_in_a_tier_are_counted_up_to_the_look_back(session: Session) -> None:
    number = a_tutor(session, days=400)
    daily(session, number, "E" * (policy.TIER_LOOK_BACK + 5))
    assert developed(session, number)["days_exemplary"] == policy.TIER_LOOK_BACK
    assert registry()["days_exemplary"].high == policy.TIER_LOOK_BACK


def test_fewer_logins_are_a_fall_in_percent(session: Session) -> None:
    number = a_tutor(session)
    for ago in range(28):
        a_day(session, number, ago, logins=1 if ago < 14 else 2)
    assert developed(session, number)["login_fall_pct"] == pytest.approx(50)


def test_a_fall_is_measured_by_days_at_work(session: Session) -> None:
    number = a_tutor(session)
    for ago in range(28):
        away = ago in range(7)
        a_day(session, number, ago, logins=0 if away else 2, on_leave=away)
    assert developed(session, number)["login_fall_pct"] == pytest.approx(0)


@pytest.mark.parametrize("days", [13, 20])
def test_a_stretch_of_fewer_than_seven_days_is_compared_with_nothing(session: Session, days: int) -> None:
    number = a_tutor(session, days=days + 1)
    for ago in range(days):
        a_day(session, number, ago, logins=1)
    known = developed(session, number)["login_fall_pct"] is not None
    assert known is (days - 13 >= policy.FEWEST_DAYS)


def test_who_never_signed_in_cannot_sign_in_less(session: Session) -> None:
    number = a_tutor(session)
    a_day(session, number, 3, logins=0)
    assert developed(session, number)["login_fall_pct"] is None


@pytest.mark.parametrize(("a_week", "share"), [(12, 100), (6, 50), (5, 500 / 12), (0, 0)])
def test_activity_is_a_share_of_the_baseline(session: Session, a_week: int, share: float) -> None:
    number = a_tutor(session, baseline_sessions_per_week=12)
    for week in range(2):
        a_day(session, number, 7 * week, completed=a_week)
    assert developed(session, number)["activity_pct"] == pytest.approx(share)


def test_the_day_that_is_not_over_does_not_count_as_a_quiet_one(session: Session) -> None:
    number = a_tutor(session, baseline_sessions_per_week=7)
    for ago in range(1, 15):
        a_day(session, number, ago, completed=1)
    noon = MIDNIGHT - DAY / 2
    assert developed(session, number, at=noon)["activity_pct"] == pytest.approx(100)
    assert developed(session, number)["activity_pct"] == pytest.approx(100 * 13 / 14)


@pytest.mark.parametrize(("days", "known"), [(27, False), (28, True)])
def test_a_new_tutor_has_no_share_of_the_baseline_yet(session: Session, days: int, known: bool) -> None:
    number = a_tutor(session, days=days)
    a_day(session, number, 0, completed=1)
    assert (developed(session, number)["activity_pct"] is not None) is known


def test_ratings_of_knowledge_and_students_engagement_are_means_with_their_numbers(session: Session) -> None:
    number = a_tutor(session)
    a_day(session, number, 0, knowledge_n=3, knowledge_sum=9, engagement_n=2, engagement_sum=1.0)
    a_day(session, number, 29, knowledge_n=1, knowledge_sum=5, engagement_n=2, engagement_sum=1.6)
    a_day(session, number, 30, knowledge_n=9, knowledge_sum=9, engagement_n=9, engagement_sum=0.0)
    found = developed(session, number)
    assert (found["knowledge_avg_30d"], found["knowledge_rated_30d"]) == (3.5, 4)
    assert (found["attention_pct_30d"], found["attention_known_30d"]) == (pytest.approx(65), 4)


def test_what_nobody_has_rated_is_not_known(session: Session) -> None:
    found = developed(session, a_tutor(session))
    assert (found["knowledge_avg_30d"], found["knowledge_rated_30d"]) == (None, 0)
    assert (found["attention_pct_30d"], found["attention_known_30d"]) == (None, 0)


def a_move(tutor_id: str, *, ago: timedelta, reason: str | None, by: str = "tutor") -> wire.Json:
    at = (MIDNIGHT - ago).isoformat()
    start = MIDNIGHT + 3 * DAY
    return wire.a_session(
        tutor_id, start=start, transition="moved", event_time=at, reason=reason, initiated_by=by
    )


@pytest.mark.parametrize(
    ("reasons", "own"),
    [
        ([], 0),
        (["Family", "Clash with another commitment", "Personal", "Schedule conflict"], 4),
        (["Family", "Feeling unwell", None], 1),
        (["Feeling unwell"], 0),
        ([None, None], None),
    ],
)
def test_reasons_of_moves_are_unknown_when_none_is_given(
    session: Session, reasons: list[str | None], own: int | None
) -> None:
    number, tutor_id = platform.a_tutor(session, at=MIDNIGHT - 90 * DAY)
    moves = [a_move(tutor_id, ago=(1 + place) * DAY, reason=reason) for place, reason in enumerate(reasons)]
    apart = [
        a_move(tutor_id, ago=7 * DAY + DAY / 24, reason="Family"),
        a_move(tutor_id, ago=DAY, reason="Family", by="student"),
    ]
    platform.known(session, [*moves, *apart], now=MIDNIGHT)
    a_day(session, number, 0, tutor_moves=len(reasons))
    assert developed(session, number)["own_reason_moves_7d"] == own


def test_missed_means_no_show_or_cancelled_too_late(session: Session) -> None:
    number, tutor_id = platform.a_tutor(session, at=MIDNIGHT - 90 * DAY)
    start = MIDNIGHT - 2 * DAY

    def ended(transition: str, notice: timedelta, **more: Any) -> wire.Json:
        at = (start - notice).isoformat()
        return wire.a_session(tutor_id, start=start, transition=transition, event_time=at, **more)

    told = [
        ended("no_show", -DAY / 24),
        ended("no_show", -DAY / 24, initiated_by="student"),
        ended("cancelled", timedelta(hours=23)),
        ended("cancelled", timedelta(hours=24)),
        ended("cancelled", timedelta(hours=1), initiated_by="student"),
        wire.a_session(tutor_id, start=MIDNIGHT - 15 * DAY, transition="no_show"),
    ]
    platform.known(session, told, now=MIDNIGHT)
    a_day(session, number, 1, tutor_no_shows=1, tutor_cancels=2)
    assert developed(session, number)["missed_14d"] == 2


def test_short_notice_is_counted_over_a_week(session: Session) -> None:
    number = a_tutor(session)
    a_day(session, number, 6, short_notice_moves=2)
    a_day(session, number, 7, short_notice_moves=4)
    assert developed(session, number)["short_notice_moves_7d"] == 2


@pytest.mark.parametrize(("ago", "change"), [(13, None), (14, -12), (17, -12), (18, None)])
def test_engagement_is_compared_with_a_day_two_weeks_back(
    session: Session, ago: int, change: float | None
) -> None:
    number = a_tutor(session)
    for day, engagement in ((0, 58.0), (ago, 70.0)):
        counts = dict.fromkeys(
            ("sessions", "rated_n", "first_rated", "tutor_moves", "no_shows", "late_starts"), 0
        )
        session.add(
            TutorMetrics(
                tutor_number=number,
                day=LAST - day * DAY,
                window_days=30,
                logins=0,
                engagement_pct=engagement,
                computed_at=MIDNIGHT,
                **counts,
            )
        )
    session.flush()
    assert developed(session, number)["engagement_change_14d"] == change


@pytest.mark.parametrize(("source", "change"), [("component", 5), ("model", None)])
def test_a_chance_is_compared_with_one_of_the_same_estimator(
    session: Session, source: str, change: float | None
) -> None:
    number = a_tutor(session)
    churn.store(
        session, [a_component_score(number, at=MIDNIGHT - 14 * DAY - DAY / 2, p30=0.04, source=source)]
    )
    churn.store(session, [a_component_score(number, at=MIDNIGHT - DAY / 2, p30=0.09)])
    assert developed(session, number)["p30_change_14d"] == (None if change is None else pytest.approx(change))
