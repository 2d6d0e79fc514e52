"""A small world that is posted, measured, scored and judged hour by hour, with cases that go their way.

Everything but the workflows is the real thing: what they would write down about a case is written here, at
seeded moments, so that guards meet open, acting and closed cases, letters, vetoes, leaves and departures.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import select

from activities import churn, evaluation, judgement, measurement
from retention.messages.cases import CaseProgress
from retention.messages.evaluation import AsOf, Step
from retention.records import cases, ingestion, vetoes, watermarks
from retention.records.cases import Case
from retention.records.database import Session, transaction
from retention.vocabulary import CaseState, Origin, Outcome, Programme, Role, Stream
from simulator import world as worlds
from simulator.postings import Posting
from tests.factories import letters, people, platform

FIRST_DAY = datetime(2026, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ORDER = (Stream.EVENTS, Stream.SESSIONS, Stream.FEEDBACK)  # a tutor is known before anything else of theirs


class JudgedWorld:
    """Some tutors of the simulator; `step`: how often they are judged, beside every period's end."""

    def __init__(self, *, tutors: int, seed: int, step: timedelta = HOUR) -> None:
        self.now = FIRST_DAY
        self._step = step
        self._chance = Random(seed)
        self._world = worlds.born(FIRST_DAY, tutors_wanted=tutors, seed=seed)
        self._waiting: list[Posting] = []
        with transaction() as session:
            watermarks.begin(session, FIRST_DAY)
            self._manager = people.a_colleague(session, role=Role.OPS_MANAGER).id

    def live(self, days: int) -> None:
        """Let so many days pass."""
        end = self.now + days * DAY
        while self.now < end:
            if self._world.midnight <= self.now.timestamp():
                self._waiting.extend(worlds.live_a_day(self._world))
            self.now += self._step
            self._post()
            evaluate(self.now)
            self._move_cases()

    def _post(self) -> None:
        due = sorted(one for one in self._waiting if one.due <= self.now.timestamp())
        self._waiting = [one for one in self._waiting if one.due > self.now.timestamp()]
        with transaction() as session:
            for stream in ORDER:
                self._store(session, stream, [one for one in due if one.door == stream])

    def _store(self, session: Session, stream: Stream, due: Sequence[Posting]) -> None:
        records = [platform.FITTING[stream].validate_python(one.record) for one in due]
        ingestion.store(session, stream, records, origin=Origin.SYNTHETIC, now=self.now)

    def _move_cases(self) -> None:
        with transaction() as session:
            for case in session.scalars(
                select(Case).where(Case.state != "closed").order_by(Case.case_id)
            ).all():
                if self._chance.random() < self._step / (2 * DAY):
                    self._move(session, case)

    def _move(self, session: Session, case: Case) -> None:
        """The case acts, or after that ends; now and then a manager wants no other like it."""
        over = case.acted_at is not None
        progress = CaseProgress(
            case_id=case.case_id,
            version=case.version + 1,
            state=CaseState.CLOSED if over else CaseState.OPEN,
            waiting_for="",
            at=self.now,
            acted_at=case.acted_at or self.now,
            outcome=Outcome.NO_ACTION_NEEDED if over else None,
        )
        cases.record(session, progress)
        programme = Programme(case.programme)
        if not over and programme is Programme.COACHING_TIP:
            number = int(self.now.timestamp())
            session.add(letters.an_earlier_letter(case.tutor_number, number, at=self.now))
        if over and self._chance.random() < 0.2:
            until = self.now + 10 * DAY
            vetoes.put(
                session, case.tutor_number, programme,
                reason="Knows it.", by=self._manager, at=self.now, until=until,
            )  # fmt: skip


def evaluate(now: datetime) -> None:
    """Work off every period that is over, each at its own end, and then what is new: as the evaluation."""
    while (end := _next_period(now)) is not None:
        for step in _batches(end):
            _work_off(step)
    for step in _batches(now):
        _work_off(step)


def _next_period(now: datetime) -> datetime | None:
    with transaction() as session:
        periods = watermarks.next_periods(session, now)
        if not periods:
            return None
        watermarks.mark_periods(session, periods)
        return periods[0].end


def _batches(as_of: datetime) -> Iterator[Step]:
    while True:
        batch = evaluation.claim(AsOf(as_of=as_of))  # it also holds the draws of places
        if batch.tutors == 0:
            return
        yield Step(batch_id=batch.batch_id, as_of=batch.as_of)


def _work_off(step: Step) -> None:
    measurement.measure(step)
    churn.score(step)
    judgement.judge(step)
