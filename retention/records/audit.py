"""Who did or looked at what, when. Append-only: a trigger refuses change and removal."""

from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Counter, Document, Moment


class AuditLine(Base):
    """One act or look; `at` is real time."""

    __tablename__ = "audit"

    id: Mapped[Counter]
    at: Mapped[Moment] = mapped_column(index=True)
    actor: Mapped[str]  # account number as text, API key name, or "mainstay"
    act: Mapped[str]  # e.g. task.completed, tutor.viewed, sign_in.refused
    subject: Mapped[str]  # e.g. tutor/10023
    details: Mapped[Document]
