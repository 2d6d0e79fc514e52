"""Instants as people type them: the time on the wall where they live, and what it means."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

TYPED = "%Y-%m-%dT%H:%M"  # what <input type="datetime-local"> sends and shows


class NotAMoment(Exception):  # noqa: N818 (an answer that needs another look)
    """What was typed is no instant, or two; `sentence` says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def typed(at: datetime, zone: ZoneInfo) -> str:
    """An instant as the field for it shows it."""
    return at.astimezone(zone).strftime(TYPED)


def instant(words: str, zone: ZoneInfo) -> datetime:
    """The instant that this wall time is, in UTC. Raises NotAMoment when there is none, or two.

    When clocks go forward an hour is missing, when they go back one comes twice: the person chooses again.
    """
    try:
        wall = datetime.fromisoformat(words.strip())
    except ValueError:
        raise NotAMoment("Please give a date and a time, such as 2026-11-24 14:30.") from None
    if wall.tzinfo is not None:
        return wall.astimezone(UTC)
    first, second = wall.replace(tzinfo=zone), wall.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    missing = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall
    raise NotAMoment(
        f"The clocks change that night: {wall:%H:%M} on {wall.day} {wall:%B} "
        f"{'does not exist' if missing else 'comes twice'} in {zone.key}. Please choose another time."
    )
