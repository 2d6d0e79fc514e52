"""Letters against the disk: the same rows written and marked by a bare connection, one commit for each.

Ours, first: composed tips claimed and marked, one after another. Ours, second: the whole way of a tip (people
left alone, mail budget, guide, words, claim, .eml file, mark), by as many threads as its process has.
The limit: the very rows that this left, inserted in one commit and updated in another, over as many bare
connections. Where the disk is quick, the processor sets the pace of ours.
"""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import make_url

from activities.mail import SLOTS
from activities.posting import Attempt, deliver
from bench import stopwatch
from bench.bed import NOW, Bed, at_home, database
from bench.rows import Row, interleaved
from retention.emails.local_outbox import LocalDoor
from retention.emails.message import Address
from retention.emails.samples import sample
from retention.messages.letters import LetterWish
from retention.records import claims, database as records
from retention.records.claims import Draft
from retention.records.database import Session
from retention.vocabulary import Letter, LetterState
from tests.factories.letters import a_tip
from tests.factories.platform import a_tutor

LETTERS = 300
ROUNDS = 3
RATE = 0.8  # of the rate at which the disk takes the same rows (issue's target)
WITHIN = 3.0  # seconds for 300 tips
SENDER = Address("Mainstay", "tutoring@mainstay.example")
NUMBERS = count()
TIMES = ("state", "sent_at", "settled_at", "provider_id")  # what marking changes


def rows(letters: int = LETTERS, *, rounds: int = ROUNDS) -> list[Row]:
    """Three rows: recording alone and the whole way against the disk's rate, and how long 300 tips take."""
    with database() as bed, at_home(bed), tempfile.TemporaryDirectory() as folder:
        post = _Post(bed, Path(folder), letters)
        alone, limit, _ = interleaved(post.record, lambda: post.write_bare(1), rounds=rounds)
        ours, bare, _ = interleaved(post.send, lambda: post.write_bare(SLOTS), rounds=rounds)
    return [
        _rate("claimed and marked, one after another", letters, alone, limit, target=RATE),
        _rate(f"composed, claimed, put out and marked, {SLOTS} at a time", letters, ours, bare, target=None),
        Row(
            "outbox",
            f"{letters} tips composed and recorded / {WITHIN:g} s",
            letters,
            ours,
            WITHIN,
            "wall_s",
            ours / WITHIN,
            1.0,
        ),
    ]


def _rate(said: str, letters: int, ours: float, limit: float, *, target: float | None) -> Row:
    return Row(
        "outbox", f"{said} / bare commits", letters, letters / ours, letters / limit, "per_s", limit / ours,
        target, at_most=False,
    )  # fmt: skip


class _Post:
    """Sends letters to tutors of their own, round after round."""

    def __init__(self, bed: Bed, folder: Path, letters: int) -> None:
        self._bed, self._folder = bed, folder
        with Session(bed.app) as session, session.begin():
            numbers = [a_tutor(session, at=NOW)[0] for _ in range(letters)]
            tip = a_tip(session, at=NOW, tutor_number=numbers[0])
        self._tips = [tip.model_copy(update={"tutor_number": number}) for number in numbers]
        with _bare(bed) as door:
            door.execute("CREATE TABLE twin_letters (LIKE letters INCLUDING ALL)")
            door.execute("ALTER TABLE twin_letters ADD FOREIGN KEY (tutor_number) REFERENCES tutors")
            door.execute("GRANT ALL ON twin_letters TO mainstay_app")

    def send(self) -> float:
        """Seconds to send a round of tips."""
        wishes, door = self._next_round(), LocalDoor(self._folder, SENDER)
        with ThreadPoolExecutor(SLOTS) as pool:
            return stopwatch.wall(lambda: list(pool.map(lambda wish: _sent(wish, door), wishes)))

    def record(self) -> float:
        """Seconds to claim and mark a round of tips that are composed already."""
        wishes, at = self._next_round(), datetime.now(UTC)
        words = sample(Letter.COACHING_TIP)
        draft = Draft(LetterState.SENDING, NOW, at, "", words.subject, words.text, words.html)

        def record_all() -> None:
            for wish in wishes:
                _recorded(wish, draft)

        return stopwatch.wall(record_all)

    def _next_round(self) -> list[LetterWish]:
        """The wishes of a new round; the letters of the last one are forgotten, or they would count."""
        with _bare(self._bed) as door:
            door.execute("TRUNCATE letters CASCADE")
        number = next(NUMBERS)
        return [tip.model_copy(update={"key": f"tip/{number}/{tip.tutor_number}"}) for tip in self._tips]

    def write_bare(self, at_a_time: int) -> float:
        """Seconds to write the rows of the last round into the twin table."""
        with _bare(self._bed) as door:
            door.execute("TRUNCATE twin_letters")
            found = door.execute("SELECT * FROM letters ORDER BY message_key")
            names = [column.name for column in found.description or ()]
            kept = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        shares = [kept[start::at_a_time] for start in range(at_a_time)]
        doors = [psycopg.connect(_libpq(self._bed.app_url), autocommit=True) for _ in shares]
        with ThreadPoolExecutor(at_a_time) as pool:
            took = stopwatch.wall(lambda: list(pool.map(_write, doors, shares)))
        for door in doors:
            door.close()
        return took


def _sent(wish: LetterWish, door: LocalDoor) -> None:
    at = datetime.now(UTC)
    sent = deliver(Attempt(wish, wished=at, real=at), door)
    assert sent.state is LetterState.SENT, sent


def _recorded(wish: LetterWish, draft: Draft) -> None:
    with records.transaction() as session:
        assert claims.write(session, wish, draft, known=claims.before(session, wish).standing)
    with records.transaction() as session:
        claims.mark(session, wish.key, LetterState.SENT, provider_id="local", settled_at=draft.real)


def _write(door: psycopg.Connection, kept: list[dict[str, Any]]) -> None:
    """Each row as it was claimed, committed; then its mark, committed."""
    names = list(kept[0])
    insert = f"INSERT INTO twin_letters ({', '.join(names)}) VALUES ({', '.join(f'%({n})s' for n in names)})"
    marks = ", ".join(f"{name} = %({name})s" for name in TIMES)
    update = f"UPDATE twin_letters SET {marks} WHERE message_key = %(message_key)s"
    for row in kept:
        ready = {name: Jsonb(value) if isinstance(value, dict) else value for name, value in row.items()}
        door.execute(insert, ready | {"state": "sending", "sent_at": None, "settled_at": None})
        door.execute(update, ready)


def _bare(bed: Bed) -> psycopg.Connection:
    return psycopg.connect(_libpq(bed.owner.url.render_as_string(hide_password=False)), autocommit=True)


def _libpq(address: str) -> str:
    return make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
