"""Students: a number for a pseudonym of the platform, nothing else."""

from sqlalchemy import CheckConstraint, Identity, Integer
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base


class Student(Base):
    """One pseudonymous student."""

    __tablename__ = "students"
    __table_args__ = (CheckConstraint("origin IN ('real', 'synthetic')", name="origin"),)

    number: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    external_id: Mapped[str] = mapped_column(unique=True)
    origin: Mapped[str]
