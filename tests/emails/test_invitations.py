"""Calendar entries as a calendar reads them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar as Entry

from retention.emails.invitations import calendar_of
from retention.emails.message import Address, Calendar
from retention.messages.letters import Invitation

AT = datetime(2026, 3, 26, 14, tzinfo=UTC)
US = Address("Mainstay", "tutoring@mainstay.example")
GUEST = Address('Ann "A;B,C:D" Öz', "ann@example.com")


def an_entry(**changes: Any) -> tuple[Calendar, Any]:
    wish = Invitation(
        uid="coaching/10023/4/call", starts_at=AT + timedelta(days=4), minutes=30, summary="Our call"
    ).model_copy(update=changes)
    calendar = calendar_of(wish, organizer=US, guests=(GUEST,), at=AT)
    return calendar, Entry.from_ical(calendar.text)


def test_a_calendar_can_read_the_invitation() -> None:
    calendar, entry = an_entry()
    (event,) = entry.events
    assert (calendar.method, entry["method"], entry["version"]) == ("REQUEST", "REQUEST", "2.0")
    assert event["uid"] == "coaching/10023/4/call"
    assert event.start == AT + timedelta(days=4)
    assert event.end - event.start == timedelta(minutes=30)
    assert (event["status"], event["sequence"]) == ("CONFIRMED", 0)
    assert "BEGIN:VTIMEZONE" not in calendar.text
    assert "\r\n" in calendar.text


def test_a_moved_call_replaces_the_first_and_a_cancelled_one_removes_it() -> None:
    _, moved = an_entry(sequence=1, starts_at=AT + timedelta(days=5))
    cancelled, gone = an_entry(sequence=2, cancelled=True)
    assert moved.events[0]["sequence"] == 1
    assert moved.events[0]["uid"] == gone.events[0]["uid"]
    assert (cancelled.method, gone.events[0]["status"]) == ("CANCEL", "CANCELLED")


def test_awkward_names_and_summaries_stay_in_their_place() -> None:
    calendar, entry = an_entry(summary="Our call;\r\nATTENDEE:mailto:x@example.com, and more")
    (event,) = entry.events
    assert event["summary"] == "Our call; ATTENDEE:mailto:x@example.com, and more"
    assert str(event["attendee"]) == "mailto:ann@example.com"
    assert calendar.text.replace("\r\n ", "").count("\r\nATTENDEE") == 1
