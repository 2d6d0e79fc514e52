"""Alerts told by letter: the real workflow, composing and outbox, each reader's letter by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from activities import letters as posting
from retention.emails.message import Message, SurelyNotSent
from retention.messages.alerts import AlertMailOrder, AlertMailReport
from retention.records.accounts import Account
from retention.records.database import transaction
from retention.records.letters import LetterRecord
from retention.temporal.queues import UPKEEP
from retention.vocabulary import AlertSeverity, LetterState
from tests.factories.alerts import raised
from tests.testbed.casework import Office
from tests.testbed.post_office import begun
from tests.web.conftest import account

pytestmark = pytest.mark.timeskipping
HOUR = timedelta(hours=1)


async def told(office: Office, order: AlertMailOrder, workflow_id: str) -> AlertMailReport:
    """What became of the letters once everything has come to rest."""
    await begun(office, "AlertMail", order, workflow_id=workflow_id, queue=UPKEEP)
    handle = office.skipper.client.get_workflow_handle(workflow_id, result_type=AlertMailReport)
    report: AlertMailReport = await handle.result()
    return report


def outbox() -> list[LetterRecord]:
    with transaction() as session:
        return list(session.scalars(select(LetterRecord).order_by(LetterRecord.message_key)))


async def a_critical_alert(office: Office) -> tuple[str, datetime]:
    at = await office.skipper.now()
    return f"alert/{raised(at=at, severity=AlertSeverity.CRITICAL).id}", at


@pytest.mark.recorded("critical")
async def test_what_is_critical_is_told_to_everybody_who_wants_it_at_once(post_office: Office) -> None:
    people: list[Account] = [account(), account("Ben Moor")]
    subject, at = await a_critical_alert(post_office)
    report = await told(post_office, AlertMailOrder(subjects=[subject], as_of=at), "alert-notice/a")
    keys = {f"alert-notice/{subject}/{at.astimezone(UTC):%Y%m%dT%H%M%S}/{one.id}" for one in people}
    assert report.letters == dict.fromkeys(keys, LetterState.SENT)
    assert {letter.message_key for letter in outbox()} == keys
    assert {letter.account for letter in outbox()} == {str(one.id) for one in people}


@pytest.mark.recorded("morning")
async def test_the_mornings_letter_tells_what_is_new(post_office: Office) -> None:
    ada = account()
    at = await post_office.skipper.now()
    raised(at=at - HOUR)
    order = AlertMailOrder(account=str(ada.id), since=at - 24 * HOUR, as_of=at)
    report = await told(post_office, order, "alert-digest/a")
    (letter,) = outbox()
    assert list(report.letters) == [letter.message_key]
    assert letter.subject == "One alert this morning"


async def test_with_nothing_to_tell_nothing_is_sent(post_office: Office) -> None:
    ada = account()
    order = AlertMailOrder(account=str(ada.id), as_of=await post_office.skipper.now())
    assert (await told(post_office, order, "alert-digest/b")).letters == {}
    assert outbox() == []


async def test_the_same_order_twice_is_one_letter(post_office: Office) -> None:
    account()
    subject, at = await a_critical_alert(post_office)
    order = AlertMailOrder(subjects=[subject], as_of=at)
    for name in ("alert-notice/b", "alert-notice/c"):
        await told(post_office, order, name)
    assert len(outbox()) == 1


async def test_an_alert_that_comes_back_is_told_again(post_office: Office) -> None:
    account()
    subject, at = await a_critical_alert(post_office)
    for number in range(2):
        order = AlertMailOrder(subjects=[subject], as_of=at + number * 30 * HOUR)
        await told(post_office, order, f"alert-notice/again-{number}")
    assert len(outbox()) == 2


class Shy:
    """A door that turns the first letter away and takes the others."""

    def __init__(self, door: Any) -> None:
        self.name, self.settles_after, self._door = door.name, door.settles_after, door
        self.turned_away: list[str] = []

    def send(self, message: Message) -> str:
        if not self.turned_away:
            self.turned_away.append(message.key)
            raise SurelyNotSent("The provider is busy.", after=timedelta(milliseconds=100))
        return str(self._door.send(message))

    def has(self, key: str) -> bool | None:
        answer: bool | None = self._door.has(key)
        return answer


async def test_a_letter_that_cannot_leave_yet_holds_up_no_other(
    post_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [account(), account("Ben Moor")]
    shy = Shy(vars(posting)["the_door"]())
    monkeypatch.setattr(posting, "the_door", lambda: shy)
    subject, at = await a_critical_alert(post_office)
    report = await told(post_office, AlertMailOrder(subjects=[subject], as_of=at), "alert-notice/d")
    assert set(report.letters.values()) == {LetterState.SENT}
    assert len(outbox()) == len(people)
    assert len(shy.turned_away) == 1
