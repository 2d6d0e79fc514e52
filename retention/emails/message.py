"""A composed letter on its way, the door it leaves by, and how that can fail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True)
class Address:
    """A name and where they read their mail."""

    name: str
    email: str


@dataclass(frozen=True)
class Calendar:
    """An invitation or its cancellation, as a file (RFC 5545)."""

    text: str
    method: str  # REQUEST or CANCEL


@dataclass(frozen=True)
class Message:
    """One letter, ready to leave."""

    key: str
    to: tuple[Address, ...]
    subject: str
    text: str
    html: str
    at: datetime  # business instant that it bears
    categories: tuple[str, ...] = ()  # kept by the provider for good: kinds of letters, never people
    calendar: Calendar | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class SurelyNotSent(Exception):  # noqa: N818 (a fact about the letter)
    """The provider did not get the letter: it may be tried again."""

    def __init__(self, why: str, *, after: timedelta | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.after = after  # real time; None: as patient as the caller is


class Refused(Exception):  # noqa: N818
    """The provider will not take this letter, however often it is asked."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Unclear(Exception):  # noqa: N818
    """The letter may have gone out, or not: it must not be sent again before that is known."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class MailDoor(Protocol):
    """Where letters leave."""

    name: str
    settles_after: timedelta  # real time after which a silent provider will not speak of a letter any more

    def send(self, message: Message) -> str:
        """Hand a letter over; the provider's id of it. Raises SurelyNotSent, Refused or Unclear."""

    def has(self, key: str) -> bool | None:
        """Whether a letter went out by this door; None when the door cannot know."""


def one_click(address: str) -> dict[str, str]:
    """The headers by which a reader's mail program unsubscribes them with one POST (RFC 8058)."""
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
