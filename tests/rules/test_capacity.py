"""Who waits for a place and who never does, and what the draw says."""

from datetime import timedelta
from typing import Any

import pytest

from retention.programmes.registry import TRAITS
from retention.vocabulary import OwnerGroup, Trigger
from rules.situation import Place
from rules.state import RuleState
from tests.rules.books import DAY, MONDAY, a_book, a_coaching, a_rule, judged

HIGH = {"churn_score": 60, "risk_band": "high"}
MANAGERS = {"rationed": (OwnerGroup.OPS_MANAGER,)}
TODAY = MONDAY.date()
WON = Place(day=TODAY, admitted=True, rank=2, pool=7, places=3)
LOST = Place(day=TODAY, admitted=False, rank=5, pool=7, places=3)


def improvement_plan() -> dict[str, Any]:
    """On trial only, so its hours are no reason to wait either way."""
    return a_rule(
        then={"start": "improvement_plan", "owner_group": "people_ops", "priority": 70}, status="shadow"
    )


def test_a_case_that_may_wait_takes_a_ticket_and_nothing_is_recorded_until_the_draw() -> None:
    judgement = judged(a_book(a_coaching()), HIGH, **MANAGERS)
    (ticket,) = judgement.tickets
    assert judgement.decisions == ()
    assert (ticket.rule_id, ticket.owner_group, ticket.priority) == ("H1.coaching", "ops_manager", 65)
    assert judgement.sheets[ticket.facts_digest]["churn_score"] == 60


def test_the_draw_lets_it_begin_or_says_why_not() -> None:
    book, drawn = a_book(a_coaching()), {"trigger": Trigger.DRAW, **MANAGERS}
    (begun,) = judged(book, HIGH, places={"H1.coaching": WON}, **drawn).decisions
    (held,) = judged(book, HIGH, places={"H1.coaching": LOST}, **drawn).decisions
    assert (begun.verdict, held.reason) == ("fire", "capacity")
    assert held.sentence == (
        "Held back: more cases than hours on 6 January 2025. By lot it came 5 of 7, and 3 could begin. "
        "It is tried again."
    )


def test_a_lost_draw_is_recorded_each_day_and_once_a_day() -> None:
    book, states, held = a_book(a_coaching()), dict[str, RuleState](), []
    for hour in (0, 1, 24, 25):
        at = MONDAY + timedelta(hours=hour)
        place = LOST.model_copy(update={"day": at.date()})
        judgement = judged(book, HIGH, at=at, states=states, places={"H1.coaching": place}, **MANAGERS)
        states |= judgement.states
        held += [hour for made in judgement.decisions if made.reason == "capacity"]
        assert judgement.tickets == ()
    assert held == [0, 24]


@pytest.mark.parametrize(("score", "came_to"), [(51, ["fire"]), (50, [])])
def test_the_draw_asks_whether_it_still_holds_and_leaves_the_days_that_were_counted(
    score: int, came_to: list[str]
) -> None:
    book, states = a_book(a_coaching(for_="7d")), dict[str, RuleState]()
    for day in range(8):
        states |= judged(book, HIGH, at=MONDAY + day * DAY, states=states, **MANAGERS).states
    place = WON.model_copy(update={"day": (MONDAY + 7 * DAY).date()})
    drawn = {"trigger": Trigger.DRAW, "places": {"H1.coaching": place}, **MANAGERS}
    at_nine = MONDAY + 7 * DAY + timedelta(hours=9)
    drawn_for = judged(book, HIGH | {"churn_score": score}, at=at_nine, states=states, **drawn)
    assert [made.verdict for made in drawn_for.decisions] == came_to
    after = (states | drawn_for.states)["H1.coaching"]
    assert (after.true_for, after.last_seen) == (7 * DAY, MONDAY + 7 * DAY)
    if not came_to:
        tomorrow = judged(book, HIGH, at=MONDAY + 8 * DAY, states=states | drawn_for.states, **MANAGERS)
        assert [ticket.rule_id for ticket in tomorrow.tickets] == ["H1.coaching"]


def test_after_a_draw_only_rules_with_a_place_are_looked_at() -> None:
    book = a_book(a_coaching(), a_rule(id="T.other"))
    judgement = judged(book, HIGH, trigger=Trigger.DRAW, places={"H1.coaching": WON}, **MANAGERS)
    assert [made.rule_id for made in judgement.decisions] == ["H1.coaching"]


@pytest.mark.parametrize(
    ("rule", "facts", "more"),
    [
        (a_coaching(), {"risk_band": "critical"}, MANAGERS),  # critical risk waits for nothing
        (a_coaching(), {}, {"rationed": (OwnerGroup.PEOPLE_OPS,)}),  # another group's hours
        (a_coaching(), {}, {}),  # nobody counts hours
        (a_rule(), {}, MANAGERS),  # a check may not wait
        (a_coaching(status="shadow"), {}, MANAGERS),  # on trial: it takes nobody's place
        (improvement_plan(), {}, {"rationed": tuple(OwnerGroup)}),  # never an improvement plan
    ],
    ids=["critical", "another group", "no hours counted", "a check", "on trial", "improvement plan"],
)
def test_who_may_not_wait_begins_at_once(
    rule: dict[str, Any], facts: dict[str, Any], more: dict[str, Any]
) -> None:
    judgement = judged(a_book(rule), HIGH | facts, **more)
    assert [made.verdict for made in judgement.decisions] == ["fire"]
    assert judgement.tickets == ()


def test_an_unknown_risk_band_waits_like_any_other() -> None:
    assert judged(a_book(a_coaching()), {"churn_score": 60}, **MANAGERS).tickets != ()


def test_an_override_decides_whose_hours_and_how_urgent_it_is() -> None:
    urgent = {"when": {"churn_score": {"gt": 55}}, "owner_group": "people_ops", "priority": 90}
    fires: dict[str, Any] = {"facts": HIGH, "fires": True}
    cases = [
        {"says": "urgent", **fires, "priority": 90},
        {"says": "not urgent", "facts": HIGH | {"churn_score": 52}, "fires": True, "priority": 65},
        {"says": "at the bound", "facts": {"churn_score": 50}, "fires": False},
    ]
    book = a_book(a_coaching(override=urgent, tests={"cases": cases}))
    (ticket,) = judged(book, HIGH, rationed=(OwnerGroup.PEOPLE_OPS,)).tickets
    assert (ticket.owner_group, ticket.priority) == ("people_ops", 90)
    assert judged(book, HIGH, **MANAGERS).tickets == ()


def test_no_programme_both_waits_by_lot_and_leaves_tutors_out_by_lot() -> None:
    assert [it.name for it in TRAITS.values() if it.may_wait and (it.holdout or not it.needs_people)] == []
