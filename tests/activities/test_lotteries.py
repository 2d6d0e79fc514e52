"""More coaching is due than managers have hours: who goes first is drawn by lot, over all of the day."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from activities import evaluation, judgement, measurement, situations
from retention import policy
from retention.measures.periods import measured_day
from retention.messages.evaluation import AsOf, Step
from retention.records import churn, database, lotteries, watermarks
from retention.records.cases import Case
from retention.records.decisions import Decision
from retention.records.lotteries import LotteryDraw, LotteryTicket
from retention.vocabulary import OwnerGroup, Role
from rules.lottery import lot
from tests.activities.test_programme_starts import a_score
from tests.factories import platform
from tests.factories.people import a_colleague
from tests.rules.test_replay import replayed

WEDNESDAY = datetime(2026, 11, 18, tzinfo=UTC)
DAY = timedelta(days=1)
TUTORS = 8
HOURS = policy.CASEWORK_HOURS_A_WEEK
STATEMENTS_OF_A_DRAW = 11
A_DAY = 3  # cases of 1.3 hours that two managers can begin


def staffed(managers: int = 2) -> None:
    with database.transaction() as session:
        for number in range(managers):
            a_colleague(session, f"Grace{number} Hopper", role=Role.OPS_MANAGER)


def tutors(count: int = TUTORS, *, at: datetime = WEDNESDAY) -> list[int]:
    with database.transaction() as session:
        begun = at - 90 * DAY
        return [platform.a_tutor(session, at=begun, now=begun)[0] for _ in range(count)]


def dawned(at: datetime, scores: dict[int, tuple[int, str]]) -> int:
    """The daily look of everybody as the evaluation works it off, draw included; how many batches it took."""
    with database.transaction() as session:
        watermarks.begin(session, at - DAY)
        while watermarks.mark_periods(session, watermarks.next_periods(session, at) or []):
            pass
    worked = 0
    while (batch := evaluation.claim(AsOf(as_of=at))).tutors:
        step = Step(batch_id=batch.batch_id, as_of=at)
        measurement.measure(step)
        _scored(step, scores)
        judgement.judge(step)
        worked += 1
    return worked


def _scored(step: Step, scores: dict[int, tuple[int, str]]) -> None:
    day = measured_day(step.as_of)
    with database.transaction() as session:
        known = [one.tutor_number for one in situations.situations_of(session, step)]
        rows = [a_score(n, day, score=scores[n][0], band=scores[n][1]) for n in known if n in scores]
        churn.store(session, [row | {"as_of": step.as_of} for row in rows])


def a_week(numbers: list[int], *, until: datetime = WEDNESDAY, score: int = 60, band: str = "high") -> None:
    """Seven daily looks at which everybody was at high risk; the next one fires H1."""
    for day in range(7, 0, -1):
        dawned(until - day * DAY, dict.fromkeys(numbers, (score, band)))
    assert every(LotteryTicket) == []


def every(table: Any) -> list[Any]:
    with database.transaction() as session:
        return list(session.scalars(select(table).order_by(*table.__table__.primary_key)))


def coached() -> list[int]:
    return [case.tutor_number for case in every(Case) if case.programme == "coaching"]


def held() -> list[Decision]:
    return [one for one in every(Decision) if one.rule_id == "H1.coaching" and one.verdict == "suppressed"]


def test_so_many_begin_as_there_are_hours_for_and_the_others_are_drawn_anew_each_day(data: str) -> None:
    staffed()
    numbers = tutors()
    a_week(numbers)
    for days, begun in enumerate((A_DAY, 2 * A_DAY, TUTORS)):
        dawned(WEDNESDAY + days * DAY, dict.fromkeys(numbers, (60, "high")))
        assert len(coached()) == begun
    assert len(set(coached())) == TUTORS  # none twice
    first = [one for one in every(LotteryTicket) if one.day == WEDNESDAY.date()]
    by_lot = sorted(numbers, key=lambda number: lot(number, "H1.coaching", WEDNESDAY.date()))
    assert {one.tutor_number for one in first if one.admitted} == set(by_lot[:A_DAY])
    assert [one.tutor_number for one in sorted(first, key=lambda one: one.rank)] == by_lot
    assert {one.propensity for one in first} == {A_DAY / TUTORS}


def test_every_ticket_says_what_became_of_it_with_the_facts_it_was_taken_on(data: str) -> None:
    staffed()
    numbers = tutors()
    a_week(numbers)
    dawned(WEDNESDAY, dict.fromkeys(numbers, (60, "high")))
    (drawing,), decisions = every(LotteryDraw), {one.id: one for one in every(Decision)}
    assert (drawing.pool, drawing.places, drawing.owner_group) == (TUTORS, A_DAY, "ops_manager")
    assert drawing.hours == drawing.hours_left == 2 * HOURS[OwnerGroup.OPS_MANAGER] / 5
    for ticket in every(LotteryTicket):
        made = decisions[ticket.decision_id]
        assert made.verdict == ("fire" if ticket.admitted else "suppressed")
        assert made.fact_sheet_id == ticket.fact_sheet_id
    reasons = {one.reason for one in held()}
    assert all(
        f"{A_DAY} could begin" in reason and f"of {TUTORS}" in reason and "18 November" in reason
        for reason in reasons
    )
    assert len(held()) == TUTORS - A_DAY


def test_the_draw_is_over_everybody_of_the_day_and_not_over_a_batch(
    data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "BATCH_TUTORS", 3)
    staffed()
    numbers = tutors()
    a_week(numbers)
    assert dawned(WEDNESDAY, dict.fromkeys(numbers, (60, "high"))) == 6  # 3 + 3 + 2, and after the draw again
    (drawing,) = every(LotteryDraw)
    assert drawing.pool == TUTORS
    assert len(coached()) == A_DAY


def test_where_there_are_hours_for_all_all_begin_at_that_instant(data: str) -> None:
    staffed()
    numbers = tutors(A_DAY)
    a_week(numbers)
    dawned(WEDNESDAY, dict.fromkeys(numbers, (60, "high")))
    assert sorted(coached()) == numbers
    assert {case.opened_at for case in every(Case)} == {WEDNESDAY}
    assert {one.propensity for one in every(LotteryTicket)} == {1.0}
    assert held() == []


def test_critical_risk_waits_for_no_draw_and_its_hours_are_spent(data: str) -> None:
    staffed()
    numbers = tutors()
    a_week(numbers)
    scores = dict.fromkeys(numbers, (60, "high")) | {numbers[0]: (90, "critical")}
    dawned(WEDNESDAY, scores)
    assert numbers[0] in coached()
    assert len(coached()) == A_DAY
    (drawing,) = every(LotteryDraw)
    assert (drawing.pool, drawing.places) == (TUTORS - 1, A_DAY - 1)


def test_a_group_in_which_nobody_works_yet_has_no_draw(data: str) -> None:
    numbers = tutors()
    a_week(numbers)
    dawned(WEDNESDAY, dict.fromkeys(numbers, (60, "high")))
    assert len(coached()) == TUTORS
    assert every(LotteryTicket) == []


def test_what_comes_up_on_days_off_is_drawn_with_mondays(data: str) -> None:
    staffed()
    numbers = tutors()
    saturday = WEDNESDAY + 3 * DAY
    a_week(numbers, until=saturday)
    for days in (0, 1):
        dawned(saturday + days * DAY, dict.fromkeys(numbers, (60, "high")))
        assert coached() == []
    assert {one.day for one in every(LotteryTicket)} == {(saturday + 2 * DAY).date()}
    dawned(saturday + 2 * DAY, dict.fromkeys(numbers, (60, "high")))
    assert len(coached()) == A_DAY


def test_a_ticket_whose_cause_has_gone_takes_no_place(data: str) -> None:
    staffed()
    numbers = tutors(4)
    saturday = WEDNESDAY + 3 * DAY
    a_week(numbers, until=saturday)
    dawned(saturday, dict.fromkeys(numbers, (60, "high")))
    dawned(saturday + 2 * DAY, dict.fromkeys(numbers, (60, "high")) | {numbers[0]: (45, "medium")})
    (drawing,) = every(LotteryDraw)
    assert (drawing.pool, drawing.places) == (3, 3)
    assert sorted(coached()) == numbers[1:]


def test_a_second_claim_draws_nobody_twice(data: str) -> None:
    staffed()
    numbers = tutors()
    a_week(numbers)
    dawned(WEDNESDAY, dict.fromkeys(numbers, (60, "high")))
    before = [(one.id, one.draw_id, one.rank) for one in every(LotteryTicket)]
    assert evaluation.claim(AsOf(as_of=WEDNESDAY + timedelta(hours=1))).tutors == 0
    with database.transaction() as session:
        lotteries.give_back(session, [{"tutor_number": numbers[0], "rule_id": "H1.coaching"}])
    assert [(one.id, one.draw_id, one.rank) for one in every(LotteryTicket)] == before


def test_a_day_of_draws_judged_again_gives_what_was_decided(data: str) -> None:
    staffed()
    numbers = tutors()
    a_week(numbers)
    for days in range(2):
        dawned(WEDNESDAY + days * DAY, dict.fromkeys(numbers, (60, "high")))
    found = replayed(WEDNESDAY - 8 * DAY, WEDNESDAY + 3 * DAY)
    assert (found.differences, found.decisions) == ([], len(every(Decision)))


@pytest.mark.parametrize("count", [2, 12])
def test_a_draw_costs_the_same_statements_however_many_wait(
    data: str, queries: list[str], count: int
) -> None:
    staffed()
    numbers = tutors(count)
    a_week(numbers)
    queries.clear()
    dawned(WEDNESDAY, dict.fromkeys(numbers, (60, "high")))
    about = [one for one in queries if "lottery_" in one]
    assert len(about) == STATEMENTS_OF_A_DRAW
