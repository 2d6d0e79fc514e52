"""Every letter with made-up readers and values: for the preview page, and for tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from retention import policy
from retention.emails.composing import Composed, Known, KnownGuide, compose
from retention.messages import letter_contents as contents
from retention.messages.letter_contents import Content, content_of
from retention.messages.letters import Choice, Invitation, LetterWish, Question
from retention.vocabulary import Letter, LetterClass, Programme

AT = datetime(2026, 3, 26, 14, 0, tzinfo=UTC)  # the clocks of Europe change three days later
COACH = "7"
MINUTES = int(policy.COACHING_CALL.total_seconds() // 60)
KNOWN = Known(
    first_name="Amira",
    zone="Europe/London",
    coach="Dana Whitfield",
    answer_link="https://mainstay.example/answer/sample",
    guide=KnownGuide(
        title="The first five minutes of a first session",
        summary="Students decide early whether they feel at home. Three openings that other tutors like.",
        minutes=4,
        link="https://mainstay.example/guides/strong-openings",
    ),
    case_link="https://mainstay.example/people-ops/cases/coaching/10023/4",
)
TIMES = Question(
    step="times_1",
    asks="Which of these times suits you?",
    choices=[
        Choice(key="slot_1", words="Friday", at=AT + timedelta(hours=20)),
        Choice(key="slot_2", words="Monday", at=AT + timedelta(days=4)),
        Choice(key="slot_3", words="Monday", at=AT + timedelta(days=4, hours=3)),
        Choice(key="none_suits", words="None of them suits me"),
    ],
    closes_at=AT + timedelta(days=5),
)
CONFIRM = Question(
    step="actions_1",
    asks="Is this how you remember it?",
    choices=[Choice(key="confirmed", words="Yes"), Choice(key="different", words="Not quite")],
    remark=True,
    closes_at=AT + timedelta(days=14),
)
INVITATION = Invitation(
    uid="coaching/10023/4/call",
    starts_at=AT + timedelta(days=4),
    minutes=MINUTES,
    summary="Our call about your tutoring",
)
CONTENTS: dict[Letter, Content] = {
    Letter.COACHING_TIMES: contents.CoachingTimes(minutes=MINUTES, coach=COACH),
    Letter.COACHING_TIMES_REMINDER: contents.CoachingTimesReminder(minutes=MINUTES, coach=COACH),
    Letter.COACHING_SCHEDULED: contents.CoachingScheduled(
        starts_at=INVITATION.starts_at, minutes=MINUTES, coach=COACH
    ),
    Letter.COACHING_ACTIONS: contents.CoachingActions(
        actions=[
            "Begin each session with two minutes on what the student wants from it.",
            "Open your calendar for two evenings a week until Easter.",
        ],
        coach=COACH,
    ),
    Letter.COACHING_CALLED_OFF: contents.CoachingCalledOff(starts_at=INVITATION.starts_at, coach=COACH),
    Letter.COACHING_TIP: contents.CoachingTip(tip="strong-openings"),
    Letter.RULE_DECLINED: contents.RuleDeclined(
        rule_id="H1.coaching", declines=3, reasons=["Known and settled last week", "On leave from Monday"]
    ),
}
QUESTIONS = {
    Letter.COACHING_TIMES: TIMES,
    Letter.COACHING_TIMES_REMINDER: TIMES,
    Letter.COACHING_SCHEDULED: CONFIRM,
    Letter.COACHING_ACTIONS: CONFIRM,
}
INVITATIONS = {Letter.COACHING_SCHEDULED: INVITATION}


def sample_wish(letter: Letter) -> LetterWish:
    """A wish for a letter, complete."""
    to_colleagues = letter is Letter.RULE_DECLINED
    tip = letter is Letter.COACHING_TIP
    return LetterWish(
        key=f"coaching/10023/4/{letter}/1",
        letter=letter,
        mail_class=LetterClass.OPTIONAL if tip else LetterClass.NOTICE,
        case_id="coaching/10023/4",
        tutor_number=None if to_colleagues else 10_023,
        group="people_ops" if to_colleagues else None,
        programme=Programme.COACHING_TIP if tip else Programme.COACHING,
        about=CONTENTS[letter].about(),
        question=QUESTIONS.get(letter),
        invitation=INVITATIONS.get(letter),
        as_of=AT,
    )


def sample(letter: Letter, known: Known = KNOWN) -> Composed:
    """A letter as its reader would get it."""
    wish = sample_wish(letter)
    content = content_of(wish)
    coach = known.coach if getattr(content, "coach", None) else ""
    first_name = known.first_name if wish.group is None else ""
    return compose(wish, content, replace(known, coach=coach, first_name=first_name))
