"""The coaching tip, rehearsed: every way from its candidate to its end."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from retention.messages.cases import AlsoFound, RuleResolved
from retention.messages.effects import MeasureEffect
from retention.messages.letters import MAIL_BUDGET, AnswerReceipt
from retention.messages.tips import TipQuestion, TipStanding
from retention.messages.tutors import LeaveEnded, LeaveStarted, TutorLeft
from retention.vocabulary import (
    CaseState,
    ChurnReason,
    EffectVerdict,
    LetterState,
    Outcome,
    TipAct,
)
from tests.factories.tasks import OPENED
from tests.factories.tips import METRIC, REASON, TipWorld, a_deed
from tests.workflows.rehearsed_tip import FIRST_LETTER, Rehearsal

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MORNING = OPENED + 5 * HOUR
FULL = (LetterState.SUPPRESSED, f"{MAIL_BUDGET}: 2 optional letters in 7 days already.")
RESOLVED = RuleResolved(command_id="r", at=OPENED, reason="First sessions go well again.")
LEFT = TutorLeft(command_id="l", at=OPENED, reason=ChurnReason.RESIGNATION)
AWAY = LeaveStarted(command_id="a", at=OPENED)


def asleep_until(opens: datetime) -> Callable[[TipQuestion], TipStanding]:
    """The tutor lives where it is night until then."""
    return lambda asked: TipStanding(opens_at=max(asked.as_of, opens))


def on_leave_until(back: datetime) -> Callable[[TipQuestion], TipStanding]:
    return lambda asked: TipStanding(opens_at=asked.as_of, on_leave=asked.as_of < back)


# candidate → sent → measured → closed


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        (EffectVerdict.IMPROVED, Outcome.IMPROVED),
        (EffectVerdict.NO_CHANGE, Outcome.NO_CHANGE),
        (EffectVerdict.WORSENED, Outcome.WORSENED),
        (EffectVerdict.NOT_MEASURABLE, Outcome.NOT_MEASURABLE),
        (EffectVerdict.CHURNED, Outcome.CHURNED),
    ],
)
def test_a_tip_ends_with_what_its_metric_did_in_14_days(verdict: EffectVerdict, outcome: Outcome) -> None:
    tip = Rehearsal(TipWorld(verdict=verdict))
    assert tip.play().outcome is outcome
    assert tip.stage.now() == OPENED + 14 * DAY
    assert tip.steps() == ["candidate", "sent", "measured"]
    assert tip.progress[-1].state is CaseState.CLOSED


def test_the_metric_is_the_tips_own_from_the_decision_to_14_days_after_the_letter() -> None:
    tip = Rehearsal(TipWorld(standing=asleep_until(MORNING)))
    tip.play()
    (asked,) = tip.asked("measure_effect")
    assert isinstance(asked, MeasureEffect)
    assert (asked.metric, asked.since, asked.as_of, asked.day) == (METRIC, OPENED, MORNING + 14 * DAY, 14)
    assert not asked.keep  # the figures that are compared with the holdout are the effect review's


def test_the_end_says_what_the_metric_did() -> None:
    tip = Rehearsal()
    tip.play()
    assert tip.words() == "The share of first sessions rated 4 or better: 55 to 72 % in 14 days."
    tip = Rehearsal(TipWorld(verdict=EffectVerdict.NOT_MEASURABLE, after=None))
    tip.play()
    assert tip.words().startswith("Too little is known to say what came of it; ")
    assert "55 to unknown" in tip.words()


def test_the_letter_names_its_guide_and_is_optional() -> None:
    tip = Rehearsal()
    tip.play()
    (letter,) = tip.letters
    assert (letter.key, letter.mail_class, letter.tutor_number) == (FIRST_LETTER, "optional", 10_023)
    assert letter.about["tip"] == "first-session-excellence"


def test_what_is_waited_for_is_said_in_words_with_its_end() -> None:
    tip = Rehearsal(TipWorld(standing=asleep_until(MORNING)))
    tip.play()
    waits = [(one.waiting_for, one.waiting_until) for one in tip.progress if one.state is CaseState.OPEN]
    assert waits[1:] == [
        ("an hour at which the tutor may be written to", MORNING),
        ("what the share of first sessions rated 4 or better does", MORNING + 14 * DAY),
    ]
    assert REASON in tip.stage.shown[0][1]


def test_a_tip_has_acted_when_its_letter_is_out_and_not_before() -> None:
    tip = Rehearsal(TipWorld(standing=asleep_until(MORNING)))
    tip.play()
    assert {one.acted_at for one in tip.progress if one.step == "candidate"} == {None}
    assert {one.acted_at for one in tip.progress if one.step != "candidate"} == {MORNING}


# candidate → dropped


@pytest.mark.parametrize(
    ("hear", "message", "outcome", "words"),
    [
        ("rule_resolved", RESOLVED, Outcome.NOT_NEEDED, "First sessions go well again."),
        ("tutor_left", LEFT, Outcome.CHURNED, "The tutor has left (resignation)."),
    ],
)
def test_what_happens_before_the_letter_stops_it(
    hear: str, message: Any, outcome: Outcome, words: str
) -> None:
    tip = Rehearsal(TipWorld(standing=asleep_until(MORNING)))
    tip.at(MORNING - HOUR, getattr(tip.story, hear), message)
    assert tip.play().outcome is outcome
    assert (tip.stage.now(), tip.letters, tip.words()) == (MORNING - HOUR, [], words)


def test_a_metric_that_recovers_in_the_moment_of_sending_stops_the_letter() -> None:
    tip = Rehearsal(TipWorld(standing=asleep_until(MORNING)))
    tip.at(MORNING, tip.story.rule_resolved, RESOLVED)
    assert tip.play().outcome is Outcome.NOT_NEEDED
    assert tip.letters == []


def test_a_managers_veto_that_came_in_the_night_stops_the_letter() -> None:
    def standing(asked: TipQuestion) -> TipStanding:
        veto = "A manager wants no tips for this tutor." if asked.as_of >= MORNING else ""
        return TipStanding(opens_at=max(asked.as_of, MORNING), veto=veto)

    tip = Rehearsal(TipWorld(standing=standing))
    assert tip.play().outcome is Outcome.DECLINED_BY_MANAGER
    assert (tip.letters, tip.words()) == ([], "A manager wants no tips for this tutor.")


def test_a_tutor_who_has_had_the_guide_lately_is_not_sent_it_again() -> None:
    had = "The tutor was sent the same guide on 3 November, within 60 days."
    tip = Rehearsal(TipWorld(standing=lambda asked: TipStanding(opens_at=asked.as_of, had_lately=had)))
    assert tip.play().outcome is Outcome.NOT_NEEDED
    assert (tip.letters, tip.words()) == ([], had)


def test_a_tutor_who_is_gone_by_the_records_gets_no_letter() -> None:
    tip = Rehearsal(TipWorld(standing=lambda asked: TipStanding(opens_at=asked.as_of, left=True)))
    assert (tip.play().outcome, tip.letters) == (Outcome.CHURNED, [])


# candidate → waiting for the mail budget


@pytest.mark.parametrize(("refusals", "sent_on"), [(1, 1), (2, 2)])
def test_a_tip_waits_for_room_in_the_mail_budget(refusals: int, sent_on: int) -> None:
    tip = Rehearsal(TipWorld(sending=[FULL] * refusals))
    assert tip.play().outcome is Outcome.IMPROVED
    assert [letter.as_of for letter in tip.letters] == [OPENED + n * DAY for n in range(sent_on + 1)]
    assert len({letter.key for letter in tip.letters}) == len(tip.letters)  # a refused key stays refused
    assert tip.steps()[:2] == ["candidate", "waiting_for_budget"]
    assert "room in the tutor's mail budget" in {one.waiting_for for one in tip.progress}


def test_a_tip_without_room_for_two_days_gives_way() -> None:
    tip = Rehearsal(TipWorld(sending=[FULL] * 9))
    assert tip.play().outcome is Outcome.SUPERSEDED
    assert (len(tip.letters), tip.stage.now()) == (3, OPENED + 2 * DAY)
    assert tip.steps() == ["candidate", "waiting_for_budget"]
    assert "mail budget" in tip.words()
    assert tip.progress[-1].acted_at is None


def test_a_metric_that_recovers_while_there_is_no_room_ends_the_wait() -> None:
    tip = Rehearsal(TipWorld(sending=[FULL] * 9))
    tip.at(OPENED + HOUR, tip.story.rule_resolved, RESOLVED)
    assert tip.play().outcome is Outcome.NOT_NEEDED
    assert tip.stage.now() == OPENED + HOUR


# candidate → leave


def test_a_tip_waits_until_its_tutor_is_back() -> None:
    back = OPENED + 9 * DAY
    tip = Rehearsal(TipWorld(standing=on_leave_until(back)))
    tip.at(back, tip.story.leave_ended, LeaveEnded(command_id="b", at=back, clocks_resume_at=back + 3 * DAY))
    assert tip.play().outcome is Outcome.IMPROVED
    assert [letter.as_of for letter in tip.letters] == [back]
    assert tip.steps() == ["candidate", "on_leave", "sent", "measured"]
    assert ("the tutor's return from leave", OPENED + 14 * DAY) in {
        (one.waiting_for, one.waiting_until) for one in tip.progress
    }


def test_leave_that_begins_before_the_letter_holds_it_back() -> None:
    back = OPENED + 3 * DAY
    tip = Rehearsal(TipWorld(standing=asleep_until(MORNING)))
    tip.at(MORNING - HOUR, tip.story.leave_started, AWAY)
    tip.at(back, tip.story.leave_ended, LeaveEnded(command_id="b", at=back, clocks_resume_at=back))
    tip.play()
    assert [letter.as_of for letter in tip.letters] == [back]


@pytest.mark.parametrize(("away_for", "outcome"), [(14, Outcome.IMPROVED), (15, Outcome.EXPIRED)])
def test_a_leave_of_more_than_14_days_is_not_waited_for(away_for: int, outcome: Outcome) -> None:
    back = OPENED + away_for * DAY
    tip = Rehearsal(TipWorld(standing=on_leave_until(back)))
    tip.at(back, tip.story.leave_ended, LeaveEnded(command_id="b", at=back, clocks_resume_at=back))
    assert tip.play().outcome is outcome
    assert bool(tip.letters) is (outcome is Outcome.IMPROVED)


# sent → acted


def test_what_the_tutor_does_with_the_guide_is_noted_and_does_not_end_the_wait() -> None:
    tip, receipts = Rehearsal(), list[AnswerReceipt]()
    for day, act in ((1, TipAct.READ), (2, TipAct.NOT_HELPFUL)):
        deed = a_deed(act, letter_key=FIRST_LETTER, at=OPENED + day * DAY)
        tip.at(deed.at, lambda said: receipts.append(tip.story.answer(said)), deed)
    tip.play()
    assert tip.stage.now() == OPENED + 14 * DAY
    assert tip.steps() == ["candidate", "sent", "acted", "measured"]
    assert [receipt.taken for receipt in receipts] == [True, True]
    notes = [one.note for one in tip.progress]
    assert "The tutor has read the guide." in notes
    assert "The tutor did not find the guide helpful." in notes


def test_a_deed_in_the_instant_of_the_measurement_is_still_noted() -> None:
    tip = Rehearsal()
    deed = a_deed(TipAct.HELPFUL, letter_key=FIRST_LETTER, at=OPENED + 14 * DAY)
    tip.at(OPENED + 14 * DAY, tip.story.answer, deed)
    tip.play()
    assert "The tutor found the guide helpful." in [one.note for one in tip.progress]


@pytest.mark.parametrize(("letter_key", "choice"), [("another", "read"), (FIRST_LETTER, "slot_1")])
def test_an_answer_to_something_else_is_not_taken(letter_key: str, choice: str) -> None:
    tip, receipts = Rehearsal(), []
    said = a_deed(TipAct.READ, letter_key=letter_key, at=OPENED).model_copy(update={"choice": choice})
    tip.stage.at(OPENED + HOUR, lambda: receipts.append(tip.story.answer(said)))
    tip.play()
    assert [receipt.taken for receipt in receipts] == [False]
    assert "acted" not in tip.steps()


# sent → whatever happens meanwhile


def test_a_tutor_who_leaves_after_the_letter_ends_the_case_at_once() -> None:
    tip = Rehearsal()
    tip.at(OPENED + 3 * DAY, tip.story.tutor_left, LEFT)
    assert tip.play().outcome is Outcome.CHURNED
    assert (tip.stage.now(), tip.asked("measure_effect")) == (OPENED + 3 * DAY, [])
    assert tip.progress[-1].acted_at == OPENED


def test_a_metric_that_recovers_after_the_letter_is_measured_all_the_same() -> None:
    tip = Rehearsal()
    tip.at(OPENED + 3 * DAY, tip.story.rule_resolved, RESOLVED)
    assert tip.play().outcome is Outcome.IMPROVED
    assert RESOLVED.reason in [one.note for one in tip.progress]


def test_leave_after_the_letter_changes_nothing() -> None:
    tip = Rehearsal()
    tip.at(OPENED + 3 * DAY, tip.story.leave_started, AWAY)
    assert tip.play().outcome is Outcome.IMPROVED


def test_what_else_is_found_goes_into_the_story() -> None:
    tip = Rehearsal()
    found = AlsoFound(command_id="f", at=OPENED, rule_id="R1", reason="A first session went badly.")
    tip.at(OPENED + DAY, tip.story.also_found, found)
    tip.play()
    assert "Also found: A first session went badly." in [one.note for one in tip.progress]
