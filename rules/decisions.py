"""A finding about one rule, written down so that it explains itself years later."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from retention import policy
from retention.programmes.escalation_review import POLICY
from retention.vocabulary import Programme, TaskKind, Verdict
from rules.book import Book, Escalate, Rule, Status
from rules.carried_over import Ended
from rules.conditions import Condition, ConditionKey, Op
from rules.escalations import Escalation
from rules.fields import Value
from rules.guards import HeldBack, Reason
from rules.holdout import arm_of
from rules.orders import order_of, override_of
from rules.reference import LeafResult, explain
from rules.situation import Decision, Moment, Situation
from rules.state import RuleState

HIGHEST_PRIORITY = 100
BEGINNINGS = frozenset({Verdict.FIRE, Verdict.SUPPRESSED})  # suppressed: left out by lot


@dataclass(frozen=True)
class Finding:
    """What the state step, guards and arbiter came to."""

    verdict: Verdict
    state: RuleState
    held: HeldBack | None = None
    overtakes: tuple[str, ...] = ()
    escalation: Escalation | None = None
    ended: Ended | None = None  # RESOLVE: with the words of before


@dataclass(frozen=True)
class Scene:
    """One moment with its facts and what the engine found in them."""

    moment: Moment
    sheet: Mapping[str, Value]
    digest: str
    matched: frozenset[ConditionKey]
    engine: str
    explained: bool = True  # whether decisions say why; a backtest only counts them


def decision(book: Book, rule: Rule, finding: Finding, *, situation: Situation, scene: Scene) -> Decision:
    """The full record of one decision."""
    condition, verb = _deciding(rule, finding)
    explanation = explain(condition, scene.sheet, book.fields, verb=verb) if scene.explained else ()
    session_id = scene.moment.session_id if rule.once_per else None
    return Decision(
        key=_key(rule, finding, situation, session_id),
        rule_id=rule.id,
        verdict=finding.verdict,
        tutor_number=situation.tutor_number,
        as_of=situation.as_of,
        trigger=scene.moment.trigger,
        session_id=session_id,
        sentence=_sentence(rule, finding, explanation) + _raised(book, rule, finding, scene),
        explanation=explanation,
        ruleset_version=book.version,
        ruleset_digest=book.digest,
        engine=scene.engine,
        facts_digest=scene.digest,
        overtakes=finding.overtakes,
        **_course(rule, finding, situation),
        **_order(rule, finding, scene),
    )


def _course(rule: Rule, finding: Finding, situation: Situation) -> dict[str, Any]:
    """What begins, goes on or is held back."""
    held = finding.held
    if held is not None and held.reason is not Reason.HOLDOUT:
        nothing = {"episode": "", "opened_at": None, "case_id": None, "arm": None}
        return {"reason": held.reason, "into": held.into, **nothing}
    if finding.ended is not None:
        whose = {"case_id": finding.ended.case_id, "into": None, "arm": None}
        told = {"episode": str(finding.state.episode), "opened_at": finding.state.opened_at}
        return {"reason": Reason.RULE_CHANGED, **whose, **told}
    return {
        "reason": Reason.CONDITION if held is None else held.reason,
        "into": finding.escalation.into if finding.escalation else None,
        "episode": str(finding.state.episode),
        "opened_at": situation.as_of if rule.once_per else finding.state.opened_at,
        **_case(rule, finding, number=situation.tutor_number),
    }


def _case(rule: Rule, finding: Finding, *, number: int) -> dict[str, Any]:
    """The case that a firing opens, and by which lot; an alert alone has neither."""
    if finding.escalation is not None:
        return {"case_id": finding.escalation.opens, "arm": None}
    if rule.then is None:
        return {"case_id": None, "arm": None}
    programme = rule.then.programme
    return {
        "case_id": None if finding.state.caseless else f"{programme}/{number}/{finding.state.episode}",
        "arm": arm_of(programme, number) if finding.verdict in BEGINNINGS else None,
    }


def _order(rule: Rule, finding: Finding, scene: Scene) -> dict[str, Any]:
    """What is to be opened, for whom, under which deadline."""
    then = rule.then
    asked = order_of(rule, scene.sheet)
    order = {
        "programme": None if then is None else then.programme,
        "task": None if then is None else then.task,
        "status": _status(rule, finding),
        "is_signal": rule.signal is not None,
        **asdict(asked),
    }
    if finding.escalation is None or rule.escalate is None:
        return order
    return order | _escalated(rule.escalate, finding.escalation, priority=asked.priority)


def _status(rule: Rule, finding: Finding) -> Status:
    """The rule's, or what it was when it began what ends now."""
    if finding.ended is None:
        return rule.status
    return Status.SHADOW if finding.ended.on_trial else Status.ACTIVE


def _escalated(escalate: Escalate, to: Escalation, *, priority: int) -> dict[str, Any]:
    """What an escalation changes: another group is told, more urgently, maybe by a case of its own."""
    raised = {
        "owner_group": escalate.to,
        "priority": min(priority + policy.ESCALATION_PRIORITY, HIGHEST_PRIORITY),
    }
    if to.opens is None:
        return raised
    review = {"programme": Programme.ESCALATION_REVIEW, "task": TaskKind.ESCALATION_REVIEW, "policy": POLICY}
    return raised | review


def _raised(book: Book, rule: Rule, finding: Finding, scene: Scene) -> str:
    """Why a case is more urgent than the rule's others, if it is."""
    override = override_of(rule, scene.sheet)
    if override is None or finding.verdict is not Verdict.FIRE:
        return ""
    told = explain(override.when, scene.sheet, book.fields, verb="it is more urgent")
    return "".join(f" {one.says}" for one in told if one.result)


def why(rule: Rule, explanation: tuple[LeafResult, ...]) -> str:
    """The rule's own sentence and the facts that made it true; holds no name."""
    facts = "; ".join(it.says.partition(";")[0] for it in explanation if it.result and it.op is not Op.NE)
    return f"{rule.says} {facts}."


def digest_of_sheet(sheet: Mapping[str, Value]) -> str:
    """SHA-256 of a clean sheet; equal facts give equal digests."""
    return hashlib.sha256(json.dumps(sheet, sort_keys=True).encode()).hexdigest()


def _key(rule: Rule, finding: Finding, situation: Situation, session_id: str | None) -> str:
    number = situation.tutor_number
    if finding.held is None:
        return f"{finding.verdict}:{rule.id}:{number}:{finding.state.episode}"
    when = f"{situation.as_of.timestamp():.3f}"
    return ":".join([finding.verdict, rule.id, str(number), finding.held.reason, session_id or "", when])


def _deciding(rule: Rule, finding: Finding) -> tuple[Condition, str]:
    settled = finding.verdict is Verdict.RESOLVE and finding.ended is None
    if settled and rule.resolve_when is not None:
        return rule.resolve_when, "it is settled"
    return rule.when, "the rule fires"


def _sentence(rule: Rule, finding: Finding, explanation: tuple[LeafResult, ...]) -> str:
    """Why it came out as it did, in words that hold no name."""
    if finding.held is not None:
        return finding.held.sentence
    if finding.ended is not None:
        what = "by a change of its rule" if rule.is_judged else "with its rule, which is in force no longer"
        return f"Ended {what}: {rule.says}"
    if finding.verdict is Verdict.RESOLVE:
        return f"No longer so: {rule.says}"
    still = "Still so. " if finding.verdict is Verdict.ESCALATE else ""
    return f"{still}{why(rule, explanation)}"


def record_of(one: Decision) -> dict[str, Any]:
    """A decision as it is kept, but for what is given out with its storing: version, sheet, engine."""
    shadow = one.status is Status.SHADOW
    return {
        "key": one.key,
        "tutor_number": one.tutor_number,
        "rule_id": one.rule_id,
        "verdict": one.verdict,
        "reason": one.sentence,
        "episode": one.episode,
        "session_id": one.session_id,
        "explanation": [leaf.model_dump(mode="json") for leaf in one.explanation],
        "as_of": one.as_of,
        "case_id": None if shadow else one.case_id or one.into,
        "shadow": shadow,
    }
