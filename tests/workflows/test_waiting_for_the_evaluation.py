"""Every look at an effect waits until the evaluation has come to its day, and not for ever."""

from datetime import datetime, timedelta

import pytest

from retention.messages.effects import MeasureEffect
from retention.messages.tutors import TutorLeft
from retention.policy import EFFECT_WAITS
from retention.vocabulary import CaseState, ChurnReason, Letter, Outcome, TaskKind, TipAct
from tests.factories.tasks import OPENED
from tests.factories.tips import TipWorld, a_deed
from tests.testbed.rehearsal import Says
from tests.workflows.coaching_people import ACCEPTS, CHOOSES, HOLDS, HOUR, LOOKS, SLOTS, Rehearsed
from tests.workflows.rehearsed_tip import FIRST_LETTER, Rehearsal

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
DUE = OPENED + 14 * DAY  # of a tip
LOOKED_AT = SLOTS[0] + 14 * DAY + HOUR  # of a coaching case: its follow-up is done
PEOPLE = {
    TaskKind.COACHING_OFFER: [ACCEPTS],
    TaskKind.COACHING_CALL: [HOLDS],
    TaskKind.COACHING_FOLLOW_UP: [LOOKS],
}


def a_tip_evaluated(at: datetime) -> Rehearsal:
    return Rehearsal(TipWorld(evaluated_at=at))


def a_coaching_evaluated(at: datetime) -> Rehearsed:
    tutor = {Letter.COACHING_TIMES: [CHOOSES], Letter.COACHING_ACTIONS: [Says("confirmed")]}
    return Rehearsed({kind: list(said) for kind, said in PEOPLE.items()}, tutor, evaluated_at=at)


def asked(case: Rehearsal | Rehearsed) -> list[MeasureEffect]:
    return case.asked("measure_effect")


@pytest.mark.parametrize(
    ("behind", "closed_after"),
    [
        (timedelta(), timedelta()),
        (SECOND, 5 * SECOND),
        (5 * SECOND, 5 * SECOND),
        (6 * SECOND, 15 * SECOND),
        (HOUR, 5_115 * SECOND),
        (EFFECT_WAITS, EFFECT_WAITS),
        (EFFECT_WAITS + SECOND, EFFECT_WAITS),  # and says then what it can
    ],
)
def test_a_tip_closes_once_the_evaluation_has_come_to_its_day(
    behind: timedelta, closed_after: timedelta
) -> None:
    tip = a_tip_evaluated(DUE + behind)
    tip.play()
    assert tip.stage.now() == DUE + closed_after
    assert {one.as_of for one in asked(tip)} == {DUE}
    numbers = [one.asked_before for one in asked(tip)]
    assert numbers == [*range(len(numbers) - 1), None if closed_after == EFFECT_WAITS else len(numbers) - 1]
    assert tip.steps() == ["candidate", "sent", "measured"]


def test_a_tip_that_waits_for_the_evaluation_says_so_with_its_end() -> None:
    tip = a_tip_evaluated(DUE + 2 * HOUR)
    tip.play()
    (waits,) = [one for one in tip.progress if one.waiting_for.startswith("the evaluation")]
    assert waits.waiting_for == f"the evaluation to come to {DUE:%a} {DUE.day} {DUE:%b %Y %H:%M} UTC"
    assert waits.waiting_until == DUE + EFFECT_WAITS
    assert any(waits.waiting_for in details for _, details in tip.stage.shown)
    assert [summary for _, summary in tip.stage.waits][-1] == f"Waiting for {waits.waiting_for}"


def test_what_the_tutor_does_while_the_evaluation_is_behind_is_noted() -> None:
    tip = a_tip_evaluated(DUE + 2 * HOUR)
    deed = a_deed(TipAct.HELPFUL, letter_key=FIRST_LETTER, at=DUE + HOUR)
    tip.at(deed.at, tip.story.answer, deed)
    assert tip.play().outcome is Outcome.IMPROVED
    assert "The tutor found the guide helpful." in [one.note for one in tip.progress]
    assert len([one for one in tip.progress if one.waiting_for.startswith("the evaluation")]) == 2


def test_a_tutor_who_leaves_while_the_evaluation_is_behind_ends_the_tip() -> None:
    tip = a_tip_evaluated(DUE + DAY)
    left = TutorLeft(command_id="l", at=DUE, reason=ChurnReason.RESIGNATION)
    tip.at(DUE + HOUR, tip.story.tutor_left, left)
    assert tip.play().outcome is Outcome.CHURNED
    assert tip.stage.now() == DUE + HOUR


def test_a_coaching_case_is_measured_as_of_its_follow_up_when_the_evaluation_is_behind() -> None:
    case = a_coaching_evaluated(LOOKED_AT + HOUR)
    assert case.play().outcome is Outcome.IMPROVED
    assert case.stage.now() == LOOKED_AT + 5_115 * SECOND
    assert {one.as_of for one in asked(case)} == {LOOKED_AT}
    (waits,) = [one for one in case.told() if one.waiting_for.startswith("the evaluation")]
    assert (waits.step, waits.waiting_until) == ("follow_up", LOOKED_AT + EFFECT_WAITS)
    assert case.told()[-1].state is CaseState.CLOSED


def test_a_tutor_who_leaves_while_the_evaluation_is_behind_ends_the_coaching() -> None:
    case = a_coaching_evaluated(LOOKED_AT + DAY)
    case.leaves(LOOKED_AT + HOUR - case.begins)
    assert case.play().outcome is Outcome.CHURNED
    assert case.letters() == ["times", "scheduled", "actions"]
