"""Longer texts written in Markdown, as safe HTML: what looks like a tag in them stays text."""

from functools import lru_cache

from markdown_it import MarkdownIt
from markupsafe import Markup

# Typographic replacements are off, so that the text says what its author wrote.
_reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


@lru_cache(maxsize=100)
def prose(markdown: str) -> Markup:
    """The text with its headings, lists and tables; addresses of scripts are no links."""
    return Markup(_reader.render(markdown))  # noqa: S704 (its reader escapes everything that is not Markdown)
