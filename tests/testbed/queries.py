"""How often a page asks the database: boards must not ask once for each row."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import event

from retention.records import database


@pytest.fixture
def queries(own_database: Mapping[str, str]) -> Iterator[list[str]]:
    """The statements that this process sends from here on; `clear()` it before the part that counts."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    engine = database.engine()
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)
