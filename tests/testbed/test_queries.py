"""The test bed's own promise about counting."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def test_every_statement_is_counted(session: Session, queries: list[str]) -> None:
    session.execute(text("SELECT 1"))
    session.execute(text("SELECT 2"))
    assert queries == ["SELECT 1", "SELECT 2"]


def test_a_statement_that_goes_with_many_rows_counts_once_for_each(
    session: Session, queries: list[str]
) -> None:
    session.execute(text("SELECT pg_notify('nobody', :word)"), [{"word": word} for word in "abc"])
    assert len(queries) == 3
