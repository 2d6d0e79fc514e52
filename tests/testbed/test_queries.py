"""The test bed's own promise about counting."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def test_every_statement_is_counted(session: Session, queries: list[str]) -> None:
    session.execute(text("SELECT 1"))
    session.execute(text("SELECT 2"))
    assert queries == ["SELECT 1", "SELECT 2"]
