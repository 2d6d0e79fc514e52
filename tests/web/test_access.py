import asyncio
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from starlette.routing import Route
from starlette.types import Message

from retention.errors import NotFound
from retention.messages.forms import LONGEST_NOTE
from retention.vocabulary import Role
from tests.web.conftest import Visitor
from web.access import EVERYBODY, MOST_BYTES, TABLE, TooLarge, form_of, rule_for
from web.application import ROUTERS
from web.viewer import STAFF

PARTS = {  # of addresses: made up, but of the right form
    "task_id": "0" * 32,
    "number": "10001",
    "veto": "1",
    "alert_id": "1",
    "storm_id": "1",
    "entry": "1",
    "case_id": "a/1/b",
    "token": "guess",
    "slug": "guess",
    "rule_id": "H1.coaching",
    "key": "guess",
    "letter": "coaching_tip",
    "act": "read",
    "name": "guess",
}
ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, Route)]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{min(route.methods)} {route.path}")
def test_every_page_falls_under_a_line_of_the_table(route: Route) -> None:
    rule_for(route.path)


@pytest.mark.parametrize("address", ["/elsewhere", "/people-opsx", "/people_ops/tasks", "//", "/tutor"])
def test_what_the_table_does_not_name_is_closed(address: str) -> None:
    with pytest.raises(NotFound):
        rule_for(address)


def test_only_staff_open_what_people_ops_see() -> None:
    assert rule_for("/people-ops/tutors/10001") == STAFF
    assert {Role.TUTOR, Role.STUDENT}.isdisjoint(STAFF)


def test_strangers_open_only_the_sign_in_page_static_files_and_what_letters_link_to() -> None:
    opened = {beginning for beginning, roles in TABLE.items() if roles is EVERYBODY}
    assert opened == {"/static", "/sign-in", "/answer", "/guides"}


@pytest.mark.parametrize("role", sorted(Role))
def test_each_role_opens_what_the_table_says_and_nothing_else(visitor: Visitor, role: Role) -> None:
    browser = visitor(role=role)
    for route in ROUTES:
        roles, method = rule_for(route.path), min(route.methods or ())
        answer = browser.request(method, route.path.replace(":path", "").format(**PARTS))
        refused = answer.status_code == 403 and "needs the role" in answer.text
        assert refused == (roles is not None and role not in roles), route.path
        if route.path == "/sign-out":
            assert answer.status_code == 403  # without its token it signs nobody out


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{min(route.methods)} {route.path}")
def test_a_stranger_is_asked_to_sign_in_everywhere_else(stranger: TestClient, route: Route) -> None:
    if rule_for(route.path) is EVERYBODY:
        return
    address = route.path.replace(":path", "").format(**PARTS)
    for method in sorted(route.methods or ()):
        answer = stranger.request(method, address, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("role", sorted(STAFF))
def test_each_role_of_staff_opens_the_inbox(visitor: Visitor, role: Role) -> None:
    assert visitor(role=role).get("/people-ops/tasks").status_code == 200


def test_a_student_who_signs_in_reads_which_role_a_page_needs(visitor: Visitor) -> None:
    answer = visitor(role=Role.STUDENT).get("/people-ops/tasks")
    assert answer.status_code == 403
    assert "needs the role" in answer.text


@pytest.mark.parametrize(
    "address", ["/people-ops/tasks?q=%00", "/people-ops/cases/a%00b", "/sign-in?then=%00"]
)
def test_an_address_with_a_character_that_no_text_holds_is_not_found(visitor: Visitor, address: str) -> None:
    assert visitor().get(address).status_code == 404


def test_a_form_with_such_a_character_is_taken_without_it(stranger: TestClient) -> None:
    answer = stranger.post("/sign-in", data={"email": "ada\x00@mainstay.example", "password": "guess"})
    assert answer.status_code == 403
    assert 'value="ada@mainstay.example"' in answer.text


def a_form(length: int) -> dict[str, Any]:
    """A sign-in whose form has so many bytes, as a request's content."""
    start = "email=ada@mainstay.example&password=guess&then="
    content = start + "x" * (length - len(start))
    return {"content": content, "headers": {"content-type": "application/x-www-form-urlencoded"}}


@pytest.mark.parametrize(("length", "status"), [(MOST_BYTES, 403), (MOST_BYTES + 1, 413)])
def test_a_form_is_read_up_to_64_kib(stranger: TestClient, length: int, status: int) -> None:
    assert stranger.post("/sign-in", **a_form(length)).status_code == status


def test_a_form_that_is_too_long_is_refused_in_a_sentence(ada: TestClient) -> None:
    answer = ada.post("/preferences", **a_form(MOST_BYTES + 1))
    assert answer.status_code == 413
    assert "A form may have at most 64 KiB; nothing of this one was stored." in answer.text
    assert "content-security-policy" in answer.headers


def test_of_an_endless_form_no_more_is_read_than_shows_that_it_is_too_long() -> None:
    chunks: list[bytes] = []

    async def endless() -> Message:
        chunks.append(b"x" * 1024)
        return {"type": "http.request", "body": chunks[-1], "more_body": True}

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    with pytest.raises(TooLarge):
        asyncio.run(form_of(Request({"type": "http", "headers": headers}, endless)))
    assert len(chunks) == 65


def test_the_longest_note_in_any_script_is_a_form_that_is_read() -> None:
    assert len(urlencode({"notes": "\N{PARTY POPPER}" * LONGEST_NOTE})) < MOST_BYTES
