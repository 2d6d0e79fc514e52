"""The live feed: through the public API, each record once, wherever it was stopped."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from retention.clock import Clock, Playback
from retention.errors import NotFound
from retention.records import api_keys, feeds
from retention.records.database import transaction
from retention.records.feeds import Feed
from retention.vocabulary import Origin, Scope
from simulator import feed, seeding, world as worlds
from simulator.feed import Timetable
from simulator.platform import NotTaken, Platform
from simulator.postings import Posting
from simulator.seeding import Pace
from tests.simulator.worlds import NOW, a_seeded_world, count, event_ids

FIRST_DAY = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def a_feed(*, posted_until: datetime) -> Feed:
    return Feed(
        profile="prd", tutors=25, seed=8, first_day=FIRST_DAY, posted_until=posted_until, paused=False
    )


def all_due(since: datetime, until: datetime) -> list[Posting]:
    world = worlds.born(FIRST_DAY, tutors_wanted=25, seed=8)
    found: list[Posting] = []
    while world.midnight < until.timestamp():
        found.extend(worlds.live_a_day(world))
    return sorted(one for one in found if since.timestamp() <= one.due < until.timestamp())


class Faltering(httpx2.BaseTransport):
    """A way to the API that is broken a few times."""

    def __init__(self, way: httpx2.BaseTransport, *, failures: int) -> None:
        self._way, self.failures = way, failures

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if self.failures:
            self.failures -= 1
            if self.failures % 2:
                return httpx2.Response(503)
            raise httpx2.ConnectError("broken")
        return self._way.handle_request(request)


@pytest.fixture
def way(data: str) -> Iterator[httpx2.BaseTransport]:
    """The way to a running API."""
    with TestClient(create_app()) as client:
        yield client._transport


def a_platform(
    way: httpx2.BaseTransport, *, name: str = "feed", waits: list[float] | None = None
) -> Platform:
    with transaction() as session:
        key = api_keys.issue(session, name, scopes=[Scope.INGEST], origin=Origin.SYNTHETIC, at=NOW)
    noted = waits if waits is not None else []
    return Platform("http://testserver", key=key, transport=way, wait=noted.append)


def test_everything_is_due_once_in_order_however_often_one_looks() -> None:
    start, end = FIRST_DAY + 9 * DAY, FIRST_DAY + 14 * DAY
    timetable, found = Timetable(a_feed(posted_until=start)), list[Posting]()
    now = start
    while now < end:
        now = min(now + timedelta(hours=7, minutes=13), end)
        while batch := timetable.due_before(now, most=40):
            found.extend(batch)
    assert found == all_due(start, end)
    assert len(found) > 500


def test_a_restart_goes_on_where_it_stood() -> None:
    start, stop, end = FIRST_DAY + 8 * DAY, FIRST_DAY + 10.4 * DAY, FIRST_DAY + 12 * DAY
    before = Timetable(a_feed(posted_until=start)).due_before(stop, most=10**6)
    after = Timetable(a_feed(posted_until=stop)).due_before(end, most=10**6)
    assert [*before, *after] == all_due(start, end)


def test_records_travel_through_the_api_and_a_second_time_change_nothing(way: httpx2.BaseTransport) -> None:
    postings = all_due(FIRST_DAY, FIRST_DAY + 11 * DAY)
    platform = a_platform(way)
    platform.post(postings)
    assert event_ids() == {one.event_id for one in postings}
    platform.post(postings)
    counts = platform.counts
    assert (counts.stored, counts.repeated, counts.quarantined) == (len(postings), len(postings), 0)


def test_an_outage_is_waited_out_longer_each_time(way: httpx2.BaseTransport) -> None:
    waits: list[float] = []
    postings = all_due(FIRST_DAY, FIRST_DAY + 8 * DAY)
    a_platform(Faltering(way, failures=5), waits=waits).post(postings)
    assert waits == [0.25, 0.5, 1.0, 2.0, 4.0]
    assert event_ids() == {one.event_id for one in postings}


def test_a_key_that_opens_nothing_is_no_outage(way: httpx2.BaseTransport) -> None:
    stranger = Platform("http://testserver", key="mainstay_nothing", transport=way)
    with pytest.raises(NotTaken):
        stranger.post(all_due(FIRST_DAY, FIRST_DAY + DAY))


def test_a_stop_between_posting_and_noting_loses_and_doubles_nothing(way: httpx2.BaseTransport) -> None:
    done = a_seeded_world()
    pace = Pace(speed=1, playback=timedelta(minutes=3), start_in=timedelta())
    seeding.begin(pace, now=NOW - timedelta(hours=1))
    _, stands = feed.the_world()
    platform = a_platform(way)
    platform.post(Timetable(stands).due_before(done.origin + 1.5 * DAY, most=10**6))  # and is killed here
    feed._post_what_is_due(Timetable(stands), platform, until=done.origin + 3 * DAY)
    world = worlds.born(done.first_day, tutors_wanted=15, seed=3)
    expected: set[str] = set()
    while world.midnight < (done.origin + 3 * DAY).timestamp():
        expected |= {
            one.event_id for one in worlds.live_a_day(world) if one.due < (done.origin + 3 * DAY).timestamp()
        }
    assert event_ids() == expected
    assert count("quarantine") == 0
    assert platform.counts.repeated > 0
    assert feed.the_world()[1].posted_until == done.origin + 3 * DAY


def test_status_tells_how_much_of_the_past_is_played(data: str) -> None:
    done = a_seeded_world()
    clock = seeding.begin(
        Pace(speed=1, playback=timedelta(minutes=3), start_in=timedelta(seconds=20)), now=NOW
    )
    assert clock.playback is not None
    assert feed.status(real_now=NOW)["played"] == 0
    with transaction() as session:
        feeds.advance(session, done.origin + clock.playback.length / 2)
    half = feed.status(real_now=NOW + timedelta(seconds=20) + timedelta(minutes=3))
    assert half["played"] == pytest.approx(0.5, abs=1e-4)
    assert half["behind_seconds"] == pytest.approx((clock.playback.length / 2).total_seconds(), abs=1)
    with transaction() as session:
        feeds.advance(session, done.origin + clock.playback.length + DAY)
        feeds.advance(session, done.origin)  # a late note of an earlier instant changes nothing
    assert feed.status(real_now=NOW)["played"] == 1.0


@pytest.mark.parametrize(("since_the_end", "works"), [(-1, True), (599, True), (601, False)])
def test_the_staff_works_on_only_for_a_while_once_the_past_is_played(since_the_end: int, works: bool) -> None:
    length = timedelta(minutes=3)
    end = datetime.now(UTC) - timedelta(seconds=since_the_end)
    clock = Clock(
        origin_real=end - length, origin=end - 20 * DAY, playback=Playback(length=20 * DAY, speed=9_600)
    )
    assert feed._was_born_lately(clock) is works


def test_the_feed_is_held_and_let_go(data: str) -> None:
    with pytest.raises(NotFound):
        feed.hold(paused=True)
    a_seeded_world()
    feed.hold(paused=True)
    assert feed.status(real_now=NOW)["paused"] is True
    feed.hold(paused=False)
    assert feed.status(real_now=NOW)["paused"] is False
