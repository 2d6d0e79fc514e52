"""The platform fetches the guides that no letter could bring, each once, and its own tutors' alone."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from fastapi.testclient import TestClient
from sqlalchemy import text

from retention.messages.tips import PortalNote
from retention.records import api_keys, guides, portal_notes
from retention.records.database import transaction
from retention.records.tutors import Tutor
from retention.vocabulary import Origin, Scope
from tests.factories.questions import the_guides
from tests.factories.tips import an_opened_tip

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
PAGE = "/api/v1/portal-notes"


def a_note(*, twice: bool = False) -> str:
    """A guide was left for a tutor; the platform's id of the tutor."""
    with transaction() as session:
        slug = the_guides(session)[0]
        case = an_opened_tip(session, at=NOW)
        note = PortalNote(
            case_id=case.case_id,
            tutor_number=case.tutor_number,
            tip=slug,
            letter_key=f"{case.case_id}/coaching_tip/1",
            reason="the letter came back",
            at=NOW,
        )
        for _ in range(2 if twice else 1):
            portal_notes.leave(session, note)
        return session.get_one(Tutor, case.tutor_number).external_id


def a_key(scope: Scope = Scope.PORTAL, *, origin: Origin = Origin.SYNTHETIC) -> dict[str, str]:
    with transaction() as session:
        secret = api_keys.issue(session, "portal", scopes=[scope], origin=origin, at=NOW)
    return {"authorization": f"Bearer {secret}"}


def test_each_guide_is_given_once_with_a_link_that_opens_it(client: TestClient) -> None:
    first, second = a_note(twice=True), a_note()
    key = a_key()
    told = client.get(PAGE, headers=key).json()
    assert [note["tutor_id"] for note in told["notes"]] == [first, second]
    link = urlsplit(told["notes"][0]["link"])
    page = client.get(f"{link.path}?{link.query}")
    assert page.status_code == 200
    assert told["notes"][0]["title"] in page.text
    again = client.get(PAGE, headers=key, params={"after": told["next_after"]}).json()
    assert again == {"notes": [], "next_after": told["next_after"]}


def test_notes_are_numbered_in_the_order_in_which_they_can_be_read(data: str) -> None:
    """A number that is given while a smaller one cannot be read yet would hide that one for good."""
    a_note()
    with transaction() as session:
        case = an_opened_tip(session, at=NOW)
    with transaction() as slow, transaction() as other:
        about = {"case_id": case.case_id, "tutor_number": case.tutor_number, "tip": "steady-schedule"}
        portal_notes.leave(slow, PortalNote(**about, letter_key="x", reason="it came back", at=NOW))
        free = text("SELECT pg_try_advisory_xact_lock(:lock)")
        assert not other.scalar(free, {"lock": portal_notes.NUMBERS_LOCK})


def test_a_note_whose_guide_was_withdrawn_is_still_given(client: TestClient) -> None:
    a_note()
    with transaction() as session:
        guides.publish(session, [], at=NOW)
    told = client.get(PAGE, headers=a_key()).json()
    assert len(told["notes"]) == 1


def test_a_platform_sees_its_own_tutors_alone(client: TestClient) -> None:
    a_note()
    told = client.get(PAGE, headers=a_key(origin=Origin.REAL)).json()
    assert told["notes"] == []


def test_only_a_key_for_the_portal_may_fetch_them(client: TestClient) -> None:
    assert client.get(PAGE).status_code == 401
    assert client.get(PAGE, headers=a_key(Scope.INGEST)).status_code == 403


def test_nothing_of_the_case_is_told(client: TestClient) -> None:
    a_note()
    (note,) = client.get(PAGE, headers=a_key()).json()["notes"]
    assert note.keys() == {"number", "tutor_id", "title", "link", "at"}
