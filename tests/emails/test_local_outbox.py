"""The folder that letters are put into when there is no provider."""

import email
import email.policy
from datetime import UTC, datetime
from pathlib import Path

from retention.emails.local_outbox import LocalDoor
from retention.emails.message import Address, Calendar, Message

US = Address("Mainstay", "tutoring@mainstay.example")
MESSAGE = Message(
    key="coaching/10023/4/coaching_scheduled/1",
    to=(Address('Zoë "Z" O\'Neill, Dr', "zoe@example.com"),),
    subject="Our call: Monday 30 March, 15:00 – für Zoë",
    text="Hello Zoë,\n",
    html="<p>Hello Zoë</p>",
    at=datetime(2026, 3, 26, 14, tzinfo=UTC),
    calendar=Calendar("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "REQUEST"),
)


def test_a_mail_program_can_read_the_letter(tmp_path: Path) -> None:
    LocalDoor(tmp_path / "new", US).send(MESSAGE)
    (file,) = (tmp_path / "new").iterdir()
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert mail["subject"] == MESSAGE.subject
    assert mail["to"].addresses[0].addr_spec == "zoe@example.com"
    assert mail.get_body(("plain",)).get_content() == "Hello Zoë,\n"  # type: ignore[union-attr]
    assert mail.get_body(("html",)).get_content().strip() == "<p>Hello Zoë</p>"  # type: ignore[union-attr]
    (calendar,) = mail.iter_attachments()
    assert calendar.get_content_type() == "text/calendar"
    assert calendar["content-type"].params["method"] == "REQUEST"
    assert calendar.get_filename() == "call.ics"


def test_the_door_knows_what_it_has_and_has_it_once(tmp_path: Path) -> None:
    door = LocalDoor(tmp_path, US)
    assert door.has(MESSAGE.key) is False
    door.send(MESSAGE)
    door.send(MESSAGE)
    assert door.has(MESSAGE.key) is True
    assert [file.suffix for file in tmp_path.iterdir()] == [".eml"]


def test_no_key_leaves_the_folder(tmp_path: Path) -> None:
    door = LocalDoor(tmp_path / "inner", US)
    door.send(Message(**{**vars(MESSAGE), "key": "../../outside"}))
    assert [path.parent for path in tmp_path.rglob("*.eml")] == [tmp_path / "inner"]
