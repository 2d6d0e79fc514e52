"""An automated coaching tip (PRD 4.1 A1): one letter with one guide, and what it did."""

from datetime import timedelta

from pydantic import BaseModel

from retention import policy
from retention.messages.cases import StartCase
from retention.messages.letter_contents import Content, Slug
from retention.programmes.entry import LetterEntry, ProgrammeEntry
from retention.vocabulary import Letter, LetterClass


class TipTerms(BaseModel):
    """The limits that a case began with; a later change of policy leaves it alone."""

    measured_after: timedelta = policy.TIP_MEASURED_AFTER
    read_for: timedelta = policy.TIP_READ_FOR
    wait_for_budget: timedelta = policy.TIP_WAITS_FOR_BUDGET
    wait_for_return: timedelta = policy.TIP_WAITS_FOR_RETURN
    again_after: timedelta = policy.TIP_TRIES_AGAIN_AFTER


class StartTip(StartCase):
    """Input of the workflow. `metric` and `threshold` say what dropped; the tip answers to it."""

    tip: str  # slug of the guide that the letter links to
    metric: str  # a field of the fact sheet, e.g. first_success_pct
    terms: TipTerms = TipTerms()


class TipContent(Content):
    """One guide that may help with the next sessions."""

    tip: Slug  # of the guide (retention/guides) whose title and summary the letter says


LETTERS = {
    Letter.COACHING_TIP: LetterEntry(
        name="Coaching tip", example=TipContent(tip="strong-openings"), mail_class=LetterClass.OPTIONAL
    )
}
ENTRY = ProgrammeEntry(
    workflow="CoachingTip",
    name="Coaching tip",
    start=StartTip,
    letters=LETTERS,
    needs_people=False,
    rest=policy.TIP_EVERY,
    optional_mail=True,
    holdout=policy.HOLDOUT_SHARE,
)
