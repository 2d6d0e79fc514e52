"""What follows from judgements: rows to keep, cases to open, commands to give. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from retention import policy
from retention.clock import Clock
from retention.messages.cases import AlsoFound, StartCase
from retention.programmes.registry import PROGRAMMES
from retention.records.commands import NewCommand, finding_for, resolution_of, start_of
from retention.vocabulary import OwnerGroup, RiskBand, Trigger, Verdict
from rules.book import Book, Status
from rules.decisions import record_of, why
from rules.escalations import review_of
from rules.guards import Reason
from rules.situation import Decision, Judgement, Situation

OPENING = (Verdict.FIRE, Verdict.ESCALATE)


@dataclass(frozen=True)
class Ruling:
    """One tutor's situation and what the book says of it."""

    situation: Situation
    judgement: Judgement
    book: Book
    version: int  # of the rulebook, as published


def sheets_of(ruled: Sequence[Ruling]) -> list[dict[str, Any]]:
    """The facts behind every decision, and behind what waits for a draw."""
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for ruling in ruled:
        asked = [(one.facts_digest, one.trigger, one.session_id) for one in ruling.judgement.decisions]
        asked += [(one.facts_digest, one.trigger, None) for one in ruling.judgement.tickets]
        for digest, trigger, session_id in asked:
            facts = ruling.judgement.sheets[digest]
            sheet = sheet_row(ruling.situation, facts, trigger=trigger, session_id=session_id)
            found.setdefault((ruling.situation.tutor_number, digest), sheet | {"digest": digest})
    return list(found.values())


def sheet_row(
    situation: Situation, facts: Mapping[str, Any], *, trigger: Trigger, session_id: str | None
) -> dict[str, Any]:
    """A sheet as it is kept, without its digest."""
    return {
        "tutor_number": situation.tutor_number,
        "as_of": situation.as_of,
        "trigger": trigger,
        "session_id": session_id,
        "facts": facts,
    }


def decision_rows(ruled: Sequence[Ruling], sheets: Mapping[tuple[int, str], int]) -> list[dict[str, Any]]:
    """Every decision as it is kept; a suppressed one names the case it went into, if any."""
    return [
        record_of(one)
        | {
            "rulebook_version": ruling.version,
            "fact_sheet_id": sheets[one.tutor_number, one.facts_digest],
            "engine": one.engine,
        }
        for ruling in ruled
        for one in ruling.judgement.decisions
    ]


def state_rows(ruled: Sequence[Ruling]) -> list[dict[str, Any]]:
    """Every rule state that has changed."""
    return [
        {
            "tutor_number": ruling.situation.tutor_number,
            "rule_id": rule_id,
            "state": state.model_dump(mode="json"),
        }
        for ruling in ruled
        for rule_id, state in ruling.judgement.states.items()
    ]


def cases_of(ruled: Sequence[Ruling], stored: Mapping[str, int], *, clock: Clock) -> list[StartCase]:
    """The cases that new firings and escalations open; a rule on trial opens none, nor does an alert."""
    return [
        _start(ruling, one, decision_id=stored[one.key], clock=clock)
        for ruling in ruled
        for one in ruling.judgement.decisions
        if one.key in stored and one.verdict in OPENING and one.status is Status.ACTIVE and one.case_id
    ]


def _start(ruling: Ruling, one: Decision, *, decision_id: int, clock: Clock) -> StartCase:
    assert one.case_id is not None
    assert one.programme is not None
    rule, facts = ruling.book.rule(one.rule_id), ruling.judgement.sheets[one.facts_digest]
    assert rule is not None
    score, band = facts.get("churn_score"), facts.get("risk_band")
    return PROGRAMMES[one.programme].start(
        case_id=one.case_id,
        programme=one.programme,
        tutor_number=one.tutor_number,
        episode=one.episode,
        decision_id=decision_id,
        rule_id=one.rule_id,
        rulebook_version=ruling.version,
        opened_at=one.as_of,
        task_kind=one.task,
        owner_group=one.owner_group,
        priority=one.priority,
        task_policy=one.policy,
        session_id=one.session_id,
        churn_score=int(score) if score is not None else None,
        risk_band=RiskBand(str(band)) if band is not None else None,
        reason=one.sentence,
        clock=clock,
        **(rule.start.parameters if one.verdict is Verdict.FIRE else {}),
    )


def commands_of(
    ruled: Sequence[Ruling],
    stored: Mapping[str, int],
    *,
    opened: Sequence[StartCase],
    going_on: Collection[str],
) -> list[NewCommand]:
    """What Temporal is told: starts first, then what cases that have not ended hear.

    A case hears what is added to it before it hears that its own cause is gone: the same session may say
    both, and the case must not close over what was added.
    """
    listening = {*going_on, *(start.case_id for start in opened)}
    new = [(it, one) for it in ruled for one in it.judgement.decisions if one.key in stored]
    found = [
        finding_for(case_id, said)
        for ruling, one in new
        for case_id, said in _findings(ruling, one)
        if case_id in listening
    ]
    resolved = [
        _resolution(case_id, one)
        for _, one in new
        if one.verdict is Verdict.RESOLVE and one.status is Status.ACTIVE
        for case_id in (one.case_id, review_of(one.tutor_number, one.episode))
        if case_id in listening
    ]
    return [*(start_of(start) for start in opened), *found, *resolved]


def _resolution(case_id: str, one: Decision) -> NewCommand:
    changed = one.reason == Reason.RULE_CHANGED
    return resolution_of(
        case_id, at=one.as_of, reason=one.sentence, rule_id=one.rule_id, rule_changed=changed
    )


def _findings(ruling: Ruling, one: Decision) -> Iterator[tuple[str, AlsoFound]]:
    """What open cases hear of one decision; a shadow rule tells nobody."""
    if one.status is not Status.ACTIVE:
        return
    if one.verdict is Verdict.SUPPRESSED and one.reason == Reason.FOLDED and one.into is not None:
        yield one.into, _finding(ruling, one)
    if one.verdict is Verdict.ESCALATE and one.into is not None:
        lasting = {"reason": one.sentence, "priority_added": policy.ESCALATION_PRIORITY}
        yield one.into, _finding(ruling, one).model_copy(update=lasting | {"escalate_to": one.owner_group})
    for overtaken in one.overtakes:
        yield overtaken, _finding(ruling, one, lead=one.owner_group)


def _finding(ruling: Ruling, one: Decision, *, lead: OwnerGroup | None = None) -> AlsoFound:
    rule = ruling.book.rule(one.rule_id)
    assert rule is not None
    return AlsoFound(
        command_id=str(uuid4()),
        at=one.as_of,
        rule_id=one.rule_id,
        reason=why(rule, one.explanation),
        session_id=one.session_id,
        lead=lead,
    )
