"""The outbox and the preview of all letters."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from activities.posting import Attempt, deliver
from retention.emails.local_outbox import LocalDoor
from retention.emails.message import Address
from retention.messages.letters import LetterWish
from retention.records import audit, mail_events, outbox as records
from retention.records.database import transaction
from retention.records.mail_events import Report
from retention.records.outbox import Shelf
from retention.settings import settings
from retention.vocabulary import Letter, MailEvent
from tests.factories.letters import NOON, a_wish
from tests.web.conftest import Visitor
from web.guard import CSP
from web.people_ops import outbox

AT = datetime(2026, 3, 26, 12, tzinfo=UTC)


def a_sent_letter(folder: Path, letter: Letter = Letter.COACHING_SCHEDULED, **changes: Any) -> LetterWish:
    with transaction() as session:
        wish = a_wish(session, letter, **changes)
    deliver(Attempt(wish, wished=AT, real=AT), LocalDoor(folder, Address("Mainstay", "m@mainstay.example")))
    return wish


@pytest.fixture
def ada(visitor: Visitor) -> TestClient:
    return visitor()


def test_an_empty_outbox_says_what_will_be_there(ada: TestClient) -> None:
    assert "No letter has been written yet" in ada.get(outbox.HERE).text


def test_the_newest_letter_is_first_and_says_to_whom_and_what_became_of_it(
    ada: TestClient, tmp_path: Path
) -> None:
    older = a_sent_letter(tmp_path, Letter.COACHING_TIMES, at=NOON - timedelta(hours=2))
    newer = a_sent_letter(tmp_path)
    page = ada.get(outbox.HERE).text
    assert page.index(newer.key) < page.index(older.key)
    assert "Grace Hopper" in page
    assert ">Sent<" in page


def test_letters_are_shown_fifty_at_a_time_in_few_queries(
    ada: TestClient, tmp_path: Path, queries: list[str]
) -> None:
    first = a_sent_letter(tmp_path)
    for number in range(50):
        a_sent_letter(
            tmp_path, tutor_number=first.tutor_number, key=f"x/{number}", at=NOON + timedelta(minutes=number)
        )
    queries.clear()
    page = ada.get(outbox.HERE).text
    assert len(queries) <= 4
    assert page.count("<tr>") == 1 + 50
    assert first.key not in page
    assert first.key in ada.get(f"{outbox.HERE}?part=2").text


def test_letters_are_not_counted_without_end(
    ada: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "MOST", 2)
    for number in range(3):
        a_sent_letter(tmp_path, key=f"x/{number}", at=NOON + timedelta(minutes=number))
    with transaction() as session:
        assert records.newest(session, Shelf.ALL, page=1).total == 2
    assert ada.get(f"{outbox.HERE}?part={10_000 // 50}").status_code == 200
    assert ada.get(f"{outbox.HERE}?part={10_000 // 50 + 1}").status_code == 422


def test_shelves_part_what_needs_a_look(ada: TestClient, tmp_path: Path) -> None:
    sent = a_sent_letter(tmp_path)
    assert sent.key in ada.get(f"{outbox.HERE}?shelf=all").text
    assert sent.key not in ada.get(f"{outbox.HERE}?shelf=unclear").text
    assert sent.key not in ada.get(f"{outbox.HERE}?shelf=not_sent").text


def test_a_letter_shows_its_texts_links_and_reports_and_that_is_noted(
    ada: TestClient, tmp_path: Path
) -> None:
    wish = a_sent_letter(tmp_path)
    report = Report(sg_event_id="1", message_key=wish.key, kind=MailEvent.BOUNCE, at=AT, document={})
    with transaction() as session:
        mail_events.keep(session, [report])
    answer = ada.get(f"{outbox.HERE}/letters/{wish.key}")
    assert "Hello Grace," in answer.text
    assert "/answer/" in answer.text
    assert ">Bounced<" in answer.text
    assert "frame-src 'self'" in answer.headers[CSP]
    with transaction() as session:
        assert [line.act for line in audit.lines_about(session, f"letter/{wish.key}")] == ["letter.viewed"]


def test_the_letter_in_the_frame_may_do_nothing(ada: TestClient, tmp_path: Path) -> None:
    wish = a_sent_letter(tmp_path)
    framed = ada.get(f"{outbox.HERE}/html/{wish.key}")
    policy = framed.headers[CSP]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy
    assert "Grace" in framed.text
    assert "default-src 'none'; script-src 'self'" in ada.get("/people-ops/tasks").headers[CSP]


def test_the_calendar_entry_can_be_taken_along(ada: TestClient, tmp_path: Path) -> None:
    with_entry, without = a_sent_letter(tmp_path), a_sent_letter(tmp_path, Letter.COACHING_TIMES)
    taken = ada.get(f"{outbox.HERE}/calendar/{with_entry.key}")
    assert taken.headers["content-disposition"] == 'attachment; filename="call.ics"'
    assert taken.text.startswith("BEGIN:VCALENDAR")
    assert ada.get(f"{outbox.HERE}/calendar/{without.key}").status_code == 404


def test_a_letter_that_does_not_exist_is_not_found(ada: TestClient) -> None:
    for part in ("letters", "html", "calendar"):
        assert ada.get(f"{outbox.HERE}/{part}/no/such/letter").status_code == 404


def test_in_production_nobody_reads_other_peoples_letters(
    ada: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = a_sent_letter(tmp_path)
    monkeypatch.setattr(settings(), "environment", "production")
    page = ada.get(f"{outbox.HERE}/letters/{wish.key}")
    assert page.status_code == 200
    assert "Hello Grace" not in page.text
    assert "/answer/" not in page.text
    assert "What it says is not shown here" in page.text
    for part in ("html", "calendar"):
        assert ada.get(f"{outbox.HERE}/{part}/{wish.key}").status_code == 403


@pytest.mark.parametrize("letter", Letter)
def test_every_letter_can_be_looked_at_beforehand(ada: TestClient, letter: Letter) -> None:
    page = ada.get(f"/people-ops/letters?letter={letter}")
    assert page.status_code == 200
    assert "frame-src 'self'" in page.headers[CSP]
    framed = ada.get(f"/people-ops/letters/{letter}/html")
    assert framed.headers[CSP].startswith("sandbox")
    assert "<html" in framed.text
