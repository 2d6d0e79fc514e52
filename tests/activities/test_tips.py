"""Whether a tip may go out, as its workflow asks at the moment of sending."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from activities.tips import tip_standing
from retention import policy
from retention.messages.tips import TipQuestion
from retention.records.cases import Case
from retention.records.database import transaction
from retention.vocabulary import Programme, TaskKind
from rules.loader import load_book
from tests.factories.cases import an_opened_case
from tests.factories.tasks import OPENED

INSTANT = timedelta(microseconds=1)


def another_case_sent(at: datetime, *, rule_id: str = "A1.first-session") -> TipQuestion:
    """A case whose letter has gone out, and the question that a later one asks."""
    with transaction() as session:
        case = an_opened_case(session, at=OPENED, kind=TaskKind.NO_SHOW_CHECK)
        sent = {"programme": Programme.COACHING_TIP, "rule_id": rule_id, "acted_at": at}
        session.execute(update(Case).where(Case.case_id == case.case_id).values(**sent))
    return TipQuestion(
        programme=Programme.COACHING_TIP,
        tutor_number=case.tutor_number,
        as_of=OPENED + policy.TIP_AGAIN_AFTER,
        case_id="another",
        rule_id="A1.first-session",
    )


@pytest.mark.parametrize(("sent", "refused"), [(OPENED, False), (OPENED + INSTANT, True)])
def test_the_same_guide_is_not_sent_within_sixty_days_of_its_letter(
    data: str, sent: datetime, refused: bool
) -> None:
    assert bool(tip_standing(another_case_sent(sent)).had_lately) is refused


def test_the_letters_day_is_told(data: str) -> None:
    told = tip_standing(another_case_sent(OPENED + INSTANT)).had_lately
    assert told == f"The tutor was sent the same guide on {OPENED:%-d %B}, within 60 days."


def test_another_guide_may_be_sent(data: str) -> None:
    assert tip_standing(another_case_sent(OPENED + INSTANT, rule_id="A1.ratings")).had_lately == ""


def test_a_case_does_not_stand_in_its_own_way(data: str) -> None:
    asked = another_case_sent(OPENED + INSTANT)
    with transaction() as session:
        (mine,) = session.query(Case.case_id).where(Case.tutor_number == asked.tutor_number).one()
    assert tip_standing(asked.model_copy(update={"case_id": mine})).had_lately == ""


def test_the_rulebook_and_the_letters_wait_as_long_for_the_same_guide() -> None:
    tips = [rule for rule in load_book().rules if rule.id.startswith("A1.")]
    assert tips
    for rule in tips:
        lengths = {one.within for one in rule.cooldowns if one.group != "coaching_tip"}
        assert lengths == {policy.TIP_AGAIN_AFTER}, rule.id
