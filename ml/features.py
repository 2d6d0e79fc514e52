"""The 35 features of a tutor at the end of a UTC day (PRD 3.4), the same for training and serving.

Windows are cut off at onboarding. A share without a denominator is NaN, which the models take as it is.
Never among them: archetype, status, risk points, what staff did, age, place, education.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.windows import Windows, days_since, highest, mean, share, stated, wait_quantile
from retention import policy
from retention.measures.cube import FAR, THOUSANDTHS, Cube, Floats, Ints

Matrix = npt.NDArray[np.float32]
HOLIDAY_SEASONS = ((12, 15, 31), (1, 1, 7), (7, 15, 31), (8, 1, 31))  # month, first and last day
AVAILABILITY_BOUNDS = (-1.0, 2.0)  # of its change, so that a first statement is no earthquake


@dataclass(frozen=True)
class Feature:
    """One column: its words for staff, its unit, and the group in which it is explained."""

    name: str
    words: str
    unit: str
    group: str


FEATURES = (
    Feature("tenure_days", "Days since onboarding", "days", "tenure"),
    Feature("is_new_tutor", "New: with us for less than 30 days", "yes/no", "tenure"),
    Feature("sessions_7d", "Sessions in 7 days", "sessions", "activity"),
    Feature("sessions_30d", "Sessions in 30 days", "sessions", "activity"),
    Feature("sessions_90d", "Sessions in 90 days", "sessions", "activity"),
    Feature("sessions_trend", "Sessions in 14 days against the 14 before", "share", "activity"),
    Feature("days_since_last_session", "Days since the last session", "days", "activity"),
    Feature("avg_rating_7d", "Mean rating in 7 days", "stars", "quality"),
    Feature("avg_rating_30d", "Mean rating in 30 days", "stars", "quality"),
    Feature("rating_trend", "Rating of 7 days against 30", "stars", "quality"),
    Feature("first_session_success_rate_90d", "First sessions rated 4 or better", "share", "quality"),
    Feature("logins_7d", "Logins in 7 days", "logins", "engagement"),
    Feature("logins_30d", "Logins in 30 days", "logins", "engagement"),
    Feature("engagement_score_7d", "Engagement in 7 days", "0-100", "engagement"),
    Feature("response_p50_7d", "Usual time to an answer", "log minutes", "engagement"),
    Feature("response_p95_7d", "Longest times to an answer", "log minutes", "engagement"),
    Feature("reschedule_rate_7d", "Sessions moved by the tutor in 7 days", "share", "reliability"),
    Feature("reschedule_rate_30d", "Sessions moved by the tutor in 30 days", "share", "reliability"),
    Feature("no_show_count_14d", "No-shows in 14 days", "sessions", "reliability"),
    Feature("no_show_count_30d", "No-shows in 30 days", "sessions", "reliability"),
    Feature("late_start_count_30d", "Late starts in 30 days", "sessions", "reliability"),
    Feature("availability_hours_7d", "Hours offered a week", "hours", "availability"),
    Feature("availability_change", "Hours offered against the last 28 days", "share", "availability"),
    Feature("training_completion_rate", "Assigned training completed", "share", "engagement"),
    Feature("subjects_taught_count", "Subjects taught in a day, at most in 30", "subjects", "activity"),
    Feature("day_of_week", "Day of the week", "0-6", "calendar"),
    Feature("month", "Month", "1-12", "calendar"),
    Feature("is_holiday_season", "Holiday season", "yes/no", "calendar"),
    Feature("days_since_last_login", "Days since the last login", "days", "engagement"),
    Feature("engagement_trend_14d", "Engagement of 14 days against the 14 before", "share", "engagement"),
    Feature("activity_vs_baseline_21d", "Sessions of 21 days against the usual", "share", "activity"),
    Feature("objectives_met_rate_30d", "Sessions that met their objectives", "share", "quality"),
    Feature("technical_issue_rate_30d", "Sessions with technical trouble", "share", "quality"),
    Feature("short_notice_reschedules_14d", "Moves at short notice in 14 days", "moves", "reliability"),
    Feature("poor_first_sessions_30d", "Poor first sessions in 30 days", "sessions", "quality"),
)
NAMES = tuple(feature.name for feature in FEATURES)


def features(cube: Cube, days: Ints) -> Matrix:
    """(tutors, days asked for, 35), as of the end of each day. Days before onboarding are meaningless."""
    windows = Windows(cube, days)
    columns = {**_of_activity(windows), **_of_quality(windows), **_of_engagement(windows)}
    columns |= {**_of_reliability(windows), **_of_availability(windows), **_of_the_calendar(windows)}
    return np.stack([columns[name] for name in NAMES], axis=-1).astype(np.float32)


def _of_activity(windows: Windows) -> dict[str, Floats]:
    cube, tenure = windows.cube, windows.tenure()
    recent, before = windows.sums("completed", 14), windows.sums("completed", 14, before=14)
    weeks = np.clip(tenure + 1, 1, 21) / 7
    usual = cube.baseline[:, None] * weeks
    return {
        "tenure_days": tenure,
        "is_new_tutor": (tenure < 30).astype(np.float64),
        "sessions_7d": windows.sums("completed", 7),
        "sessions_30d": windows.sums("completed", 30),
        "sessions_90d": windows.sums("completed", 90),
        "sessions_trend": (recent + 1) / (before + 1) - 1,
        "days_since_last_session": days_since(cube, "completed", windows.days),
        "subjects_taught_count": highest(cube.subjects, windows.days, 30),
        "activity_vs_baseline_21d": windows.sums("completed", 21) / usual,
    }


def _of_quality(windows: Windows) -> dict[str, Floats]:
    week = share(windows.sums("rating_sum", 7), windows.sums("rated_n", 7))
    month = share(windows.sums("rating_sum", 30), windows.sums("rated_n", 30))
    return {
        "avg_rating_7d": week,
        "avg_rating_30d": month,
        "rating_trend": week - month,
        "first_session_success_rate_90d": share(
            windows.sums("first_succeeded", 90), windows.sums("first_rated", 90)
        ),
        "objectives_met_rate_30d": share(
            windows.sums("objectives_met", 30), windows.sums("objectives_known", 30)
        ),
        "technical_issue_rate_30d": share(
            windows.sums("technical_issues", 30), windows.sums("completed", 30)
        ),
        "poor_first_sessions_30d": windows.sums("first_poor", 30),
    }


def engagement(windows: Windows, length: int, *, before: int = 0) -> Floats:
    """The platform's composite of logins, preparation and answers, 0-100; unknown parts give way."""

    def of(name: str) -> Floats:
        return windows.sums(name, length, before=before)

    slow, never = policy.ENGAGEMENT_ANSWERS
    mean = share(of("answer_minutes"), of("answers")) / THOUSANDTHS
    parts = {
        "logins": of("logins") / (policy.ENGAGEMENT_LOGINS * length / 7),
        "preparation": share(of("preparation"), of("completed"))
        / (THOUSANDTHS * policy.ENGAGEMENT_PREPARATION),
        "answers": 1 - np.log(np.maximum(mean, slow) / slow) / np.log(never / slow),
    }
    marks = np.stack([np.clip(parts[name], 0, 1) for name in policy.ENGAGEMENT_WEIGHTS])
    weights = np.array(list(policy.ENGAGEMENT_WEIGHTS.values()))[:, None, None] * ~np.isnan(marks)
    return 100 * share(np.nansum(marks * weights, axis=0), np.sum(weights, axis=0))


def _of_engagement(windows: Windows) -> dict[str, Floats]:
    now, before = engagement(windows, 14), engagement(windows, 14, before=14)
    return {
        "logins_7d": windows.sums("logins", 7),
        "logins_30d": windows.sums("logins", 30),
        "engagement_score_7d": engagement(windows, 7),
        "engagement_trend_14d": share(now, before) - 1,
        "days_since_last_login": days_since(windows.cube, "logins", windows.days),
        "response_p50_7d": wait_quantile(windows, 0.5),
        "response_p95_7d": wait_quantile(windows, 0.95),
        "training_completion_rate": share(
            windows.sums("trainings_completed", FAR), windows.sums("trainings_assigned", FAR)
        ),
    }


def _of_reliability(windows: Windows) -> dict[str, Floats]:
    def moved(length: int) -> Floats:  # with a little of the usual added, so that one of one is not all
        return (windows.sums("tutor_moves", length) + 0.1) / (windows.sums("booked", length) + 1)

    return {
        "reschedule_rate_7d": moved(7),
        "reschedule_rate_30d": moved(30),
        "no_show_count_14d": windows.sums("tutor_no_shows", 14),
        "no_show_count_30d": windows.sums("tutor_no_shows", 30),
        "late_start_count_30d": windows.sums("late_starts", 30),
        "short_notice_reschedules_14d": windows.sums("short_notice_moves", 14),
    }


def _of_availability(windows: Windows) -> dict[str, Floats]:
    hours = stated(windows.cube)
    week, month = mean(hours, windows.days, 7), mean(hours, windows.days, 28)
    return {
        "availability_hours_7d": week,
        "availability_change": np.clip(share(week, month) - 1, *AVAILABILITY_BOUNDS),
    }


def _of_the_calendar(windows: Windows) -> dict[str, Floats]:
    dates = [windows.cube.date_of(int(day)) for day in windows.days]
    seasons: Callable[[int, int], bool] = lambda month, day: any(  # noqa: E731 (one test of one day)
        month == one and first <= day <= last for one, first, last in HOLIDAY_SEASONS
    )
    rows = {
        "day_of_week": [float(one.weekday()) for one in dates],
        "month": [float(one.month) for one in dates],
        "is_holiday_season": [float(seasons(one.month, one.day)) for one in dates],
    }
    shape = (windows.cube.tutors, len(dates))
    return {name: np.broadcast_to(np.array(values), shape) for name, values in rows.items()}
