"""The feed of a demo world: what it is made of, and how far it has been posted."""

from datetime import datetime

from sqlalchemy import CheckConstraint, SmallInteger, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from retention.errors import NotFound
from retention.records.database import Base, Moment, Session


class Feed(Base):
    """One row: the numbers from which the world can be made again, and the feed's position."""

    __tablename__ = "feeds"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("tutors > 0", name="tutors"),
        CheckConstraint("posted_until >= first_day", name="position"),
    )

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, default=1, autoincrement=False)
    profile: Mapped[str]
    tutors: Mapped[int]  # on the first day
    seed: Mapped[int]
    first_day: Mapped[Moment]  # midnight UTC
    posted_until: Mapped[Moment]  # business time: everything due before is posted
    paused: Mapped[bool] = mapped_column(default=False)


def begin(session: Session, feed: Feed) -> bool:
    """Write the feed's numbers, once in a world's life; whether it was this call."""
    values = {
        "id": 1,
        "profile": feed.profile,
        "tutors": feed.tutors,
        "seed": feed.seed,
        "first_day": feed.first_day,
        "posted_until": feed.posted_until,
        "paused": False,
    }
    done = insert(Feed).values(values).on_conflict_do_nothing().returning(Feed.id)
    return session.scalar(done) is not None


def the_feed(session: Session) -> Feed | None:
    """This world's feed; None in a world without one."""
    return session.scalar(select(Feed))


def advance(session: Session, until: datetime) -> None:
    """Note that everything due before `until` is posted. A smaller instant changes nothing."""
    session.execute(update(Feed).where(Feed.posted_until < until).values(posted_until=until))


def pause(session: Session, *, paused: bool) -> None:
    """Hold the feed, or let it go on. Raises NotFound."""
    if session.scalar(update(Feed).values(paused=paused).returning(Feed.id)) is None:
        raise NotFound("This world has no feed.", instead="`python -m simulator seed` makes one.")
