"""Signing in and out."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from pydantic import BaseModel, Field, SecretStr

from retention import demo, passwords
from retention.errors import Refusal
from retention.records import accounts
from retention.records.accounts import Account
from retention.records.database import transaction
from retention.settings import settings
from web import forms, viewer
from web.access import CurrentViewer, Posted, admitted, form_of
from web.pages import page
from web.viewer import STAFF

router = APIRouter(include_in_schema=False, dependencies=[Depends(admitted)])

LIMITS = (  # wrong passwords within 15 minutes: for one account, from one network address
    RateLimitItemPerMinute(10, 15, namespace="account"),
    RateLimitItemPerMinute(30, 15, namespace="address"),
)
UNKNOWN = Refusal("This e-mail and password do not belong together.", instead="Check both and try again.")
TOO_MANY = Refusal("Too many wrong passwords.", instead="Try again in 15 minutes, or ask an administrator.")
tries = MovingWindowRateLimiter(MemoryStorage())
START_PAGES = dict.fromkeys(STAFF, "/people-ops/tasks?view=unassigned")


@dataclass(frozen=True)
class Typed:
    """What stays in the form when it is shown again: never the password."""

    then: str = ""
    email: str = ""


class SignIn(BaseModel):
    """What a person types."""

    email: str = Field(title="E-mail", min_length=3, max_length=200)
    password: SecretStr = Field(title="Password", min_length=1, max_length=200)


@router.get("/")
def start(current: CurrentViewer) -> RedirectResponse:
    """The page that this person begins with."""
    return RedirectResponse(START_PAGES.get(current.role, "/preferences"), status_code=303)


@router.get("/sign-in", response_class=HTMLResponse)
def sign_in_page(request: Request, then: str = "", left: bool = False) -> HTMLResponse:
    """The sign-in form; in a demo with its accounts."""
    return _form(request, Typed(then), left=left)


@router.post("/sign-in")
def sign_in(request: Request, form: Annotated[dict[str, str], Depends(form_of)]) -> Response:
    """Sign in and go on to where the person wanted to be."""
    given, mistakes = forms.read(SignIn, form)
    typed = Typed(form.get("then", ""), form.get("email", ""))
    if given is None:
        return _form(request, typed, mistakes=mistakes, status=422)
    keys = (given.email.strip().lower(), request.client.host if request.client else "")
    if not all(tries.test(limit, key) for limit, key in zip(LIMITS, keys, strict=True)):
        return _form(request, typed, refusal=TOO_MANY, status=429)
    account = _account_of(given)
    if account is None:
        for limit, key in zip(LIMITS, keys, strict=True):
            tries.hit(limit, key)
        return _form(request, typed, refusal=UNKNOWN, status=403)
    answer = RedirectResponse(_inside(form.get("then", "")), status_code=303)
    viewer.begin(answer, account)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, posted: Posted) -> Response:  # noqa: ARG001 (its token is what counts)
    """Sign out."""
    answer = RedirectResponse("/sign-in?left=true", status_code=303)
    viewer.end(request, answer)
    return answer


def _account_of(given: SignIn) -> Account | None:
    """The account, when the password is its own."""
    with transaction() as session:
        account = accounts.by_email(session, given.email)
    kept = None if account is None else account.password_hash
    return account if passwords.matches(given.password.get_secret_value(), kept) else None


def _inside(then: str) -> str:
    """An address of ours; never one that leads to another site."""
    return then if then.startswith("/") and not then.startswith(("//", "/\\")) else "/"


def _form(
    request: Request,
    typed: Typed,
    *,
    left: bool = False,
    mistakes: dict[str, str] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HTMLResponse:
    with transaction() as session:
        shown = accounts.staff(session) if settings().demo else []
    fields = forms.fields_of(SignIn, {"email": typed.email}, mistakes=mistakes)
    fields = [
        replace(fields[0], kind="mail", autocomplete="username"),
        replace(fields[1], kind="secret", autocomplete="current-password"),
    ]
    return page(
        request,
        "sign_in.html",
        status=status,
        fields=fields,
        then=_inside(typed.then) if typed.then else "",
        left=left,
        refusal=refusal,
        demo=shown,
        demo_password=demo.PASSWORD if shown else "",
    )
