"""What people see when something was refused or went wrong: the fact, and the way out."""

import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse
from starlette.exceptions import HTTPException

from retention.errors import Refusal
from retention.records.database import Unreachable
from web.access import SignInNeeded
from web.guard import opened_by_link
from web.pages import page
from web.viewer import viewer_of

log = structlog.get_logger()
Handler = Callable[[Request, Exception], Awaitable[Response] | Response]
STATUS = {
    "not_found": 404,
    "conflict": 409,
    "forbidden": 403,
    "too_large": 413,
    "gone": 410,
    "too_often": 429,
}
TITLES = {
    403: "Not for this account",
    404: "Not found",
    405: "That does not work here",
    409: "Somebody was first",
    410: "No longer there",
    413: "That is too long",
    422: "That does not look right",
    429: "Too many tries",
    500: "Something broke",
    503: "Not available just now",
}
HOME = (("/", "Go to the tasks"),)


def install(app: FastAPI) -> None:
    """Give every kind of fault its page."""
    handlers: dict[type[Exception], Handler] = {
        SignInNeeded: _ask_to_sign_in,
        Refusal: _refused,
        RequestValidationError: _not_understood,
        HTTPException: _by_status,
        Unreachable: _unavailable,
        Exception: _broken,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def fault_page(
    request: Request, status: int, what: str, *, instead: str = "", reference: str = ""
) -> Response:
    """The page of one fault. If even that cannot be rendered, its bare words."""
    title = TITLES.get(status, "That did not work")
    by_link = opened_by_link(request.url.path)  # of somebody who has no account here
    try:
        return page(
            request,
            "error.html",
            status=status,
            frame_of="tutor/layout.html" if by_link else "layout.html",
            code=status,
            title=title,
            what=what,
            instead=instead,
            ways=() if by_link else HOME,
            reference=reference,
        )
    except Exception:
        log.exception("The error page could not be rendered.")
        return PlainTextResponse(f"{title}. {what} {instead}", status_code=status)


def _ask_to_sign_in(request: Request, _: Exception) -> Response:
    """Come back here afterwards; after a form, to the page it was on."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = "/sign-in" if wanted == "/" or request.method != "GET" else f"/sign-in?then={quote(wanted)}"
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"hx-redirect": target})
    return RedirectResponse(target, status_code=303)


def _refused(request: Request, error: Exception) -> Response:
    refusal = error if isinstance(error, Refusal) else Refusal(str(error))
    return fault_page(request, STATUS.get(refusal.kind, 422), refusal.what, instead=refusal.instead)


def _not_understood(request: Request, _: Exception) -> Response:
    return fault_page(
        request, 422, "The address or form holds a value that cannot be.", instead="Go back and try again."
    )


def _by_status(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    request.state.viewer = viewer_of(request)  # no route has asked who it is
    what = (
        "There is no page at this address." if status == 404 else "This address does not take that request."
    )
    return fault_page(request, status, what)


def _unavailable(request: Request, error: Exception) -> Response:
    log.warning("The database does not answer.", error=str(error))
    return fault_page(
        request, 503, "The database does not answer.", instead="Nothing was lost. Try again in a minute."
    )


def _broken(request: Request, error: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.error("A page broke.", path=request.url.path, reference=reference, exc_info=error)
    return fault_page(
        request,
        500,
        "This page could not be made. What you sent before it was saved, or nothing was changed.",
        instead="Try again; if it stays so, tell your engineers the reference.",
        reference=reference,
    )
