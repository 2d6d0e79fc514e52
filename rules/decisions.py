"""A finding about one rule, written down so that it explains itself years later."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from retention.vocabulary import Verdict
from rules.book import Book, Condition, Op, Rule
from rules.fields import Sheet, Value
from rules.guards import HeldBack, Reason
from rules.reference import LeafResult, explain
from rules.situation import Decision, Moment, Situation
from rules.state import RuleState


@dataclass(frozen=True)
class Finding:
    """What the state step, guards and arbiter came to."""

    verdict: Verdict
    state: RuleState
    held: HeldBack | None = None


def decision(
    book: Book,
    rule: Rule,
    finding: Finding,
    *,
    situation: Situation,
    moment: Moment,
    sheet: Sheet,
    engine: str,
) -> Decision:
    """The full record of one decision."""
    episode = "" if finding.held else str(finding.state.episode)
    number, verdict = situation.tutor_number, finding.verdict
    condition, verb = _deciding(rule, verdict)
    explanation = explain(condition, sheet, book.fields, verb=verb)
    session_id = moment.session_id if rule.once_per else None
    return Decision(
        key=_key(rule, finding, situation, session_id),
        rule_id=rule.id,
        verdict=verdict,
        tutor_number=number,
        as_of=situation.as_of,
        trigger=moment.trigger,
        session_id=session_id,
        reason=finding.held.reason if finding.held else Reason.CONDITION,
        sentence=_sentence(rule, finding, explanation),
        explanation=explanation,
        episode=episode,
        opened_at=_opened_at(rule, finding, situation),
        case_id=f"{rule.then.programme}/{number}/{episode}" if episode else None,
        into=finding.held.into if finding.held else None,
        ruleset_version=book.version,
        ruleset_digest=book.digest,
        engine=engine,
        facts_digest=digest_of_sheet(sheet),
        **_order(rule, verdict),
    )


def _order(rule: Rule, verdict: Verdict) -> dict[str, Any]:
    """What is to be opened, for whom, under which deadline."""
    told = rule.escalate.to if verdict is Verdict.ESCALATE and rule.escalate else rule.then.owner_group
    return {
        "programme": rule.then.programme,
        "task": rule.then.task,
        "owner_group": told,
        "priority": rule.then.priority,
        "policy": rule.then.policy,
        "status": rule.status,
    }


def digest_of_sheet(sheet: Mapping[str, Value]) -> str:
    """SHA-256 of a clean sheet; equal facts give equal digests."""
    return hashlib.sha256(json.dumps(sheet, sort_keys=True).encode()).hexdigest()


def _key(rule: Rule, finding: Finding, situation: Situation, session_id: str | None) -> str:
    number = situation.tutor_number
    if finding.held is None:
        return f"{finding.verdict}:{rule.id}:{number}:{finding.state.episode}"
    when = f"{situation.as_of.timestamp():.3f}"
    return ":".join([finding.verdict, rule.id, str(number), finding.held.reason, session_id or "", when])


def _deciding(rule: Rule, verdict: Verdict) -> tuple[Condition, str]:
    if verdict is Verdict.RESOLVE and rule.resolve_when is not None:
        return rule.resolve_when, "it is settled"
    return rule.when, "the rule fires"


def _opened_at(rule: Rule, finding: Finding, situation: Situation) -> datetime | None:
    if finding.held is not None:
        return None
    return situation.as_of if rule.once_per else finding.state.opened_at


def _sentence(rule: Rule, finding: Finding, explanation: tuple[LeafResult, ...]) -> str:
    """Why, in words that hold no name: the rule's own sentence and the facts that made it true."""
    if finding.held is not None:
        return finding.held.sentence
    if finding.verdict is Verdict.RESOLVE:
        return f"No longer so: {rule.says}"
    facts = "; ".join(it.says.partition(";")[0] for it in explanation if it.result and it.op is not Op.NE)
    still = "Still so. " if finding.verdict is Verdict.ESCALATE else ""
    return f"{still}{rule.says} {facts}."
