"""Letters to colleagues about alerts: who is written to, about what, and when their morning is."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from temporalio import activity

from retention import calendars, policy
from retention.messages.alerts import AlertLetters, AlertMailOrder
from retention.messages.evaluation import Period
from retention.messages.letters import LetterWish
from retention.programmes.alert_letters import AlertContent, AlertCritical, AlertDigest
from retention.records import alert_mail
from retention.records.alert_mail import MorningReader
from retention.records.commands import NewCommand, alert_mail_of
from retention.records.database import Session, transaction
from retention.vocabulary import Cadence, Letter, LetterClass

ORDERS = UUID(
    "5a0c5b7e-6c7e-4a0e-9a51-8f3d2f1f7c02"
)  # the family of these commands' ids; any fixed one will do
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@activity.defn
def address_alerts(order: AlertMailOrder) -> AlertLetters:
    """The letters that an order comes to. Repeatable: the keys are the letters."""
    with transaction() as session:
        wishes = (
            _at_once(session, order) if order.account is None else _morning(session, order, order.account)
        )
        return AlertLetters(wishes=list(wishes))


def notice_of(subjects: Sequence[str], *, at: datetime) -> list[NewCommand]:
    """The command that has critical alerts told at once; none when there is none."""
    if not subjects:
        return []
    order = AlertMailOrder(subjects=list(subjects), as_of=at)
    return [alert_mail_of(order, target=_notice(order))]


def _notice(order: AlertMailOrder) -> str:
    """An alert that comes back, or becomes critical, is told of another time."""
    return f"alert-notice/{order.subjects[0]}/{order.as_of.astimezone(UTC):%Y%m%dT%H%M%S}"


def digests_of(session: Session, periods: Sequence[Period]) -> list[NewCommand]:
    """The commands that have the morning's letters written whose hour has come in one of these periods."""
    spans = [period for period in periods if period.cadence is Cadence.HOURLY]
    readers = alert_mail.morning_readers(session) if spans else []
    return [command for span in spans for reader in readers for command in _digest(reader, span)]


def _digest(reader: MorningReader, span: Period) -> Iterator[NewCommand]:
    """After an outage several mornings may have gone by: they are one letter."""
    mornings = _mornings(reader, span)
    if mornings:
        target = f"alert-digest/{reader.account}/{mornings[-1].date().isoformat()}"
        since = _morning_before(mornings[0])
        order = AlertMailOrder(account=str(reader.account), since=since, as_of=mornings[-1])
        yield alert_mail_of(order, target=target, command_id=uuid5(ORDERS, target))


def _mornings(reader: MorningReader, span: Period) -> list[datetime]:
    """The full hours of a span, its end included, at which somebody's working morning is; on their clock."""
    zone, hours = ZoneInfo(reader.zone), int((span.end - span.start) / HOUR)
    there = [(span.end - hours_ago * HOUR).astimezone(zone) for hours_ago in reversed(range(hours))]
    return [at for at in there if at.hour == reader.hour and calendars.works(calendars.office(), at.date())]


def _at_once(session: Session, order: AlertMailOrder) -> Iterator[LetterWish]:
    for account, subjects in alert_mail.told_at_once(session, order.subjects).items():
        some = subjects[: policy.ALERT_LINES]
        content = AlertCritical(subjects=some, more=len(subjects) - len(some))
        key = f"{_notice(order)}/{account}"
        yield _wish(Letter.ALERT_CRITICAL, content, order, key=key, account=str(account))


def _morning(session: Session, order: AlertMailOrder, account: str) -> Iterator[LetterWish]:
    readers = {str(reader.account): reader for reader in alert_mail.morning_readers(session)}
    if account not in readers:  # closed, or no letters are wanted any more
        return
    at = order.as_of.astimezone(ZoneInfo(readers[account].zone))
    since = order.since or _morning_before(at)
    found = alert_mail.digest(session, int(account), since=since, as_of=order.as_of)
    if found.subjects:
        content = AlertDigest(
            subjects=found.subjects, more=found.more, older=found.older, settled=found.settled
        )
        key = f"alert-digest/{account}/{at.date().isoformat()}"
        yield _wish(Letter.ALERT_DIGEST, content, order, key=key, account=account)


def _morning_before(at: datetime) -> datetime:
    """The same hour of the working day before, on the reader's clock: what came since is new."""
    day = at.date() - DAY
    while not calendars.works(calendars.office(), day):
        day -= DAY
    return datetime.combine(day, at.timetz())


def _wish(
    letter: Letter, content: AlertContent, order: AlertMailOrder, *, key: str, account: str
) -> LetterWish:
    return LetterWish(
        key=key,
        letter=letter,
        mail_class=LetterClass.NOTICE,
        account=account,
        about=content.about(),
        as_of=order.as_of,
    )
