"""Dirt on purpose: what a real platform does to its feed, on top of a clean one that stays whole.

Every good record still arrives, sometimes late or out of order. Beside it come lines that are none:
copies, other words under an old id, a clock that runs ahead, broken lines. And connections break,
before a request or after it was taken.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import httpx2
import numpy as np
import orjson

from retention.vocabulary import Stream
from simulator import chance
from simulator.columns import Floats, Keys

AHEAD = "2099-12-31T23:59:59Z"  # what a clock without a battery says


@dataclass(frozen=True)
class Dirt:
    """Shares of the lines; of the requests for an outage. Ours: a bad week, not a normal one."""

    duplicated: float = 0.05
    contradicted: float = 0.01  # the same id with another body
    ahead: float = 0.01  # the sender's clock runs ahead
    malformed: float = 0.03
    late: float = 0.05  # held back until the next posting
    shuffled: bool = True
    outages: float = 0.05


class Soil:
    """Soils batches; the same seed soils the same lines in the same way. Knows what it did."""

    def __init__(self, dirt: Dirt, *, seed: int) -> None:
        self._dirt, self._seed = dirt, seed
        self._held: dict[Stream, list[bytes]] = {stream: [] for stream in Stream}
        self.did: Counter[str] = Counter()

    def soiled(self, stream: Stream, lines: Sequence[bytes]) -> list[bytes]:
        """These lines, and those held back before, as a bad connection brings them."""
        key = self._keys(lines)
        firsts = np.array([b'"onboarded"' in line for line in lines], dtype=np.bool_)
        late = (chance.uniform(key, "late") < self._dirt.late) & ~firsts
        now = [line for line, waits in zip(lines, late.tolist(), strict=True) if not waits]
        self._count("late", int(late.sum()))
        sent = self._shuffled(self._held[stream] + now)
        self._held[stream] = [line for line, waits in zip(lines, late.tolist(), strict=True) if waits]
        return sent + self._more(sent)

    def rest(self, stream: Stream) -> list[bytes]:
        """What is held back still."""
        held, self._held[stream] = self._held[stream], []
        return held

    def _more(self, lines: Sequence[bytes]) -> list[bytes]:
        """The lines that should not be there; they follow those that they spoil."""
        key, found = self._keys(lines), list[bytes]()
        ways: tuple[tuple[str, float, Callable[[bytes], bytes]], ...] = (
            ("duplicated", self._dirt.duplicated, bytes),
            ("contradicted", self._dirt.contradicted, _contradicted),
            ("ahead", self._dirt.ahead, _ahead),
            ("malformed", self._dirt.malformed, _malformed),
        )
        for name, share, spoilt in ways:
            which = np.flatnonzero(chance.uniform(key, name) < share)
            found += [spoilt(lines[place]) for place in which.tolist()]
            self._count(name, len(which))
        return found

    def _shuffled(self, lines: Sequence[bytes]) -> list[bytes]:
        """Out of order, but for tutors' first records: whoever is unknown would be refused."""
        if not self._dirt.shuffled:
            return list(lines)
        rank: Floats = chance.uniform(self._keys(lines), "shuffled")
        rank -= np.array([b'"onboarded"' in line for line in lines], dtype=np.float64)
        return [lines[place] for place in np.argsort(rank).tolist()]

    def _keys(self, lines: Sequence[bytes]) -> Keys:
        return chance.keys(self._seed, np.array([crc32(line) for line in lines], dtype=np.int64))

    def _count(self, name: str, many: int) -> None:
        self.did[name] += many


class Breaking(httpx2.BaseTransport):
    """A way to the API that breaks: half of the times the request has already been taken."""

    def __init__(self, way: httpx2.BaseTransport, dirt: Dirt, *, seed: int) -> None:
        self._way, self._share, self._seed = way, dirt.outages, seed
        self._requests = 0
        self.broke: Counter[str] = Counter()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Raises ConnectError before, or ReadError after the request was taken."""
        self._requests += 1
        drawn = float(chance.uniform(chance.keys(self._seed, self._requests), "outage")[0])
        if drawn < self._share / 2:
            self.broke["before"] += 1
            raise httpx2.ConnectError("broken on purpose")
        answer = self._way.handle_request(request)
        if drawn < self._share:
            answer.read()
            self.broke["after"] += 1
            raise httpx2.ReadError("broken on purpose")
        return answer


def _contradicted(line: bytes) -> bytes:
    """The same id, an hour of another day."""
    record = orjson.loads(line)
    record["event_time"] = f"2019{record['event_time'][4:]}"
    return orjson.dumps(record)


def _ahead(line: bytes) -> bytes:
    record = orjson.loads(line)
    return orjson.dumps(record | {"event_id": f"{record['event_id']}.ahead", "event_time": AHEAD})


def _malformed(line: bytes) -> bytes:
    """Cut off, a field of the wrong kind, an unknown field, or a field missing."""
    record: dict[str, Any] = orjson.loads(line)
    other = record | {"event_id": f"{record['event_id']}.broken"}
    ways = (
        line[: len(line) // 2],
        orjson.dumps(other | {"event_time": "yesterday"}),
        orjson.dumps(other | {"mood": "good"}),
        orjson.dumps({name: value for name, value in other.items() if name != "tutor_id"}),
    )
    return ways[crc32(line) % len(ways)]
