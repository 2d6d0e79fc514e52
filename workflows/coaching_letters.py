"""What a coaching case writes: each letter with what it asks, from plain facts."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from retention.messages.coaching import Declines
from retention.messages.letter_contents import Content
from retention.messages.letters import Choice, Invitation, LetterWish, Question
from retention.programmes import coaching_letters as contents
from retention.programmes.coaching import StartCoaching
from retention.vocabulary import Letter, LetterClass, OwnerGroup

NONE_SUITS = "none_suits"
NO_THANKS = "no_thanks"
ANOTHER_TIME = "another_time"
CONFIRMED = "confirmed"
CHANGE = "change"
SUMMARY = "Our call about your tutoring"  # in the tutor's calendar


class CoachingLetters:
    """The letters of one case; `coach` tells the account of whoever coaches, as the case goes on."""

    def __init__(self, case: StartCoaching, *, coach: Callable[[], str | None]) -> None:
        self._case, self._coach = case, coach
        self._minutes = int(case.terms.call / timedelta(minutes=1))
        self._moves = 0  # of the entry in the tutor's calendar

    def times(self, times: Sequence[datetime], *, occasion: int, at: datetime) -> LetterWish:
        """Which of these times suits you?"""
        content = contents.CoachingTimes(minutes=self._minutes, coach=self._coach())
        asked = self._times_asked(times, occasion=occasion, at=at)
        return self._wish(Letter.COACHING_TIMES, content, occasion=occasion, at=at, question=asked)

    def reminder(self, times: Sequence[datetime], *, occasion: int, at: datetime) -> LetterWish:
        """The same question again, with the times that are still ahead."""
        content = contents.CoachingTimesReminder(minutes=self._minutes, coach=self._coach())
        asked = self._times_asked(times, occasion=occasion, at=at)
        return self._wish(Letter.COACHING_TIMES_REMINDER, content, occasion=occasion, at=at, question=asked)

    def scheduled(self, starts_at: datetime, *, occasion: int, at: datetime) -> LetterWish:
        """The call has a time; until then the tutor may ask for another."""
        content = contents.CoachingScheduled(starts_at=starts_at, minutes=self._minutes, coach=self._coach())
        asked = Question(
            step=f"scheduled_{occasion}",
            asks="Does this time no longer suit you?",
            choices=[Choice(key=ANOTHER_TIME, words="I need another time")],
            remark=True,
            closes_at=starts_at,
        )
        wish = self._wish(Letter.COACHING_SCHEDULED, content, occasion=occasion, at=at, question=asked)
        return wish.model_copy(update={"invitation": self._entry(starts_at)})

    def called_off(self, starts_at: datetime, *, occasion: int, moved: bool, at: datetime) -> LetterWish:
        """The call does not take place; its entry leaves the calendar. `moved`: other times follow."""
        content = contents.CoachingCalledOff(starts_at=starts_at, moved=moved, coach=self._coach())
        wish = self._wish(Letter.COACHING_CALLED_OFF, content, occasion=occasion, at=at)
        return wish.model_copy(update={"invitation": self._entry(starts_at, cancelled=True)})

    def actions(self, actions: Sequence[str], *, closes_at: datetime, at: datetime) -> LetterWish:
        """This is what we agreed; is it right?"""
        content = contents.CoachingActions(actions=list(actions), coach=self._coach())
        asked = Question(
            step="actions_1",
            asks="Is this what we agreed?",
            points=list(actions),
            choices=[
                Choice(key=CONFIRMED, words="Yes, that is right"),
                Choice(key=CHANGE, words="Something should be different"),
            ],
            remark=True,
            closes_at=closes_at,
        )
        return self._wish(Letter.COACHING_ACTIONS, content, occasion=1, at=at, question=asked)

    def rule_declined(self, declines: Declines, *, at: datetime) -> LetterWish:
        """To People Ops, once for a streak: look at the rule."""
        case = self._case
        content = contents.RuleDeclined(
            rule_id=case.rule_id, declines=declines.count, reasons=declines.reasons
        )
        wish = self._wish(Letter.RULE_DECLINED, content, occasion=1, at=at)
        streak = f"{Letter.RULE_DECLINED}/{case.rule_id}/{declines.since_case}"
        return wish.model_copy(
            update={"key": streak, "tutor_number": None, "group": OwnerGroup.PEOPLE_OPS.value}
        )

    def _entry(self, starts_at: datetime, *, cancelled: bool = False) -> Invitation:
        """The call's one entry in the calendar; whatever is said of it later has a higher sequence."""
        sequence, self._moves = self._moves, self._moves + 1
        return Invitation(
            uid=f"{self._case.case_id}/call",
            sequence=sequence,
            starts_at=starts_at,
            minutes=self._minutes,
            summary=SUMMARY,
            cancelled=cancelled,
        )

    def _times_asked(self, times: Sequence[datetime], *, occasion: int, at: datetime) -> Question:
        slots = [
            Choice(key=f"slot_{number}", words="This time suits me", at=time)
            for number, time in enumerate(times, start=1)
            if time > at
        ]
        return Question(
            step=f"times_{occasion}",
            asks="Which of these times suits you?",
            choices=[
                *slots,
                Choice(key=NONE_SUITS, words="None of them suits me"),
                Choice(key=NO_THANKS, words="I would rather have no call"),
            ],
            remark=True,
            closes_at=at + self._case.terms.answer_within,
        )

    def _wish(
        self,
        letter: Letter,
        content: Content,
        *,
        occasion: int,
        at: datetime,
        question: Question | None = None,
    ) -> LetterWish:
        return LetterWish(
            key=f"{self._case.case_id}/{letter}/{occasion}",
            letter=letter,
            mail_class=LetterClass.NOTICE,
            case_id=self._case.case_id,
            tutor_number=self._case.tutor_number,
            programme=self._case.programme,
            about=content.about(),
            question=question,
            as_of=at,
        )
