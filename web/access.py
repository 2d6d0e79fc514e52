"""Which roles may open which addresses: one table, and what it does not name is closed."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.types import Message, Receive

from retention.errors import Forbidden, NotFound, Refusal
from retention.vocabulary import Role
from web.viewer import KEEPERS_OF_MODELS, STAFF, Viewer, viewer_of

NUL = "\x00"  # no text of the database can hold it
MOST_BYTES = 64 * 1024  # of a form: the longest note takes 24,000 as it is sent, in any script
EVERYBODY: frozenset[Role] | None = None
SIGNED_IN = frozenset(Role)

# Longest beginning wins. A test holds that every route of the pages falls under one line.
TABLE: dict[str, frozenset[Role] | None] = {
    "/static": EVERYBODY,
    "/sign-in": EVERYBODY,
    "/answer": EVERYBODY,  # the link in a letter is the key
    "/guides": EVERYBODY,
    "/": SIGNED_IN,  # the start page itself, nothing below it
    "/sign-out": SIGNED_IN,
    "/preferences": SIGNED_IN,
    "/people-ops": STAFF,
    "/people-ops/models": KEEPERS_OF_MODELS,
    "/patterns": STAFF,
}


class SignInNeeded(Exception):  # noqa: N818 (an invitation, not a fault)
    """Nobody is signed in; the page asks, and comes back to this address afterwards."""


class TooLarge(Refusal):
    """A form that is longer than any of ours."""

    kind = "too_large"


def rule_for(path: str) -> frozenset[Role] | None:
    """The roles of an address; NotFound when the table does not name it."""
    for beginning in sorted(TABLE, key=len, reverse=True):
        if path == beginning or (beginning != "/" and path.startswith(beginning + "/")):
            return TABLE[beginning]
    raise NotFound("There is no page at this address.", instead="Check the address, or go to the tasks.")


def admitted(request: Request) -> Viewer | None:
    """The viewer, when their role may open this address. Guards every route of the pages.

    It asks the database and so runs in a thread; what follows from its answer needs none of its own.
    """
    if NUL in request.scope["path"] or b"%00" in request.scope["query_string"]:
        raise NotFound("No address of ours holds the character U+0000.", instead="Check the address.")
    roles = rule_for(request.url.path)
    request.state.viewer = viewer = None if request.url.path.startswith("/static") else viewer_of(request)
    if roles is None:
        return viewer
    if viewer is None:
        raise SignInNeeded
    if viewer.role not in roles:
        needed = " or ".join(sorted(str(role).replace("_", " ") for role in roles))
        raise Forbidden(f"This page needs the role {needed}.", instead="Sign in with another account.")
    return viewer


async def signed_in(viewer: Annotated[Viewer | None, Depends(admitted)]) -> Viewer:
    """The viewer of a page that the table closes to strangers."""
    if viewer is None:
        raise SignInNeeded
    return viewer


async def form_of(request: Request) -> dict[str, str]:
    """The text fields of a posted form, unguarded: for signing in only. Raises TooLarge."""
    fields = (await Request(request.scope, _bounded(request.receive)).form()).items()
    return {name: value.replace(NUL, "") for name, value in fields if isinstance(value, str)}


def _bounded(receive: Receive) -> Receive:
    """What comes in, until it is more than a form holds."""
    length = 0

    async def counted() -> Message:
        nonlocal length
        message = await receive()
        length += len(message.get("body", b""))
        if length > MOST_BYTES:
            raise TooLarge(
                f"A form may have at most {MOST_BYTES // 1024} KiB; nothing of this one was stored.",
                instead="Go back, shorten your answers and send it again.",
            )
        return message

    return counted


async def posted(
    form: Annotated[dict[str, str], Depends(form_of)], viewer: Annotated[Viewer, Depends(signed_in)]
) -> dict[str, str]:
    """The fields of a posted form, once its hidden token shows that it came from our page."""
    if not viewer.owns(form.pop("form_token", "")):
        raise Forbidden(
            "This form belongs to another sign-in.", instead="Go back, reload the page and send it again."
        )
    return form


CurrentViewer = Annotated[Viewer, Depends(signed_in)]
Posted = Annotated[dict[str, str], Depends(posted)]
