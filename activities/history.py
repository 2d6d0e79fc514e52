"""`python -m activities.history`: measures and scores a seeded world's past, day by day, before it lives on.

The same statements as the live way, with each day's own midnight as their instant. Nothing is judged:
nobody can be asked today about a task of the past, so cases, tasks and decisions begin with the live part.
What was known of each tutor is kept, so that a draft of the rulebook can be tried on those days.
"""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from activities.churn import score
from activities.looks import keep_unjudged
from activities.measurement import measure
from activities.situations import situations_of
from retention.errors import NotFound, Refusal
from retention.messages.evaluation import Batch, Step
from retention.records import batches, feeds, schema, watermarks
from retention.records.database import transaction
from retention.settings import settings
from rules.book import Book
from rules.loader import load_book

DAYS = 30  # that get their own metrics, tiers and scores: what "for 30 days" and the trends look back on
COUNTED_AFTER = {timedelta(days=1), timedelta(days=8), timedelta(days=DAYS)}
EVERYBODY = 100_000  # tutors in one batch; nobody else works on a world that has not begun


class Owner(BaseSettings):
    """The owner of the tables, who may count them for the planner; without it the first days are slow."""

    database_owner_url: SecretStr | None = None


def measure_history(
    until: datetime, *, days: int, owner_url: str | None, tell: Callable[[str, float], None]
) -> int:
    """Work off every day of the last `days` before `until`; returns the batches. Repeatable."""
    start, done = until - timedelta(days=days), 0
    with transaction() as session:
        watermarks.begin(session, start)
    while (end := _next_period(until)) is not None:
        while (batch := _claimed(end)).tutors:
            _work_off(batch)
            done += 1
        if owner_url is not None and end - start in COUNTED_AFTER:
            schema.take_stock(owner_url)
        tell(f"measured until {end:%d %B}", (end - start) / (until - start))
    return done


def _next_period(until: datetime) -> datetime | None:
    """The end of the next periods that are over, everybody marked for them; None when all are done."""
    with transaction() as session:
        periods = watermarks.next_periods(session, until)
        if not periods:
            return None
        watermarks.mark_periods(session, periods)
        return periods[0].end


def _claimed(end: datetime) -> Batch:
    with transaction() as session:
        return batches.claim_batch(session, end, limit=EVERYBODY)


def _work_off(batch: Batch) -> None:
    step = Step(batch_id=batch.batch_id, as_of=batch.as_of)
    measure(step)
    score(step)
    with transaction() as session:
        keep_unjudged(session, situations_of(session, step), _book())
        batches.finish_batch(session, batch.batch_id, at=batch.as_of)


@lru_cache
def _book() -> Book:
    return load_book(settings().rules_folder)


def main() -> None:
    """Measure the past of this database's world."""
    owner = Owner().database_owner_url
    with transaction() as session:
        feed = feeds.the_feed(session)
    if feed is None:
        raise NotFound("There is no world to measure.", instead="Make one: python -m simulator seed")
    measure_history(
        feed.posted_until,
        owner_url=owner.get_secret_value() if owner else None,
        days=min(DAYS, (feed.posted_until - feed.first_day).days),
        tell=lambda what, share: print(f"{share:.0%} {what}", flush=True),  # noqa: T201 (its progress)
    )


if __name__ == "__main__":
    try:
        main()
    except Refusal as refusal:
        sys.exit(str(refusal))
