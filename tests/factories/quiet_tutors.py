"""Tutors who have not taught for some days, judged hour by hour as the evaluation does it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from retention.records import watermarks
from retention.records.database import transaction
from retention.records.decisions import Decision
from tests.factories import platform
from tests.factories.judged_worlds import evaluate

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)  # the last full hour
RULE = "ALERT.inactivity"


def quiet_tutor(days: int, *, hours: int = 2) -> int:
    """A tutor whose last session began so many days and hours ago, and what was judged of them since."""
    last = NOW - days * DAY - hours * HOUR
    with transaction() as session:
        watermarks.begin(session, NOW - HOUR)
        number, tutor_id = platform.a_tutor(session, at=NOW - 90 * DAY)
        taught = platform.taught_daily(tutor_id, first=last - 19 * DAY, days=20)
        platform.known(session, taught, now=last + 2 * HOUR)
    return number


def fired(number: int, rule_id: str = RULE) -> list[str]:
    """What a rule has decided about a tutor, the first first."""
    wanted = select(Decision.verdict).where(Decision.tutor_number == number, Decision.rule_id == rule_id)
    with transaction() as session:
        return list(session.scalars(wanted.order_by(Decision.id)))


def judged(hour: int = 0) -> None:
    """Everybody is judged at the end of an hour from now."""
    evaluate(NOW + hour * HOUR)
