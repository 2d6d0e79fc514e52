"""How a letter is sent once: claim, send, mark, reconcile (docs/decisions/0013).

The claim is kept before the letter leaves, so whoever comes after a crash finds it and does not send
blindly. What then happens is the promise: never doubled silently, never lost silently.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from activities import composing
from retention import mail_hours, policy
from retention.emails.addresses import hidden
from retention.emails.message import Address, MailDoor, Message, Refused, SurelyNotSent, Unclear
from retention.messages.letter_contents import Content, content_of
from retention.messages.letters import MAIL_BUDGET, LetterSent, LetterWish
from retention.records import letters, mail_events, suppressions, world
from retention.records.database import Session, transaction
from retention.records.letters import LetterRecord
from retention.vocabulary import LetterClass, LetterState

log = logging.getLogger("mainstay.mail")


class NotYet(Exception):  # noqa: N818 (it is tried again)
    """The letter cannot be sent now; `after` says how long to wait, in real time."""

    def __init__(self, why: str, *, after: timedelta | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.after = after


@dataclass(frozen=True)
class Attempt:
    """One go at a wish: real instants of when it was wished for first, and of this go."""

    wish: LetterWish
    wished: datetime
    real: datetime


def deliver(attempt: Attempt, door: MailDoor) -> LetterSent:
    """Send the letter of a wish unless that is done. Raises NotYet: call again; Refusal: a bad wish."""
    content = content_of(attempt.wish)
    with transaction() as session:
        claimed = _claim(session, attempt, content, door)
    if isinstance(claimed, NotYet):
        raise claimed
    if isinstance(claimed, LetterSent):
        return claimed
    return _hand_over(attempt, claimed, door)


def _claim(
    session: Session, attempt: Attempt, content: Content, door: MailDoor
) -> Message | LetterSent | NotYet:
    """The letter, ours to send now; or what became of it; or why it has to wait."""
    wish, clock = attempt.wish, world.the_clock(session)
    at = wish.as_of + (clock.at(attempt.real) - clock.at(attempt.wished))
    letter = letters.taken_up(session, wish, at=at, real=attempt.real)
    if letter.settled_at is not None:
        return _receipt(letter)
    if letter.state != LetterState.NEW and (known := _reconciled(session, letter, attempt, content, door)):
        return known
    readers = composing.readers_of(session, wish)
    if wish.tutor_number is not None and (opens := mail_hours.opens_at(readers[0].zone, at)) > at:
        return NotYet("It is night where the tutor lives.", after=clock.until(opens, real_now=clock.real(at)))
    addresses, why_not = _free_to_write_to(session, wish, [Address(one.name, one.email) for one in readers])
    if reason := why_not or _over_budget(session, wish, letter, at=at):
        return _settled(session, letter, attempt, LetterState.SUPPRESSED, reason=reason)
    message = composing.message_of(session, wish, content, readers, to=addresses, at=at)
    _write_down(letter, message, attempt)
    return message


def _write_down(letter: LetterRecord, message: Message, attempt: Attempt) -> None:
    letter.subject, letter.text, letter.html = message.subject, message.text, message.html
    letter.calendar = message.calendar.text if message.calendar else None
    letter.state, letter.reason, letter.at = LetterState.SENDING, "", message.at
    letter.attempts += 1
    letter.claimed_at = attempt.real


def _reconciled(
    session: Session, letter: LetterRecord, attempt: Attempt, content: Content, door: MailDoor
) -> LetterSent | NotYet | None:
    """A claim whose end nobody saw: whether it went out. None: it did not, or it may go out once more."""
    went_out = door.has(letter.message_key)
    if went_out or mail_events.first_heard(session, letter.message_key):
        return _settled(session, letter, attempt, LetterState.SENT)
    if went_out is False:
        return None
    assert letter.claimed_at is not None, "a letter is claimed before it is sent"
    left = letter.claimed_at + door.settles_after - attempt.real
    letter.state = LetterState.AMBIGUOUS
    if left > timedelta():
        return NotYet("Nobody knows yet whether the letter went out.", after=left)
    if content.twice_is_harmless:
        return None
    reason = "Nobody knows whether it went out, and a second copy could mislead: ask the reader."
    return _settled(session, letter, attempt, LetterState.AMBIGUOUS, reason=reason)


def _free_to_write_to(
    session: Session, wish: LetterWish, addresses: list[Address]
) -> tuple[tuple[Address, ...], str]:
    """The addresses that may be written to; when there is none, why."""
    barred = suppressions.standing_against(session, [hidden(one.email) for one in addresses], wish.mail_class)
    free = tuple(one for one in addresses if hidden(one.email) not in barred)
    if free:
        return free, ""
    reasons = sorted(set(barred.values()))
    return (
        (),
        f"The address gets no such letters: {', '.join(reasons)}." if reasons else "Nobody to write to.",
    )


def _over_budget(session: Session, wish: LetterWish, letter: LetterRecord, *, at: datetime) -> str:
    """Why an optional letter would be one too many; empty when it is not. It does not count itself."""
    if wish.mail_class is not LetterClass.OPTIONAL or wish.tutor_number is None:
        return ""
    letters.hold_budget(session, wish.tutor_number)
    since = at - policy.OPTIONAL_MAIL_WINDOW
    sent = letters.optional_sent(session, [wish.tutor_number], since).get(wish.tutor_number, 0)
    if sent - (letter.state != LetterState.NEW) < policy.OPTIONAL_MAILS:
        return ""
    return f"{MAIL_BUDGET}: {sent} optional letters in {policy.OPTIONAL_MAIL_WINDOW.days} days already."


def _hand_over(attempt: Attempt, message: Message, door: MailDoor) -> LetterSent:
    try:
        provider_id = door.send(message)
    except SurelyNotSent as away:
        _released(message.key, LetterState.NEW, reason=away.why)
        raise NotYet(away.why, after=away.after) from away
    except Unclear as silence:
        _released(message.key, LetterState.AMBIGUOUS, reason=silence.why)
        raise NotYet(silence.why, after=door.settles_after) from silence
    except Refused as refused:
        return _marked(attempt, message, LetterState.FAILED, reason=refused.why)
    return _marked(attempt, message, LetterState.SENT, provider_id=provider_id)


def _released(key: str, state: LetterState, *, reason: str) -> None:
    log.warning("Letter %s: %s", key, reason)
    with transaction() as session:
        letter = letters.locked(session, key)
        if letter.settled_at is None:
            letter.state, letter.reason = state, reason
            letters.changed(session, letter)


def _marked(
    attempt: Attempt, message: Message, state: LetterState, *, reason: str = "", provider_id: str = ""
) -> LetterSent:
    with transaction() as session:
        letter = letters.locked(session, message.key)
        letter.provider_id = provider_id or letter.provider_id
        return _settled(session, letter, attempt, state, reason=reason)


def _settled(
    session: Session, letter: LetterRecord, attempt: Attempt, state: LetterState, *, reason: str = ""
) -> LetterSent:
    """The end of a letter's way; it is told to the pages."""
    letter.state, letter.reason, letter.settled_at = state, reason, attempt.real
    letter.sent_at = letter.at if state is LetterState.SENT else None
    letters.changed(session, letter)
    return _receipt(letter)


def _receipt(letter: LetterRecord) -> LetterSent:
    at = letter.sent_at or letter.at
    return LetterSent(key=letter.message_key, state=LetterState(letter.state), at=at, reason=letter.reason)
