"""The live world obeys: what staff carried out, as the records know it, becomes actions on its tutors."""

from collections.abc import Iterable
from datetime import datetime

from retention.records import carried_out
from retention.records.carried_out import Deed
from retention.records.database import transaction
from retention.vocabulary import Programme
from simulator.effects import Action
from simulator.tutors import number_of

# What a case notes as its act, and what an answered letter shows beyond that.
ACTS = {Programme.COACHING: "attended", Programme.COACHING_TIP: "sent"}
ANSWERS = {Programme.COACHING_TIP: "opened"}


def actions_before(instant: datetime, *, first_day: datetime) -> list[Action]:
    """Everything carried out before an instant, on the days of a world. Repeatable."""
    with transaction() as session:
        deeds = carried_out.carried_out(session, before=instant)
    return list(actions(deeds, first_day=first_day))


def actions(deeds: Iterable[Deed], *, first_day: datetime) -> Iterable[Action]:
    """Deeds as actions; of tutors and programmes that the world does not know there are none."""
    for deed in deeds:
        tutor = number_of(deed.external_id)
        dose = (ANSWERS if deed.answered else ACTS).get(Programme(deed.programme))
        if tutor is not None and dose is not None:
            yield Action(tutor, deed.programme, day=(deed.at - first_day).days, dose=dose)
