"""Fact sheets: what was known about a tutor when rules were looked at."""

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Counter, Document, Moment


class FactSheet(Base):
    """Stored for every decision, whenever a rule's truth changes, and once a day."""

    __tablename__ = "fact_sheets"
    __table_args__ = (Index("ix_fact_sheets_tutor", "tutor_number", "as_of"),)

    id: Mapped[Counter]
    tutor_number: Mapped[int]
    as_of: Mapped[Moment]
    trigger: Mapped[str]
    session_id: Mapped[str | None]
    facts: Mapped[Document]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
