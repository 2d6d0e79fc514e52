"""The demo's tutors and their letters: read sooner or later, opened, and answered or not.

They use the link in the letter and the page behind it, like anybody; who does what depends on the letter
alone, so that the same world answers the same way at any speed.
"""

import heapq
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zlib import crc32

import httpx2
import structlog

from retention.clock import Clock
from simulator.mailbox import Letter, Mailbox
from simulator.pages import Form, forms_of
from simulator.tutors import MAIL

PAUSE = 1.0  # seconds of real time between two looks at the mailboxes
AT_A_LOOK = 5  # letters that are answered at one look; the others wait for the next
FORGOTTEN = timedelta(days=15)  # a letter that has lain so long is not opened any more
READ_WITHIN = (timedelta(minutes=10), timedelta(hours=40))  # from the letter to opening it, mostly early
OPENED = 0.88  # share of letters that are opened at all
TIMEOUT = httpx2.Timeout(30.0, connect=5.0)  # seconds; a page waits a second for what it was told
# How often each button is pressed once the page is open; what is missing to 1 is closed without a word.
CHOICES: Mapping[str, float] = {
    "none_suits": 0.12,
    "no_thanks": 0.07,
    "another_time": 0.07,
    "confirmed": 0.78,
    "change": 0.08,
}
A_TIME = 0.62  # all times of a letter together
REMARKS = {
    "none_suits": "I teach at these hours. A morning next week would suit me.",
    "no_thanks": "Thank you, but I would rather sort this out on my own.",
    "another_time": "A student has moved a session to that hour, sorry.",
    "change": "I said I would try the first point, not that I can promise it.",
}
WRITES = 0.4  # share of such answers with a few words
READ = 0.75  # share of opened guides that are read to the end
JUDGED = {"helpful": 0.4, "not_helpful": 0.12}  # of those
log = structlog.get_logger()


class Tutors:
    """All tutors of the demo, at their letters."""

    def __init__(
        self, base_url: str, mailbox: Mailbox, *, transport: httpx2.BaseTransport | None = None
    ) -> None:
        self._mailbox = mailbox
        self._waiting: list[tuple[datetime, str, Letter]] = []
        self._client = httpx2.Client(
            base_url=base_url, headers={"origin": base_url}, timeout=TIMEOUT, transport=transport
        )

    def look(self, now: datetime) -> None:
        """Take in what has come, and open what somebody has got round to by now."""
        for letter in self._mailbox.new():
            if letter.link and drawn(letter, "opened") < OPENED and now - letter.at < FORGOTTEN:
                heapq.heappush(self._waiting, (opens_at(letter), letter.name, letter))
        for _ in range(AT_A_LOOK):
            if not self._waiting or self._waiting[0][0] > now:
                return
            letter = heapq.heappop(self._waiting)[2]
            try:
                self._open(letter)
            except httpx2.HTTPError as fault:  # the pages are away: once more, later
                log.info("a letter's page is away", fault=type(fault).__name__)
                heapq.heappush(self._waiting, (now + READ_WITHIN[0], letter.name, letter))

    def _open(self, letter: Letter) -> None:
        page = self._client.get(letter.link)
        if page.is_error:  # settled long ago, or asked too late: nothing is left to press
            return
        for form, answers in pressed(letter, forms_of(page.text)):
            self._client.post(form.action or letter.link, data={**form.held, **answers})


def pressed(letter: Letter, forms: list[Form]) -> list[tuple[Form, dict[str, str]]]:
    """What the reader of a letter presses on the page behind its link, in order."""
    question = next((form for form in forms if "choice" in form.choices), None)
    if question is not None:
        choice = chosen(letter, question.choices["choice"])
        remark = REMARKS.get(choice, "") if drawn(letter, "writes") < WRITES else ""
        return [(question, {"choice": choice, "remark": remark})] if choice else []
    acts = {form.action.rsplit("/", 1)[-1]: form for form in forms}
    if "read" not in acts or drawn(letter, "read") >= READ:
        return []
    verdict = _one_of(JUDGED, drawn(letter, "judged"))
    return [(acts[act], {}) for act in ("read", verdict) if act in acts]


def chosen(letter: Letter, buttons: list[str]) -> str:
    """The button that a tutor presses; empty when none is."""
    times = [key for key in buttons if key not in CHOICES]
    shares = {key: CHOICES.get(key, A_TIME / max(len(times), 1)) for key in buttons}
    return _one_of(shares, drawn(letter, "choice"))


def opens_at(letter: Letter) -> datetime:
    """When the letter is opened, in business time: most within hours, some the day after."""
    soonest, latest = READ_WITHIN
    return letter.at + soonest + (latest - soonest) * drawn(letter, "opens") ** 3


def drawn(letter: Letter, what: str) -> float:
    """Between 0 and 1, the same for the same letter: habits, not chance."""
    return crc32(f"{letter.name} {what}".encode()) / 2**32


def open_mailboxes(base_url: str, clock: Clock, folder: Path) -> None:
    """Let the made-up tutors read their letters for as long as the process lives; others read their own."""
    tutors = Tutors(base_url, Mailbox(folder, readers=MAIL))
    threading.Thread(target=_read_on, args=(tutors, clock.now), daemon=True, name="tutors").start()


def _read_on(tutors: Tutors, now: Callable[[], datetime]) -> None:
    while True:
        tutors.look(now())
        time.sleep(PAUSE)


def _one_of(shares: Mapping[str, float], draw: float) -> str:
    left = draw
    for word, share in shares.items():
        left -= share
        if left < 0:
            return word
    return ""
