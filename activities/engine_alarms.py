"""What is to be raised about the engine after a batch: it was not believed, or it was given up."""

from collections.abc import Iterable, Sequence
from typing import Any

from activities.rulings import Ruling
from retention.vocabulary import EngineTrouble
from rules.situation import Disagreement

Alarm = dict[str, Any]


def disagreements_of(ruled: Sequence[Ruling]) -> list[Alarm]:
    """One alarm for each condition on which engine and reference differed, with the last answers."""
    found: dict[tuple[str, str], list[tuple[int, Disagreement]]] = {}
    for ruling in ruled:
        for one in ruling.judgement.disagreements:
            told = (ruling.situation.tutor_number, one)
            found.setdefault((one.rule_id, one.part), []).append(told)
    return [_disagreement(pairs) for pairs in found.values()]


def _disagreement(pairs: Sequence[tuple[int, Disagreement]]) -> Alarm:
    number, one = pairs[-1]
    answers = f"the engine said {_said(one.engine)}, the reference {_said(one.reference)}"
    return {
        "kind": EngineTrouble.DISAGREEMENT,
        "rule_id": one.rule_id,
        "part": one.part,
        "count": len(pairs),
        "says": f"{one.rule_id}, {one.part}: {answers}, which was believed.",
        "details": {"tutor_number": number, "facts_digest": one.facts_digest},
    }


def retried(batch_id: str, attempt: int) -> Alarm:
    """A batch is judged again: the process was killed or crashed, or an error broke the try off."""
    said = f"Attempt {attempt} at a batch: the one before did not come back. The reference judges it."
    return {
        "kind": EngineTrouble.RETRIED,
        "rule_id": "",
        "part": "",
        "count": 1,
        "says": said,
        "details": {"batch_id": batch_id, "attempt": attempt},
    }


def in_words(alarms: Iterable[Alarm]) -> list[str]:
    """The alarms for the log: no names, and no facts."""
    return [f"{alarm['says']} ({alarm['count']})" for alarm in alarms]


def _said(answer: bool | None) -> str:
    return {True: "yes", False: "no", None: "unknown"}[answer]
