"""What the doctor makes of the rules engine's alarms."""

from datetime import UTC, datetime
from typing import Any

import pytest

from local.doctor import MOST_RETRIED, QUESTIONS
from local.world import World
from retention.errors import Refusal
from retention.records import engine_alarms
from retention.records.database import transaction
from retention.vocabulary import EngineTrouble

WORLD = World(processes={}, environment={})


def raised(kind: EngineTrouble, count: int) -> None:
    told: dict[str, Any] = {"rule_id": "", "part": "", "says": "Attempt 2 at a batch.", "details": {}}
    with transaction() as session:
        engine_alarms.raise_(session, [told | {"kind": kind, "count": count}], at=datetime.now(UTC))


def test_a_batch_that_was_tried_again_is_told_and_no_illness(data: str) -> None:
    raised(EngineTrouble.RETRIED, MOST_RETRIED)
    assert f"{MOST_RETRIED} of yesterday's and today's batches" in QUESTIONS["engine"](WORLD)


@pytest.mark.parametrize(
    ("kind", "count", "says"),
    [(EngineTrouble.RETRIED, MOST_RETRIED + 1, "4 alarms"), (EngineTrouble.DISAGREEMENT, 1, "1 alarm since")],
)
def test_many_of_them_or_one_disagreement_is(data: str, kind: EngineTrouble, count: int, says: str) -> None:
    raised(kind, count)
    with pytest.raises(Refusal, match=says):
        QUESTIONS["engine"](WORLD)
