"""The mail provider is away for an hour of business time: no letter is lost, and none is doubled."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from local import ports
from retention.clock import Clock
from retention.records import mail_events
from retention.records.letters import LetterRecord
from retention.records.mail_events import Report
from retention.vocabulary import LetterState, MailEvent, TaskKind
from tests.faults.people import CALL, CHOICE, OFFER, UNTIL_CONFIRMED, Does, InTown, Says, coached, monday
from tests.testbed.mail_provider import Desk, Provider, Reply, at_its_desk, hung_up, silent, status
from tests.testbed.town import Town, a_town
from tests.testbed.waiting import eventually
from tests.workflows.coaching_people import HOUR, WORDS

pytestmark = pytest.mark.devserver
PROCESSES = ("api", "switchboard", "workflows", "activities.work", "activities.mail")
PATIENT_FOR = 0.5  # seconds; a silent provider is
SETTLES = 2.0  # seconds; a report that has not come by then does not come
SPEED = HOUR / timedelta(seconds=12)
CASES = 4
ANOTHER_TIME = Says(
    "scheduled_1", "another_time", "the ops manager to answer: hold a coaching call and write it down"
)
NO_MORE = Does(TaskKind.COACHING_TIMES, "closed", form=lambda _now: {"reason": WORDS})


@asynccontextmanager
async def a_writing_town(
    addresses: Mapping[str, str], temporal: str, folder: Path, *, port: int
) -> AsyncIterator[Town]:
    """A town whose letters go to a provider at this port."""
    told = {
        "SENDGRID_URL": f"http://{ports.LOOPBACK}:{port}",
        "SENDGRID_API_KEY": "SG.for-tests",
        "MAIL_TIMEOUT_SECONDS": str(PATIENT_FOR),
        "MAIL_SETTLES_SECONDS": str(SETTLES),
    }
    clock = monday(speed=SPEED)
    async with a_town(
        addresses, temporal=temporal, folder=folder, processes=PROCESSES, clock=clock, told=told
    ) as town:
        yield town


def reporting(town: Town, reply: Reply) -> Reply:
    """It has taken the letter and says so by its reports, whatever its answer is."""

    def both(desk: Desk) -> None:
        report = Report(
            sg_event_id=f"{desk.key}/{len(desk.provider.asked)}",
            message_key=desk.key,
            kind=MailEvent.PROCESSED,
            at=datetime.now(UTC),
            document={},
        )
        with town.records() as records:
            mail_events.keep(records, [report])
        reply(desk)

    return both


def letters_of(*cases: InTown) -> list[LetterRecord]:
    ids = [told.case.case_id for told in cases]
    with cases[0].town.records() as records:
        return list(records.scalars(select(LetterRecord).where(LetterRecord.case_id.in_(ids))))


def failing(town: Town) -> list[Reply]:
    """Each of the ways to fail that are known, in turn."""
    ways = [
        status(503),
        status(429, Retry_After="1"),
        silent(2 * PATIENT_FOR, took=False),
        reporting(town, hung_up(took=True)),
        reporting(town, silent(2 * PATIENT_FOR, took=True)),
    ]
    return list(itertools.islice(itertools.cycle(ways), 500))


async def offered(town: Town, clock: Clock) -> list[InTown]:
    """Cases whose first letters want to go out."""
    cases = [coached(town, clock=clock) for _ in range(CASES)]
    for told in cases:
        await told.begins()
        await told.goes_on(OFFER)
    await eventually(lambda: len(letters_of(*cases)) == CASES)
    return cases


async def test_an_hour_without_a_provider_costs_an_hour_and_no_letter(
    addresses: Mapping[str, str], temporal_address: str, tmp_path: Path
) -> None:
    port, provider, clock = ports.free_port(), Provider(), monday(speed=SPEED)
    async with a_writing_town(addresses, temporal_address, tmp_path, port=port) as town:
        cases, down_since = await offered(town, clock), clock.now()
        # Nobody answers at its address; then somebody does, and fails in each of the ways known.
        await eventually(lambda: clock.now() > down_since + HOUR / 3, within=60)
        assert {letter.state for letter in letters_of(*cases)} <= {LetterState.NEW, LetterState.SENDING}
        provider.answers = failing(town)
        with at_its_desk(provider, port=port):
            await eventually(
                lambda: clock.now() > down_since + HOUR and len(provider.asked) >= CASES, within=60
            )
            provider.answers.clear()
            for act in UNTIL_CONFIRMED[1:]:
                await asyncio.gather(*(told.goes_on(act) for told in cases))
            assert [(await told.result())["outcome"] for told in cases] == ["churned"] * CASES
        letters = letters_of(*cases)
        assert Counter(provider.delivered) == Counter(letter.message_key for letter in letters)
        assert Counter(letter.letter for letter in letters) == dict.fromkeys(
            ["coaching_times", "coaching_scheduled", "coaching_actions"], CASES
        )
        assert {letter.state for letter in letters} == {LetterState.SENT}


async def test_a_letter_that_could_mislead_is_not_sent_twice(
    addresses: Mapping[str, str], temporal_address: str, tmp_path: Path
) -> None:
    port, provider = ports.free_port(), Provider()
    async with a_writing_town(addresses, temporal_address, tmp_path, port=port) as town:
        with at_its_desk(provider, port=port):
            told = coached(town, clock=monday(speed=SPEED))
            await told.begins()
            await told.goes_on(OFFER)
            await told.goes_on(CHOICE)
            await told.comes_to(CALL)
            provider.answers = [silent(2 * PATIENT_FOR, took=False)] * 50
            await told.goes_on(ANOTHER_TIME)
            await told.comes_to(NO_MORE)
            await told.goes_on(NO_MORE)
            assert (await told.result())["outcome"] == "expired"
        (parked,) = [one for one in letters_of(told) if one.letter == "coaching_called_off"]
        assert (parked.state, parked.attempts) == (LetterState.AMBIGUOUS, 1)
        assert parked.settled_at is not None
        asked = [one["custom_args"]["message_key"] for one in provider.asked]
        assert asked.count(parked.message_key) == 1
