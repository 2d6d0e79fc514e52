"""Where the platform posts sessions, behaviour and feedback: one record, or many lines at once."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api import examples
from api.bodies import Body, PostedBody
from api.problems import Faulty, declared
from api.senders import Ingesting, Sender
from retention.messages.ingestion import AnyRecord
from retention.messages.reading import MOST_BYTES, Problem, Unreadable, read
from retention.records import ingestion, quarantine, world
from retention.records.database import transaction
from retention.records.ingestion import Answer
from retention.records.quarantine import BadLine
from retention.vocabulary import Receipt, Stream

router = APIRouter(prefix="/api/v1", tags=["Ingestion"])
MEND = "Mend the fields named below and post it again."


class Received(BaseModel):
    """A record that is kept."""

    event_id: str
    receipt: Receipt


class LineProblems(BaseModel):
    """A line of a batch that was not stored, and why. It waits in the quarantine."""

    line: Annotated[int, Field(description="Counted from 1, empty lines included.")]
    problems: list[Problem]


class BatchReceived(BaseModel):
    """What became of a batch: the good lines are stored, the bad ones quarantined."""

    received: int
    stored: int
    repeated: int
    quarantined: int
    lines: list[LineProblems]


Answers = Received | BatchReceived
RESPONSES = declared(409, 413, 415, 422) | {
    200: {"description": "A repeat of a stored record; or a batch was taken in.", "model": Answers},
    201: {"description": "A new record was stored.", "model": Received},
}


@router.post("/sessions", responses=RESPONSES, openapi_extra=examples.body_of(Stream.SESSIONS))
def post_sessions(sender: Ingesting, body: PostedBody, response: Response) -> Answers:
    """Transitions in the lives of sessions: booked, moved, then cancelled, no_show or completed."""
    return _take(Stream.SESSIONS, body, sender=sender, response=response)


@router.post("/events", responses=RESPONSES, openapi_extra=examples.body_of(Stream.EVENTS))
def post_events(sender: Ingesting, body: PostedBody, response: Response) -> Answers:
    """What tutors do outside sessions. A tutor's first record is `onboarded`."""
    return _take(Stream.EVENTS, body, sender=sender, response=response)


@router.post("/feedback", responses=RESPONSES, openapi_extra=examples.body_of(Stream.FEEDBACK))
def post_feedback(sender: Ingesting, body: PostedBody, response: Response) -> Answers:
    """Students' words on sessions."""
    return _take(Stream.FEEDBACK, body, sender=sender, response=response)


def _take(stream: Stream, body: Body, *, sender: Sender, response: Response) -> Answers:
    if body.batch:
        return _take_batch(stream, body, sender=sender)
    try:
        record = read(stream, body.raw)
    except Unreadable as fault:
        raise Faulty("The record cannot be read.", instead=MEND, errors=fault.problems) from None
    with transaction() as session:
        now = world.the_clock(session).now()
        answer = ingestion.store(session, stream, [record], origin=sender.origin, now=now)[0]
    response.status_code = 201 if answer.receipt is Receipt.STORED else 200
    return received(answer)


def received(answer: Answer) -> Received:
    """The good answer to one record; raises what it should be told otherwise."""
    errors = [answer.problem] if answer.problem else []
    if answer.receipt is Receipt.CONTRADICTED:
        raise Faulty(
            f"The event {answer.event_id} is stored with another body.",
            kind="conflict",
            instead="Give the new fact an event id of its own.",
            errors=errors,
        )
    if answer.receipt is Receipt.REFUSED:
        raise Faulty("The record cannot be stored as it is.", instead=MEND, errors=errors)
    return Received(event_id=answer.event_id, receipt=answer.receipt)


def _take_batch(stream: Stream, body: Body, *, sender: Sender) -> BatchReceived:
    lines = body.lines
    good: list[tuple[int, bytes, AnyRecord]] = []
    bad: list[BadLine] = []
    for number, raw in lines:
        try:
            good.append((number, raw, read(stream, raw)))
        except Unreadable as fault:
            bad.append(BadLine(number, raw[:MOST_BYTES], fault.problems))
    with transaction() as session:
        now = world.the_clock(session).now()
        records = [record for _, _, record in good]
        answers = ingestion.store(session, stream, records, origin=sender.origin, now=now)
        bad += [
            BadLine(number, raw, [answer.problem])
            for (number, raw, _), answer in zip(good, answers, strict=True)
            if answer.problem is not None
        ]
        quarantine.keep(session, stream, bad, api_key_id=sender.key_id, at=now)
    receipts = [answer.receipt for answer in answers]
    return BatchReceived(
        received=len(lines),
        stored=receipts.count(Receipt.STORED),
        repeated=receipts.count(Receipt.REPEATED),
        quarantined=len(bad),
        lines=[LineProblems(line=one.line_number, problems=one.problems) for one in _in_order(bad)],
    )


def _in_order(bad: list[BadLine]) -> list[BadLine]:
    return sorted(bad, key=lambda line: line.line_number)
