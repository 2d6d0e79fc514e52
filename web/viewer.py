"""Who is looking: found by the sign-in cookie, and what they may see."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from starlette.requests import HTTPConnection

from retention.clock import Clock
from retention.records import accounts
from retention.records.accounts import Account
from retention.records.database import transaction
from retention.settings import settings
from retention.vocabulary import Role

STAFF = frozenset({Role.PEOPLE_OPS, Role.OPS_MANAGER, Role.ADMIN})
KEEPERS_OF_MODELS = frozenset({Role.OPS_MANAGER, Role.ADMIN})
NOTED_EVERY = timedelta(minutes=1)  # a sign-in's use is noted this often, not at each request
SALT = 8  # bytes
_OWN_SECRET = secrets.token_bytes(32)  # of this process: forms of a demo outlive no restart


@dataclass(frozen=True)
class Viewer:
    """One signed-in person."""

    account_id: int
    name: str
    email: str
    role: Role
    zone: ZoneInfo
    shortcuts: bool
    form_key: bytes
    clock: Clock

    @property
    def form_token(self) -> str:
        """What each form of this sign-in must bring along; another site cannot know it.

        It looks different on each page, so that the length of compressed pages tells nothing of it.
        """
        salt = secrets.token_hex(SALT)
        return salt + _signed(self.form_key, salt.encode())

    def owns(self, form_token: str) -> bool:
        """Whether a form was made for this sign-in."""
        salt, signature = form_token[: 2 * SALT], form_token[2 * SALT :]
        return hmac.compare_digest(signature.encode(), _signed(self.form_key, salt.encode()).encode())

    @property
    def actor(self) -> str:
        """How commands and audit lines name this person: by number."""
        return str(self.account_id)


def cookie_name() -> str:
    """With https the name binds the cookie to this host and to encryption."""
    return "__Host-mainstay" if https() else "mainstay"


def https() -> bool:
    """Whether people reach the pages by https."""
    return settings().public_url.startswith("https://")


def viewer_of(connection: HTTPConnection, *, noted: bool = True) -> Viewer | None:
    """The person of this cookie, or nobody. `noted`: whether this counts as a use of the sign-in."""
    token = connection.cookies.get(cookie_name())
    if not token:
        return None
    digest, now = _digest(token), datetime.now(UTC)
    with transaction() as session:
        found = accounts.signed_in(
            session, digest, at=now, idle=timedelta(minutes=settings().session_idle_minutes)
        )
        if found is None:
            return None
        account, sign_in, clock = found
        if noted and now - sign_in.seen_at > NOTED_EVERY:
            accounts.seen(session, digest, at=now)
    return _viewer(account, digest, clock)


def begin(response: Response, account: Account) -> None:
    """Sign a person in: a new token for the browser, its hash for the table."""
    token = secrets.token_urlsafe(32)
    life = timedelta(hours=settings().session_hours)
    with transaction() as session:
        accounts.begin_sign_in(session, account.id, digest=_digest(token), at=datetime.now(UTC), life=life)
    response.set_cookie(
        cookie_name(), token, max_age=int(life.total_seconds()), httponly=True, secure=https(), samesite="lax"
    )


def end(request: Request, response: Response) -> None:
    """Sign out: the token opens nothing any more, also not from a copy."""
    token = request.cookies.get(cookie_name())
    if token:
        with transaction() as session:
            accounts.end_sign_in(session, _digest(token), at=datetime.now(UTC))
    response.delete_cookie(cookie_name(), httponly=True, secure=https(), samesite="lax")


def _viewer(account: Account, digest: bytes, clock: Clock) -> Viewer:
    return Viewer(
        account_id=account.id,
        name=account.name,
        email=account.email,
        role=Role(account.role),
        zone=ZoneInfo(account.time_zone),
        shortcuts=account.shortcuts,
        form_key=_form_key(digest),
        clock=clock,
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _form_key(digest: bytes) -> bytes:
    secret = settings().session_secret.get_secret_value().encode() or _OWN_SECRET
    return hmac.new(secret, b"form:" + digest, hashlib.sha256).digest()


def _signed(key: bytes, salt: bytes) -> str:
    return hmac.new(key, salt, hashlib.sha256).hexdigest()
