"""Passwords: only argon2id hashes are kept, and a wrong name takes as long as a wrong password."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("nobody signs in with this")


def hashed(password: str) -> str:
    """The hash to keep."""
    return _HASHER.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether the password is the one whose hash was kept; for nobody's, the same work and False."""
    try:
        return _HASHER.verify(kept or _NOBODY, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
