"""However dirty the feed: accepted, repeated and quarantined lines are those that were sent."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx2
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from retention.records import api_keys
from retention.records.database import transaction
from retention.vocabulary import Origin, Scope, Stream
from simulator import world as worlds
from simulator.dirt import Breaking, Dirt, Soil
from simulator.platform import Platform
from simulator.postings import Posting
from tests.simulator.worlds import NOW, event_ids

FIRST_DAY = datetime(2026, 6, 1, tzinfo=UTC)
DAYS = 12
CALM = Dirt(duplicated=0, contradicted=0, ahead=0, malformed=0, late=0, shuffled=False, outages=0)
FILTHY = Dirt(duplicated=0.2, contradicted=0.1, ahead=0.1, malformed=0.2, late=0.3, outages=0.3)


@pytest.fixture
def way(data: str) -> Iterator[httpx2.BaseTransport]:
    """The way to a running API."""
    with TestClient(create_app()) as client:
        yield client._transport


def a_fortnight() -> list[list[Posting]]:
    """What is posted on each of some days, in the order in which it is due."""
    world = worlds.born(FIRST_DAY, tutors_wanted=25, seed=8)
    return [sorted(worlds.live_a_day(world)) for _ in range(DAYS)]


def posted(way: httpx2.BaseTransport, dirt: Dirt) -> tuple[Platform, Soil, Breaking]:
    """Everything posted, day by day, and the last of what was held back."""
    with transaction() as session:
        key = api_keys.issue(session, "dirty", scopes=[Scope.INGEST], origin=Origin.SYNTHETIC, at=NOW)
    soil, breaking = Soil(dirt, seed=3), Breaking(way, dirt, seed=5)
    platform = Platform(
        "http://testserver", key=key, transport=breaking, wait=lambda _seconds: None, soil=soil
    )
    for day in a_fortnight():
        platform.post(day)
    platform.close()
    return platform, soil, breaking


@pytest.mark.parametrize("dirt", [CALM, Dirt(), FILTHY])
def test_every_line_sent_is_stored_repeated_or_quarantined(way: httpx2.BaseTransport, dirt: Dirt) -> None:
    platform, soil, breaking = posted(way, dirt)
    counts, did = platform.counts, soil.did
    assert counts.stored + counts.repeated + counts.quarantined == counts.sent
    clean = {one.event_id for day in a_fortnight() for one in day}
    assert event_ids() == clean
    spoilt = did["contradicted"] + did["ahead"] + did["malformed"]
    assert counts.quarantined == spoilt
    assert counts.sent == len(clean) + did["duplicated"] + spoilt
    if not breaking.broke["after"]:
        assert (counts.stored, counts.repeated) == (len(clean), did["duplicated"])


def test_dirt_is_of_every_kind(way: httpx2.BaseTransport) -> None:
    _, soil, breaking = posted(way, FILTHY)
    assert all(soil.did[kind] > 0 for kind in ("duplicated", "contradicted", "ahead", "malformed", "late"))
    assert breaking.broke["before"] > 0
    assert breaking.broke["after"] > 0


def test_the_same_seed_soils_the_same_lines() -> None:
    lines = [b'{"event_id": "%d", "event_time": "2026-06-01T00:00:00Z"}' % number for number in range(200)]
    first, second = Soil(FILTHY, seed=1), Soil(FILTHY, seed=1)
    assert first.soiled(Stream.SESSIONS, lines) == second.soiled(Stream.SESSIONS, lines)
    assert Soil(FILTHY, seed=2).soiled(Stream.SESSIONS, lines) != first.soiled(Stream.SESSIONS, lines)


def test_no_tutor_is_spoken_of_before_the_first_record() -> None:
    lines = [b'{"event_id": "a%d", "kind": "login", "event_time": "2026"}' % number for number in range(50)]
    first = b'{"event_id": "b", "kind": "onboarded", "event_time": "2026"}'
    sent = Soil(Dirt(duplicated=0, contradicted=0, ahead=0, malformed=0), seed=4).soiled(
        Stream.EVENTS, [*lines, first]
    )
    assert sent[0] == first
