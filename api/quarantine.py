"""Bad lines: listed, mended and stored after all, or dropped."""

from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field

from api.bodies import PostedBody
from api.ingestion import MEND, received
from api.problems import Faulty, declared
from api.senders import Mending, Sender
from retention.messages.reading import Problem, Unreadable, read
from retention.records import audit, ingestion, quarantine, world
from retention.records.database import transaction
from retention.records.quarantine import QuarantinedLine
from retention.vocabulary import QuarantineState, Stream

router = APIRouter(prefix="/api/v1/quarantine", tags=["Quarantine"], responses=declared(404, 409, 422))
Number = Annotated[int, Field(ge=1, le=2**63 - 1)]
PAGE = 100  # lines


class Line(BaseModel):
    """A line that could not be stored."""

    number: int
    stream: Stream
    line: Annotated[int, Field(description="Its number in the batch it came with.")]
    body: Annotated[str, Field(description="As received; what text cannot hold is shown escaped.")]
    problems: list[Problem]
    received_at: AwareDatetime
    state: QuarantineState
    event_id: Annotated[str | None, Field(description="Under which it was stored after all.")]

    @classmethod
    def of(cls, line: QuarantinedLine) -> Self:
        """A stored line as it is told."""
        return cls(
            number=line.id,
            stream=Stream(line.stream),
            line=line.line_number,
            body=line.body,
            problems=[Problem.model_validate(problem) for problem in line.problems],
            received_at=line.received_at,
            state=QuarantineState(line.state),
            event_id=line.event_id,
        )


class Lines(BaseModel):
    """A page of lines, and the number after which the next page begins."""

    lines: list[Line]
    next_after: int | None


@router.get("")
def quarantined_lines(
    *,
    sender: Mending,
    state: QuarantineState = QuarantineState.OPEN,
    stream: Stream | None = None,
    after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = PAGE,
) -> Lines:
    """Bad lines in the order they came, page by page."""
    with transaction() as session:
        found = quarantine.lines(session, state=state, stream=stream, after=after, limit=limit)
        audit.note(session, "quarantine.listed", actor=sender.name, subject="quarantine", after=after)
    lines = [Line.of(line) for line in found]
    return Lines(lines=lines, next_after=lines[-1].number if len(lines) == limit else None)


@router.put("/{number}", responses=declared(404, 409, 413, 415, 422))
def mend(number: Number, sender: Mending, body: PostedBody) -> Line:
    """Store the corrected record in place of the line. A refusal leaves the line open."""
    if body.batch:
        raise Faulty("A line is mended by one record.", kind="unsupported", instead="Send application/json.")
    return _replayed(number, body.raw, sender=sender)


@router.post("/{number}/replay")
def replay(number: Number, sender: Mending) -> Line:
    """Store the line as it came, when what was missing is there by now, e.g. its tutor's onboarding."""
    return _replayed(number, None, sender=sender)


@router.delete("/{number}")
def discard(number: Number, sender: Mending) -> Line:
    """Drop the line: it is kept as discarded, and never stored."""
    with transaction() as session:
        line, _ = quarantine.take(session, number)
        now = world.the_clock(session).now()
        quarantine.settle(session, line, state=QuarantineState.DISCARDED, at=now)
        audit.note(session, "quarantine.discarded", actor=sender.name, subject=f"quarantine/{number}")
        return Line.of(line)


def _replayed(number: int, corrected: bytes | None, *, sender: Sender) -> Line:
    with transaction() as session:
        line, origin = quarantine.take(session, number)
        stream = Stream(line.stream)
        try:
            record = read(stream, corrected if corrected is not None else line.body.encode())
        except Unreadable as fault:
            raise Faulty("The record cannot be read.", instead=MEND, errors=fault.problems) from None
        now = world.the_clock(session).now()
        kept = received(ingestion.store(session, stream, [record], origin=origin, now=now)[0])
        quarantine.settle(session, line, state=QuarantineState.REPLAYED, at=now, event_id=kept.event_id)
        audit.note(session, "quarantine.replayed", actor=sender.name, subject=f"quarantine/{number}")
        return Line.of(line)
