"""Twenty-five rules of the book written by hand, as without a rulebook: the limit of judging.

Each takes the facts of a tutor, and is false where one that it needs is not known, like the rule.
"""

from collections.abc import Callable

from rules.fields import Sheet, Value

Closure = Callable[[Sheet], bool]

LITTLE = 5  # sessions or ratings: below it a mean says nothing
NOT_AGAIN = frozenset({"no", "probably_not"})


def below(value: Value | None, bound: float) -> bool:
    """Whether a fact is known and below a bound."""
    return isinstance(value, int | float) and value < bound


def above(value: Value | None, bound: float) -> bool:
    """Whether a fact is known and above a bound."""
    return isinstance(value, int | float) and value > bound


def at_least(value: Value | None, bound: float) -> bool:
    """Whether a fact is known and reaches a bound."""
    return isinstance(value, int | float) and value >= bound


CLOSURES: dict[str, Closure] = {
    "A1.engagement": lambda s: below(s.get("engagement"), 60) and at_least(s.get("sessions_30d"), LITTLE),
    "A1.first-session": lambda s: (
        at_least(s.get("first_rated_30d"), LITTLE)
        and (below(s.get("first_success_pct"), 70) or below(s.get("first_rating_avg_30d"), 3.5))
    ),
    "A1.no-shows": lambda s: above(s.get("noshow_rate_30d"), 5) and at_least(s.get("sessions_30d"), LITTLE),
    "A1.objectives": lambda s: below(s.get("objectives_pct"), 80) and at_least(s.get("sessions_30d"), LITTLE),
    "A1.ratings": lambda s: below(s.get("rating_avg_30"), 3.5) and at_least(s.get("rated_30"), LITTLE),
    "A1.reschedules": lambda s: (
        (above(s.get("resched_rate_30d"), 15) and at_least(s.get("sessions_30d"), LITTLE))
        or s.get("pattern_high_reschedule") is True
    ),
    "A2.skill-gap": lambda s: (
        below(s.get("knowledge_avg_30d"), 3.5) and at_least(s.get("knowledge_rated_30d"), LITTLE)
    ),
    "A3.first-session-check-in": lambda s: s.get("is_first_session") is True,
    "A4.rescheduling": lambda s: at_least(s.get("resched_7d"), 3),
    "ALERT.churn-critical": lambda s: s.get("risk_band") == "critical",
    "ALERT.engagement-low": lambda s: (
        below(s.get("engagement"), 60) and at_least(s.get("sessions_30d"), LITTLE)
    ),
    "ALERT.inactivity": lambda s: at_least(s.get("days_since_session"), 7) and s.get("on_leave") is False,
    "ALERT.no-shows": lambda s: at_least(s.get("noshows_7d"), 2),
    "H1.coaching": lambda s: above(s.get("churn_score"), 50),
    "H1.critical": lambda s: above(s.get("churn_score"), 75),
    "H2.mentorship": lambda s: s.get("tier") == "developing" and below(s.get("tenure_days"), 60),
    "H3.critical": lambda s: above(s.get("churn_score"), 75),
    "H3.needs-attention": lambda s: (
        s.get("tier") in {"needs_attention", "at_risk"} and at_least(s.get("days_needs_attention"), 30)
    ),
    "H4.interview": lambda s: above(s.get("churn_score"), 60) and below(s.get("activity_pct"), 50),
    "H5.recognition": lambda s: s.get("tier") == "exemplary" and at_least(s.get("days_exemplary"), 60),
    "P1.poor-first-session": lambda s: (
        s.get("is_first_session") is True
        and (
            below(s.get("rating"), 3)
            or above(s.get("late_start_min"), 10)
            or s.get("would_work_again") in NOT_AGAIN
            or (s.get("has_next_booking") is False and below(s.get("rating"), 4))
        )
    ),
    "P2.high-reschedule": lambda s: above(s.get("resched_7d"), 3),
    "P2.short-notice": lambda s: (
        at_least(s.get("resched_7d"), 3)
        and (at_least(s.get("short_notice_moves_7d"), 2) or at_least(s.get("own_reason_moves_7d"), 3))
    ),
    "P3.no-show-risk": lambda s: (
        above(s.get("noshows_14d"), 0)
        or (above(s.get("login_fall_pct"), 30) and above(s.get("missed_14d"), 2))
    ),
    "R1.first-session": lambda s: (
        s.get("is_first_session") is True
        and (
            s.get("first_experience") == "poor"
            or below(s.get("rating"), 3)
            or above(s.get("late_start_min"), 10)
            or s.get("would_work_again") in NOT_AGAIN
        )
    ),
}
