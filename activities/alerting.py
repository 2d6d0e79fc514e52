"""What judgements mean for the alerts: raised, seen again, settled; and who is to be told at once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from activities.rulings import Ruling
from retention.records import alert_raising
from retention.records.alert_raising import Change, Event, Firing
from retention.records.database import Session
from retention.vocabulary import Verdict
from rules.book import Rule, Status
from rules.guards import Reason
from rules.situation import Decision


def follow(
    session: Session, ruled: Sequence[Ruling], stored: Mapping[str, int], *, at: datetime
) -> list[str]:
    """Bring the alerts of a batch up to its judgements; those to be told of at once: alert/7, storm/2."""
    if not ruled:
        return []
    urgent = alert_raising.follow(session, list(_events(ruled, stored)), at=at)
    holding = [(it.situation.tutor_number, rule) for it in ruled for rule in it.judgement.standing]
    alert_raising.seen(session, holding, at=at)
    tutors = [it.situation.tutor_number for it in ruled]
    raising = [rule.id for rule in ruled[0].book.rules if _raises(rule)]
    alert_raising.drop_unwatched(session, tutors, raising, at=at)
    return urgent


def _events(ruled: Sequence[Ruling], stored: Mapping[str, int]) -> Iterator[Event]:
    """What newly stored decisions of active rules say about alerts, in their order."""
    for ruling in ruled:
        for one in ruling.judgement.decisions:
            rule = ruling.book.rule(one.rule_id)
            if rule is not None and _raises(rule) and one.key in stored:
                yield from _event(rule, one, decision_id=stored[one.key])


def _raises(rule: Rule) -> bool:
    return rule.alert is not None and rule.status is Status.ACTIVE


def _event(rule: Rule, one: Decision, *, decision_id: int) -> Iterator[Event]:
    if one.reason == Reason.RULE_CHANGED:
        return  # it goes on if the new words fire as well, and is dropped unwatched if they do not
    if one.verdict is Verdict.RESOLVE:
        yield Change(tutor_number=one.tutor_number, rule_id=one.rule_id)
    elif one.verdict is Verdict.ESCALATE:
        yield Change(
            tutor_number=one.tutor_number,
            rule_id=one.rule_id,
            owner_group=one.owner_group,
            case_id=one.case_id,
        )
    elif one.verdict is Verdict.FIRE:
        yield _firing(rule, one, decision_id=decision_id)


def _firing(rule: Rule, one: Decision, *, decision_id: int) -> Firing:
    assert rule.alert is not None
    return Firing(
        tutor_number=one.tutor_number,
        rule_id=rule.id,
        episode=one.episode,
        decision_id=decision_id,
        category=rule.alert.category,
        severity=rule.alert.severity,
        title=rule.says,
        advice=rule.alert.advice,
        owner_group=one.owner_group,
        lasting=not rule.once_per,
        case_id=one.case_id,
    )
