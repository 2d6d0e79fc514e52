"""Bodies as they come in: one record or a batch of lines, read with limits."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.problems import Faulty
from retention.messages.reading import MOST_BYTES

ONE_RECORD = "application/json"
LINES = "application/x-ndjson"
MOST_BODY = 16 * 1024 * 1024  # bytes of a batch
MOST_LINES = 10_000  # of a batch


@dataclass(frozen=True)
class Body:
    """What was posted: one record, or numbered lines (empty ones left out, the first is 1)."""

    raw: bytes
    batch: bool

    @property
    def lines(self) -> list[tuple[int, bytes]]:
        """The lines of a batch that hold something, with their numbers."""
        return [
            (number, line.strip())
            for number, line in enumerate(self.raw.split(b"\n"), start=1)
            if line.strip()
        ]


async def posted(request: Request) -> Body:
    """The body of a request, or a refusal once it is longer than its kind may be.

    Routes name the sender before it, so that nobody without a key has a body read.
    """
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type not in {ONE_RECORD, LINES}:
        raise Faulty(
            f"A body of type {media_type[:80] or '(none)'} cannot be read.",
            kind="unsupported",
            instead=f"Send one record as {ONE_RECORD}, or lines as {LINES}.",
        )
    if "content-encoding" in request.headers:
        raise Faulty("A compressed body cannot be read.", kind="unsupported", instead="Send it as it is.")
    batch = media_type == LINES
    body = Body(await _read(request, most=MOST_BODY if batch else MOST_BYTES), batch=batch)
    if batch and body.raw.count(b"\n") >= MOST_LINES and len(body.lines) > MOST_LINES:
        raise _too_large(f"A batch holds at most {MOST_LINES} lines.")
    return body


async def _read(request: Request, *, most: int) -> bytes:
    chunks, length = [], 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > most:
            raise _too_large(f"This body may have at most {most} bytes.")
        chunks.append(chunk)
    return b"".join(chunks)


def _too_large(what: str) -> Faulty:
    return Faulty(what, kind="too_large", instead="Send smaller batches; nothing of this one was stored.")


PostedBody = Annotated[Body, Depends(posted)]
