"""The page behind a letter's question: looking changes nothing, a pressed button answers."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from retention import links
from retention.errors import Forbidden, Refusal
from retention.messages import letters
from retention.messages.letters import Choice
from retention.records import answers, world
from retention.records.answers import Asked
from retention.records.database import transaction
from web.access import admitted, form_of
from web.components.viewpoint import Viewpoint
from web.delivering import deliver
from web.pages import page
from web.tutor.tries import count_form, letter_of

LONGEST_REMARK = 500  # characters
UNBROKEN = "\N{NO-BREAK SPACE}"  # a narrow button breaks between day and time, nowhere else
NO_BUTTON = "Please press one of the buttons."
PASSED = f"{letters.PASSED} Please choose another one."
TOO_LONG = f"Please keep this to {LONGEST_REMARK} characters."
router = APIRouter(prefix="/answer", include_in_schema=False, dependencies=[Depends(admitted)])


class Gone(Refusal):
    """A question that nobody waits to have answered any more."""

    kind = "gone"


@dataclass(frozen=True)
class Button:
    """One answer to press; a time is shown on the tutor's clock."""

    key: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class Opened:
    """A link that was opened: its question, and from where and when it is seen."""

    asked: Asked
    seen: Viewpoint

    def spoken(self, at: datetime) -> str:
        """An instant as the tutor would put it in a diary: "Tuesday 24 November, 14:05 GMT"."""
        then = at.astimezone(self.seen.zone)
        return f"{then:%A} {then.day} {then:%B}, {then:%H:%M %Z}"

    def button(self, choice: Choice) -> Button:
        """A choice as it is shown."""
        if choice.at is None:
            return Button(choice.key, choice.words)
        when = self.spoken(choice.at).replace(" ", UNBROKEN).replace(f",{UNBROKEN}", ", ")
        if "{at}" in choice.words:
            return Button(choice.key, choice.words.replace("{at}", when))
        return Button(choice.key, when, choice.words)

    @property
    def choices(self) -> list[Choice]:
        """What can still be chosen: a time that has passed cannot."""
        return [one for one in self.asked.question.choices if one.at is None or one.at > self.seen.now]

    def offers(self, choice: str) -> bool:
        """Whether this is one of the buttons."""
        return choice in {one.key for one in self.choices}

    def mistake(self, choice: str) -> str:
        """What is wrong with a pressed button; empty when nothing is."""
        if self.offers(choice):
            return ""
        return PASSED if choice in {one.key for one in self.asked.question.choices} else NO_BUTTON

    @property
    def waits(self) -> bool:
        """Whether the question still waits for an answer: it has none, or one that its case gave back."""
        given = self.asked.answer
        return given is None or (given.passed and bool(self.choices) and not self.closed)

    @property
    def closed(self) -> bool:
        """Whether nobody waits for an answer any more."""
        return self.asked.case_closed_at is not None or self.seen.now > self.asked.question.closes_at


def opened(request: Request, token: str) -> Opened:
    """The question behind a link. Raises NotFound and TooOften."""
    letter_key = letter_of(request, partial(links.read_answer_token, token))
    with transaction() as session:
        asked = answers.asked(session, letter_key)
        now = world.the_clock(session).now()
    return Opened(asked, Viewpoint(now, ZoneInfo(asked.time_zone), links.form_token(letter_key)))


Link = Annotated[Opened, Depends(opened)]


@router.api_route("/{token}", methods=["GET", "HEAD"], response_class=HTMLResponse)
def question(request: Request, link: Link, chose: str = "") -> HTMLResponse:
    """The question, or what became of the answer. Scanners may open it as often as they like."""
    if link.waits:
        _refuse_closed(link)
        return _question(request, link, notice=link.asked.answer.receipt if link.asked.answer else "")
    return _answered(request, link, chose=chose)


@router.post("/{token}")
def answer(
    request: Request, link: Link, token: str, form: Annotated[dict[str, str], Depends(form_of)]
) -> Response:
    """Keep the answer, hand it to its case, and go on to where its outcome is shown."""
    count_form(link.asked.letter_key)
    choice, remark = form.get("choice", ""), form.get("remark", "").strip()
    if link.waits:
        _refuse_closed(link)
        if not links.owns(form.get("form_token", ""), link.asked.letter_key):
            raise Forbidden("This did not come from the page.", instead="Open the link in the letter again.")
        if not link.offers(choice) or len(remark) > LONGEST_REMARK:
            return _question(request, link, typed=remark, mistake=link.mistake(choice))
        deliver(_give(link, choice, remark=remark if link.asked.question.remark else ""))
    way_back = f"/answer/{token}" + (f"?chose={choice}" if link.offers(choice) else "")
    return RedirectResponse(way_back, status_code=303)


def _give(link: Opened, choice: str, *, remark: str) -> UUID:
    with transaction() as session:
        return answers.give(
            session,
            link.asked,
            choice=choice,
            remark=remark,
            at=link.seen.now,
            received_at=datetime.now(UTC),
        )


def _refuse_closed(link: Opened) -> None:
    """Raises Gone when the case has ended or the question has closed."""
    asked = link.asked
    if asked.case_closed_at is not None:
        day = link.spoken(asked.case_closed_at).split(",")[0]
        raise Gone(
            f"This was settled on {day}. Nothing is left to answer.",
            instead="If something has changed, reply to the letter.",
        )
    if not link.choices:
        raise Gone("Every time that was offered has passed.", instead="Reply to the letter for another one.")
    if link.closed:
        raise Gone(
            f"This question was open until {link.spoken(asked.question.closes_at)}.",
            instead="If you would still like to answer it, reply to the letter.",
        )


def _question(
    request: Request, link: Opened, *, typed: str = "", mistake: str = "", notice: str = ""
) -> HTMLResponse:
    asked = link.asked.question
    too_long = TOO_LONG if len(typed) > LONGEST_REMARK else ""
    return page(
        request,
        "tutor/question.html",
        seen=link.seen,
        status=422 if mistake or too_long else 200,
        asks=asked.asks,
        points=asked.points,
        subject=link.asked.subject,
        buttons=_buttons(link),
        zone=link.seen.zone.key if any(choice.at for choice in link.choices) else "",
        closes=link.spoken(asked.closes_at),
        remark=asked.remark,
        typed=typed,
        longest=LONGEST_REMARK,
        mistake=mistake or notice,
        too_long=too_long,
    )


def _buttons(link: Opened) -> list[Button]:
    """The answers to press; what would stand below every time ("This suits me") is left out."""
    buttons = [link.button(choice) for choice in link.choices]
    notes = Counter(button.note for button in buttons)
    return [replace(button, note="") if notes[button.note] > 1 else button for button in buttons]


def _answered(request: Request, link: Opened, *, chose: str) -> HTMLResponse:
    asked, given = link.asked, link.asked.answer
    assert given is not None
    words = next((link.button(one).label for one in asked.question.choices if one.key == given.choice), "")
    return page(
        request,
        "tutor/answered.html",
        seen=link.seen,
        subject=asked.subject,
        asks=asked.question.asks,
        given=given,
        words=words or given.words,
        at=link.spoken(given.at),
        settled=link.spoken(asked.case_closed_at).split(",")[0] if asked.case_closed_at else "",
        another=link.offers(chose) and chose != given.choice,
        again=request.url.path,
    )
