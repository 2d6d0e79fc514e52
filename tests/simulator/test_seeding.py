"""A world's birth: fourteen business days to play, a clock that ends in real time, history that counts."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import text

from retention.errors import Conflict, NotFound
from retention.records import world as records
from retention.records.database import transaction
from simulator import seeding
from simulator.seeding import Pace, Wish, begin_of_playing, clock_of
from tests.simulator.worlds import LATER, a_seeded_world, count
from tests.testbed.postgres import in_libpq

SUNDAY = datetime(2026, 11, 22, 13, 30, tzinfo=UTC)
QUICK = Pace(speed=1, playback=timedelta(minutes=3), start_in=timedelta(seconds=25))


def test_the_played_part_has_fourteen_business_days() -> None:
    assert begin_of_playing(SUNDAY) == datetime(2026, 11, 3, tzinfo=UTC)
    assert begin_of_playing(SUNDAY + timedelta(days=1)) == datetime(
        2026, 11, 3, tzinfo=UTC
    )  # today has begun
    assert begin_of_playing(SUNDAY + timedelta(days=2)) == datetime(2026, 11, 4, tzinfo=UTC)


def test_the_clock_plays_the_past_and_ends_in_real_time() -> None:
    origin = begin_of_playing(SUNDAY)
    clock = clock_of(QUICK, origin=origin, now=SUNDAY)
    start, end = SUNDAY + QUICK.start_in, SUNDAY + QUICK.start_in + QUICK.playback
    assert clock.at(start) == origin
    assert abs(clock.at(end) - end) < timedelta(milliseconds=1)
    assert abs(clock.at(end + timedelta(hours=5)) - (end + timedelta(hours=5))) < timedelta(milliseconds=1)


def test_a_fast_world_goes_on_fast() -> None:
    fast = Pace(speed=1_440, playback=timedelta(minutes=3), start_in=timedelta())
    clock = clock_of(fast, origin=begin_of_playing(SUNDAY), now=SUNDAY)
    end = SUNDAY + fast.playback
    assert clock.at(end + timedelta(minutes=1)) - clock.at(end) == timedelta(days=1)


def test_history_holds_everything_that_was_due_before_its_end(data: str) -> None:
    done = a_seeded_world()
    stored = count("session_events") + count("behaviour_events") + count("feedback")
    assert stored == done.records > 500
    with transaction() as session:
        newest = session.scalar(text("SELECT max(event_time) FROM session_events"))
        origins = set(session.scalars(text("SELECT DISTINCT origin FROM session_events")))
    assert newest < done.origin
    assert origins == {"synthetic"}


def test_history_brings_no_moments_cases_or_tasks(data: str) -> None:
    a_seeded_world()
    assert [count(table) for table in ("moments", "cases", "tasks", "decisions")] == [0, 0, 0, 0]
    assert count("dirty_days") > 0


def test_the_staff_of_the_demo_can_sign_in(data: str) -> None:
    a_seeded_world()
    with transaction() as session:
        roles = list(session.scalars(text("SELECT role FROM accounts")))
    assert roles.count("people_ops") >= 3
    assert "ops_manager" in roles


def test_a_second_world_is_refused(data: str) -> None:
    a_seeded_world()
    with pytest.raises(Conflict):
        a_seeded_world()


def test_the_clock_is_written_once_and_only_for_a_world(data: str) -> None:
    with pytest.raises(NotFound):
        seeding.begin(QUICK, now=SUNDAY)
    a_seeded_world()
    first = seeding.begin(QUICK, now=SUNDAY)
    assert seeding.begin(QUICK, now=LATER) == first
    with transaction() as session:
        assert records.the_clock(session) == first


def test_the_last_day_of_the_history_asks_for_a_model_of_each_kind_once(data: str) -> None:
    seeded = a_seeded_world()
    for now in (SUNDAY, LATER):
        seeding.begin(QUICK, now=now)
    with transaction() as session:
        asked = text("SELECT target, payload FROM commands WHERE name = 'ModelTraining'")
        rows = session.execute(asked).all()
    day = f"{(seeded.origin - timedelta(days=1)):%Y-%m-%d}"
    assert sorted((target, payload["kind"]) for target, payload in rows) == [
        (f"first-session-training/{day}", "first_session"),
        (f"model-training/{day}", "churn"),
    ]
    assert {datetime.fromisoformat(payload["as_of"]) for _target, payload in rows} == {seeded.origin}


@pytest.fixture
def owner_url(own_database: Mapping[str, str], data: str) -> Iterator[str]:
    """Somebody who may add a schema; the hidden truth is removed again."""
    yield own_database["postgres"]
    with psycopg.connect(in_libpq(own_database["postgres"]), autocommit=True) as door:
        door.execute("DROP SCHEMA truth CASCADE")


def test_the_hidden_truth_is_closed_to_the_processes(owner_url: str) -> None:
    wish = Wish(tutors=5, seed=3, days=14, profile="prd")
    seeding.seed(wish, now=SUNDAY, owner_url=owner_url, tell=lambda _what, _share: None)
    with transaction() as session:
        readable = session.scalar(text("SELECT has_schema_privilege(current_user, 'truth', 'USAGE')"))
    assert readable is False


def test_the_hidden_truth_holds_what_each_programme_does_to_whom(owner_url: str) -> None:
    wish = Wish(tutors=5, seed=3, days=14, profile="prd")
    seeding.seed(wish, now=SUNDAY, owner_url=owner_url, tell=lambda _what, _share: None)
    with psycopg.connect(in_libpq(owner_url)) as door:
        found: dict[str, float] = dict(
            door.execute(
                "SELECT archetype, relief FROM truth.effects"
                " WHERE programme = 'improvement_plan' AND cause = 'scheduling'"
            ).fetchall()
        )
        troubles = door.execute("SELECT count(DISTINCT trouble) FROM truth.tutors").fetchone()
    assert found["high"] < 0 < found["steady"]
    assert troubles is not None
    assert troubles[0] >= 1
