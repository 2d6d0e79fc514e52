"""Ninety days of made-up judgements: tutors whose facts wander from day to day, judged as they come.

What is kept of them (looks and fact sheets) is decided and written by the same code as in production. Means
and spreads are near those of thirty simulated tutors over four weeks (28 November), and so is the number of
decisions: about one in two days for a tutor, most of them about first sessions.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from activities.looks import look_rows, sheets_of_looks
from bench.bed import NOW
from retention.records import fact_sheets, looks
from retention.records.database import Session
from retention.records.looks import LastLook
from retention.vocabulary import RiskBand, Trigger
from rules.book import Book
from rules.judge import judge
from rules.looks import Look, Watch, look_at, watch
from rules.reference import PlainEngine
from rules.situation import Judgement, Moment, Situation
from rules.state import RuleState

DAYS = 90
SESSIONS = 2  # a day
KEEPS = 0.9  # of a fact's distance from its mean, from one day to the next
EDGES = ((25, RiskBand.LOW), (50, RiskBand.MEDIUM), (75, RiskBand.HIGH), (100, RiskBand.CRITICAL))
TIERS = ("exemplary", "strong", "developing", "needs_attention", "at_risk")
# Fact: mean, spread between tutors, lowest, highest. A whole number where the mean is one.
FACTS: dict[str, tuple[float, float, float, float]] = {
    "churn_score": (22, 19, 0, 100),
    "activity_pct": (110.0, 19.0, 0, 300),
    "answer_p95_min": (110.0, 40.0, 0, 2000),
    "attention_pct_30d": (76.0, 9.0, 0, 100),
    "days_since_session": (0, 2, 0, 60),
    "engagement": (87.0, 14.0, 0, 100),
    "engagement_change_14d": (8.0, 10.0, -100, 100),
    "first_rated_30d": (3, 2, 0, 40),
    "first_rating_avg_30d": (3.6, 0.8, 1, 5),
    "first_success_pct": (60.0, 30.0, 0, 100),
    "knowledge_avg_30d": (4.1, 0.3, 1, 5),
    "knowledge_rated_30d": (15, 5, 0, 100),
    "login_fall_pct": (-20.0, 40.0, -100, 100),
    "missed_14d": (1, 1, 0, 20),
    "noshow_rate_30d": (2.0, 3.0, 0, 100),
    "noshows_7d": (0, 1, 0, 20),
    "noshows_14d": (1, 1, 0, 20),
    "objectives_pct": (86.0, 6.0, 0, 100),
    "own_reason_moves_7d": (1, 1, 0, 20),
    "p7_pct": (4.0, 6.0, 0, 100),
    "rated_30": (27, 5, 0, 30),
    "rating_avg_30": (4.1, 0.3, 1, 5),
    "rating_change_30d": (0.0, 0.25, -4, 4),
    "resched_7d": (1, 1, 0, 20),
    "resched_rate_30d": (7.0, 5.0, 0, 100),
    "sessions_7d": (17, 5, 0, 60),
    "sessions_30d": (60, 12, 0, 240),
    "sessions_90d": (180, 40, 0, 700),
    "short_notice_moves_7d": (0, 1, 0, 20),
    "tech_rate_30d": (3.8, 3.0, 0, 100),
}


class Wanderer:
    """One tutor, whose facts drift back to their means."""

    def __init__(self, number: int, book: Book, chance: Random) -> None:
        self.number = number
        self.book = book
        self._chance = chance
        self._away = {name: chance.gauss(0, spread) for name, (_, spread, _, _) in FACTS.items()}
        self._tenure = chance.randint(1, 900)
        self._tier = chance.choice(TIERS)
        self.states: dict[str, RuleState] = {}

    def live_a_day(self, day: datetime) -> Iterator[tuple[Situation, Judgement]]:
        """The look at the day's end, and one at each of its sessions."""
        facts = self._facts()
        yield self._looked(day, facts, Moment(trigger=Trigger.HOURLY), Moment(trigger=Trigger.DAILY_ROLLUP))
        for number in range(SESSIONS):
            at = day + timedelta(hours=9 + 4 * number)
            yield self._looked(at, facts, self._session(f"S-{self.number}-{at:%F-%H}"))

    def _looked(self, at: datetime, facts: dict[str, Any], *moments: Moment) -> tuple[Situation, Judgement]:
        situation = Situation(
            tutor_number=self.number, as_of=at, facts=facts, moments=moments, states=self.states
        )
        judgement = judge(self.book, situation, matcher=PlainEngine(self.book.conditions))
        self.states = {**self.states, **judgement.states}
        return situation, judgement

    def _facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = {"on_leave": False, "churned": False, "tier": self._tier}
        for name, (mean, spread, low, high) in FACTS.items():
            pushed = self._chance.gauss(0, spread * (1 - KEEPS**2) ** 0.5)
            self._away[name] = KEEPS * self._away[name] + pushed
            value = min(max(mean + self._away[name], low), high)
            facts[name] = round(value) if isinstance(mean, int) else round(value, 3)
        self._tenure += 1
        band = next(band for edge, band in EDGES if facts["churn_score"] <= edge)
        return facts | {"tenure_days": self._tenure, "risk_band": str(band)}

    def _session(self, session_id: str) -> Moment:
        facts = {
            "is_first_session": self._chance.random() < 0.1,
            "rating": self._chance.choice((3, 4, 4, 5, 5, 5)),
            "late_start_min": float(self._chance.randint(0, 12)),
            "has_next_booking": self._chance.random() < 0.8,
        }
        return Moment(trigger=Trigger.SESSION_COMPLETED, session_id=session_id, facts=facts)


def fill(session: Session, book: Book, *, tutors: list[int], version: int) -> int:
    """Keep ninety days of these tutors up to the bench's now; returns how many looks there were."""
    chance, watched, count = Random(7), watch(book), 0
    for number in tutors:
        wanderer, judged = Wanderer(number, book, chance), list[tuple[Situation, Judgement]]()
        for back in range(DAYS, 0, -1):
            judged += wanderer.live_a_day(NOW.replace(hour=0) - timedelta(days=back))
        _store(session, _kept(judged, watched), version=version)
        count += len(judged)
    return count


def _kept(judged: Sequence[tuple[Situation, Judgement]], watched: Watch) -> Iterator[tuple[Situation, Look]]:
    """What the looks of one tutor leave, each told what the one before has left."""
    standing: str | None = None
    for situation, judgement in judged:
        look = look_at(situation, judgement, watched, before=standing)
        if look is not None:
            standing = look.standing
            yield situation, look


def _store(session: Session, kept: Iterable[tuple[Situation, Look]], *, version: int) -> None:
    """One tutor's looks, each with the newest sheet until then."""
    told = list(kept)
    numbers = fact_sheets.store(session, sheets_of_looks(told))
    rows: list[dict[str, Any]] = []
    for one in told:
        number = one[0].tutor_number
        before = {number: LastLook("", rows[-1]["fact_sheet_id"])} if rows else {}
        rows += look_rows([one], numbers, before=before, version=version)
    looks.store(session, rows)
