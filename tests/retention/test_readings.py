"""What holds of every service-level clock, on any calendar, whatever paused it and in whatever order."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st

from retention import calendars, readings, sla
from retention.calendars import Calendar
from retention.messages.sla import SlaClock
from retention.vocabulary import PauseReason, SlaClockKind

MINUTE = timedelta(minutes=1)
BEGUN = datetime(2026, 3, 1, tzinfo=UTC)
ZONES = (
    "Europe/London",
    "Asia/Kolkata",  # +5:30
    "Australia/Adelaide",  # +9:30, changes its clocks
    "Pacific/Chatham",  # +12:45, changes its clocks
    "America/St_Johns",  # -3:30, changes its clocks
    "Africa/Cairo",  # changes its clocks within the working week
)
DAYS = st.dates(date(2026, 3, 1), date(2026, 4, 30))
CALENDARS = st.builds(
    Calendar,
    zone=st.sampled_from(ZONES),
    opens=st.integers(0, 11),
    closes=st.integers(12, 23),
    country=st.sampled_from(["GB", "US", "IN"]),
    extra_holidays=st.frozensets(DAYS, max_size=3),
)
INSTANTS = st.integers(0, 40 * 24 * 60).map(lambda minutes: BEGUN + minutes * MINUTE)
CLOCKS = st.builds(
    SlaClock,
    kind=st.sampled_from(SlaClockKind),
    budget=st.integers(1, 60 * 60).map(lambda minutes: minutes * MINUTE),
    started_at=INSTANTS,
)
# One reason's pauses in order, as instants that begin and end them in turn; the last may have no end.
LEDGERS = st.fixed_dictionaries(
    {reason: st.lists(INSTANTS, max_size=4, unique=True).map(sorted) for reason in PauseReason}
)
Ledger = dict[PauseReason, list[datetime]]


def written(clock: SlaClock, ledger: Ledger, *, turns: list[PauseReason] | None = None) -> SlaClock:
    """The clock after all these pauses; `turns` says whose turn it is to be written down."""
    order = turns if turns is not None else [reason for reason in ledger for _ in ledger[reason]]
    done = dict.fromkeys(ledger, 0)
    for reason in order:
        at = ledger[reason][done[reason]]
        begins = done[reason] % 2 == 0
        clock = sla.pause(clock, reason, since=at) if begins else sla.resume(clock, at=at, reason=reason)
        done[reason] += 1
    return clock


def ticks(calendar: Calendar, clock: SlaClock, instant: datetime) -> bool:
    """Whether the clock runs in the minute from an instant on, told without any arithmetic on stretches."""
    wall = instant.astimezone(ZoneInfo(calendar.zone))
    in_hours = clock.kind is SlaClockKind.WEEKDAY or calendar.opens <= wall.hour < calendar.closes
    return calendars.works(calendar, wall.date()) and in_hours and not sla.stands(clock, at=instant)


@settings(max_examples=40, deadline=None)
@given(calendar=CALENDARS, clock=CLOCKS, ledger=LEDGERS, minutes=st.integers(0, 6 * 24 * 60))
def test_what_is_spent_is_every_minute_in_which_it_ran(
    calendar: Calendar, clock: SlaClock, ledger: Ledger, minutes: int
) -> None:
    clock = written(clock, ledger)
    ran = sum(ticks(calendar, clock, clock.started_at + tick * MINUTE) for tick in range(minutes))
    at = clock.started_at + minutes * MINUTE
    assert readings.reading(calendar, clock, at=at).spent == min(ran * MINUTE, clock.budget)


@given(calendar=CALENDARS, clock=CLOCKS, ledger=LEDGERS, at=INSTANTS, draw=st.data())
def test_the_order_in_which_pauses_become_known_changes_nothing(
    calendar: Calendar, clock: SlaClock, ledger: Ledger, at: datetime, draw: st.DataObject
) -> None:
    turns = draw.draw(st.permutations([reason for reason in ledger for _ in ledger[reason]]))
    assert written(clock, ledger, turns=turns) == written(clock, ledger)
    since, until = sorted(draw.draw(st.tuples(INSTANTS, INSTANTS)))
    first = written(sla.stood(clock, PauseReason.LEAVE, since=since, until=until), ledger)
    last = sla.stood(written(clock, ledger, turns=turns), PauseReason.LEAVE, since=since, until=until)
    assert readings.reading(calendar, first, at=at) == readings.reading(calendar, last, at=at)


@given(first=CALENDARS, second=CALENDARS, clock=CLOCKS, ledger=LEDGERS, at=INSTANTS)
def test_only_the_calendar_of_the_one_who_has_it_now_counts(
    first: Calendar, second: Calendar, clock: SlaClock, ledger: Ledger, at: datetime
) -> None:
    """A handover between offices, or an edited calendar, in between leaves no trace in the clock."""
    paused = written(clock, ledger)
    expected = readings.reading(second, paused, at=at)
    readings.reading(first, clock, at=at)
    edited = replace(second, extra_holidays=frozenset(second.extra_holidays))
    assert readings.reading(edited, paused, at=at) == expected


@given(calendar=CALENDARS, clock=CLOCKS, ledger=LEDGERS)
def test_no_clock_runs_out_while_it_stands(calendar: Calendar, clock: SlaClock, ledger: Ledger) -> None:
    paused = written(clock, ledger)
    due = readings.reading(calendar, paused, at=clock.started_at).due_at
    for since, until in sla.still(paused):
        assert due is None or not since < due <= (until or sla.NEVER)
        if due is None or due > since:
            last = (until or since + timedelta(days=30)) - MINUTE
            assert not readings.reading(calendar, paused, at=last).breached


@given(calendar=CALENDARS, clock=CLOCKS, ledger=LEDGERS, instants=st.lists(INSTANTS, min_size=2, max_size=6))
def test_time_is_spent_and_never_given_back_and_adds_up_to_the_budget(
    calendar: Calendar, clock: SlaClock, ledger: Ledger, instants: list[datetime]
) -> None:
    paused = written(clock, ledger)
    seen = [readings.reading(calendar, paused, at=at) for at in sorted(instants)]
    assert all(one.spent + one.left == clock.budget for one in seen)
    assert all(one.spent <= later.spent for one, later in pairwise(seen))
    assert all(one.breached == (one.left == timedelta()) for one in seen)
    assert all(one.due_at == seen[0].due_at for one in seen)


@given(calendar=CALENDARS, clock=CLOCKS, ledger=LEDGERS)
def test_a_pause_more_never_brings_a_deadline_nearer(
    calendar: Calendar, clock: SlaClock, ledger: Ledger
) -> None:
    without = readings.reached_at(calendar, clock, clock.budget)
    due = readings.reached_at(calendar, written(clock, ledger), clock.budget)
    assert without is not None
    assert due is None or due >= without


@given(calendar=CALENDARS, clock=CLOCKS, ledger=LEDGERS)
def test_exactly_the_share_is_spent_when_a_reminder_comes(
    calendar: Calendar, clock: SlaClock, ledger: Ledger
) -> None:
    paused = written(clock, ledger)
    for share, at in zip((0.5, 0.8, 1), readings.reminders(calendar, paused, (0.5, 0.8, 1)), strict=True):
        if at is not None:
            assert readings.reading(calendar, paused, at=at).spent == clock.budget * share
