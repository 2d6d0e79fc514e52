"""Letters on their way, for the tests of the post."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from activities.posting import Attempt, deliver
from retention.emails.message import MailDoor
from retention.messages.letters import LetterSent, LetterWish
from retention.records import letters, mail_events
from retention.records.database import transaction
from retention.records.letters import LetterRecord
from retention.records.mail_events import Report
from retention.vocabulary import MailEvent
from tests.factories.letters import a_wish

BEGAN = datetime(2026, 3, 26, 12, 0, 5, tzinfo=UTC)  # real; business time runs alike in these tests


def wished(make: Callable[..., LetterWish] = a_wish, *more: Any, **changes: Any) -> LetterWish:
    with transaction() as session:
        return make(session, *more, **changes)


def sent(wish: LetterWish, door: MailDoor, *, after: timedelta = timedelta()) -> LetterSent:
    return deliver(Attempt(wish, wished=BEGAN, real=BEGAN + after), door)


def row(wish: LetterWish) -> LetterRecord:
    with transaction() as session:
        found = letters.find(session, wish.key)
        assert found is not None
        return found


def heard(wish: LetterWish, kind: MailEvent = MailEvent.PROCESSED) -> None:
    report = Report(sg_event_id=f"{wish.key}/{kind}", message_key=wish.key, kind=kind, at=BEGAN, document={})
    with transaction() as session:
        mail_events.keep(session, [report])
