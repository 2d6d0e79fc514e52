"""Capacity lotteries: firings that wait for a place, the draws over them, and what became of each.

A ticket's lot, rank and propensity, and the pool of its draw, are what a later estimate of an effect rests
on: among those of one draw and one priority, who began that day was chosen by nothing but the lot.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import CheckConstraint, ForeignKey, Index, RowMapping, SmallInteger, select, text
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.cases import Case
from retention.records.database import Base, Counter, Moment, Session
from retention.vocabulary import OwnerGroup

TAKEN = "tutor_number, rule_id, day, owner_group, programme, priority, hours, fact_sheet_id, taken_at"
TAKE = f"""
INSERT INTO lottery_tickets ({TAKEN})
SELECT {TAKEN} FROM jsonb_populate_recordset(CAST(NULL AS lottery_tickets), CAST(:rows AS jsonb))
ON CONFLICT (tutor_number, rule_id, day) DO UPDATE SET owner_group = excluded.owner_group,
    priority = excluded.priority, hours = excluded.hours, fact_sheet_id = excluded.fact_sheet_id
WHERE lottery_tickets.draw_id IS NULL
"""  # noqa: S608 (names of our own columns)
# A firing that was looked at and no longer waits: its condition has gone, or something else holds it back.
GIVE_BACK = """
DELETE FROM lottery_tickets WHERE draw_id IS NULL AND (tutor_number, rule_id) IN (
    SELECT tutor_number, rule_id FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS told (tutor_number int, rule_id text)
)
"""
WAITING = """
SELECT id, tutor_number, rule_id, owner_group, priority, hours FROM lottery_tickets
WHERE draw_id IS NULL AND day = :day ORDER BY id FOR UPDATE
"""
DECIDE = """
UPDATE lottery_tickets t SET draw_id = :draw, lot = told.lot, rank = told.rank, admitted = told.admitted,
    propensity = told.propensity
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
    AS told (ticket bigint, lot double precision, rank int, admitted boolean, propensity double precision)
WHERE t.id = told.ticket
"""
LINK = """
UPDATE lottery_tickets t SET decision_id = told.decision_id
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
    AS told (tutor_number int, rule_id text, day date, decision_id bigint)
WHERE t.tutor_number = told.tutor_number AND t.rule_id = told.rule_id AND t.day = told.day
"""
PLACES = """
SELECT t.tutor_number, t.rule_id, t.day, t.admitted, t.rank, d.pool, d.places
FROM lottery_tickets t JOIN lottery_draws d ON d.id = t.draw_id
WHERE t.tutor_number = ANY(:tutors) AND t.day = :day AND d.drawn_at <= :as_of
"""


class LotteryDraw(Base):
    """One draw over everybody who waited for one owner group at an instant."""

    __tablename__ = "lottery_draws"
    __table_args__ = (
        CheckConstraint("pool > 0 AND places >= 0 AND places <= pool", name="places"),
        Index("ix_lottery_draws_day", "day", "owner_group"),
    )

    id: Mapped[Counter]
    day: Mapped[date]  # working day of the office
    owner_group: Mapped[str]
    drawn_at: Mapped[Moment]  # business time
    pool: Mapped[int]
    places: Mapped[int]
    hours: Mapped[float]  # that the group has for cases on such a day
    hours_left: Mapped[float]  # of them, before the draw


class LotteryTicket(Base):
    """One firing that nothing but capacity could hold back. Of a day that is drawn it never changes again."""

    __tablename__ = "lottery_tickets"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(draw_id, lot, rank, admitted, propensity) IN (0, 5)", name="drawn_whole"
        ),
        CheckConstraint("propensity BETWEEN 0 AND 1", name="propensity"),
        Index("uq_lottery_tickets_day", "tutor_number", "rule_id", "day", unique=True),
        Index("ix_lottery_tickets_waiting", "day", postgresql_where="draw_id IS NULL"),
        Index("ix_lottery_tickets_draw", "draw_id"),
    )

    id: Mapped[Counter]
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    rule_id: Mapped[str]
    day: Mapped[date]
    owner_group: Mapped[str]
    programme: Mapped[str]
    priority: Mapped[int] = mapped_column(SmallInteger)
    hours: Mapped[float]  # of work that its case brings
    fact_sheet_id: Mapped[int] = mapped_column(ForeignKey("fact_sheets.id"))
    taken_at: Mapped[Moment]  # business time
    draw_id: Mapped[int | None] = mapped_column(ForeignKey("lottery_draws.id"))
    lot: Mapped[float | None]
    rank: Mapped[int | None]
    admitted: Mapped[bool | None]
    propensity: Mapped[float | None]  # the chance that it had to be admitted
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))  # what came of it that day


def take(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep tickets, as in TAKEN. Repeatable: one a tutor, rule and day; none that is drawn changes."""
    if rows:
        session.execute(text(TAKE), {"rows": _json(rows)})


def give_back(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Forget tickets that nobody has drawn yet: tutor_number, rule_id. Repeatable."""
    if rows:
        session.execute(text(GIVE_BACK), {"rows": _json(rows)})


def waiting(session: Session, day: date) -> list[dict[str, Any]]:
    """Who waits for the draw of a day; nobody else draws them until this transaction ends."""
    return [dict(row) for row in session.execute(text(WAITING), {"day": day}).mappings()]


def decide(session: Session, drawing: LotteryDraw, drawn: Sequence[Mapping[str, Any]]) -> None:
    """Keep a draw and what became of its tickets: ticket, lot, rank, admitted, propensity."""
    session.add(drawing)
    session.flush()
    session.execute(text(DECIDE), {"draw": drawing.id, "rows": _json(drawn)})


def link(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note which decision a ticket came to: tutor_number, rule_id, day, decision_id. Repeatable."""
    if rows:
        session.execute(text(LINK), {"rows": _json(rows)})


def places_of(
    session: Session, tutors: Collection[int], *, day: date, as_of: datetime
) -> Sequence[RowMapping]:
    """The places that some tutors have drawn on a day, by an instant."""
    wanted = {"tutors": list(tutors), "day": day, "as_of": as_of}
    return session.execute(text(PLACES), wanted).mappings().all()


def begun_since(session: Session, since: datetime) -> list[tuple[OwnerGroup, str]]:
    """The cases begun since an instant: whose they are, and their programme."""
    asked = select(Case.owner_group, Case.programme).where(Case.opened_at >= since)
    return [(OwnerGroup(row.owner_group), row.programme) for row in session.execute(asked)]


def _json(rows: Sequence[Mapping[str, Any]]) -> str:
    return orjson.dumps([dict(row) for row in rows]).decode()
