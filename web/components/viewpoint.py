"""From where a page is seen: business now, the viewer's time zone, the token of their forms."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Viewpoint:
    """What filters and macros need to know of the request, so that no macro has to be handed it."""

    now: datetime  # business time, UTC
    zone: ZoneInfo
    form_token: str = ""
    shortcuts: bool = True  # WCAG 2.1.4: single keys can be switched off


_current: ContextVar[Viewpoint] = ContextVar("viewpoint")


@contextmanager
def seen_from(viewpoint: Viewpoint) -> Iterator[None]:
    """Render inside this block as this viewer."""
    token = _current.set(viewpoint)
    try:
        yield
    finally:
        _current.reset(token)


def here() -> Viewpoint:
    """The viewpoint of the page that is being rendered."""
    return _current.get()
