from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from retention.errors import Conflict
from retention.records import database
from tests.web.conftest import ORIGIN
from web.application import bare_pages
from web.guard import SecurityHeaders


@pytest.fixture
def faulty(data: str) -> Iterator[TestClient]:
    """The pages with two more, which fail."""
    app = bare_pages()

    @app.get("/broken")
    def broken() -> None:
        raise ZeroDivisionError

    @app.get("/refused")
    def refused() -> None:
        raise Conflict("It has changed.", instead="Look again.")

    with TestClient(SecurityHeaders(app, https=False), headers=ORIGIN) as browser:
        yield browser


def test_a_broken_page_says_so_with_a_reference_and_without_its_insides(faulty: TestClient) -> None:
    answer = faulty.get("/broken")
    assert answer.status_code == 500
    assert "Reference for your engineers" in answer.text
    assert "ZeroDivision" not in answer.text
    assert "content-security-policy" in answer.headers


def test_a_refusal_states_the_fact_and_the_way_out(faulty: TestClient) -> None:
    answer = faulty.get("/refused")
    assert answer.status_code == 409
    assert "It has changed." in answer.text
    assert "Look again." in answer.text


def test_a_database_that_does_not_answer_has_its_own_page(
    ada: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = database.engine_for("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1", pool=1)
    monkeypatch.setattr(database, "engine", lambda: nowhere)
    answer = ada.get("/people-ops/tasks")
    assert answer.status_code == 503
    assert "Nothing was lost." in answer.text


def test_an_unknown_address_keeps_the_navigation(ada: TestClient) -> None:
    answer = ada.get("/nowhere")
    assert answer.status_code == 404
    assert "Unassigned" in answer.text
