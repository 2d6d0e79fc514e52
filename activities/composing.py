"""A wish and its readers become a message: names, links and the invitation are put in here, and only here."""

from collections.abc import Sequence
from datetime import datetime

from retention import links
from retention.emails.composing import Known, KnownAlert, KnownGuide, compose, first_name_of
from retention.emails.invitations import calendar_of
from retention.emails.message import Address, Message
from retention.emails.sending import sender_of
from retention.messages.letter_contents import Content
from retention.messages.letters import LetterWish
from retention.programmes.alert_letters import AlertContent
from retention.programmes.coaching_tip import TipContent
from retention.records import alert_mail, guides, readers
from retention.records.database import Session
from retention.records.readers import Reader
from retention.settings import settings


def readers_of(session: Session, wish: LetterWish) -> Sequence[Reader]:
    """Who the letter is for. Raises NotFound for a person that is not there."""
    if wish.tutor_number is not None:
        return [readers.tutor(session, wish.tutor_number)]
    if wish.account is not None:
        return [readers.colleague(session, wish.account)]
    return readers.group(session, str(wish.group))


def message_of(
    session: Session,
    wish: LetterWish,
    content: Content,
    to_readers: Sequence[Reader],
    *,
    to: tuple[Address, ...],
    at: datetime,
) -> Message:
    """The letter, ready to leave."""
    known = _known(session, wish, content, to_readers)
    composed = compose(wish, content, known)
    calendar = None
    if wish.invitation:
        calendar = calendar_of(wish.invitation, organizer=sender_of(settings()), guests=to, at=at)
    return Message(
        key=wish.key,
        to=to,
        subject=composed.subject,
        text=composed.text,
        html=composed.html,
        at=at,
        categories=(wish.letter, wish.mail_class),
        calendar=calendar,
    )


def _known(session: Session, wish: LetterWish, content: Content, to_readers: Sequence[Reader]) -> Known:
    coach = getattr(content, "coach", None)
    alone = len(to_readers) == 1 and wish.group is None
    home = settings().public_url.rstrip("/")
    return Known(
        first_name=first_name_of(to_readers[0].name) if alone else "",
        zone=to_readers[0].zone,
        coach=readers.name_of(session, coach) if coach else "",
        answer_link=links.answer_address(wish.key) if wish.question else "",
        guide=_guide(session, wish, content) if isinstance(content, TipContent) else None,
        case_link=f"{home}/people-ops/cases/{wish.case_id}" if wish.tutor_number is None else "",
        alerts=_alerts(session, content.subjects, home) if isinstance(content, AlertContent) else (),
        alerts_link=f"{home}/people-ops/alerts",
    )


def _alerts(session: Session, subjects: Sequence[str], home: str) -> tuple[KnownAlert, ...]:
    """What the alerts say now, with the names of the tutors that they are about."""
    return tuple(
        KnownAlert(
            severity=one.severity,
            title=one.title,
            about=f"{one.members} tutors at once" if one.members else f"{one.tutor} ({one.number})",
            facts="" if one.members else "; ".join(one.facts) + ".",
            advice=one.advice,
            link=f"{home}/people-ops/alerts/{one.subject.replace('alert/', '').replace('storm/', 'storms/')}",
        )
        for one in alert_mail.told(session, subjects)
    )


def _guide(session: Session, wish: LetterWish, content: TipContent) -> KnownGuide:
    guide = guides.open_guide(session, content.tip)
    link = links.guide_address(wish.key, content.tip)
    return KnownGuide(guide.title, guide.summary, guide.minutes, link)
