"""Where no letter reaches the tutor, the guide is left for the platform to show."""

from datetime import timedelta

import pytest

from retention.messages.letters import LEFT, AnswerReceipt, LetterNews, LetterWish
from retention.messages.tips import PortalNote, TipStanding
from retention.vocabulary import LetterState, MailEvent, Outcome, TipAct
from tests.factories.tasks import OPENED
from tests.factories.tips import TipWorld, a_deed
from tests.workflows.rehearsed_tip import FIRST_LETTER, Rehearsal

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "refusal",
    [(LetterState.SUPPRESSED, "The address gets no such letters: unsubscribe."), (LetterState.FAILED, "400")],
)
def test_where_no_letter_may_go_the_guide_is_left_for_the_platform(refusal: tuple[LetterState, str]) -> None:
    tip = Rehearsal(TipWorld(sending=[refusal]))
    assert tip.play().outcome is Outcome.IMPROVED
    (note,) = tip.asked("show_in_portal")
    assert isinstance(note, PortalNote)
    assert (note.tip, note.letter_key, note.at) == ("first-session-excellence", FIRST_LETTER, OPENED)
    assert len(tip.letters) == 1
    assert any("left for the platform" in one.note for one in tip.progress)


@pytest.mark.parametrize(
    ("event", "shown"),
    [(MailEvent.BOUNCE, 1), (MailEvent.DROPPED, 1), (MailEvent.SPAM_REPORT, 0), (MailEvent.OPEN, 0)],
)
def test_a_letter_that_comes_back_is_left_for_the_platform_once(event: MailEvent, shown: int) -> None:
    tip = Rehearsal()
    for after in (HOUR, 2 * HOUR):
        news = LetterNews(command_id=str(after), letter_key=FIRST_LETTER, event=event, at=OPENED + after)
        tip.at(OPENED + after, tip.story.letter_news, news)
    assert tip.play().outcome is Outcome.IMPROVED
    assert len(tip.asked("show_in_portal")) == shown


def test_what_is_heard_of_a_letter_while_it_is_still_being_sent_is_not_lost() -> None:
    """A provider that was unclear at first reports before the step that sends the letter has ended."""
    world = TipWorld()
    tip = Rehearsal(world)
    receipts: list[AnswerReceipt] = []

    def meanwhile(wish: LetterWish) -> None:
        at = tip.stage.now()
        tip.story.letter_news(LetterNews(command_id="n", letter_key=wish.key, event=MailEvent.BOUNCE, at=at))
        receipts.append(tip.story.answer(a_deed(TipAct.HELPFUL, letter_key=wish.key, at=at)))

    world.while_sending = meanwhile
    tip.play()
    assert [receipt.taken for receipt in receipts] == [True]
    assert len(tip.asked("show_in_portal")) == 1
    assert "acted" in tip.steps()


def test_a_tip_for_a_tutor_who_left_as_it_was_sent_is_not_left_for_the_platform() -> None:
    world = TipWorld(sending=[(LetterState.SUPPRESSED, f"{LEFT}.")])
    world.standing = lambda asked: TipStanding(opens_at=asked.as_of, left=not world.sending)
    tip = Rehearsal(world)
    assert tip.play().outcome is Outcome.CHURNED
    assert tip.asked("show_in_portal") == []


def test_news_of_another_letter_changes_nothing() -> None:
    tip = Rehearsal()
    news = LetterNews(command_id="n", letter_key="another", event=MailEvent.BOUNCE, at=OPENED)
    tip.at(OPENED + HOUR, tip.story.letter_news, news)
    tip.play()
    assert tip.asked("show_in_portal") == []
