"""How much work waits, and since when: for health and metrics, counted in one statement."""

from datetime import datetime

from sqlalchemy import text

from retention.records import schema
from retention.records.database import Session

SIZES = """
SELECT (SELECT count(DISTINCT tutor_number) FROM dirty_days) AS dirty_tutors,
    (SELECT count(*) FROM commands WHERE state = 'pending') AS pending_commands,
    (SELECT count(*) FROM commands WHERE state = 'dead') AS dead_commands,
    (SELECT count(*) FROM quarantine WHERE state = 'open') AS quarantined_lines,
    (SELECT count(*) FROM tasks WHERE state = 'created') AS open_tasks
"""


def sizes(session: Session) -> dict[str, int]:
    """What waits, by its name."""
    return dict(session.execute(text(SIZES)).mappings().one())


def unmeasured_since(session: Session) -> datetime | None:
    """When the oldest fact that is not yet evaluated became known (business time); None when none waits."""
    oldest: datetime | None = session.scalar(text("SELECT min(known_at) FROM dirty_days"))
    return oldest


def at_newest(session: Session) -> bool:
    """Whether the database is at the newest migration."""
    return schema.at_newest(session.connection())
