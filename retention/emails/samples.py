"""Every letter with made-up readers and values: for the preview page, and for tests."""

from dataclasses import replace
from datetime import UTC, datetime

from retention.emails.composing import Composed, Known, KnownGuide, compose
from retention.messages.letters import LetterWish
from retention.programmes.registry import LETTERS, PROGRAMMES
from retention.programmes.wishes import content_of
from retention.vocabulary import Letter

AT = datetime(2026, 3, 26, 14, 0, tzinfo=UTC)  # the clocks of Europe change three days later
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
OWNERS = {letter: programme for programme, entry in PROGRAMMES.items() for letter in entry.letters}


def sample_wish(letter: Letter) -> LetterWish:
    """A wish for a letter, complete."""
    entry = LETTERS[letter]
    return LetterWish(
        key=f"coaching/10023/4/{letter}/1",
        letter=letter,
        mail_class=entry.mail_class,
        case_id="coaching/10023/4",
        tutor_number=None if entry.group else 10_023,
        group=entry.group,
        programme=OWNERS[letter],
        about=entry.example.about(),
        question=entry.question,
        invitation=entry.invitation,
        as_of=AT,
    )


def sample(letter: Letter, known: Known = KNOWN) -> Composed:
    """A letter as its reader would get it."""
    wish = sample_wish(letter)
    content = content_of(wish)
    coach = known.coach if getattr(content, "coach", None) else ""
    first_name = known.first_name if wish.group is None else ""
    return compose(wish, content, replace(known, coach=coach, first_name=first_name))
