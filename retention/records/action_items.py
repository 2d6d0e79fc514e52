"""What was agreed in coaching calls; what is not done is there again before the next call. Staff only."""

from collections.abc import Sequence

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from retention.messages.coaching import AgreedActions
from retention.records.database import Base, Moment, Session


class ActionItem(Base):
    """One thing that tutor or manager will do."""

    __tablename__ = "action_items"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("words <> ''", name="words"),
        Index("ix_action_items_open", "tutor_number", "agreed_at", postgresql_where="done_at IS NULL"),
    )

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)  # within the case, from 1
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    words: Mapped[str]
    agreed_at: Mapped[Moment]  # when the call was held
    confirmed_at: Mapped[Moment | None]  # by the tutor
    done_at: Mapped[Moment | None]  # when it was seen to be done; None: open


def record(session: Session, agreed: AgreedActions) -> None:
    """Keep a case's actions as they stand. Repeatable."""
    told = agreed.model_dump(exclude={"actions"})
    rows = [
        told | {"number": number} | action.model_dump()
        for number, action in enumerate(agreed.actions, start=1)
    ]
    session.execute(
        delete(ActionItem).where(ActionItem.case_id == agreed.case_id, ActionItem.number > len(rows))
    )
    if rows:
        new = insert(ActionItem).values(rows)
        changed = {name: new.excluded[name] for name in ("words", "agreed_at", "confirmed_at", "done_at")}
        session.execute(new.on_conflict_do_update(index_elements=["case_id", "number"], set_=changed))


def open_items(session: Session, tutor_number: int) -> Sequence[ActionItem]:
    """What was agreed with a tutor and is not done, in any case of theirs, the oldest first."""
    wanted = (
        select(ActionItem)
        .where(ActionItem.tutor_number == tutor_number, ActionItem.done_at.is_(None))
        .order_by(ActionItem.agreed_at, ActionItem.case_id, ActionItem.number)
    )
    return session.scalars(wanted).all()


def of_case(session: Session, case_id: str) -> Sequence[ActionItem]:
    """What was agreed in a case, in order."""
    wanted = select(ActionItem).where(ActionItem.case_id == case_id).order_by(ActionItem.number)
    return session.scalars(wanted).all()
