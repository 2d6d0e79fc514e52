"""What is said about a letter: what a case wants sent, what became of it, what the tutor answered.

Instants, numbers and plain words only: names and addresses are looked up where the letter is composed.
"""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from retention.vocabulary import Letter, LetterClass, LetterState

Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,40}$")]


MAIL_BUDGET = "Mail budget"  # how the reason begins when a letter was one too many for now
LEFT = "The tutor has left"  # how it begins when there is nobody to write to any more
PASSED = "This time has passed."  # how a receipt begins when another choice is still welcome


class Choice(BaseModel):
    """One answer that a letter offers: a button on the page behind its link."""

    key: Word  # what the case hears, e.g. slot_2, none_suits, confirmed
    words: str  # what the tutor reads on the button; instants are put in by the page, in the tutor's zone
    at: AwareDatetime | None = None  # the instant that this choice stands for


class Question(BaseModel):
    """What a letter asks; answered at most once, and only while the case is still at this step."""

    step: Word  # e.g. times_1; the case takes an answer to its running step only
    asks: str
    choices: Annotated[list[Choice], Field(min_length=1, max_length=8)]
    remark: bool = False  # whether the page has a field for a few words
    points: list[str] = []  # what it is about, one by one; shown above the answers
    closes_at: AwareDatetime  # business instant after which the link says that it is too late


class LetterWish(BaseModel):
    """A case wants a letter sent. The same key is one letter, however often it is asked for."""

    key: str  # case id + letter + occurrence: "coaching/10023/4/coaching_times/1"
    letter: Letter
    mail_class: LetterClass
    case_id: str = ""  # "": no case sends it, as with alerts
    tutor_number: int | None = None
    account: str | None = None  # a letter to a colleague: the account's number as text
    group: str | None = None  # or to everybody of an owner group
    programme: str = ""
    about: dict[str, str | int | float | list[str] | None] = {}  # what the templates are given, no names
    question: Question | None = None
    invitation: "Invitation | None" = None
    as_of: AwareDatetime  # business instant of the wish


class Invitation(BaseModel):
    """A calendar entry that travels with a letter (RFC 5545)."""

    uid: str
    sequence: int = 0  # a moved appointment has a higher one
    starts_at: AwareDatetime
    minutes: int
    summary: str
    cancelled: bool = False


class LetterSent(BaseModel):
    """What became of a wish."""

    key: str
    state: LetterState
    at: AwareDatetime  # business instant
    reason: str = ""  # suppressed, failed: why, in people-ops words


class LetterWindow(BaseModel):
    """Asks when a letter may reach its reader: 8 to 21 o'clock where the tutor lives (design 3)."""

    tutor_number: int
    as_of: AwareDatetime


class Window(BaseModel):
    """The next instant at which the reader may be written to; not before `as_of`."""

    opens_at: AwareDatetime
    zone: str


class TutorAnswer(BaseModel):
    """The answer to a letter's question, as the case hears it (Temporal update `answer`)."""

    command_id: str
    letter_key: str
    step: Word
    choice: Word
    remark: str = ""
    at: AwareDatetime  # business instant of the tap


class AnswerReceipt(BaseModel):
    """What the case made of an answer; the page shows the words to the tutor."""

    taken: bool  # False: the step was over; the answer is kept as late and changes nothing
    words: str


class LetterNews(BaseModel):
    """Signal to a case: something became known about one of its letters after it was sent."""

    command_id: str
    letter_key: str
    event: str  # a MailEvent: bounce, dropped, spamreport
    at: AwareDatetime
