import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from retention.records.database import transaction


def test_a_fault_of_the_database_tells_nothing_about_people(data: str) -> None:
    with pytest.raises(DBAPIError) as fault, transaction() as session:
        session.execute(text("SELECT CAST(:name AS text), 1 / 0"), {"name": "Emily Chen"})
    assert "division by zero" in str(fault.value)
    assert "Emily" not in str(fault.value)
