"""How far each cadence is worked off: every period is done once, in order, whatever happened meanwhile."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from retention.measures import periods
from retention.messages.evaluation import Period
from retention.records.database import Session
from retention.vocabulary import Cadence, Trigger

MOMENTS = {Cadence.HOURLY: Trigger.HOURLY, Cadence.DAILY: Trigger.DAILY_ROLLUP}  # what rules are told

BEGIN = """
INSERT INTO watermarks (cadence, done_until) SELECT cadence, done_until
FROM unnest(CAST(:cadences AS text[]), CAST(:marks AS timestamptz[])) AS begun (cadence, done_until)
ON CONFLICT (cadence) DO NOTHING
"""
ADVANCE = """
UPDATE watermarks SET done_until = :end WHERE cadence = :cadence AND done_until = :start RETURNING cadence
"""
# The last day of the period is what has changed for everybody, if only by windows moving on.
MARK_ALL = """
WITH marked AS (
    INSERT INTO dirty_days (tutor_number, day, known_at)
    SELECT number, :day, :end FROM tutors WHERE status <> 'churned' AND onboarded_at < :end ORDER BY number
    RETURNING tutor_number
) SELECT count(*) FROM marked
"""
TELL_ALL = """
INSERT INTO moments (tutor_number, trigger, event_time, known_at)
SELECT number, :trigger, :end, :end FROM tutors
WHERE status <> 'churned' AND onboarded_at < :end ORDER BY number
"""
# A monthly review makes the provisional tier of the month's last day official (design 3, Tiers).
REVIEW = """
WITH last AS (
    SELECT t.number AS tutor_number, d.day, d.tier
    FROM tutors t CROSS JOIN LATERAL (
        SELECT day, tier FROM tier_days WHERE tutor_number = t.number AND day <= :day
        ORDER BY day DESC LIMIT 1
    ) d WHERE t.status <> 'churned'
), said AS (
    UPDATE tier_days SET official = true FROM last
    WHERE tier_days.tutor_number = last.tutor_number AND tier_days.day = last.day
)
UPDATE standings SET tier_official = last.tier, tier_official_since = CASE
    WHEN tier_official = last.tier THEN tier_official_since ELSE CAST(:since AS date) END
FROM last WHERE standings.tutor_number = last.tutor_number
"""
# The end of the newest period that is marked, if marks of that end itself are not claimed yet.
UNDRAINED = """
SELECT latest.ended FROM (SELECT max(done_until) AS ended FROM watermarks) latest
WHERE EXISTS (SELECT FROM dirty_days WHERE batch_id IS NULL AND known_at = latest.ended)
"""


# A mark goes when its batch is finished, in the transaction that keeps the tutor's sheet.
EVALUATED = """
SELECT EXISTS (SELECT FROM watermarks WHERE cadence = 'daily' AND done_until >= :day_end)
    AND NOT EXISTS (SELECT FROM dirty_days WHERE tutor_number = :tutor AND known_at <= :day_end)
"""


def evaluated(session: Session, tutor_number: int, *, at: datetime) -> bool:
    """Whether the last UTC day over by an instant is worked off for a tutor, so that its sheet is there."""
    wanted = {"tutor": tutor_number, "day_end": periods.begun_by(Cadence.DAILY, at)}
    return bool(session.scalar(text(EVALUATED), wanted))


def begin(session: Session, at: datetime) -> None:
    """Start counting periods at a world's first evaluated instant. Repeatable: later calls change nothing."""
    session.execute(
        text(BEGIN),
        {"cadences": list(Cadence), "marks": [periods.begun_by(cadence, at) for cadence in Cadence]},
    )


def due_periods(session: Session, as_of: datetime) -> list[Period]:
    """The periods that have ended and are not worked off, in the order in which to do them."""
    rows = session.execute(text("SELECT cadence, done_until FROM watermarks"))
    return periods.due({Cadence(row.cadence): row.done_until for row in rows}, as_of)


def undrained(session: Session) -> datetime | None:
    """The end of a marked period whose marks wait still; they are to be judged as of that end, not of now."""
    ended: datetime | None = session.scalar(text(UNDRAINED))
    return ended


def next_periods(session: Session, as_of: datetime) -> list[Period]:
    """The due periods that end first, all at one instant: they can be worked off together.

    A monthly review comes by itself, after its month's last day.
    """
    due = due_periods(session, as_of)
    return [period for period in due if period.end == due[0].end and _alike(period, due[0])]


def _alike(one: Period, other: Period) -> bool:
    return (one.cadence is Cadence.MONTHLY) == (other.cadence is Cadence.MONTHLY)


def mark_periods(session: Session, worked: Sequence[Period]) -> int:
    """Work off periods that end at one instant: marks everybody once, tells the rules, moves the watermarks.

    Returns the tutors marked; 0 when somebody else has worked them off. Repeatable.
    """
    mine = [period for period in worked if _advanced(session, period)]
    if not mine:
        return 0
    end = mine[0].end
    day = periods.measured_day(end)
    for cadence in sorted({period.cadence for period in mine}):
        if cadence in MOMENTS:
            session.execute(text(TELL_ALL), {"trigger": MOMENTS[cadence], "end": end})
        if cadence is Cadence.MONTHLY:
            session.execute(text(REVIEW), {"day": day, "since": periods.day_of(end)})
    tutors: int = session.scalars(text(MARK_ALL), {"day": day, "end": end}).one()
    return tutors


def _advanced(session: Session, period: Period) -> bool:
    wanted = {"cadence": period.cadence, "start": period.start, "end": period.end}
    return session.scalar(text(ADVANCE), wanted) is not None
