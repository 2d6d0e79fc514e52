"""What is written down of judgements."""

import pytest

from activities.rulings import Ruling, decision_rows
from retention.vocabulary import Verdict
from rules.situation import Situation
from tests.rules.books import MONDAY, a_book, a_rule, judged


@pytest.mark.parametrize(
    ("status", "shadow", "case_id"), [("active", False, "alert_check/12/1"), ("shadow", True, None)]
)
def test_what_a_rule_on_trial_decides_is_marked_and_has_no_case(
    status: str, shadow: bool, case_id: str | None
) -> None:
    book = a_book(a_rule(status=status))
    judgement = judged(book, {"churn_score": 60})
    situation = Situation(tutor_number=12, as_of=MONDAY, facts={}, moments=())
    digest = judgement.decisions[0].facts_digest
    (row,) = decision_rows([Ruling(situation, judgement, book=book, version=1)], {(12, digest): 7})
    assert (row["verdict"], row["shadow"], row["case_id"]) == (Verdict.FIRE, shadow, case_id)
