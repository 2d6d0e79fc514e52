"""The platform's side of the public API: posts records as lines, and does not give up on an outage."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx2
import orjson
import structlog

from retention.vocabulary import Stream
from simulator.dirt import Soil
from simulator.postings import Posting

ORDER = (Stream.EVENTS, Stream.SESSIONS, Stream.FEEDBACK)  # a tutor before the tutor's sessions
MOST_LINES = 2_000  # in one request
FIRST_WAIT, LONGEST_WAIT = 0.25, 15.0  # seconds between tries while the API is away; doubles each time
TIMEOUT = httpx2.Timeout(60.0, connect=5.0)  # seconds; a full batch takes about one
LINES = {"content-type": "application/x-ndjson"}
log = structlog.get_logger()


class NotTaken(Exception):  # noqa: N818 (a fact about a posting)
    """The API refuses the request as a whole, and would refuse it again."""


@dataclass
class Counts:
    """What became of the records posted so far by this process."""

    sent: int = 0  # lines of the requests that were answered
    stored: int = 0
    repeated: int = 0
    quarantined: int = 0


class Platform:
    """A client of the public API with one key."""

    def __init__(
        self,
        base_url: str,
        *,
        key: str,
        transport: httpx2.BaseTransport | None = None,
        wait: Callable[[float], None] = time.sleep,
        soil: Soil | None = None,
    ) -> None:
        self._client = httpx2.Client(
            base_url=base_url,
            headers={"authorization": f"Bearer {key}"},
            timeout=TIMEOUT,
            transport=transport,
        )
        self._wait = wait
        self._soil = soil
        self.counts = Counts()

    def post(self, postings: Sequence[Posting]) -> None:
        """Post records until every one is taken; a repeat changes nothing, so that each counts once.

        Raises NotTaken when the API refuses a request for another reason than an outage.
        """
        for stream in ORDER:
            lines = [orjson.dumps(posting.record) for posting in postings if posting.door == stream]
            self._post_all(stream, lines if self._soil is None else self._soil.soiled(stream, lines))

    def close(self) -> None:
        """Post what was held back on purpose, and let the connections go."""
        if self._soil is not None:
            for stream in ORDER:
                self._post_all(stream, self._soil.rest(stream))
        self._client.close()

    def _post_all(self, stream: Stream, lines: Sequence[bytes]) -> None:
        for start in range(0, len(lines), MOST_LINES):
            self._post(stream, b"\n".join(lines[start : start + MOST_LINES]))

    def _post(self, stream: Stream, lines: bytes) -> None:
        pause = FIRST_WAIT
        while (answer := self._try(stream, lines)) is None:
            self._wait(pause)
            pause = min(2 * pause, LONGEST_WAIT)
        said = answer.json()
        self.counts.sent += said["received"]
        self.counts.stored += said["stored"]
        self.counts.repeated += said["repeated"]
        self.counts.quarantined += said["quarantined"]
        if said["quarantined"]:
            log.warning("records quarantined", stream=str(stream), lines=said["lines"][:3])

    def _try(self, stream: Stream, lines: bytes) -> httpx2.Response | None:
        """The answer, or None when it is worth another try."""
        try:
            answer = self._client.post(f"/api/v1/{stream}", content=lines, headers=LINES)
        except httpx2.TransportError as fault:
            log.info("the API is away", fault=type(fault).__name__)
            return None
        if answer.status_code >= 500 or answer.status_code == 429:
            log.info("the API asks to come again", status=answer.status_code)
            return None
        if answer.status_code != 200:
            raise NotTaken(f"{stream}: {answer.status_code} {answer.text[:300]}")
        return answer
