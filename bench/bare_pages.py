"""The measured pages written with f-strings and html.escape: the same rows, words, times and lines, no parts.

What is the same for every row or person is filled up with blanks to the size of ours (`size` bytes).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Any
from uuid import uuid4

from bench.bed import NOW

Row = Mapping[str, Any]
LINES = (
    "rating_avg",
    "first_success_pct",
    "reschedule_pct",
    "no_show_pct",
    "engagement_pct",
    "objectives_pct",
)
SPARKS = (
    *("sessions", "technical_pct", "answer_avg_minutes", "training_pct", "availability_hours", "logins"),
)
ICON = '<svg class="icon" aria-hidden="true" focusable="false"><use href="/static/icons.svg#{}"></use></svg>'
SHAPE = (
    '<svg class="shape" viewBox="0 0 12 12" aria-hidden="true" focusable="false">'
    '<path d="M6 .6 11.4 6 6 11.4.6 6z" fill="currentColor"/></svg>'
)
CLOCK, HAND, DOT = ICON.format("clock"), ICON.format("hand"), ICON.format("check")
TOKEN = "0" * 64


def inbox(tasks: Sequence[Row], *, size: int) -> str:
    """A page of the inbox."""
    return _filled('<ol class="tasks">' + "".join([_task(task) for task in tasks]) + "</ol>", size)


def tutor(story: Row, happenings: Sequence[Row], *, size: int) -> str:
    """A tutor's page."""
    metrics = story["metrics"]
    days = [_day(row["day"]) for row in metrics]
    scores = [row["score"] for row in story["scores"]]
    parts = [f"<h1>{escape(story['name'])}</h1><p>#{story['number']} {escape(story['band'])}</p>"]
    parts.append(_line("Score, last 90 days", [_day(row["day"]) for row in story["scores"]], scores))
    parts += [_line(name, days, [row[name] for row in metrics]) for name in LINES]
    parts += [_path([row[name] for row in metrics]) for name in SPARKS]
    parts.append('<ol class="timeline">' + "".join([_happening(one) for one in happenings]) + "</ol>")
    return _filled("".join(parts), size)


def _filled(body: str, size: int) -> str:
    head = '<!doctype html><html lang="en"><head><title>Bare</title></head><body>'
    return f"{head}{body}{' ' * (size - len(head) - len(body) - 14)}</body></html>"


def _task(task: Row) -> str:
    number, name, due = escape(task["task_id"]), escape(task["tutor_name"]), task["due_at"]
    hours = int((due - NOW).total_seconds() // 3600)
    left = f"Overdue {-hours} h" if hours < 0 else f"Due in {hours} h"
    return f"""<li class="task" id="task-{number}">
  <div>
    <p class="first-line"><a class="name" href="/people-ops/tasks/{number}" data-item>{name}</a>
      <span class="task-kind">{escape(task["kind"]).replace("_", " ")}</span>
      <span class="badge band-{task["band"]}">{SHAPE}{escape(task["band"])} {task["score"]}</span>
    </p>
    <p class="context">{escape(task["reason"])}</p>
  </div>
  <div class="end"><span class="due over">{CLOCK}{_time(due, left)}</span>
    <span class="whose"><form method="post" action="/people-ops/tasks/{number}/claim"><input type="hidden" \
name="form_token" value="{TOKEN}"><input type="hidden" name="back" value="/people-ops/tasks?view=unassigned">\
<input type="hidden" name="request_id" value="{uuid4()}"><button class="button" data-claim>{HAND}Claim<span \
class="unseen"> the task about {name}</span></button></form></span>
  </div>
</li>"""


def _time(at: datetime, says: str) -> str:
    return f'<time datetime="{at.isoformat()}" title="{at:%a} {at.day} {at:%b %Y, %H:%M %Z}">{says}</time>'


def _happening(one: Row) -> str:
    title = f"{escape(one['word'] or '')} {escape(one['title'])} {one['number']}"
    note = f'<p class="muted">{escape(one["note"])}</p>' if one["note"] else ""
    return f"""<li>
    <span class="dot ">{DOT}</span>
    <div class="what">
      <p><span class="title">{title}</span></p>{note}
      <p class="when">{_time(one["at"], f"{one['at'].day} {one['at']:%b}")}</p>
    </div>
  </li>"""


def _line(name: str, days: Sequence[str], values: Sequence[float]) -> str:
    cells = [
        f'<tr><th scope="row">{day}</th><td class="number">{value:.1f}</td></tr>'
        for day, value in zip(days, values, strict=True)
    ]
    table = f"<table>{''.join(cells)}</table>"
    return f'<figure class="chart"><strong>{escape(name)}</strong>{_path(values)}{table}</figure>'


def _path(values: Sequence[float]) -> str:
    low, high = min(values), max(values)
    step, height = 400 / (len(values) - 1), (high - low) or 1
    spots = [
        f"{place * step:.1f} {100 - (value - low) / height * 100:.1f}" for place, value in enumerate(values)
    ]
    return f'<svg viewBox="0 0 400 100"><path class="series" d="M{" L".join(spots)}"/></svg>'


def _day(text: str) -> str:
    at = date.fromisoformat(text)
    return f"{at.day} {at:%b}"
