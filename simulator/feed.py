"""The live feed: lives the world along with its clock, and posts each record when it is due."""

import heapq
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx2

from retention.clock import Clock
from retention.errors import NotFound, Refusal
from retention.records import api_keys, backlog, feeds, watermarks, world as records
from retention.records.database import transaction
from retention.records.feeds import Feed
from retention.vocabulary import Cadence, Origin, Scope
from simulator import obeying, office, tutors_mail, world as worlds
from simulator.dirt import Breaking, Dirt, Soil
from simulator.effects import Action
from simulator.office import Hours
from simulator.platform import Platform
from simulator.postings import Posting
from simulator.world import LONGEST_REACH, World

KEY_NAME = "simulator feed"
BEAT, FAST_BEAT = 1.0, 0.25  # seconds of real time between looks; the second while the past is played
NEARLY = timedelta(minutes=2)  # a fact that has waited no longer is no backlog; at speed 1
FAST = 60.0  # speed from which on a world needs the fast beat
MOST_AT_ONCE = 5_000  # records between two notes of the position
Acted = Callable[[datetime], Sequence[Action]]  # what staff carried out before an instant


def _nothing(_before: datetime) -> Sequence[Action]:
    """A world in which nobody does anything."""
    return ()


class Timetable:
    """The postings of a world from a position on, in the order in which they are due."""

    def __init__(self, feed: Feed, *, acted: Acted = _nothing) -> None:
        self._position = feed.posted_until.timestamp()
        self._waiting: list[Posting] = []
        self._acted = acted
        self._world = _rebuilt(feed, acted=acted)

    def due_before(self, instant: datetime, *, most: int = MOST_AT_ONCE) -> list[Posting]:
        """The next postings due before this business instant; each is given once."""
        until = instant.timestamp()
        while self._world.midnight < until:
            _hear_of_actions(self._world, acted=self._acted)
            for posting in worlds.live_a_day(self._world):
                if posting.due >= self._position:
                    heapq.heappush(self._waiting, posting)
        ready: list[Posting] = []
        while self._waiting and self._waiting[0].due < until and len(ready) < most:
            ready.append(heapq.heappop(self._waiting))
        return ready

    @property
    def next_due(self) -> float | None:
        """When the next known posting is due, in seconds since 1970."""
        return self._waiting[0].due if self._waiting else None


class Staff(StrEnum):
    """When the demo's made-up staff works on its tasks."""

    PLAYBACK = "playback"  # only while the past is played: then the inbox is for real people
    ON = "on"
    OFF = "off"


def run(base_url: str, *, staff: Staff, outbox: Path | None = None, dirt: Dirt | None = None) -> None:
    """Post until the process is ended; tutors read `outbox`. Raises NotFound without a world."""
    clock, feed = the_world()
    if outbox is not None and staff is not Staff.OFF:
        tutors_mail.open_mailboxes(base_url, clock, outbox)
    if staff is Staff.ON or (staff is Staff.PLAYBACK and _was_born_lately(clock)):
        hours = Hours(
            over=lambda: staff is Staff.PLAYBACK and not _playing(clock), settled=lambda: _settled(clock)
        )
        office.open_office(base_url, clock, hours)
    platform = _platform(base_url, feed, dirt=dirt)
    timetable = Timetable(feed, acted=lambda before: obeying.actions_before(before, first_day=feed.first_day))
    try:
        while True:
            if not _paused():
                _post_what_is_due(timetable, platform, until=clock.now())
            time.sleep(FAST_BEAT if _is_fast(clock) else BEAT)
    finally:
        platform.close()


def _platform(base_url: str, feed: Feed, *, dirt: Dirt | None) -> Platform:
    """The way to the API, clean or soiled on purpose."""
    if dirt is None:
        return Platform(base_url, key=_key())
    breaking = Breaking(httpx2.HTTPTransport(), dirt, seed=feed.seed)
    return Platform(base_url, key=_key(), transport=breaking, soil=Soil(dirt, seed=feed.seed))


def the_world() -> tuple[Clock, Feed]:
    """The clock and the feed's numbers. Raises NotFound before the world is seeded."""
    with transaction() as session:
        feed = feeds.the_feed(session)
        if feed is None:
            raise NotFound("There is no world to feed.", instead="Make one: python -m simulator seed")
        return records.the_clock(session), feed


def status(*, real_now: datetime) -> dict[str, Any]:
    """Where the world and its feed stand. Raises NotFound before the world is seeded."""
    clock, feed = the_world()
    now, played = clock.at(real_now), 1.0
    if clock.playback is not None:
        played = min((feed.posted_until - clock.origin) / clock.playback.length, 1.0)
    return {
        "now": now.isoformat(timespec="seconds"),
        "posted_until": feed.posted_until.isoformat(timespec="seconds"),
        "behind_seconds": round(max((now - feed.posted_until).total_seconds(), 0.0), 1),
        "played": round(played, 4),
        "playing": clock.playing_back(real_now=real_now),
        "paused": feed.paused,
        "speed": clock.speed,
        "tutors": feed.tutors,
        "seed": feed.seed,
        "profile": feed.profile,
    }


def hold(*, paused: bool) -> None:
    """Hold the feed, or let it go on where it stood. Raises NotFound before the world is seeded."""
    with transaction() as session:
        feeds.pause(session, paused=paused)


def at_rest(*, within: timedelta) -> datetime:
    """Where the held feed stands once its position has not moved for a beat. Repeatable."""
    end, before = time.monotonic() + within.total_seconds(), the_world()[1].posted_until
    while time.monotonic() < end:
        time.sleep(2 * BEAT)
        now = the_world()[1].posted_until
        if now == before:
            break
        before = now
    return before


def _post_what_is_due(timetable: Timetable, platform: Platform, *, until: datetime) -> None:
    """Post, then note the position: a stop in between posts again, which the API takes as repeats."""
    while batch := timetable.due_before(until):
        platform.post(batch)
        full = len(batch) == MOST_AT_ONCE
        _advance(datetime.fromtimestamp(batch[-1].due, UTC) if full else until)
        if not full:
            return
    _advance(until)


def _advance(until: datetime) -> None:
    with transaction() as session:
        feeds.advance(session, until)


def _is_fast(clock: Clock) -> bool:
    return clock.speed >= FAST or _playing(clock)


def _playing(clock: Clock) -> bool:
    return clock.playing_back(real_now=datetime.now(UTC))


def _was_born_lately(clock: Clock) -> bool:
    """Whether the past is being played or has just been: a feed started later leaves the inbox to people."""
    return clock.playing_back(real_now=datetime.now(UTC) - office.OVERTIME)


def _settled(clock: Clock) -> bool:
    """Whether every day that is over, and nearly every fact, is evaluated."""
    now = clock.now()
    with transaction() as session:
        days = [one for one in watermarks.due_periods(session, now) if one.cadence is Cadence.DAILY]
        since = backlog.unmeasured_since(session)
    return not days and (since is None or now - since < NEARLY * max(clock.speed, 1.0))


def _paused() -> bool:
    with transaction() as session:
        feed = feeds.the_feed(session)
        if feed is None:
            raise Refusal("The world was removed while its feed ran.")
        return feed.paused


def _key() -> str:
    """A key of this run alone: the one before opens nothing any more, and none is kept anywhere."""
    with transaction() as session:
        if KEY_NAME in {key.name for key in api_keys.all_keys(session)}:
            return api_keys.renew(session, KEY_NAME)
        return api_keys.issue(
            session, KEY_NAME, scopes=[Scope.INGEST], origin=Origin.SYNTHETIC, at=datetime.now(UTC)
        )


def _hear_of_actions(world: World, *, acted: Acted) -> None:
    """The world learns what was carried out before its next day."""
    world.actions = acted(datetime.fromtimestamp(world.midnight, UTC))


def _rebuilt(feed: Feed, *, acted: Acted) -> World:
    """The world as it was when the oldest posting that may still be due was decided."""
    world = worlds.born(feed.first_day, tutors_wanted=feed.tutors, seed=feed.seed, name=feed.profile)
    oldest = (feed.posted_until - LONGEST_REACH - timedelta(days=1)).timestamp()
    world.actions = acted(feed.posted_until)
    while world.midnight < oldest:
        worlds.live(world)
    return world
