"""The three patterns of PRD 3.3: flags of their own, which add points to the component sum only."""

from collections.abc import Mapping

from ml.measures import Sums
from retention import policy


def patterns_of(sums: Sums, measures: Mapping[str, float]) -> list[str]:
    """The names of the patterns that show."""
    in_a_week, in_a_month = policy.PATTERN_POOR_FIRST
    fewer_logins = measures.get("login_fall", 0.0) > policy.PATTERN_LOGIN_FALL
    shows = {
        "poor_first_session": sums.first_poor_7d >= in_a_week or sums.first_poor_30d >= in_a_month,
        "high_reschedule": sums.moves_7d > policy.PATTERN_MOVES,
        "no_show_risk": sums.no_shows_14d > 0 or (fewer_logins and sums.missed_14d > policy.PATTERN_MISSED),
    }
    return [name for name, showing in shows.items() if showing]
