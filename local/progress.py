"""Showing a person what is being done and how far it is."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from local.temporal_binary import Tell

CONSOLE = Console(highlight=False, soft_wrap=True)
WORTH_A_LINE = 15.0  # seconds between two lines about one step where no bar can be drawn


def say(what: str) -> None:
    """One line, at once."""
    CONSOLE.print(what)
    sys.stdout.flush()


@contextmanager
def step(title: str) -> Iterator[Tell]:
    """One long step: a moving bar on a terminal, a line now and then elsewhere."""
    began = time.monotonic()
    with _bar(title) if CONSOLE.is_terminal else _lines(title) as tell:
        yield tell
    CONSOLE.print(f"[green]✓[/] {title} [dim]({time.monotonic() - began:.1f} s)[/]")
    sys.stdout.flush()


@contextmanager
def _bar(title: str) -> Iterator[Tell]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=CONSOLE, transient=True) as progress:
        shown = progress.add_task(title, total=None)

        def tell(what: str, share: float) -> None:
            progress.update(
                shown,
                description=f"{title}: {what}" if what else title,
                completed=share,
                total=1.0 if share else None,
            )

        yield tell


@contextmanager
def _lines(title: str) -> Iterator[Tell]:
    CONSOLE.print(f"· {title}")
    sys.stdout.flush()
    said_at = time.monotonic()

    def tell(what: str, share: float) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= WORTH_A_LINE:
            said_at = time.monotonic()
            CONSOLE.print(f"  {what}" + (f" ({share:.0%})" if share else ""))
            sys.stdout.flush()

    yield tell
