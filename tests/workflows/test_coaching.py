"""Coaching from the recommendation to its outcome: the way that it should go, and the early ends."""

from datetime import timedelta

import pytest

from retention.messages.coaching import AgreedActions
from retention.vocabulary import CaseState, EffectVerdict, Letter, Outcome, OwnerGroup, TaskKind, TaskState
from tests.testbed.rehearsal import Says
from tests.workflows.coaching_people import (
    ACCEPTS,
    CHOOSES,
    DAY,
    GOOD_CALL,
    HOLDS,
    HOUR,
    LOOKS,
    MANAGER,
    MONDAY,
    SLOTS,
    WORDS,
    Rehearsed,
)

OFFER, CALL, FOLLOW_UP = TaskKind.COACHING_OFFER, TaskKind.COACHING_CALL, TaskKind.COACHING_FOLLOW_UP
TIMES, ACTIONS = Letter.COACHING_TIMES, Letter.COACHING_ACTIONS
STRAIGHT = [
    "recommended",
    "accepted",
    "times_offered",
    "scheduled",
    "held",
    "notes_done",
    "actions_open",
    "follow_up",
    "closed",
]


def straight(**world: object) -> Rehearsed:
    """Everybody does what they should."""
    people = {OFFER: [ACCEPTS], CALL: [HOLDS], FOLLOW_UP: [LOOKS]}
    return Rehearsed(people, {TIMES: [CHOOSES], ACTIONS: [Says("confirmed")]}, **world)  # type: ignore[arg-type]


def agreed(case: Rehearsed) -> list[AgreedActions]:
    return [asked for _, name, asked in case.stage.done if name == "record_actions"]


def test_a_coaching_case_goes_from_the_recommendation_to_what_became_of_it() -> None:
    case = straight()
    assert case.play().outcome is Outcome.IMPROVED
    assert case.steps() == STRAIGHT
    assert case.kinds() == ["offer", "call", "follow_up"]
    assert case.letters() == ["times", "scheduled", "actions"]
    assert case.notes()[-1] == "Churn score 62 before, 41 now."
    assert case.told()[-1].state is CaseState.CLOSED


def test_the_call_is_when_the_case_was_acted_on() -> None:
    case = straight()
    case.play()
    held = [progress.acted_at for progress in case.told() if progress.step == "held"]
    assert held == [SLOTS[0]]
    assert case.told()[-1].acted_at == SLOTS[0]


def test_the_follow_up_comes_two_weeks_after_the_call() -> None:
    case = straight()
    case.play()
    assert case.task(FOLLOW_UP).task.opened_at == SLOTS[0] + 14 * DAY


def test_the_tutor_confirms_and_what_is_not_done_stays_open() -> None:
    case = straight()
    case.play()
    first, confirmed, looked_at = agreed(case)
    assert [one.words for one in first.actions] == GOOD_CALL["actions"]
    assert [one.confirmed_at is None for one in first.actions] == [True, True]
    assert [one.confirmed_at is None for one in confirmed.actions] == [False, False]
    assert [one.done_at is None for one in looked_at.actions] == [False, True]


def test_the_tutor_remembers_it_differently_and_whoever_looks_at_it_reads_so() -> None:
    people = {OFFER: [ACCEPTS], CALL: [HOLDS], FOLLOW_UP: [LOOKS]}
    change = Says("change", remark="It was one goal a week.")
    case = Rehearsed(people, {TIMES: [CHOOSES], ACTIONS: [change]})
    case.play()
    words = "The tutor remembers it differently. They write: It was one goal a week."
    assert words in case.notes()
    assert len(agreed(case)) == 2  # nothing was confirmed


def test_actions_that_nobody_confirms_are_looked_at_all_the_same() -> None:
    people = {OFFER: [ACCEPTS], CALL: [HOLDS], FOLLOW_UP: [LOOKS]}
    case = Rehearsed(people, {TIMES: [CHOOSES]})
    assert case.play().outcome is Outcome.IMPROVED
    assert agreed(case)[-1].actions[0].confirmed_at is None


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        (EffectVerdict.IMPROVED, Outcome.IMPROVED),
        (EffectVerdict.NO_CHANGE, Outcome.NO_CHANGE),
        (EffectVerdict.WORSENED, Outcome.WORSENED),
        (EffectVerdict.CHURNED, Outcome.CHURNED),
        (EffectVerdict.NOT_MEASURABLE, Outcome.NOT_MEASURABLE),
    ],
)
def test_a_case_that_was_followed_up_ends_with_what_was_measured(
    verdict: EffectVerdict, outcome: Outcome
) -> None:
    case = straight(verdict=verdict)
    assert case.play().outcome is outcome


def test_a_manager_may_decline_with_a_reason() -> None:
    case = Rehearsed({OFFER: [Says("declined", {"reason": WORDS})]})
    assert case.play().outcome is Outcome.DECLINED_BY_MANAGER
    assert case.steps() == ["recommended", "declined"]
    assert (case.notes()[-1], case.letters()) == (WORDS, [])


@pytest.mark.parametrize(("declines", "letters"), [(2, []), (3, ["rule_declined"]), (4, ["rule_declined"])])
def test_the_third_decline_in_a_row_asks_people_ops_to_look_at_the_rule(
    declines: int, letters: list[str]
) -> None:
    case = Rehearsed({OFFER: [Says("declined", {"reason": WORDS})]}, declines=declines)
    case.play()
    assert case.letters() == letters
    for wish in case.wishes():  # the same streak is the same letter
        assert (wish.key, wish.group) == ("rule_declined/H1.coaching/coaching/1/1", "people_ops")
        assert (wish.tutor_number, wish.about["declines"]) == (None, declines)


def test_a_manager_may_see_no_need() -> None:
    case = Rehearsed({OFFER: [Says("not_needed")]})
    assert case.play().outcome is Outcome.NOT_NEEDED
    assert case.steps() == ["recommended", "closed"]


def test_an_offer_that_nobody_has_taken_goes_when_the_score_falls() -> None:
    case = Rehearsed({})
    case.better(5 * HOUR)
    assert case.play().outcome is Outcome.NOT_NEEDED
    assert case.task(OFFER).memory.state is TaskState.CANCELED
    assert case.notes()[-1] == "The score fell to 38."


def test_an_offer_that_somebody_has_taken_stays_with_them_when_the_score_falls() -> None:
    case = Rehearsed({OFFER: [Says("not_needed", after=9 * HOUR)]})
    case.taken(OFFER, HOUR)
    case.better(5 * HOUR)
    case.at(6 * HOUR, lambda: comments.append(case.comments(OFFER)))
    comments: list[str] = []
    assert case.play().outcome is Outcome.NOT_NEEDED
    assert comments == ["The score fell to 38."]
    assert case.task(OFFER).memory.state is TaskState.COMPLETED


def test_an_offer_to_which_something_was_added_is_not_taken_back() -> None:
    people = {OFFER: [Says("declined", {"reason": WORDS}, after=9 * HOUR)]}
    case = Rehearsed(people)
    case.worse(HOUR, rule_id="ALERT.no-shows")
    case.better(2 * HOUR)
    assert case.play().outcome is Outcome.DECLINED_BY_MANAGER


@pytest.mark.parametrize(
    ("rule_id", "lead"), [("H1.critical", None), ("H4.interview", OwnerGroup.PEOPLE_OPS)]
)
def test_a_score_that_was_critical_and_has_fallen_takes_the_offer_back(
    rule_id: str, lead: OwnerGroup | None
) -> None:
    case = Rehearsed({OFFER: [Says("declined", {"reason": WORDS}, after=30 * HOUR)]})
    case.worse(HOUR, rule_id, lead=lead)
    case.better(5 * HOUR)
    assert case.play().outcome is Outcome.NOT_NEEDED
    assert case.stage.now() == MONDAY + 5 * HOUR


def test_a_score_that_falls_once_it_is_accepted_is_only_told() -> None:
    case = straight()
    case.better(26 * HOUR)
    assert case.play().outcome is Outcome.IMPROVED
    assert "The score fell to 38." in case.notes()


def test_a_critical_score_hands_the_lead_to_people_ops_and_keeps_the_appointment() -> None:
    case = straight()
    case.worse(26 * HOUR)
    case.at(27 * HOUR, lambda: comments.append(case.comments(CALL)))
    comments: list[str] = []
    assert case.play().outcome is Outcome.IMPROVED
    assert comments == ["People Ops take the lead from here on."]
    assert case.task(CALL).task.group is OwnerGroup.OPS_MANAGER
    assert case.task(FOLLOW_UP).task.group is OwnerGroup.PEOPLE_OPS
    assert case.letters() == ["times", "scheduled", "actions"]


def test_an_interview_that_takes_the_lead_is_followed_and_the_appointment_stays() -> None:
    case = straight()
    case.worse(26 * HOUR, "H4.interview", lead=OwnerGroup.PEOPLE_OPS)
    case.at(27 * HOUR, lambda: comments.append(case.comments(CALL)))
    comments: list[str] = []
    assert case.play().outcome is Outcome.IMPROVED
    assert comments == ["People Ops take the lead from here on."]
    assert case.task(CALL).task.group is OwnerGroup.OPS_MANAGER
    assert case.task(FOLLOW_UP).task.group is OwnerGroup.PEOPLE_OPS


@pytest.mark.parametrize("kind", [OFFER, CALL])
def test_a_task_ended_from_outside_ends_its_case(kind: TaskKind) -> None:
    people = {OFFER: [] if kind is OFFER else [ACCEPTS]}
    case = Rehearsed(people, {TIMES: [CHOOSES]})
    case.ended_outside(kind, 20 * HOUR)
    assert case.play().outcome is Outcome.WITHDRAWN
    assert case.letters() == ([] if kind is OFFER else ["times", "scheduled", "called_off"])


def test_a_follow_up_ended_from_outside_is_measured_all_the_same() -> None:
    people = {OFFER: [ACCEPTS], CALL: [HOLDS]}
    case = Rehearsed(people, {TIMES: [CHOOSES]})
    case.ended_outside(FOLLOW_UP, 20 * DAY)
    assert case.play().outcome is Outcome.IMPROVED


@pytest.mark.parametrize(
    ("after", "step", "letters", "acted"),
    [
        (HOUR / 2, "recommended", 0, False),
        (HOUR * 1.5, "times_offered", 1, False),
        (DAY, "scheduled", 2, False),
        (5 * DAY, "actions_open", 3, True),
        (16 * DAY + 5.5 * HOUR, "follow_up", 3, True),
    ],
)
def test_wherever_a_case_waits_it_ends_when_the_tutor_leaves(
    after: timedelta, step: str, letters: int, acted: bool
) -> None:
    case = straight()
    case.leaves(after)
    result = case.play()
    assert result.outcome is Outcome.CHURNED
    assert (case.told()[-2].step, len(case.letters())) == (step, letters)
    assert (case.told()[-1].acted_at is not None) is acted
    assert all(task.over() for task in case.stage.tasks)
    assert case.stage.now() == case.begins + after


def test_the_coach_of_the_letters_is_who_took_it_on() -> None:
    case = straight()
    case.play()
    assert {wish.about["coach"] for wish in case.wishes()} == {MANAGER}


def test_each_wait_says_what_for_and_until_when() -> None:
    case = straight()
    case.play()
    waits = [(told.step, told.waiting_for, told.waiting_until) for told in case.told() if not told.note]
    assert waits == [
        ("recommended", "the ops manager to answer: offer a tutor a coaching call", MONDAY + 2 * DAY),
        ("accepted", "the offered times to be mailed", None),
        ("times_offered", "the tutor to choose a time", MONDAY + DAY + HOUR),
        (
            "scheduled",
            "the ops manager to answer: hold a coaching call and write it down",
            MONDAY + 4.0 * DAY + 8 * HOUR,
        ),
        ("actions_open", "the tutor to confirm what was agreed", SLOTS[0] + 14 * DAY),
        (
            "follow_up",
            "the ops manager to answer: see what became of a coaching call",
            case.task(FOLLOW_UP).task.plan.due_at,
        ),
    ]
