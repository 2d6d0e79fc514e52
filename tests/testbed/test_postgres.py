"""The test bed's own promises about the database."""

from collections.abc import Mapping
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from retention.records import database, schema
from retention.records.audit import AuditLine
from retention.records.world import Watermark
from tests.testbed.postgres import in_libpq

MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)


def a_watermark() -> Watermark:
    return Watermark(cadence="daily", done_until=MIDNIGHT)


def test_the_schema_is_what_the_migrations_make(addresses: Mapping[str, str]) -> None:
    assert schema.drift(addresses["mainstay_owner"]) == []


@pytest.mark.parametrize("_turn", ["first", "second"])
def test_what_a_session_wrote_is_gone_in_the_next_test(session: Session, _turn: str) -> None:
    session.add(a_watermark())
    session.flush()
    assert session.scalar(select(func.count()).select_from(Watermark)) == 1


@pytest.mark.parametrize("_turn", ["first", "second"])
def test_what_a_transaction_kept_is_gone_in_the_next_test(data: str, _turn: str) -> None:
    with database.transaction() as session:
        session.add(a_watermark())
        session.add(AuditLine(at=MIDNIGHT, actor="7", act="task.completed", subject="task/1", details={}))
    with psycopg.connect(in_libpq(data)) as other_process:
        assert other_process.execute("SELECT count(*) FROM watermarks").fetchone() == (1,)
        assert other_process.execute("SELECT count(*) FROM audit").fetchone() == (1,)


def test_processes_may_use_tables_but_not_change_them(session: Session) -> None:
    assert session.scalar(text("SELECT current_user")) == "mainstay_app"
    with pytest.raises(Exception, match="must be owner of table watermarks"):
        session.execute(text("DROP TABLE watermarks"))
