"""What is said about letters to colleagues about alerts: ids and instants, never names."""

from pydantic import AwareDatetime, BaseModel

from retention.messages.letters import LetterWish
from retention.vocabulary import LetterState


class AlertMailOrder(BaseModel):
    """Input of the AlertMail workflow: critical alerts for whoever is told at once, or somebody's morning."""

    subjects: list[str] = []  # alert/7, storm/2: what is critical and new
    account: str | None = None  # whose morning's letter it is; then there are no subjects
    since: AwareDatetime | None = None  # of a morning: what was raised from here on is new
    as_of: AwareDatetime  # business instant


class AlertLetters(BaseModel):
    """The letters that an order comes to; none when there is nothing to tell, or nobody to tell it to."""

    wishes: list[LetterWish] = []


class AlertMailReport(BaseModel):
    """What became of each letter."""

    letters: dict[str, LetterState] = {}
