"""How a letter is sent once: claim, send, mark, reconcile (docs/decisions/0013).

The claim is kept before the letter leaves, so whoever comes after a crash finds it and does not send
blindly. What then happens is the promise: never doubled silently, never lost silently.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from activities import composing
from retention import links, mail_hours, policy
from retention.emails.addresses import hidden
from retention.emails.message import Address, MailDoor, Message, Refused, SurelyNotSent, Unclear
from retention.errors import NotSetUp, Refusal
from retention.messages.letter_contents import Content
from retention.messages.letters import LEFT, LetterSent, LetterWish
from retention.programmes.wishes import content_of
from retention.records import claims, letters, mail_events, suppressions
from retention.records.claims import Before, Draft, Standing
from retention.records.database import Session, transaction
from retention.settings import settings
from retention.vocabulary import Letter, LetterClass, LetterState, MailEvent

OVERTAKEN = "Another process has taken this letter on."
UNKNOWN = "Nobody knows yet whether the letter went out."
# An appointment that stands in somebody's calendar is taken out of it, whoever has left since.
EVEN_AFTERWARDS = {Letter.COACHING_CALLED_OFF}
DROPPED = "The mail provider had the letter and did not send it on (dropped)."
PARKED = "Nobody knows whether it went out, and a second copy could mislead: ask the reader."

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
    """Send the letter of a wish unless that is done. A wish that can be sent to nobody has failed: its case
    goes another way. Raises NotYet: call again; NotSetUp.
    """
    try:
        content = content_of(attempt.wish)
        with transaction() as session:
            claimed = _claim(session, attempt, content, door)
    except NotSetUp:
        raise
    except Refusal as refused:
        return _unsendable(attempt, str(refused))
    if isinstance(claimed, NotYet):
        raise claimed
    if isinstance(claimed, LetterSent):
        return claimed
    return _hand_over(attempt, claimed, door)


def _claim(
    session: Session, attempt: Attempt, content: Content, door: MailDoor
) -> Message | LetterSent | NotYet:
    """The letter, ours to send now; or what became of it; or why it has to wait."""
    wish, known = attempt.wish, claims.before(session, attempt.wish)
    at = wish.as_of + (known.clock.at(attempt.real) - known.clock.at(attempt.wished))
    if known.standing and (decided := _decided(session, known.standing, attempt, content=content, door=door)):
        return decided
    if known.departed and wish.letter not in EVEN_AFTERWARDS:
        return _suppressed(session, attempt, known, at=at, reason=f"{LEFT}.")
    readers = [known.tutor] if known.tutor else composing.readers_of(session, wish)
    if wait := _night(known, at):
        return wait
    to, why_not = _free_to_write_to(session, wish, [Address(one.name, one.email) for one in readers])
    if reason := why_not or _over_budget(session, wish, known.standing, at=at):
        return _suppressed(session, attempt, known, at=at, reason=reason)
    message = composing.message_of(session, wish, content, readers, to=to, at=at)
    claimed = claims.write(session, wish, _draft(message, attempt), known=known.standing)
    return message if claimed else NotYet(OVERTAKEN)


def _suppressed(
    session: Session, attempt: Attempt, known: Before, *, at: datetime, reason: str
) -> LetterSent | NotYet:
    """Write down that a letter is not sent, and why."""
    draft = Draft(LetterState.SUPPRESSED, at, attempt.real, reason=reason)
    if claims.write(session, attempt.wish, draft, known=known.standing):
        return LetterSent(key=attempt.wish.key, state=LetterState.SUPPRESSED, at=at, reason=reason)
    return NotYet(OVERTAKEN)


def _unsendable(attempt: Attempt, reason: str) -> LetterSent:
    """A wish that no trying again makes a letter; written down where there can be a row of it."""
    wish = attempt.wish
    log.error("Letter %s cannot be sent: %s", wish.key, reason)
    with transaction() as session:
        known = claims.before(session, wish)
        if (ended := known.standing) and ended.settled_at is not None:
            return LetterSent(key=wish.key, state=ended.state, at=ended.at, reason=ended.reason)
        at = wish.as_of + (known.clock.at(attempt.real) - known.clock.at(attempt.wished))
        draft = Draft(LetterState.FAILED, at, attempt.real, reason=reason)
        if known.tutor or wish.tutor_number is None:
            claims.write(session, wish, draft, known=known.standing)
    return LetterSent(key=wish.key, state=LetterState.FAILED, at=at, reason=reason)


def _draft(message: Message, attempt: Attempt) -> Draft:
    """The letter as it is kept. In production nobody who reads the table can answer for the tutor."""
    kept = links.without_keys if settings().environment == "production" else str
    return Draft(
        LetterState.SENDING,
        message.at,
        attempt.real,
        subject=message.subject,
        text=kept(message.text),
        html=kept(message.html),
        calendar=message.calendar.text if message.calendar else None,
    )


def _decided(
    session: Session, letter: Standing, attempt: Attempt, *, content: Content, door: MailDoor
) -> LetterSent | NotYet | None:
    """What became of a letter that was asked for before. None: it did not go out, or may once more."""
    key = attempt.wish.key
    if letter.settled_at is not None:
        return LetterSent(key=key, state=letter.state, at=letter.at, reason=letter.reason)
    if letter.state is LetterState.NEW:
        return None
    went_out = door.has(key)
    heard = mail_events.heard(session, key)
    if heard - {MailEvent.PROCESSED} == {
        MailEvent.DROPPED
    }:  # proof that the provider had it, and that it sent nothing
        return _marked(session, attempt, LetterState.FAILED, reason=DROPPED)
    if went_out or heard:
        return _marked(session, attempt, LetterState.SENT)
    return (
        None
        if went_out is False
        else _unknown(session, letter, attempt, content=content, settles_after=door.settles_after)
    )


def _unknown(
    session: Session, letter: Standing, attempt: Attempt, *, content: Content, settles_after: timedelta
) -> LetterSent | NotYet | None:
    """Nobody has spoken of a letter. None: for so long that it did not go out, and twice does no harm."""
    assert letter.claimed_at is not None, "a letter is claimed before it is sent"
    left = letter.claimed_at + settles_after - attempt.real
    if left > timedelta():
        claims.mark(session, attempt.wish.key, LetterState.AMBIGUOUS, reason=UNKNOWN)
        return NotYet(UNKNOWN, after=left)
    if content.twice_is_harmless:
        return None
    return _marked(session, attempt, LetterState.AMBIGUOUS, reason=PARKED)


def _night(known: Before, at: datetime) -> NotYet | None:
    """Why a letter to a tutor has to wait for the morning."""
    if known.tutor is None or (opens := mail_hours.opens_at(known.tutor.zone, at)) <= at:
        return None
    wait = known.clock.until(opens, real_now=known.clock.real(at))
    return NotYet("It is night where the tutor lives.", after=wait)


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


def _over_budget(session: Session, wish: LetterWish, letter: Standing | None, *, at: datetime) -> str:
    """Why an optional letter would be one too many; empty when it is not. It does not count itself."""
    if wish.mail_class is not LetterClass.OPTIONAL or wish.tutor_number is None:
        return ""
    since = at - policy.OPTIONAL_MAIL_WINDOW
    sent = letters.optional_sent(session, [wish.tutor_number], since).get(wish.tutor_number, 0)
    itself = letter is not None and letter.state in letters.ON_ITS_WAY
    if sent - itself < policy.OPTIONAL_MAILS:
        return ""
    return f"Mail budget: {sent} optional letters in {policy.OPTIONAL_MAIL_WINDOW.days} days already."


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
        with transaction() as session:
            return _marked(session, attempt, LetterState.FAILED, reason=refused.why)
    with transaction() as session:
        return _marked(session, attempt, LetterState.SENT, provider_id=provider_id)


def _released(key: str, state: LetterState, *, reason: str) -> None:
    """Put a letter back that did not surely go out: it is tried, or asked about, again."""
    log.warning("Letter %s: %s", key, reason)
    with transaction() as session:
        claims.mark(session, key, state, reason=reason)


def _marked(
    session: Session,
    attempt: Attempt,
    state: LetterState,
    *,
    reason: str = "",
    provider_id: str | None = None,
) -> LetterSent:
    """The end of a letter's way. One that came to its end meanwhile keeps that."""
    key = attempt.wish.key
    at = claims.mark(session, key, state, reason=reason, provider_id=provider_id, settled_at=attempt.real)
    if at is not None:
        return LetterSent(key=key, state=state, at=at, reason=reason)
    ended = claims.before(session, attempt.wish).standing
    assert ended is not None, "a letter is written down before it is sent"
    return LetterSent(key=key, state=ended.state, at=ended.at, reason=ended.reason)
