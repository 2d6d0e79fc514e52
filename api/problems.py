"""What the API says when it cannot do what was asked: RFC 9457 problems, each with the way out."""

from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Annotated, Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from retention.errors import Refusal
from retention.messages.reading import Problem
from retention.records.database import Unreachable

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
Handler = Callable[[Request, Exception], Awaitable[Response] | Response]
STATUS = {"not_found": 404, "conflict": 409, "forbidden": 403, "unauthorized": 401}
STATUS |= {"too_large": 413, "unsupported": 415, "refused": 422, "too_many": 429}


class Fault(BaseModel):
    """A problem in the sense of RFC 9457."""

    type: str = "about:blank"
    title: Annotated[str, Field(examples=["Unprocessable Content"])]
    status: Annotated[int, Field(examples=[422])]
    detail: Annotated[str, Field(examples=["The record cannot be stored as it is."])]
    instead: Annotated[str, Field(description="The way out.", examples=["Mend the fields named below."])] = ""
    errors: Annotated[list[Problem], Field(description="What is wrong, by field.")] = []
    request_id: Annotated[str, Field(description="Names this request in our logs.")] = ""


class Faulty(Refusal):
    """A refusal that names fields, or needs a status or header of its own."""

    def __init__(
        self,
        what: str,
        *,
        kind: str = "refused",
        instead: str = "",
        errors: Sequence[Problem] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(what, instead=instead)
        self.kind = kind
        self.errors = list(errors)
        self.headers = headers or {}


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """These statuses, and those that every route can answer, for the description of a route."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Fault"}}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        for status in sorted({*statuses, 401, 403, 429, 503})
    }


def install(app: FastAPI) -> None:
    """Give every kind of fault its answer."""
    handlers: dict[type[Exception], Handler] = {
        Refusal: _refused,
        RequestValidationError: _not_understood,
        HTTPException: _by_status,
        Unreachable: _unavailable,
        Exception: _broken,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def _answer(request: Request, fault: Fault, *, headers: dict[str, str] | None = None) -> Response:
    fault.request_id = getattr(request.state, "request_id", "")
    return Response(fault.model_dump_json(), fault.status, headers, media_type=MEDIA_TYPE)


def _fault(status: int, detail: str, *, instead: str = "", errors: Sequence[Problem] = ()) -> Fault:
    title = HTTPStatus(status).phrase
    return Fault(title=title, status=status, detail=detail, instead=instead, errors=list(errors))


def _refused(request: Request, error: Exception) -> Response:
    refusal = error if isinstance(error, Refusal) else Refusal(str(error))
    faulty = refusal if isinstance(refusal, Faulty) else Faulty(refusal.what)
    status = STATUS.get(refusal.kind, 422)
    fault = _fault(status, refusal.what, instead=refusal.instead, errors=faulty.errors)
    return _answer(request, fault, headers=faulty.headers)


def _not_understood(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    errors = [
        Problem(path=".".join(str(part) for part in one["loc"][1:]), message=str(one["msg"])) for one in found
    ]
    return _answer(request, _fault(422, "The address holds a value that cannot be.", errors=errors))


def _by_status(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    details = {404: "There is nothing at this address.", 405: "This address does not take that method."}
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return _answer(request, _fault(status, details.get(status, "The request was refused.")), headers=headers)


def _unavailable(request: Request, error: Exception) -> Response:
    log.warning("The database does not answer.", error=str(error))
    fault = _fault(503, "The database does not answer.", instead="Nothing was stored. Post it again later.")
    return _answer(request, fault, headers={"retry-after": "5"})


def _broken(request: Request, error: Exception) -> Response:
    log.error("A request broke.", path=request.url.path, exc_info=error)
    fault = _fault(500, "Something broke on our side.", instead="Post it again: nothing is stored twice.")
    return _answer(request, fault)
