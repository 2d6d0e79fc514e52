"""Why, and why not: where every rule stands with one tutor, with all that it hangs on.

Pure, like judging, and by the same parts: the state step, the guards and the reference evaluator.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from rules import state as states
from rules.arbiter import OF_ALERTS, ORDER, Asked, candidate
from rules.book import Book, Rule
from rules.carried_over import begun
from rules.conditions import leaves
from rules.explanation import (
    Changed,
    Clock,
    ExplainedLeaf,
    LastDecision,
    Objection,
    RuleExplained,
    SeenSession,
    Standing,
)
from rules.fields import Sheet, clean
from rules.guards import HeldBack, with_something_to_do
from rules.misses import nearest_miss, not_known, to_go
from rules.phrases import in_words, plain, spoken_length
from rules.reference import explain, truth
from rules.situation import Situation

SUMMARIES = {
    Standing.FIRES: "It fires at its next look: {}.",
    Standing.HELD: "It adds to an open case, and none is open.",
    Standing.WAITS: "Its condition is {}.",
    Standing.RUNS: "It has fired on {}; settled when: {}.",
    Standing.NEAR: "Near: {}.",
    Standing.UNKNOWN: "It cannot be said: {}.",
    Standing.DONE: "It has been looked at and is done.",
    Standing.NOT: "It does not fire: {}.",
    Standing.OFF: "It is not judged.",
}


def explained(
    book: Book,
    situation: Situation,
    *,
    session: SeenSession | None = None,
    last: Mapping[str, LastDecision] | None = None,
    changed: Mapping[str, Changed] | None = None,
) -> tuple[RuleExplained, ...]:
    """Every rule of the book, what matters most first."""
    states_now = begun(book, situation.states, at=situation.as_of)
    situation = situation.model_copy(update={"states": states_now})
    found = [
        _Explained(book, rule, situation, session)
        .told()
        .model_copy(update={"last": (last or {}).get(rule.id), "changed": (changed or {}).get(rule.id)})
        for rule in book.rules
    ]
    order = list(Standing)
    return tuple(sorted(found, key=lambda one: (order.index(one.standing), one.rule_id)))


class _Explained:
    """One rule on its way to its explanation."""

    def __init__(self, book: Book, rule: Rule, situation: Situation, session: SeenSession | None) -> None:
        self.book, self.rule, self.situation = book, rule, situation
        self.session = session if rule.once_per else None
        facts = {**situation.facts, **(self.session.facts if self.session else {})}
        self.sheet: Sheet = clean(facts, book.fields).sheet
        self.holds = truth(rule.when, self.sheet)
        self.state = states.begin(rule, situation.states.get(rule.id), at=situation.as_of)
        self.waiting = with_something_to_do(situation.open_cases)
        self.clock = self._clock()
        self.objections = tuple(self._objections()) if rule.is_judged and not self._is_done() else ()

    def told(self) -> RuleExplained:
        rule, miss = self.rule, nearest_miss(self.rule.when, self.sheet, self.book.fields)
        standing = self._standing(near=miss is not None and miss.near)
        running = self.state.opened_at
        return RuleExplained(
            rule_id=rule.id,
            says=rule.says,
            standing=standing,
            summary=self._summary(standing, miss.says if miss else ""),
            status=rule.status,
            owner=rule.owner,
            source=rule.source,
            looked_at=rule.triggers,
            leaves=tuple(self._leaves()),
            nearest_miss=miss.says if miss else "",
            held_by=self.objections,
            clock=self.clock,
            running_since=running,
            escalates_at=self._after(rule.escalate.after if rule.escalate else None, self.state.escalated),
            again_from=self._after(rule.again_after or None),
            settled_when=self._settled_when() if running is not None else "",
            rests_until=next((it.until for it in self.objections if it.reason == "cooldown"), None),
            session_id=self.session.session_id if self.session else None,
        )

    def _leaves(self) -> Iterator[ExplainedLeaf]:
        told = explain(self.rule.when, self.sheet, self.book.fields)
        for leaf, result in zip(leaves(self.rule.when), told, strict=True):
            gap = to_go(leaf, self.sheet, self.book.fields)
            yield ExplainedLeaf(**result.model_dump(), to_go=gap)

    def _objections(self) -> Iterator[Objection]:
        """Every guard that objects, and not only the first one that is recorded."""
        if self.rule.tells:
            return
        asked = candidate(
            self.rule,
            self.sheet,
            Asked(self.book, self.situation, self.waiting, self.situation.states),
        )
        for guard in ORDER if self.rule.then is not None else OF_ALERTS:
            held: HeldBack | None = guard(asked)
            if held is not None:
                yield Objection(reason=held.reason, says=held.sentence, until=held.until)

    def _clock(self) -> Clock | None:
        rule, at = self.rule, self.situation.as_of
        if not rule.lasting or self.state.opened_at is not None or not self.holds:
            return None
        counted = self.state.true_for
        seen = self.state.last_seen
        goes_on = seen is not None and at - seen <= states.longest_gap(rule)
        full = rule.lasting - counted
        return Clock(
            held_for=counted,
            needs=rule.lasting,
            full_at=(seen if goes_on and seen is not None else at) + max(full, timedelta(0)),
            says=f"true for {_length(counted)} of {spoken_length(rule.lasting)}",
        )

    def _standing(self, *, near: bool) -> Standing:
        rule, alone = self.rule, self.state.caseless and self.rule.alert and self.rule.then
        if not rule.is_judged:
            return Standing.OFF
        if self._is_done():
            return Standing.DONE
        if self.state.opened_at is not None and not alone:
            return Standing.RUNS
        return self._would() if self.holds else self._would_not(near=near)

    def _would(self) -> Standing:
        """Of a condition that holds."""
        if self.clock is not None and self.clock.held_for < self.clock.needs:
            return Standing.WAITS
        nobody = self.rule.tells and self._told_case() is None
        return Standing.HELD if self.objections or nobody else Standing.FIRES

    def _would_not(self, *, near: bool) -> Standing:
        if self.holds is None:
            return Standing.UNKNOWN
        return Standing.NEAR if near else Standing.NOT

    def _is_done(self) -> bool:
        if self.session is not None:
            return self.session.session_id in self.state.handled
        told = self._told_case() if self.rule.tells else None
        return told is not None and told in self.state.handled

    def _told_case(self) -> str | None:
        programme = self.rule.start.programme
        return next((case.case_id for case in self.waiting if case.programme is programme), None)

    def _after(self, length: timedelta | None, over: bool = False) -> datetime | None:
        if length is None or self.state.opened_at is None or over:
            return None
        return self.state.opened_at + length

    def _settled_when(self) -> str:
        if self.rule.resolve_when is None:
            return "it no longer holds"
        return in_words(self.rule.resolve_when, self.book.fields)

    def _summary(self, standing: Standing, miss: str) -> str:
        rule, says = self.rule, SUMMARIES[standing]
        if standing is Standing.FIRES:
            return says.format(" or ".join(plain(it) for it in rule.triggers))
        if standing is Standing.HELD:
            return self.objections[0].says if self.objections else says
        if standing is Standing.WAITS:
            assert self.clock is not None
            return says.format(self.clock.says)
        if standing is Standing.RUNS:
            return says.format(f"{self.state.opened_at:%-d %B %Y}", self._settled_when())
        if standing is Standing.UNKNOWN:
            return says.format(not_known(rule.when, self.sheet, self.book.fields))
        return says.format(miss)


def _length(length: timedelta) -> str:
    """4 of (7 days); 4 days 6 hours of (7 days)."""
    days, rest = divmod(length, timedelta(days=1))
    hours = rest // timedelta(hours=1)
    told = [spoken_length(timedelta(days=days))] if days else []
    told += [spoken_length(timedelta(hours=hours))] if hours or not days else []
    return " ".join(told)


def only(rules: Sequence[RuleExplained], rule_id: str) -> tuple[RuleExplained, ...]:
    """The one rule that is asked for; all of them when none is."""
    return tuple(one for one in rules if rule_id in {"", one.rule_id})
