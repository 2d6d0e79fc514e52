"""A process that sends the letters of a file until none is left, and may be killed at any moment."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from activities.posting import Attempt, NotYet, deliver
from retention.emails.sending import SETTLES_AFTER, the_door
from retention.messages.letters import LetterWish


def work_off(wishes: list[LetterWish], *, later: timedelta) -> list[LetterWish]:
    """Try each once; those that have to wait."""
    waiting = []
    for wish in wishes:
        try:
            now = datetime.now(UTC)
            deliver(Attempt(wish, wished=now, real=now + later), the_door())
        except NotYet:
            waiting.append(wish)
    return waiting


if __name__ == "__main__":
    told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    left = work_off([LetterWish.model_validate(wish) for wish in told], later=timedelta())
    # Those whose end nobody saw are asked about again when their reports must have come.
    left = work_off(left, later=SETTLES_AFTER + timedelta(minutes=1))
    sys.exit(len(left))
