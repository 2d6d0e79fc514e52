"""The process that sends is killed again and again, before, while and after the provider takes a letter."""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from retention.records import mail_events
from retention.records.database import transaction
from retention.records.letters import LetterRecord
from retention.records.mail_events import Report
from retention.vocabulary import LetterState, MailEvent
from tests.factories.letters import a_wish
from tests.testbed.mail_provider import Desk, Provider, accept

LETTERS = 50
KILLS = 9
CHILD = [sys.executable, "-m", "tests.faults.letters_child"]


def reported(desk: Desk) -> None:
    """The provider's report on the letter that it just took, by way of the webhook's record."""
    key = desk.provider.asked[-1]["custom_args"]["message_key"]
    mark = f"{key}/{len(desk.provider.delivered)}"
    report = Report(
        sg_event_id=mark, message_key=key, kind=MailEvent.PROCESSED, at=datetime.now(UTC), document={}
    )
    with transaction() as session:
        mail_events.keep(session, [report])


def before(desk: Desk, kill: Callable[[], None]) -> None:
    """It dies before the provider has taken the letter."""
    kill()
    desk.close_connection = True


def between(desk: Desk, kill: Callable[[], None]) -> None:
    """It dies when the provider has it, and before it hears of that."""
    desk.took()
    reported(desk)
    kill()
    desk.close_connection = True


def after(desk: Desk, kill: Callable[[], None]) -> None:
    """It dies as it hears that the provider has it."""
    reported(desk)
    accept(desk)
    kill()


def killed(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


@pytest.mark.usefixtures("data")
def test_no_letter_is_lost_and_none_is_doubled(provider: Provider, tmp_path: Path) -> None:
    chance = random.Random(4)
    kinds = [chance.choice([before, between, after]) for _ in range(KILLS)]
    assert len({*kinds}) == 3
    wanted = tmp_path / "wishes.json"
    with transaction() as session:
        wishes = [a_wish(session, at=datetime(2026, 3, 26, 12, tzinfo=UTC)) for _ in range(LETTERS)]
    wanted.write_text(json.dumps([wish.model_dump(mode="json") for wish in wishes]), encoding="utf-8")
    environment = os.environ | {"SENDGRID_URL": provider.url, "SENDGRID_API_KEY": "SG.for-tests"}
    for kind in kinds:
        with subprocess.Popen([*CHILD, str(wanted)], env=environment) as child:
            dies_at = chance.randint(0, 4)
            provider.answers = [
                *[accept_and_report] * dies_at,
                partial(kind, kill=partial(killed, child.pid)),
            ]
        assert child.returncode == -signal.SIGKILL
    provider.answers = [accept_and_report] * LETTERS
    subprocess.run([*CHILD, str(wanted)], env=environment, check=True, timeout=60)

    counted = Counter(provider.delivered)
    assert set(counted) == {wish.key for wish in wishes}, "lost"
    assert set(counted.values()) == {1}, "doubled"
    with transaction() as session:
        states = {session.get_one(LetterRecord, wish.key).state for wish in wishes}
    assert states == {LetterState.SENT}


def accept_and_report(desk: Desk) -> None:
    reported(desk)
    accept(desk)
