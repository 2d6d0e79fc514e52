"""Which of a batch's judgements are kept to be judged again, as rows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from activities.rulings import sheet_row
from retention.records import fact_sheets, looks
from retention.records.database import Session
from retention.records.looks import LastLook
from retention.vocabulary import Trigger
from rules.book import Book
from rules.decisions import digest_of_sheet
from rules.looks import Look, Watch, look_at, watch
from rules.situation import Judgement, Situation

NOBODY_JUDGED = Judgement(decisions=(), states={}, sheets={}, standing=(), disagreements=(), strange=())

Kept = Sequence[tuple[Situation, Look]]


def looks_of(
    judged: Iterable[tuple[Situation, Judgement]], watched: Watch, *, before: Mapping[int, LastLook]
) -> Kept:
    """The looks that are worth keeping; `before`: the last one at each tutor, where there is one."""
    found = []
    for situation, judgement in judged:
        last = before.get(situation.tutor_number)
        look = look_at(situation, judgement, watched, before=last.standing if last else None)
        if look is not None:
            found.append((situation, look))
    return found


def sheets_of_looks(kept: Kept) -> list[dict[str, Any]]:
    """The facts of the looks at which something had changed."""
    return [
        sheet_row(situation, look.facts, trigger=_trigger(look), session_id=None)
        | {"digest": digest_of_sheet(look.facts)}
        for situation, look in kept
        if look.facts is not None
    ]


def _trigger(look: Look) -> Trigger:
    triggers = [moment.trigger for moment in look.moments]
    return Trigger.DAILY_ROLLUP if Trigger.DAILY_ROLLUP in triggers else triggers[0]


def look_rows(
    kept: Kept,
    sheets: Mapping[tuple[int, str], int],
    *,
    before: Mapping[int, LastLook],
    version: int | None,
) -> list[dict[str, Any]]:
    """Looks as they are kept: `sheets` has the numbers of their facts, by tutor and digest."""
    return [
        {
            "tutor_number": (number := situation.tutor_number),
            "as_of": situation.as_of,
            "rulebook_version": version,
            "moments": [moment.model_dump(mode="json", exclude_defaults=True) for moment in look.moments],
            "fact_sheet_id": before[number].fact_sheet_id
            if look.facts is None
            else sheets[number, digest_of_sheet(look.facts)],
            "circumstances": look.circumstances,
            "states": {rule: state.model_dump(mode="json") for rule, state in look.states.items()},
            "standing": look.standing,
            "holds": list(look.holds),
        }
        for situation, look in kept
    ]


def keep_unjudged(session: Session, known: Sequence[Situation], book: Book) -> None:
    """Keep what was known of a past that nobody judged, so that drafts can be tried on it."""
    before = looks.last_of(session, [situation.tutor_number for situation in known])
    kept = looks_of([(situation, NOBODY_JUDGED) for situation in known], watch(book), before=before)
    numbers = fact_sheets.store(session, sheets_of_looks(kept))
    looks.store(session, look_rows(kept, numbers, before=before, version=None))
