"""The birth of a demo world: its people, ninety days of history, and then its clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from retention import demo
from retention.clock import Clock, Playback
from retention.errors import Conflict, NotFound, Refusal
from retention.messages import reading
from retention.records import feeds, ingestion, model_days, schema, world as records
from retention.records.database import transaction
from retention.records.feeds import Feed
from retention.vocabulary import Origin, Receipt, Stream
from simulator import truth, world as worlds
from simulator.postings import Posting
from simulator.world import WARM_UP, World

PLAYED_DAYS = 14  # business days before now that are played fast (design 5)
DAY = timedelta(days=1)
LAG = timedelta(seconds=5)  # from a fact of the past until we knew it
CHUNK = 10_000  # records in one transaction
COUNTED_AFTER = {0, 2, 6}  # chunks; the tables grow fastest, for a planner, at the beginning
ORDER = (Stream.EVENTS, Stream.SESSIONS, Stream.FEEDBACK)  # a tutor before the tutor's sessions
SATURDAY = 5
Tell = Callable[[str, float], None]  # what is being done, and the share of it that is done


@dataclass(frozen=True)
class Wish:
    """The numbers of a world."""

    tutors: int
    seed: int
    days: int  # of history before the part that is played
    profile: str


@dataclass(frozen=True)
class Pace:
    """How a world's time runs."""

    speed: float  # once the past is played
    playback: timedelta  # real time in which the past is played
    start_in: timedelta  # real time from now until the clock starts


@dataclass(frozen=True)
class Seeded:
    """What a seeding wrote."""

    tutors: int
    records: int
    first_day: datetime
    origin: datetime  # where history ends and the played part begins


def seed(wish: Wish, *, now: datetime, owner_url: str | None, tell: Tell) -> Seeded:
    """Make the world, once; `now` is real time. Raises Conflict when there is one, Refusal on bad records."""
    with transaction() as session:
        if feeds.the_feed(session) is not None:
            raise Conflict("This database already holds a world.", instead="Use an empty one for another.")
        demo.open_accounts(session, at=now)
    origin = begin_of_playing(now)
    first_day = origin - (wish.days + WARM_UP) * DAY
    world = worlds.born(first_day, tutors_wanted=wish.tutors, seed=wish.seed, name=wish.profile)
    count = 0
    for number, (done, chunk) in enumerate(_history(world, origin)):
        _store(chunk)
        count += len(chunk)
        if owner_url is not None and number in COUNTED_AFTER:
            schema.take_stock(owner_url)
        tell(f"history until {(first_day + done * DAY):%d %B}", done / (wish.days + WARM_UP))
    if owner_url is not None:
        truth.write(owner_url, world)
        schema.take_stock(owner_url)
    _keep(wish, first_day=first_day, origin=origin)
    return Seeded(len(world.tutors.number), count, first_day, origin)


def begin_of_playing(now: datetime) -> datetime:
    """Midnight before the last fourteen business days."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    left = PLAYED_DAYS
    while left:
        day -= DAY
        left -= day.weekday() < SATURDAY
    return day


def begin(pace: Pace, *, now: datetime) -> Clock:
    """Write the world's clock, once: from here on its time runs. Raises NotFound before it is seeded.

    The last day of its history has ended as any other does: it asks for what models need.
    """
    with transaction() as session:
        feed = feeds.the_feed(session)
        if feed is None:
            raise NotFound("There is no world yet.", instead="Make one: python -m simulator seed")
        clock = records.begin(session, clock_of(pace, origin=feed.posted_until, now=now))
        model_days.begin(session, at=clock.origin)
        return clock


def clock_of(pace: Pace, *, origin: datetime, now: datetime) -> Clock:
    """A clock that plays from `origin` to real time, and then goes on at the wished speed."""
    start = now + pace.start_in
    length = start + pace.playback - origin
    return Clock(
        origin_real=start,
        origin=origin,
        speed=pace.speed,
        playback=Playback(length=length, speed=length / pace.playback),
    )


def _history(world: World, until: datetime) -> Iterator[tuple[int, list[Posting]]]:
    """What was posted before `until`, in chunks of whole days, with the days that they reach to."""
    last, waiting = until.timestamp(), list[Posting]()
    while world.midnight < last:
        waiting.extend(worlds.live_a_day(world))
        ready = [posting for posting in waiting if posting.due < min(world.midnight, last)]
        if len(ready) >= CHUNK or world.midnight >= last:
            waiting = [posting for posting in waiting if posting.due >= min(world.midnight, last)]
            yield world.day, sorted(ready)


def _store(chunk: list[Posting]) -> None:
    for stream in ORDER:
        raw = [posting.record for posting in chunk if posting.door == stream]
        for start in range(0, len(raw), CHUNK):
            checked = [reading.checked(stream, record) for record in raw[start : start + CHUNK]]
            with transaction() as session:
                answers = ingestion.store_history(session, stream, checked, origin=Origin.SYNTHETIC, lag=LAG)
            refused = [answer for answer in answers if answer.receipt is not Receipt.STORED]
            if refused:
                raise Refusal(f"{len(refused)} of our own records were not taken, first {refused[0]}.")


def _keep(wish: Wish, *, first_day: datetime, origin: datetime) -> None:
    """Note the world's numbers last: a history that broke off is no world."""
    row = Feed(
        profile=wish.profile, tutors=wish.tutors, seed=wish.seed, first_day=first_day, posted_until=origin
    )
    with transaction() as session:
        feeds.begin(session, row)
