"""A coaching tip with every process running: sent, used, measured; given up; and its effect looked at."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from retention.messages.effects import StartEffectReview
from retention.programmes.coaching_tip import StartTip
from retention.records import commands
from retention.records.answers import command_of
from retention.records.cases import Case
from retention.records.commands import Command, NewCommand
from retention.records.effect_figures import EffectFigureRow
from retention.records.letters import LetterRecord
from retention.records.outcomes import CaseOutcome
from retention.records.tutors import Tutor
from retention.vocabulary import CommandState, LetterState, Outcome, TipAct
from tests.factories.effects import evaluated
from tests.factories.letters import an_earlier_letter
from tests.factories.tips import a_deed, an_opened_tip
from tests.testbed.town import Town
from tests.testbed.waiting import eventually

pytestmark = pytest.mark.devserver
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def daytime(now: datetime) -> str:
    """A zone where it is about noon, so that letters may go out whenever this runs."""
    west = now.hour - 12
    return f"Etc/GMT{west:+d}" if west else "UTC"


def opened(town: Town, *, mails_before: int = 0, **terms: timedelta) -> StartTip:
    """A tip that is put on its way as a decision does it, with terms as short as these."""
    now = datetime.now(UTC)
    with town.records() as records:
        evaluated(records, now + DAY)  # the town is as young as its first look at everybody
        case = an_opened_tip(records, at=now)
        case = case.model_copy(update={"terms": case.terms.model_copy(update=terms)})
        here = update(Tutor).where(Tutor.number == case.tutor_number)
        records.execute(here.values(time_zone=daytime(now)))
        for number in range(mails_before):
            records.add(an_earlier_letter(case.tutor_number, number, at=now))
        commands.put(records, [commands.start_of(case)])
    return case


def letters_of(town: Town, case: StartTip) -> list[LetterRecord]:
    with town.records() as records:
        return list(records.scalars(select(LetterRecord).where(LetterRecord.case_id == case.case_id)))


def row_of(town: Town, case: StartTip) -> Case:
    with town.records() as records:
        return records.get_one(Case, case.case_id)


def outcome_of(town: Town, case: StartTip) -> CaseOutcome | None:
    with town.records() as records:
        return records.get(CaseOutcome, case.case_id)


async def test_a_tip_is_sent_used_and_measured(town: Town) -> None:
    case = opened(town)
    await eventually(lambda: row_of(town, case).step == "sent", within=30)
    (letter,) = letters_of(town, case)
    assert letter.state == LetterState.SENT
    with town.records() as records:
        now, command_id = datetime.now(UTC), str(uuid4())
        deed = a_deed(TipAct.HELPFUL, letter_key=letter.message_key, at=now, command_id=command_id)
        commands.put(records, [command_of(case.case_id, deed)])
    await eventually(lambda: row_of(town, case).step == "acted", within=20)
    another = opened(town, measured_after=0 * SECOND)  # of no time nothing is known
    ended = await eventually(lambda: outcome_of(town, another), within=30)
    assert (ended.outcome, ended.completed) == (Outcome.NOT_MEASURABLE, True)
    assert len(letters_of(town, case)) == len(letters_of(town, another)) == 1


async def test_a_tip_gives_way_when_there_stays_no_room(town: Town) -> None:
    case = opened(town, mails_before=2, wait_for_budget=3 * SECOND, again_after=SECOND)
    ended = await eventually(lambda: outcome_of(town, case), within=40)
    assert (ended.outcome, ended.completed, ended.acted_at) == (Outcome.SUPERSEDED, None, None)
    assert {letter.state for letter in letters_of(town, case)} == {LetterState.SUPPRESSED}


def a_review(town: Town) -> StartEffectReview:
    """A look that is due already."""
    with town.records() as records:
        evaluated(records, datetime.now(UTC))
        case = an_opened_tip(records, at=datetime.now(UTC) - 40 * DAY)
    same = case.model_dump(include={"programme", "tutor_number", "metric", "clock"})
    return StartEffectReview(
        **same, subject=case.case_id, since=case.opened_at, anchor=case.opened_at, days=(14, 30)
    )


def answers_to(town: Town, asked: list[NewCommand]) -> list[dict[str, Any]] | None:
    """What Temporal said to these commands, once it has heard them all."""
    with town.records() as records:
        found = [records.get_one(Command, one.id) for one in asked]
    applied = all(one.state == CommandState.APPLIED for one in found)
    return [one.answer or {} for one in found] if applied else None


def days_of(town: Town, subject: str) -> list[int]:
    with town.records() as records:
        return sorted(records.scalars(select(EffectFigureRow.day).where(EffectFigureRow.subject == subject)))


async def test_a_look_at_an_effect_is_begun_once_however_often_it_is_asked_for(town: Town) -> None:
    review = a_review(town)
    asked = [commands.effect_review_of(review) for _ in range(2)]
    with town.records() as records:
        commands.put(records, asked)
    first, second = await eventually(lambda: answers_to(town, asked), within=30)
    assert first.get("run_id")
    assert second in (first, {"type": "AlreadyStarted"})
    await eventually(lambda: days_of(town, review.subject) == [14, 30], within=30)
    await town.upkeep.get_workflow_handle(f"effect/{review.subject}").result()
