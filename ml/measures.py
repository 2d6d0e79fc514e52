"""What the components look at, from the sums of a tutor's days; None where it cannot be said."""

from dataclasses import dataclass

from retention import policy

SPOKEN = {  # measure -> (words, unit)
    "login_fall": ("Fewer logins in 14 days than in the 14 before", "%"),
    "session_fall": ("Fewer sessions in 14 days than in the 14 before", "%"),
    "silent_days": ("Days since the last session", "days"),
    "rating": ("Mean of the last 30 ratings", "stars"),
    "rating_fall": ("Rating lost in 30 days", "stars"),
    "reschedule_pct": ("Sessions moved by the tutor in 30 days", "%"),
    "moves_7d": ("Sessions moved by the tutor in 7 days", "times"),
    "first_success_pct": ("First sessions rated 4 or better in 90 days", "%"),
    "first_poor_30d": ("Poor first sessions in 30 days", "times"),
    "no_shows_14d": ("No-shows in 14 days", "times"),
    "no_show_pct": ("Sessions missed by the tutor in 30 days", "%"),
    "tenure_days": ("Days since onboarding", "days"),
    "availability_fall": ("Fewer hours offered than 28 days ago", "%"),
}


@dataclass(frozen=True)
class Sums:
    """What is summed up of one tutor's days; `_before` is the stretch of equal length before."""

    tutor_number: int
    tenure_days: int
    silent_days: int  # days at work since the last session, or since onboarding
    on_leave: bool
    sessions_14d: int
    sessions_before: int
    logins_14d: int
    logins_before: int
    days_14d: int  # of the 14: with us and not on leave
    days_before: int
    moves_7d: int
    first_poor_7d: int
    first_poor_30d: int
    no_shows_14d: int
    missed_14d: int  # no-shows and cancellations by the tutor
    rating: float | None
    rated: int
    rating_change: float | None
    reschedule_pct: float | None
    first_success_pct: float | None
    first_rated: int
    no_show_pct: float | None
    availability_hours: float | None
    availability_before: float | None


def measures_of(sums: Sums) -> dict[str, float]:
    """Every measure that can be said; an unknown one is left out and adds nothing to the score."""
    known: dict[str, float | None] = {
        "login_fall": _fall_of(sums, now=sums.logins_14d, before=sums.logins_before),
        "session_fall": _fall_of(sums, now=sums.sessions_14d, before=sums.sessions_before),
        "silent_days": None if sums.on_leave else float(sums.silent_days),
        "rating": sums.rating if sums.rated >= policy.FEW_DATA else None,
        "rating_fall": None if sums.rating_change is None else -sums.rating_change,
        "reschedule_pct": sums.reschedule_pct,
        "moves_7d": float(sums.moves_7d),
        "first_success_pct": sums.first_success_pct if sums.first_rated >= policy.FEW_DATA else None,
        "first_poor_30d": float(sums.first_poor_30d),
        "no_shows_14d": float(sums.no_shows_14d),
        "no_show_pct": sums.no_show_pct,
        "tenure_days": float(sums.tenure_days),
        "availability_fall": _fall(sums.availability_hours, sums.availability_before),
    }
    return {name: value for name, value in known.items() if value is not None}


def _fall_of(sums: Sums, *, now: int, before: int) -> float | None:
    """Percent fewer a day at work than in the stretch before; both must have been long enough."""
    if sums.on_leave or min(sums.days_14d, sums.days_before) < policy.FEWEST_DAYS:
        return None
    return _fall(now / sums.days_14d, before / sums.days_before)


def _fall(now: float | None, before: float | None) -> float | None:
    if now is None or not before:
        return None
    return 100.0 * (before - now) / before
