"""What every answer of the pages carries, and which requests may change something. Plain ASGI."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FRAMES_OURS = POLICY + "; frame-src 'self'"  # of a page that shows a letter in a frame
LETTER = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"  # of the letter in it
)
CSP = "content-security-policy"
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
HSTS = "max-age=31536000; includeSubDomains"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
BY_LINK = ("/answer/", "/guides/")  # whoever holds the link of a letter may open these, without signing in
OF_LINKS = {"referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow, noarchive"}


class SecurityHeaders:
    """Puts the headers on each answer; data is never stored by browsers, files named by content are.

    A page may bring a policy of its own: those with a letter on them do.
    """

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._fixed = HEADERS | ({"strict-transport-security": HSTS} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        answered = False

        async def with_headers(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                headers = MutableHeaders(scope=message)
                headers.update(self._fixed)
                if opened_by_link(scope["path"]):
                    headers.update(OF_LINKS)  # the link is the key: it goes to nobody else
                headers.setdefault(CSP, POLICY)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        except Exception:
            if not answered:  # else its fault page was sent and its cause logged
                raise


class SameOrigin:
    """Refuses a change that another site asked for, before anything reads its body.

    Browsers say where a request comes from (Sec-Fetch-Site, older ones Origin). The forms'
    hidden token is a second, independent lock.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] == "http"
            and scope["method"] not in SAFE_METHODS
            and not _ours(Headers(scope=scope), by_link=opened_by_link(scope["path"]))
        ):
            refusal = PlainTextResponse("This change was asked for by another site.", status_code=403)
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)


def opened_by_link(path: str) -> bool:
    """Whether a page is one of those that letters link to."""
    return path.startswith(BY_LINK)


def _ours(headers: Headers, *, by_link: bool) -> bool:
    """A page without a referrer has the origin "null" in browsers that do not send Sec-Fetch-Site."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    if by_link and origin == "null":
        return True  # its form's token is what only our page can know
    return origin is not None and urlsplit(origin).netloc == headers.get("host")
