"""How often somebody may try links that are none of ours, or send the same form."""

from collections.abc import Callable

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from retention.errors import NotFound, Refusal

BROKEN = RateLimitItemPerMinute(30, 15, namespace="broken-link")  # from one network address
SENT = RateLimitItemPerMinute(20, 1, namespace="link-form")  # for one letter
tries = MovingWindowRateLimiter(MemoryStorage())


class TooOften(Refusal):
    """Somebody tries again and again."""

    kind = "too_often"


def letter_of(request: Request, read: Callable[[], str]) -> str:
    """The letter of a link. Raises NotFound, and TooOften for who tries many links that are none of ours.

    Good links are not counted and always open: behind one address there may be a whole company, or a mail
    scanner that opens many of them.
    """
    try:
        return read()
    except NotFound:
        if tries.hit(BROKEN, request.client.host if request.client else ""):
            raise
        raise TooOften("Too many links from here lead nowhere.", instead="Try again in 15 minutes.") from None


def count_form(letter_key: str) -> None:
    """Count one form of a letter's pages. Raises TooOften."""
    if not tries.hit(SENT, letter_key):
        raise TooOften("This was sent too often.", instead="Wait a minute; what you sent first was kept.")
