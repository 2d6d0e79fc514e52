"""The figures of a policy that was tried on the past, on pasts small enough to count by hand."""

from datetime import date
from typing import Any

import pytest

from retention import policy
from retention.vocabulary import OwnerGroup, Programme, TaskKind, Verdict
from rules.backtest_report import Report, Setting, differences, foresight_of, report, weeks_of
from rules.book import Book
from rules.runs import Hit
from rules.workload import capacity_of, hours_of
from tests.rules.books import a_book, a_coaching, a_rule, a_tip, some_news
from tests.rules.pasts import DAY, FIRST, run_of, scored

MONTH = policy.BACKTEST_FORESEES
TIME = Setting(begin=FIRST, end=FIRST + 90 * DAY)


def a_hit(day: float = 0, *, tutor: int = 1, **more: Any) -> Hit:
    told: dict[str, Any] = {
        "rule_id": "H1.coaching",
        "verdict": Verdict.FIRE,
        "reason": "condition",
        "programme": Programme.COACHING,
        "owner_group": OwnerGroup.OPS_MANAGER,
        "shadow": False,
        "signal": False,
        "opens": True,
    }
    return Hit(tutor_number=tutor, as_of=FIRST + day * DAY, **{**told, **more})


def left(day: float, *, tutor: int = 1) -> Setting:
    return Setting(begin=TIME.begin, end=TIME.end, departures={tutor: [FIRST + day * DAY]})


def compared(new: Book, old: Book, *scores: int) -> Report:
    looks = scored(*scores)
    return report((new, run_of(new, looks)), (old, run_of(old, looks)), TIME)


@pytest.mark.parametrize(("day", "followed"), [(29.9, 1), (30, 1), (30.1, 0), (-1, 0)])
def test_a_firing_foretold_a_departure_within_thirty_days_of_it(day: float, followed: int) -> None:
    found = foresight_of([a_hit(0)], left(day))
    assert (found.judged, found.followed) == (1, followed)


@pytest.mark.parametrize(("day", "judged"), [(60, 1), (60.1, 0)])
def test_a_firing_whose_thirty_days_are_not_over_is_not_judged(day: float, judged: int) -> None:
    for became in (TIME, left(75)):
        found = foresight_of([a_hit(day)], became)
        assert (found.judged, found.followed) == (judged, int(judged and became is not TIME))


def test_a_departure_is_foreseen_by_the_first_firing_in_the_thirty_days_before() -> None:
    found = foresight_of([a_hit(1), a_hit(20), a_hit(30)], left(40))
    assert (found.departures, found.foreseen, found.recall, found.lead_days) == (1, 1, 1.0, 20.0)


def test_a_departure_without_a_firing_before_it_was_not_foreseen() -> None:
    for hits in ([], [a_hit(1)], [a_hit(45)], [a_hit(30, tutor=2)]):
        found = foresight_of(hits, left(40))
        assert (found.foreseen, found.recall, found.lead_days) == (0, 0.0, None)


def test_a_departure_outside_the_time_counts_for_no_recall() -> None:
    assert foresight_of([], left(91)).recall is None


def test_the_work_of_a_week_is_counted_by_group_and_held_against_its_hours() -> None:
    setting = Setting(begin=FIRST, end=FIRST + 13 * DAY, capacity=capacity_of({OwnerGroup.OPS_MANAGER: 2}))
    hits = [a_hit(0), a_hit(6.9), a_hit(7), a_hit(1, opens=False)]
    weeks = [one for one in weeks_of(hits, {}, setting) if one.owner_group is OwnerGroup.OPS_MANAGER]
    hours = hours_of(Programme.COACHING)
    assert [(one.week, one.cases, one.hours) for one in weeks] == [
        (date(2026, 6, 1), 2, round(2 * hours, 2)),
        (date(2026, 6, 8), 1, hours),
    ]
    assert {one.capacity for one in weeks} == {2 * policy.CASEWORK_HOURS_A_WEEK[OwnerGroup.OPS_MANAGER]}


def test_a_rule_that_names_its_task_costs_what_the_task_costs() -> None:
    assert (
        hours_of(Programme.ALERT_CHECK, TaskKind.NO_SHOW_CHECK) == policy.TASK_HOURS[TaskKind.NO_SHOW_CHECK]
    )
    assert hours_of(Programme.COACHING_TIP) == 0


def test_every_kind_of_task_and_every_group_has_its_hours() -> None:
    assert set(policy.TASK_HOURS) == set(TaskKind)
    assert set(policy.CASEWORK_HOURS_A_WEEK) == set(OwnerGroup)


def test_firings_differ_by_number_or_by_instant() -> None:
    old = [a_hit(1), a_hit(2, tutor=2), a_hit(3, tutor=3)]
    new = [a_hit(1), a_hit(1, tutor=2), a_hit(4, tutor=4), a_hit(9, tutor=4, opens=False)]
    found = [(one.tutor_number, one.before, one.after) for one in differences(old, new)]
    assert found == [(2, 1, 1), (3, 1, 0), (4, 0, 2)]


def test_a_lower_bound_names_the_tutor_it_newly_hits() -> None:
    old, new = a_book(a_coaching()), a_book(a_coaching(when={"churn_score": {"gt": 45}}))
    found = compared(new, old, 40, 46, 50)
    (difference,) = found.differences
    assert (difference.rule_id, difference.tutor_number) == ("H1.coaching", 1)
    assert (difference.before, difference.after, difference.first_at) == (0, 1, FIRST + DAY)
    assert (found.old.cases, found.new.cases, found.new.hours) == (0, 1, hours_of(Programme.COACHING))


def test_rules_that_hit_the_same_tutor_overlap() -> None:
    book = a_book(a_rule(), a_tip(), some_news())
    (overlap,) = compared(book, book, 60).new.overlaps
    assert (overlap.one, overlap.other, overlap.tutors) == ("A1.tip", "H1.coaching", 1)


def test_what_was_held_back_is_counted_by_its_reason() -> None:
    book = a_book(a_rule(), plans={"high": ["H1"]})
    rule = compared(book, book, 60).new.rules[0]
    assert (rule.fires, rule.cases, rule.held_back) == (0, 0, {"plan": 1})


def test_a_rule_in_shadow_fires_and_opens_nothing() -> None:
    book = a_book(a_rule(status="shadow"))
    rule = compared(book, book, 60, 40, 60).new.rules[0]
    assert (rule.fires, rule.cases, rule.resolutions, rule.status) == (2, 0, 1, "shadow")


def test_a_report_survives_being_kept_as_json() -> None:
    found = compared(a_book(a_coaching()), a_book(a_coaching(for_="2d")), 60, 60, 60)
    assert Report.model_validate_json(found.model_dump_json()) == found
