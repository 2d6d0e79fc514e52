"""The links in letters: whoever holds one may open this one page, without signing in.

A link names its letter, signed, and is good for one purpose only. Until when it can be used is not in it:
the letter's own question says so, in business time (decision 14).
"""

import re
import secrets

from itsdangerous import BadData, URLSafeSerializer

from retention.errors import NotFound, NotSetUp
from retention.settings import settings

ANSWER = "answer"  # the page behind a letter's question
GUIDE = "guide"  # a guide that was sent to one tutor
FORM = "form"  # the hidden token of the forms on both
KEYS = re.compile(r"(/answer/|[?&;]letter=)[\w.-]+")
REMOVED = "link-removed"
SHORTEST_SECRET = 32  # characters
_OWN_SECRET = secrets.token_hex(32)  # of this process alone: tests, and a demo without a secret


def answer_token(letter_key: str) -> str:
    """The token of the page on which this letter is answered."""
    return _signer(ANSWER).dumps(letter_key)


def read_answer_token(token: str) -> str:
    """The letter's key. Raises NotFound when the token is not one of ours, or was made for another page."""
    return _read(ANSWER, token)


def guide_token(letter_key: str, slug: str) -> str:
    """The token by which a guide's page knows the letter that it was opened from."""
    return _signer(f"{GUIDE}/{slug}").dumps(letter_key)


def read_guide_token(token: str, slug: str) -> str:
    """The letter's key. Raises NotFound when the token is not one of ours, or belongs to another guide."""
    return _read(f"{GUIDE}/{slug}", token)


def form_token(letter_key: str) -> str:
    """What the forms of a letter's pages bring along: whoever posts without it has not seen the page."""
    return _signer(FORM).dumps(letter_key)


def owns(token: str, letter_key: str) -> bool:
    """Whether a form was made for this letter."""
    try:
        return _read(FORM, token) == letter_key
    except NotFound:
        return False


def answer_address(letter_key: str) -> str:
    """Where this letter is answered, for the letter itself."""
    return f"{_home()}/answer/{answer_token(letter_key)}"


def guide_address(letter_key: str, slug: str) -> str:
    """Where a guide is read, for the letter that recommends it."""
    return f"{_home()}/guides/{slug}?letter={guide_token(letter_key, slug)}"


def without_keys(words: str) -> str:
    """Text or HTML whose links open nothing: as letters are kept where nobody may answer for the tutor."""
    return KEYS.sub(r"\1" + REMOVED, words)


def _home() -> str:
    return settings().public_url.rstrip("/")


def _read(purpose: str, token: str) -> str:
    try:
        letter_key = _signer(purpose).loads(token)
    except BadData:
        letter_key = None
    if not isinstance(letter_key, str):
        raise NotFound(
            "This link is not complete.", instead="Open it again from the letter, or copy the whole of it."
        )
    return letter_key


def _signer(purpose: str) -> URLSafeSerializer:
    """The salt parts the purposes: a guide's link answers no question. Raises NotSetUp without a secret."""
    told = settings()
    secret = told.session_secret.get_secret_value()
    if told.environment == "production" and len(secret) < SHORTEST_SECRET:
        raise NotSetUp("SESSION_SECRET is too short.", instead="Set at least 32 random characters.")
    return URLSafeSerializer(secret or _OWN_SECRET, salt=f"mainstay/link/{purpose}")
