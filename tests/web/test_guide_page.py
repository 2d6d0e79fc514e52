"""Guides: readable by whoever has the address; what the tutor did with one counts once."""

import pytest
from fastapi.testclient import TestClient
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import select

from retention import links
from retention.messages.letters import LetterWish
from retention.records.commands import Command
from retention.records.database import transaction
from retention.records.guides import TipDeed
from retention.vocabulary import Letter
from tests.factories.questions import SLUG, a_letter, the_guides
from tests.web.conftest import Visitor
from web.components.prose import prose
from web.tutor import tries

PAGE = f"/guides/{SLUG}"


@pytest.fixture(autouse=True)
def _no_tries_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "tries", MovingWindowRateLimiter(MemoryStorage()))


@pytest.fixture
def tip(data: str) -> LetterWish:
    """A letter that recommends the guide."""
    with transaction() as session:
        the_guides(session)
        return a_letter(session, question=None, letter=Letter.COACHING_TIP)


def form_of(tip: LetterWish, **more: str) -> dict[str, str]:
    return {"letter": links.guide_token(tip.key, SLUG), "form_token": links.form_token(tip.key)} | more


def by_link(tip: LetterWish) -> str:
    return f"{PAGE}?letter={links.guide_token(tip.key, SLUG)}"


def deeds() -> list[str]:
    with transaction() as session:
        return sorted(session.scalars(select(TipDeed.kind)))


def told() -> list[str]:
    """What the tip's case has been told."""
    with transaction() as session:
        return [
            command.payload["choice"] for command in session.scalars(select(Command).order_by(Command.seq))
        ]


@pytest.mark.parametrize("letter", ["", "?letter=", "?letter=guess"])
def test_anybody_may_read_a_guide_and_is_asked_nothing(
    stranger: TestClient, tip: LetterWish, letter: str
) -> None:
    page = stranger.get(PAGE + letter)
    assert page.status_code == 200
    assert "A schedule that holds" in page.text
    assert "<h2>Find your pattern</h2>" in page.text
    assert "<form" not in page.text
    assert "<script" not in page.text


def test_opening_a_guide_from_its_letter_counts_nothing(stranger: TestClient, tip: LetterWish) -> None:
    for method in ("GET", "HEAD", "GET"):
        assert stranger.request(method, by_link(tip)).status_code == 200
    assert deeds() == []


def test_a_read_guide_counts_once_and_its_case_hears_of_it(stranger: TestClient, tip: LetterWish) -> None:
    assert 'data-read-after="30"' in stranger.get(by_link(tip)).text
    for _ in range(3):
        assert stranger.post(f"{PAGE}/read", data=form_of(tip)).status_code == 204
    assert (deeds(), told()) == (["read"], ["read"])
    assert "data-read-after" not in stranger.get(by_link(tip)).text


def test_the_first_verdict_counts_and_is_thanked_for(stranger: TestClient, tip: LetterWish) -> None:
    assert "Good to know that it helps." in stranger.post(f"{PAGE}/helpful", data=form_of(tip)).text
    assert "Good to know that it helps." in stranger.post(f"{PAGE}/not_helpful", data=form_of(tip)).text
    assert (deeds(), told()) == (["helpful"], ["helpful"])


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"letter": ""}, 404),
        ({"letter": "guess"}, 404),
        ({"form_token": ""}, 403),
        ({"form_token": "guess"}, 403),
    ],
)
def test_nothing_counts_without_the_letter_and_its_page(
    *, stranger: TestClient, tip: LetterWish, wrong: dict[str, str], status: int
) -> None:
    assert stranger.post(f"{PAGE}/read", data=form_of(tip, **wrong)).status_code == status
    assert deeds() == []


def test_the_link_of_one_guide_counts_for_no_other(stranger: TestClient, tip: LetterWish) -> None:
    assert stranger.post("/guides/no-missed-sessions/helpful", data=form_of(tip)).status_code == 404
    assert stranger.get(f"/guides/no-missed-sessions?letter={form_of(tip)['letter']}").status_code == 200


def test_an_act_that_we_do_not_know_is_refused(stranger: TestClient, tip: LetterWish) -> None:
    assert stranger.post(f"{PAGE}/liked", data=form_of(tip)).status_code == 422


def test_a_guide_that_we_do_not_have_is_not_found(stranger: TestClient, tip: LetterWish) -> None:
    assert stranger.get("/guides/nothing-of-ours").status_code == 404
    assert stranger.get("/guides").status_code == 404


def test_guides_are_not_taken_for_search_engines(stranger: TestClient, tip: LetterWish) -> None:
    assert "noindex" in stranger.get(by_link(tip)).headers["x-robots-tag"]
    assert stranger.get(by_link(tip)).headers["referrer-policy"] == "no-referrer"


def test_people_ops_read_every_guide_and_how_it_was_received(visitor: Visitor, tip: LetterWish) -> None:
    visitor("Ben Moor").post(f"{PAGE}/helpful", data=form_of(tip))
    page = visitor().get("/people-ops/guides")
    assert page.status_code == 200
    for words in (
        "A schedule that holds",
        "Reschedules",
        "take that day out of your availability",
        "Version 1",
    ):
        assert words in page.text


def test_without_guides_the_page_says_so(visitor: Visitor) -> None:
    assert "No guide has been published" in visitor().get("/people-ops/guides").text


def test_all_guides_are_asked_for_at_once(visitor: Visitor, tip: LetterWish, queries: list[str]) -> None:
    ada = visitor()
    queries.clear()
    ada.get("/people-ops/guides")
    assert len(queries) <= 4


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](http://a/b)",
    ],
)
def test_a_guide_can_hold_no_script_and_nothing_from_elsewhere(text: str) -> None:
    made = prose(text)
    assert "<script" not in made
    assert "<img" not in made
    assert 'href="javascript' not in made
