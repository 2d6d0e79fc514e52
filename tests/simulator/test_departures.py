"""Leaving in a run of counts is leaving by the glossary, tutor by tutor."""

from datetime import datetime, timedelta

import numpy as np

from retention.measures.periods import start_of
from retention.measures.stays import Day, History, Notice, Stay, stays_of
from retention.vocabulary import TutorStatus
from simulator import chronicle, world as worlds
from simulator.chronicle import Chronicle, lately, live_on
from simulator.departures import REASONS, departures, leaving_within
from simulator.engagement import NEVER
from simulator.foresight import foreseen, ranking
from tests.simulator.lived import MONDAY

DAYS = 150
FIRST = MONDAY.date()


def a_run(*, tutors: int = 120, days: int = DAYS, seed: int = 4) -> Chronicle:
    return chronicle.lived(worlds.born(MONDAY, tutors_wanted=tutors, seed=seed), days=days)


def the_history(run: Chronicle, tutor: int) -> History:
    """What the records would hold of a tutor at the end of the run."""
    counts = run.counts
    days = {
        FIRST + timedelta(days=day): Day(
            completed=int(counts["completed"][day, tutor]), on_leave=bool(counts["on_leave"][day, tutor])
        )
        for day in range(DAYS)
    }
    joined = MONDAY + timedelta(days=float(run.world.tutors.joined[tutor]))
    notice = [day for day, who in run.notices if who == tutor]
    last = float(run.last_day[tutor])
    return History(
        tutor_number=tutor,
        status=TutorStatus.ACTIVE,
        onboarded_at=joined,
        baseline_per_week=float(run.world.tutors.baseline[tutor]),
        stay=Stay(started_at=max(joined, MONDAY)),
        days=days,
        watched_from=FIRST,
        notices=_notices(notice, last),
    )


def _notices(given: list[int], last: float) -> list[Notice]:
    if not given or last >= NEVER:
        return []
    return [Notice(MONDAY + timedelta(days=given[-1], hours=10), MONDAY + timedelta(days=last))]


def day_of(instant: datetime) -> int:
    """The day of the run of which an instant is a part; midnight belongs to the day that it ends."""
    return ((instant - timedelta(microseconds=1)).date() - FIRST).days


def test_every_stay_of_every_tutor_begins_and_ends_as_the_glossary_says() -> None:
    run = a_run()
    gone = departures(run)
    here, ended = np.zeros_like(gone.here), np.zeros_like(gone.ended)
    for tutor in range(gone.here.shape[1]):
        for stay in stays_of(the_history(run, tutor), as_of=start_of(FIRST + timedelta(days=DAYS))):
            begins, last = (stay.started_at.date() - FIRST).days, DAYS
            if stay.ended_at is not None and stay.reason is not None:
                last = day_of(stay.ended_at)
                ended[last, tutor] = REASONS.index(stay.reason)
            here[begins:last, tutor] = True
    assert {REASONS[one] for one in np.unique(gone.ended)} == set(REASONS)
    np.testing.assert_array_equal(gone.ended, ended)
    np.testing.assert_array_equal(gone.here, here)


def test_who_leaves_within_some_days_is_here_before() -> None:
    gone = departures(a_run())
    leaving = leaving_within(gone, 90, days=30)
    assert 0 < leaving.sum() < 30
    assert gone.here[90][leaving].all()
    assert leaving_within(gone, 90, days=7).sum() <= leaving.sum()


def test_a_copy_lives_on_as_the_run_itself_would() -> None:
    run = a_run(tutors=40, days=70)
    copy = lately(run, days=60)
    live_on(copy, days=5)
    live_on(run, days=5)
    assert (copy.counts["completed"] == run.counts["completed"][10:]).all()
    assert copy.world.day == run.world.day


def test_who_sees_the_hidden_state_ranks_leavers_far_above_chance() -> None:
    seen = foreseen(a_run(tutors=300, days=70), days=30, futures=12)
    assert seen.left.sum() > 5
    assert 0.75 < ranking(seen.chance, seen.left) <= 1


def test_a_ranking_counts_ties_half() -> None:
    came = np.array([True, False, True, False])
    assert ranking(np.array([0.9, 0.1, 0.9, 0.1]), came) == 1.0
    assert ranking(np.array([0.5, 0.5, 0.5, 0.5]), came) == 0.5
    assert ranking(np.array([0.1, 0.9, 0.1, 0.9]), came) == 0.0
