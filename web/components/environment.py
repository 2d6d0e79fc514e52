"""The one door to jinja2 for pages: escaping always on, an unknown name is an error."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2_fragments import render_block

from web import statics
from web.components import charts, mistakes, words
from web.components.viewpoint import here

HERE = Path(__file__).parent.parent
FILTERS = {
    "ago": words.ago,
    "calendar_day": words.calendar_day,
    "day": words.day,
    "exact": words.exact,
    "initials": words.initials,
    "instant": datetime.fromisoformat,
    "kind_icon": words.kind_icon,
    "mistakes_of": mistakes.mistakes_of,
    "moment": words.moment,
    "plain": words.plain,
    "span": words.span,
    "spoken": words.spoken,
    "there": words.there,
    "weekday_time": words.weekday_time,
}
GLOBALS = {
    "asset": statics.url,
    "band_at": words.band_at,
    "bullet_layout": charts.bullet,
    "due_of": words.due,
    "fresh_id": lambda: str(uuid4()),
    "here": here,
    "line_layout": charts.line,
    "remembered": lru_cache(maxsize=1_000),  # for parts that say the same whoever looks, and when
}


@lru_cache
def environment() -> Environment:
    """Pages lie in web/templates, components in web/components; both are found by their plain names."""
    made = Environment(
        loader=FileSystemLoader([HERE / "templates", HERE]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(FILTERS)
    made.globals.update(GLOBALS)
    return made


def render(template: str, *, block: str | None = None, **values: Any) -> str:
    """A whole page, or one named block of it for a partial refresh."""
    if block is None:
        return environment().get_template(template).render(**values)
    return render_block(environment(), template, block, **values)
