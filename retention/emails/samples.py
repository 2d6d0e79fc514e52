"""Every letter with made-up readers and values: for the preview page, and for tests."""

from dataclasses import replace
from datetime import UTC, datetime

from retention.emails.composing import Composed, Known, KnownAlert, KnownGuide, compose
from retention.messages.letters import LetterWish
from retention.programmes.alert_letters import AlertContent
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
    alerts=(
        KnownAlert(
            severity="critical",
            title="The tutor will probably leave within a week.",
            about="Emily Chen (10031)",
            facts="Chance of leaving within 7 days: 72 %.",
            advice="Call the tutor today, and see who can take over their students this week.",
            link="https://mainstay.example/people-ops/alerts/7",
        ),
        KnownAlert(
            severity="medium",
            title="The tutor's engagement is falling.",
            about="14 tutors at once",
            facts="",
            advice="Ask the tutor what has changed in the last two weeks.",
            link="https://mainstay.example/people-ops/alerts/storms/2",
        ),
        KnownAlert(
            severity="low",
            title="Many of the tutor's sessions have technical issues.",
            about="Tomasz Wójcik (10040)",
            facts="Sessions with technical issues in 30 days: 12.5 %.",
            advice="Offer a check of connection, camera and whiteboard before the next session.",
            link="https://mainstay.example/people-ops/alerts/9",
        ),
    ),
    alerts_link="https://mainstay.example/people-ops/alerts",
)
OWNERS = {letter: programme for programme, entry in PROGRAMMES.items() for letter in entry.letters}


def sample_wish(letter: Letter) -> LetterWish:
    """A wish for a letter, complete."""
    entry = LETTERS[letter]
    return LetterWish(
        key=f"coaching/10023/4/{letter}/1",
        letter=letter,
        mail_class=entry.mail_class,
        case_id="coaching/10023/4" if letter in OWNERS else "",
        tutor_number=None if entry.group or entry.to_colleague else 10_023,
        account="7" if entry.to_colleague else None,
        group=entry.group,
        programme=OWNERS.get(letter, ""),
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
    alerts = known.alerts[: len(content.subjects)] if isinstance(content, AlertContent) else ()
    return compose(wish, content, replace(known, coach=coach, first_name=first_name, alerts=alerts))
