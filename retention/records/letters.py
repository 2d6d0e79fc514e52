"""Letters: every e-mail of ours, claimed before it is sent, marked afterwards, kept as it was sent.

The key is the letter: whoever asks again for the same key gets the same letter. Times named `at` and
`sent_at` are business time; `claimed_at` and `settled_at` are real, since the provider lives in real time.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Document, Moment, Session
from retention.vocabulary import LetterState

ON_ITS_WAY = (LetterState.SENDING, LetterState.SENT, LetterState.AMBIGUOUS)  # counts against the mail budget


class LetterRecord(Base):
    """One letter, as far as it has come."""

    __tablename__ = "letters"
    __table_args__ = (
        CheckConstraint(
            "state IN ('new', 'sending', 'sent', 'ambiguous', 'suppressed', 'failed')", name="state"
        ),
        CheckConstraint("mail_class IN ('optional', 'notice')", name="mail_class"),
        CheckConstraint("num_nonnulls(tutor_number, account, owner_group) = 1", name="one_reader"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_time"),
        Index("ix_letters_case", "case_id"),
        Index("ix_letters_newest", "at", "message_key"),
        Index("ix_letters_state", "state", "at", "message_key"),
        Index("ix_letters_optional", "tutor_number", "at", postgresql_where="mail_class = 'optional'"),
    )

    message_key: Mapped[str] = mapped_column(primary_key=True)  # case id, letter and occurrence
    letter: Mapped[str]
    mail_class: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")  # suppressed, failed, ambiguous: why
    case_id: Mapped[str]  # "": no case sends it, as with alerts
    programme: Mapped[str]
    tutor_number: Mapped[int | None] = mapped_column(ForeignKey("tutors.number"))
    account: Mapped[str | None]  # number of the colleague's account
    owner_group: Mapped[str | None]
    question: Mapped[Document | None]  # retention.messages.letters.Question
    subject: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    html: Mapped[str] = mapped_column(default="")
    calendar: Mapped[str | None]  # the invitation that travels with it, RFC 5545
    attempts: Mapped[int] = mapped_column(default=0)
    provider_id: Mapped[str | None]
    at: Mapped[Moment]  # business time of the last claim
    sent_at: Mapped[Moment | None]
    created_at: Mapped[Moment]
    claimed_at: Mapped[Moment | None]
    settled_at: Mapped[Moment | None]


def find(session: Session, message_key: str) -> LetterRecord | None:
    """The letter of a key."""
    return session.get(LetterRecord, message_key)


_OPTIONAL = text("""
SELECT tutor_number, count(*) AS letters FROM letters
WHERE tutor_number = ANY(:tutors) AND at > :since AND mail_class = 'optional'
    AND state IN ('sending', 'sent', 'ambiguous')
GROUP BY tutor_number
""")


def optional_sent(session: Session, tutor_numbers: Collection[int], since: datetime) -> dict[int, int]:
    """How many optional letters each of these tutors has had later than a business instant; none: left out.

    One that may have gone out counts: the budget protects the tutor, not us.
    """
    rows = session.execute(_OPTIONAL, {"tutors": sorted(set(tutor_numbers)), "since": since})
    return {row.tutor_number: row.letters for row in rows}
