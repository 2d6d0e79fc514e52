"""The world keeps the shares that the requirements state; bounds are four standard errors of the sample.

Rows of one tutor are alike, so the variance is multiplied where tutors differ in the share itself.
"""

from collections import Counter
from datetime import datetime

import numpy as np
import pytest

from simulator.engagement import NEVER
from simulator.exits import CAUSES, NONE
from simulator.profiles import profile
from simulator.tutors import ARCHETYPES, first_tutors
from tests.simulator.lived import DAYS, MONDAY, TUTORS, a_long_run, share, slack

CLUSTERED = 4.0  # variance of a share among one tutor's sessions against independent ones


def starts(record: dict[str, str]) -> datetime:
    return datetime.fromisoformat(record["scheduled_start"])


def test_the_first_day_has_the_archetypes_of_the_requirements() -> None:
    people = first_tutors(20_000, seed=3, profile=profile())
    for place, name in enumerate(ARCHETYPES):
        expected = profile().archetypes.share[name]
        assert (people.archetype == place).mean() == pytest.approx(expected, abs=slack(expected, 20_000))


def test_baselines_lie_between_five_and_thirty_with_a_mean_of_fifteen() -> None:
    baseline = first_tutors(20_000, seed=3, profile=profile()).baseline
    assert baseline.min() >= 5
    assert baseline.max() <= 30
    assert baseline.mean() == pytest.approx(15, abs=4 * baseline.std() / np.sqrt(20_000))


def test_a_quarter_of_the_tutors_of_the_first_day_joined_within_thirty_days() -> None:
    tenure = -first_tutors(20_000, seed=3, profile=profile()).joined
    assert (tenure < 30).mean() == pytest.approx(0.25, abs=slack(0.25, 20_000))


def test_tutors_move_nearly_all_sessions_that_are_moved() -> None:
    moved = a_long_run().sessions("moved")
    by_tutor = share(moved, lambda record: record["initiated_by"] == "tutor")
    assert by_tutor == pytest.approx(0.982, abs=max(0.005, slack(0.982, len(moved))))


def test_about_one_session_in_ten_is_a_first_session() -> None:
    taught = a_long_run().sessions("completed")
    assert 0.08 <= share(taught, lambda record: record["session_number"] == 1) <= 0.11


def test_one_session_in_twenty_has_several_students() -> None:
    taught = a_long_run().sessions("completed")
    assert 0.035 <= share(taught, lambda record: record["session_type"] == "group") <= 0.065
    assert all((len(record["student_ids"]) > 1) == (record["session_type"] == "group") for record in taught)


def test_about_a_quarter_of_rated_first_sessions_fail() -> None:
    told = a_long_run().records("feedback", lambda record: "first_experience" in record)
    failing = share(told, lambda record: record["overall_rating"] < 3)
    assert failing == pytest.approx(0.24, abs=slack(0.24, len(told), design=CLUSTERED))


def test_first_sessions_fail_less_often_with_experience() -> None:
    run = a_long_run()
    joined = {
        f"tutor-{number + 1:05d}": day
        for number, day in zip(
            run.world.tutors.number.tolist(), run.world.tutors.joined.tolist(), strict=True
        )
    }
    told = run.records("feedback", lambda record: "first_experience" in record)

    def days(record: dict[str, str]) -> float:
        since = datetime.fromisoformat(record["event_time"]) - MONDAY
        return float(since.total_seconds() / 86_400 - joined[record["tutor_id"]])

    green = [record for record in told if days(record) < 45]
    old = [record for record in told if days(record) > 200]
    difference = share(green, lambda r: r["overall_rating"] < 3) - share(
        old, lambda r: r["overall_rating"] < 3
    )
    assert difference > slack(0.24, min(len(green), len(old)))


def test_seven_of_ten_taught_sessions_get_feedback_within_two_days() -> None:
    run = a_long_run()
    taught = {record["session_id"]: record for record in run.sessions("completed")}
    told = run.records("feedback")
    assert len(told) / len(taught) == pytest.approx(0.70, abs=slack(0.70, len(taught)))
    waits = [
        (
            datetime.fromisoformat(record["event_time"])
            - datetime.fromisoformat(taught[record["session_id"]]["event_time"])
        ).total_seconds()
        for record in told
    ]
    assert 0 < min(waits) <= max(waits) <= 2 * 86_400
    assert np.median(waits) < 3 * 3_600


def test_only_first_sessions_are_asked_the_two_questions() -> None:
    run = a_long_run()
    firsts = {one["session_id"] for one in run.sessions("completed") if one["session_number"] == 1}
    for record in run.records("feedback"):
        assert ("would_work_again" in record) == ("first_experience" in record)
        assert ("first_experience" in record) == (record["session_id"] in firsts)


@pytest.mark.parametrize(("when", "odds"), [("monday", 1.6), ("morning", 1.6)])
def test_no_shows_cluster_on_mondays_and_in_the_morning(when: str, odds: float) -> None:
    def inside(record: dict[str, str]) -> bool:
        start = starts(record)
        return start.weekday() == 0 if when == "monday" else start.hour < 11

    missed = a_long_run().sessions("no_show")
    taught = a_long_run().sessions("completed")
    there, elsewhere = share(missed, inside), share(taught, inside)
    measured = there / (1 - there) / (elsewhere / (1 - elsewhere))
    error = 4 / np.sqrt(len(missed) * there * (1 - there))  # of the log of the odds
    assert abs(np.log(measured / odds)) < max(error, 0.25)


def test_a_weekend_day_has_seven_tenths_of_a_weekday() -> None:
    days = Counter(starts(record).weekday() for record in a_long_run().sessions("completed"))
    weekend, weekdays = (days[5] + days[6]) / 2, sum(days[day] for day in range(5)) / 5
    assert 0.68 <= weekend / weekdays <= 0.77


def test_one_or_two_tutors_in_a_hundred_resign_in_a_month() -> None:
    notices = len(a_long_run().behaviour("resignation_notice"))
    monthly = notices / TUTORS / DAYS * 30
    assert 0.01 - slack(0.01, TUTORS * 4) <= monthly <= 0.02 + slack(0.02, TUTORS * 4)


def test_four_to_six_tutors_in_a_hundred_leave_in_a_settled_month() -> None:
    life = a_long_run().world.life
    started = (life.gone_from > DAYS - 30).sum()
    left = ((life.gone_from > DAYS - 30) & (life.gone_from <= DAYS)).sum()
    assert 0.04 - slack(0.04, started) <= left / started <= 0.06 + slack(0.06, started)


def test_a_tenth_of_the_leavers_gives_no_sign_and_a_quarter_goes_for_a_first_session() -> None:
    life = a_long_run().world.life
    gone = (life.gone_from < NEVER) & (life.cause != NONE)
    shares = {name: float((life.cause[gone] == place).mean()) for place, name in enumerate(CAUSES)}
    assert shares["no_signal"] >= 0.10 - slack(0.12, int(gone.sum()))
    assert shares["first_session"] == pytest.approx(0.24, abs=slack(0.24, int(gone.sum())))


def test_tutors_on_their_way_out_log_in_less() -> None:
    run = a_long_run()
    gone = {
        f"tutor-{number + 1:05d}": run.world.life.gone_from[number]
        for number in np.flatnonzero((run.world.life.intent > 0) & (run.world.life.gone_from < DAYS))
    }
    logins: Counter[str] = Counter()
    for record in run.behaviour("login"):
        day = (datetime.fromisoformat(record["event_time"]) - MONDAY).days
        last = gone.get(record["tutor_id"], NEVER)
        logins["staying" if last == NEVER else "leaving" if 0 <= last - day <= 7 else "other"] += 1
    tutor_days = {"staying": 0.8 * TUTORS * DAYS, "leaving": 8 * len(gone)}
    assert logins["leaving"] / tutor_days["leaving"] < 0.75 * logins["staying"] / tutor_days["staying"]
