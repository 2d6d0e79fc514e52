"""Small seeded worlds in the test's database."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from retention.records.database import transaction
from simulator import seeding
from simulator.seeding import Seeded, Wish

NOW = datetime(2026, 11, 22, 13, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
SMALL = Wish(tutors=15, seed=3, days=14, profile="prd")


def a_seeded_world(wish: Wish = SMALL) -> Seeded:
    """A world with its history; its time does not run yet."""
    return seeding.seed(wish, now=NOW, owner_url=None, tell=lambda _what, _share: None)


def count(table: str) -> int:
    """The rows of a table."""
    with transaction() as session:
        return int(session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def event_ids() -> set[str]:
    """Every raw row's event id."""
    tables = ("session_events", "behaviour_events", "feedback")
    with transaction() as session:
        return {
            event_id
            for table in tables
            for event_id in session.scalars(text(f"SELECT event_id FROM {table}"))
        }
