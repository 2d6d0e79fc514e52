"""Addresses as the list of those left alone knows them: by their keyed hash, which names nobody."""

import hashlib
import hmac

from retention.settings import settings


def hidden(email: str) -> bytes:
    """The keyed hash of an address, however it is written."""
    key = settings().address_secret.get_secret_value().encode()
    return hmac.new(key, email.strip().lower().encode(), hashlib.sha256).digest()
