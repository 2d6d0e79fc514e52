"""From a wish to a letter: subject, text and HTML, in the reader's words and time.

Each letter is a folder of `templates`: subject.txt, body.txt and body.mjml inside the shared layout. MJML
becomes HTML once a process; the values are put in afterwards, escaped, so that nobody's name is markup.
"""

import textwrap
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import mrml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from retention import policy
from retention.messages.letter_contents import Content
from retention.messages.letters import LetterWish
from retention.vocabulary import Letter

FOLDER = Path(__file__).parent / "templates"
BODY = "<!-- the letter -->"  # where the layout takes the letter in
WIDTH = 72  # characters of a line of text
LONGEST_SUBJECT = 120
PREVIEW = 110  # characters that a list of mails shows beside the subject


@dataclass(frozen=True)
class KnownGuide:
    """The guide that a tip recommends."""

    title: str
    summary: str
    minutes: int
    link: str


@dataclass(frozen=True)
class KnownAlert:
    """An alert or a storm as a colleague reads of it."""

    severity: str
    title: str
    about: str  # the tutor with their number, or how many tutors
    facts: str  # what its rule saw; "" for a storm
    advice: str
    link: str


@dataclass(frozen=True)
class Known:
    """What a letter knows beside its wish: looked up when it is composed, carried by no workflow."""

    first_name: str  # "" for a letter to several
    zone: str  # IANA; where the reader lives
    coach: str = ""  # name of the colleague that `coach` is the number of
    answer_link: str = ""
    guide: KnownGuide | None = None
    case_link: str = ""  # for colleagues
    alerts: tuple[KnownAlert, ...] = ()  # for colleagues
    alerts_link: str = ""


@dataclass(frozen=True)
class Composed:
    """A letter in words."""

    subject: str
    text: str
    html: str


def compose(wish: LetterWish, content: Content, known: Known) -> Composed:
    """The letter of a wish. What it is told is complete: a template that wants more is a bug."""
    zone = ZoneInfo(known.zone)
    values = _values(wish, content, known) | {"day_and_time": partial(day_and_time, zone=zone)}
    subject = " ".join(_texts().get_template(f"{wish.letter}/subject.txt").render(values).split())
    body = _wrapped(_texts().get_template(f"{wish.letter}/body.txt").render(values))
    values |= {"subject": subject, "preview": _preview(body)}
    text = _texts().get_template("layout.txt").render(values | {"body": body})
    return Composed(
        subject=textwrap.shorten(subject, LONGEST_SUBJECT, placeholder="…"),
        text=text.strip() + "\n",
        html=_html(wish.letter).render(values),
    )


def first_name_of(name: str) -> str:
    """How a letter greets somebody: the first part of the name, in one line."""
    return one_line(name).split(" ")[0]


def one_line(words: str) -> str:
    """Words of people without line breaks and what no one can see."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())


def day_and_time(at: datetime, *, zone: ZoneInfo) -> str:
    """An instant as the reader's calendar shows it: "Tuesday 24 November, 14:05"."""
    then = at.astimezone(zone)
    return f"{then:%A} {then.day} {then:%B}, {then:%H:%M}"


def mjml_of(letter: Letter) -> str:
    """The letter in its layout, before it is HTML."""
    layout = (FOLDER / "layout.mjml").read_text(encoding="utf-8")
    return layout.replace(BODY, (FOLDER / letter / "body.mjml").read_text(encoding="utf-8"))


def _values(wish: LetterWish, content: Content, known: Known) -> dict[str, Any]:
    told = {name: _plain(getattr(content, name)) for name in type(content).model_fields}
    question, invitation = wish.question, wish.invitation
    return told | {
        "first_name": one_line(known.first_name),
        "zone": known.zone.replace("_", " "),
        "coach": one_line(known.coach),
        "times": [choice.at for choice in question.choices if choice.at] if question else [],
        "closes_at": question.closes_at if question else None,
        "answer_link": known.answer_link,
        "guide": known.guide,
        "case_link": known.case_link,
        "alerts": [replace(one, about=one_line(one.about)) for one in known.alerts],
        "alerts_link": known.alerts_link,
        "moved": bool(invitation and invitation.sequence),
        "to_colleague": wish.tutor_number is None,
        "most_a_week": policy.OPTIONAL_MAILS,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return one_line(value) if isinstance(value, str) else value


@lru_cache
def _texts() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=False,  # noqa: S701 (plain text: there is nothing to escape; HTML has its own below)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache
def _html(letter: Letter) -> Template:
    escaping = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return escaping.from_string(mrml.to_html(mjml_of(letter)).content)


def _wrapped(text: str) -> str:
    """Lines of at most `WIDTH` characters; a link stays whole, however long."""
    paragraphs = (paragraph.split("\n") for paragraph in text.strip().split("\n\n"))
    return "\n\n".join("\n".join(_line(line) for line in lines) for lines in paragraphs if any(lines))


def _line(line: str) -> str:
    indent = "  " if line.startswith("- ") else ""
    return textwrap.fill(
        line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _preview(body: str) -> str:
    return textwrap.shorten(body.split("\n\n", maxsplit=1)[0], PREVIEW, placeholder="…")
