"""Business time: a frozen map between real instants and the instants of a world.

Production runs at speed 1 with no playback, so business time is real time. A demo world may
be born with a playback: its last business days before "now" pass at high speed, after which
the world goes on at its own constant speed. The map is fixed when the world is born, is one
row in the database and travels in every workflow's input; nobody changes it afterwards.
"""

from datetime import UTC, datetime, timedelta
from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, model_validator

SHORTEST_INTERVAL = timedelta(
    seconds=5
)  # real time; schedules of fast worlds never beat faster (design 4, Time)


class Playback(BaseModel):
    """The fast stretch at a world's birth: `length` of business time passes in `length / speed`."""

    model_config = ConfigDict(frozen=True)

    length: timedelta
    speed: float

    @property
    def real_length(self) -> timedelta:
        """How long the stretch lasts in real time."""
        return self.length / self.speed


class Clock(BaseModel):
    """Maps real to business time and back. Business `origin` coincides with `origin_real`."""

    model_config = ConfigDict(frozen=True)

    origin_real: AwareDatetime
    origin: AwareDatetime
    speed: float = 1.0
    playback: Playback | None = None

    @model_validator(mode="after")
    def _time_runs_forward(self) -> Self:
        if self.speed <= 0 or (self.playback is not None and self.playback.speed <= 0):
            message = "A clock's speed is above zero."
            raise ValueError(message)
        return self

    def at(self, real: datetime) -> datetime:
        """The business instant of a real one."""
        passed = real - self.origin_real
        if self.playback is None or passed <= timedelta(0):
            return self.origin + passed * self.speed
        if passed <= self.playback.real_length:
            return self.origin + passed * self.playback.speed
        return self.origin + self.playback.length + (passed - self.playback.real_length) * self.speed

    def real(self, business: datetime) -> datetime:
        """The real instant at which a business instant comes; the inverse of `at`."""
        passed = business - self.origin
        if self.playback is None or passed <= timedelta(0):
            return self.origin_real + passed / self.speed
        if passed <= self.playback.length:
            return self.origin_real + passed / self.playback.speed
        return self.origin_real + self.playback.real_length + (passed - self.playback.length) / self.speed

    def until(self, business: datetime, *, real_now: datetime) -> timedelta:
        """Real time to wait from `real_now` until a business instant; zero when it has passed."""
        return max(self.real(business) - real_now, timedelta(0))

    def now(self) -> datetime:
        """Business now, for edges (requests, seeding). Activities take `as_of` from their workflow."""
        return self.at(datetime.now(UTC))

    def later(self, business: timedelta, *, real: timedelta, real_now: datetime) -> datetime:
        """The business instant after so much business time, and after so much real time at least."""
        return max(self.at(real_now) + business, self.at(real_now + real))

    def real_interval(self, business: timedelta) -> timedelta:
        """A business interval as a schedule's real one: scaled, never under five seconds."""
        return max(business / self.speed, SHORTEST_INTERVAL)

    def playing_back(self, *, real_now: datetime) -> bool:
        """Whether the world is still in the fast stretch of its birth."""
        return self.playback is not None and real_now - self.origin_real < self.playback.real_length


def real_time() -> Clock:
    """Production's clock: business time is real time."""
    start = datetime(2025, 1, 1, tzinfo=UTC)
    return Clock(origin_real=start, origin=start)
