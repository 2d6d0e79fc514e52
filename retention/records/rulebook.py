"""Versions of the rulebook, and where each rule stands with each tutor."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Counter, Document, Moment


class RulebookVersion(Base):
    """One published text of the book; decisions point to it."""

    __tablename__ = "rulebook_versions"
    __table_args__ = (Index("uq_rulebook_versions_active", "active", unique=True, postgresql_where="active"),)

    version: Mapped[Counter]
    digest: Mapped[str] = mapped_column(unique=True)
    files: Mapped[Document]  # file name -> text
    author: Mapped[str]
    published_at: Mapped[Moment]
    active: Mapped[bool] = mapped_column(default=False)


class RuleState(Base):
    """The memory of one rule about one tutor (episodes, clocks, cool-downs); `rules.state` reads it."""

    __tablename__ = "rule_states"

    tutor_number: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[Document]
    as_of: Mapped[Moment]
