"""The task inbox and a tutor's page: CPU against a bare f-string page of the same rows and size, and queries.

Two ratios a page. A request: ours through the whole application (sign-in, guards, records, templates); the
limit sends the same statements over a bare connection and writes the answer with f-strings. The rendering:
both from rows in memory.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import event, make_url

from bench import bare_pages, stopwatch
from bench.office import Office, an_office
from bench.rows import Row, interleaved
from retention.records import database
from web import pages
from web.components.environment import render
from web.components.viewpoint import Viewpoint, here, seen_from

N = 40  # requests a round
ROUNDS = 3
TARGET = 4.0  # times the bare page (performance guide, section 6)
QUERIES = 4
Written = Callable[[list[list[dict[str, Any]]], int], str]  # statements' rows, size -> page


@dataclass
class Seen:
    """What one request did: its statements with their values, and what it rendered from which viewpoint."""

    statements: list[tuple[str, Any]] = field(default_factory=list)
    rendered: dict[str, Any] = field(default_factory=dict)
    template: str = ""
    view: Viewpoint | None = None
    size: int = 0


def rows(count: int = N, *, rounds: int = ROUNDS) -> list[Row]:
    """Three rows a page: the request, the rendering, the queries."""
    with an_office() as office:
        tutor = f"/people-ops/tutors/{office.tutor_number}"
        measured = [
            _page("inbox", office, "/people-ops/tasks", _inbox, count=count, rounds=rounds),
            _page("tutor", office, tutor, _tutor, count=count, rounds=rounds),
        ]
    return [row for rows_of_page in measured for row in rows_of_page]


def _inbox(found: list[list[dict[str, Any]]], size: int) -> str:
    return bare_pages.inbox(found[-1], size=size)


def _tutor(found: list[list[dict[str, Any]]], size: int) -> str:
    story, happenings = (some for some in found if some and ("metrics" in some[0] or "word" in some[0]))
    return bare_pages.tutor(story[0], happenings, size=size)


def _page(name: str, office: Office, path: str, written: Written, *, count: int, rounds: int) -> list[Row]:
    office.page(path)
    seen = _seen(office, path)
    url = make_url(office.bed.app_url).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), row_factory=dict_row) as door:
        found = _asked(door, seen)
        request = interleaved(
            lambda: _each(count, lambda: office.page(path)),
            lambda: _each(count, lambda: written(_asked(door, seen), seen.size).encode()),
            rounds=rounds,
        )
    rendering = interleaved(
        lambda: _each(count, lambda: _rendered(seen)),
        lambda: _each(count, lambda: written(found, seen.size).encode()),
        rounds=rounds,
    )
    queries = len(seen.statements)
    return [
        Row("pages", f"{name}: request / bare request", count, *request[:2], "cpu_s", request[2], TARGET),
        Row("pages", f"{name}: rendering / f-strings", count, *rendering[:2], "cpu_s", rendering[2], TARGET),
        Row("pages", f"{name}: queries", 1, queries, 1, "queries", queries, QUERIES),
    ]


def _each(count: int, work: Callable[[], object]) -> float:
    """CPU seconds of this process for one of `count`."""

    def all_of_them() -> None:
        for _ in range(count):
            work()

    return stopwatch.cpu(all_of_them) / count


def _seen(office: Office, path: str) -> Seen:
    with _watched() as seen:
        seen.size = len(office.page(path))
    return seen


@contextmanager
def _watched() -> Iterator[Seen]:
    """Look over the application's shoulder: what it asks the database and what it hands to the template."""
    seen, engine = Seen(), database.engine()

    def note(*told: Any) -> None:
        seen.statements.append((told[2], told[3]))

    def render_and_note(template: str, *, block: str | None = None, **values: Any) -> str:
        seen.template, seen.rendered, seen.view = template, values, here()
        return render(template, block=block, **values)

    event.listen(engine, "before_cursor_execute", note)
    pages.render = render_and_note  # type: ignore[attr-defined]  # a name that it imports
    try:
        yield seen
    finally:
        pages.render = render  # type: ignore[attr-defined]
        event.remove(engine, "before_cursor_execute", note)


def _asked(door: psycopg.Connection[dict[str, Any]], seen: Seen) -> list[list[dict[str, Any]]]:
    """The rows of each of a request's statements, sent anew in one transaction."""
    with door.transaction():
        cursors = [door.execute(statement, values) for statement, values in seen.statements]
        return [cursor.fetchall() if cursor.description else [] for cursor in cursors]


def _rendered(seen: Seen) -> bytes:
    assert seen.view is not None
    with seen_from(seen.view):
        return render(seen.template, **seen.rendered).encode()
