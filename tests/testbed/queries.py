"""How often a page asks the database: boards must not ask once for each row."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import event

from retention.records import database


@pytest.fixture
def queries(own_database: Mapping[str, str]) -> Iterator[list[str]]:
    """The statements that this process sends from here on; `clear()` it before the part that counts.

    One that goes with many rows counts once for each: the driver sends it so often.
    """
    sent: list[str] = []

    def note(*told: Any) -> None:
        statement, values, many = told[2], told[3], told[5]
        sent.extend([statement] * (len(values) if many else 1))

    engine = database.engine()
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)
