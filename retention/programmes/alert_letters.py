"""The letters about alerts, to colleagues: no programme sends them, so they stand by themselves."""

from typing import Annotated

from pydantic import Field, StringConstraints

from retention import policy
from retention.messages.letter_contents import Content
from retention.programmes.entry import LetterEntry
from retention.vocabulary import Letter

Subject = Annotated[str, StringConstraints(pattern=r"^(alert|storm)/[0-9]{1,19}$")]


class AlertContent(Content):
    """Alerts and storms, by number: what they say is looked up when the letter is composed."""

    subjects: Annotated[list[Subject], Field(min_length=1, max_length=policy.ALERT_LINES)]
    more: int = Field(default=0, ge=0)  # lines that this letter has no room for


class AlertCritical(AlertContent):
    """Critical alerts, at once."""


class AlertDigest(AlertContent):
    """The morning's letter: what is new and what is critical still, the most severe first."""

    older: int = Field(default=0, ge=0)  # open ones that an earlier letter told of
    settled: int = Field(default=0, ge=0)  # over by themselves since the last letter


LETTERS = {
    Letter.ALERT_CRITICAL: LetterEntry(
        name="Critical alerts", example=AlertCritical(subjects=["alert/7"]), to_colleague=True
    ),
    Letter.ALERT_DIGEST: LetterEntry(
        name="The morning's alerts",
        example=AlertDigest(subjects=["alert/7", "storm/2", "alert/9"], more=4, older=3, settled=2),
        to_colleague=True,
    ),
}
