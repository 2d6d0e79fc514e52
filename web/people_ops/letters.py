"""Every letter that Mainstay can write, with made-up values: what tutors will read."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from retention.emails.samples import sample, sample_wish
from retention.vocabulary import Letter
from web.access import admitted
from web.guard import CSP, FRAMES_OURS, LETTER
from web.pages import page
from web.people_ops.letter_words import WORDS

HERE = "/people-ops/letters"
router = APIRouter(prefix=HERE, include_in_schema=False, dependencies=[Depends(admitted)])


@router.get("", response_class=HTMLResponse)
def letters(request: Request, letter: Letter = Letter.COACHING_TIMES) -> HTMLResponse:
    """One letter of all, chosen by its name."""
    wish = sample_wish(letter)
    answer = page(
        request,
        "people_ops/letters.html",
        current=HERE,
        **WORDS,
        letter=letter,
        letters=list(Letter),
        composed=sample(letter),
        mail_class=wish.mail_class,
        programme=wish.programme,
        to_colleagues=wish.tutor_number is None,
        invites=wish.invitation is not None,
        asks=wish.question,
    )
    answer.headers[CSP] = FRAMES_OURS
    return answer


@router.get("/{letter}/html", response_class=HTMLResponse)
def html(letter: Letter) -> HTMLResponse:
    """The letter as a mail program shows it."""
    return HTMLResponse(sample(letter).html, headers={CSP: LETTER})
