"""The leaves of a tutor: the order in which they become known changes nothing."""

from datetime import timedelta
from random import Random

from hypothesis import given, strategies as st

from retention.messages.sla import SlaClock, SlaQuestion
from retention.messages.tutors import LeaveEnded, LeaveStarted
from retention.vocabulary import SlaClockKind
from tests.testbed.rehearsal import read
from tests.workflows.coaching_people import DAY, HOUR, MONDAY
from workflows.leaves import Leaves

CLOCK = SlaClock(kind=SlaClockKind.WEEKDAY, budget=48 * HOUR, started_at=MONDAY)
News = LeaveStarted | LeaveEnded
hours = st.integers(-200, 400)


@st.composite
def a_leave(draw: st.DrawFn) -> list[News]:
    """What is told of one leave: begun, maybe prolonged, maybe over."""
    name, first = str(draw(st.uuids())), draw(hours)
    told: list[News] = []
    for begins in {first, first + draw(st.integers(1, 100))} if draw(st.booleans()) else {first}:
        until = draw(st.none() | st.integers(1, 100))
        planned = None if until is None else MONDAY + (begins + until) * HOUR
        told.append(LeaveStarted(command_id="s", at=MONDAY + begins * HOUR, leave_id=name, until=planned))
    if draw(st.booleans()):
        over = MONDAY + (first + draw(st.integers(1, 200))) * HOUR
        goes_on = over + draw(st.integers(0, 80)) * HOUR
        told.append(LeaveEnded(command_id="e", at=over, leave_id=name, clocks_resume_at=goes_on))
    return told


def heard(news: list[News]) -> Leaves:
    leaves = Leaves()
    for one in news:
        if isinstance(one, LeaveStarted):
            leaves.began(one)
        else:
            leaves.ended(one)
    return leaves


@given(st.lists(a_leave(), max_size=4), st.randoms(use_true_random=False), hours)
def test_the_order_in_which_leaves_become_known_changes_nothing(
    leaves: list[list[News]], shuffled: Random, hour: int
) -> None:
    news = [one for leave in leaves for one in leave]
    other = news.copy()
    shuffled.shuffle(other)
    one, two, instant = heard(news), heard(other), MONDAY + hour * HOUR
    assert one.away == two.away
    assert one.covers(instant) == two.covers(instant)
    assert read(SlaQuestion(clock=one.on(CLOCK), as_of=instant)) == read(
        SlaQuestion(clock=two.on(CLOCK), as_of=instant)
    )


def test_a_tutor_is_away_until_every_leave_that_began_is_over() -> None:
    leaves = heard([LeaveStarted(command_id="1", at=MONDAY, leave_id="now")])
    leaves.began(LeaveStarted(command_id="2", at=MONDAY - 10 * DAY, leave_id="old"))
    over = {"command_id": "3", "at": MONDAY - 5 * DAY, "clocks_resume_at": MONDAY}
    leaves.ended(LeaveEnded(leave_id="old", **over))
    assert leaves.away
    leaves.ended(LeaveEnded(leave_id="now", **over | {"at": MONDAY + DAY}))
    assert not leaves.away


def test_an_end_without_a_name_ends_the_leave_that_was_told_last() -> None:
    leaves = heard([LeaveStarted(command_id="1", at=MONDAY)])
    leaves.ended(LeaveEnded(command_id="2", at=MONDAY + DAY, clocks_resume_at=MONDAY + DAY))
    assert not leaves.away
    assert leaves.covers(MONDAY)
    assert not leaves.covers(MONDAY + DAY)


def test_only_leaves_told_of_since_are_looked_at_when_asked_so() -> None:
    leaves = heard([LeaveStarted(command_id="1", at=MONDAY, leave_id="a", until=MONDAY + DAY)])
    known = leaves.news
    assert leaves.covers(MONDAY, since=known - 1)
    assert not leaves.covers(MONDAY, since=known)
    prolonged = MONDAY + timedelta(days=2)
    leaves.began(LeaveStarted(command_id="2", at=MONDAY + HOUR, leave_id="a", until=prolonged))
    assert leaves.covers(prolonged - HOUR, since=known)
    assert not leaves.covers(prolonged, since=known)
