"""Stored bytes of a model: known by their hash before anybody opens them."""

import hashlib

from retention.errors import Refusal


class ArtefactBroken(Refusal):
    """Stored bytes that are no model of ours."""

    kind = "artefact_broken"


def whole(artefact: bytes, *, digest: str) -> bytes:
    """The same bytes, if their SHA-256 is `digest`. Raises ArtefactBroken."""
    if hashlib.sha256(artefact).hexdigest() != digest:
        raise ArtefactBroken("The stored model is not the one that was stored: its hash differs.")
    return artefact
