"""What may hold a firing back, as a part of the rulebook's page."""

from collections.abc import Iterator

from retention import policy
from retention.programmes.entry import ProgrammeTraits
from retention.programmes.planned import PLANNED
from retention.programmes.registry import TRAITS
from rules.arbiter import OF_ALERTS, ORDER
from rules.escalations import OF_ESCALATIONS
from rules.phrases import plain, spoken_length

COLUMNS = (
    *("Programme", "Carried", "Needs people", "May wait"),
    *("Rests after it has acted", "In the mail budget", "Left out by lot"),
)
BY_LOT = """When more cases are due on a working day than there are hours for, those of programmes that may
wait begin by priority, and by lot among equals; the others are tried again each day. At critical risk nobody
waits."""


def guard_lines() -> Iterator[str]:
    """The guards in their order, and what they ask of each programme."""
    yield "\n## What holds a firing back\n\nAsked in this order; the first that objects is recorded.\n"
    for number, guard in enumerate(ORDER, 1):
        yield f"{number}. **{plain(guard.__name__).capitalize()}.** {guard.__doc__}"
    alerts, lasting = (", ".join(plain(it.__name__) for it in some) for some in (OF_ALERTS, OF_ESCALATIONS))
    yield f"\nAn alert or a signal is held back by these alone: {alerts}. It stands beside any case."
    yield f"An escalation is held back by these alone: {lasting}."
    yield f"\n| {' | '.join(COLUMNS)} |\n{'| --- ' * len(COLUMNS)}|"
    yield from (_programme(entry, carried=it not in PLANNED) for it, entry in TRAITS.items())
    window, most = spoken_length(policy.OPTIONAL_MAIL_WINDOW), policy.OPTIONAL_MAILS
    yield f"\nThe mail budget of a tutor is {most} optional letters in {window}."
    hours = " and ".join(
        f"{each:g} (one of {plain(group)})" for group, each in policy.CASEWORK_HOURS_A_WEEK.items()
    )
    yield f"\nHours for cases in a week: {hours}. {BY_LOT}"


def _programme(entry: ProgrammeTraits, *, carried: bool) -> str:
    said = ("yes" if it else "–" for it in (entry.needs_people, entry.may_wait))
    rest = spoken_length(entry.rest) if entry.rest else "–"
    mail = "yes" if entry.optional_mail else "–"
    lot = f"{entry.holdout:.0%} of tutors" if entry.holdout else "–"
    return f"| {' | '.join([entry.name, 'yes' if carried else 'not yet', *said, rest, mail, lot])} |"
