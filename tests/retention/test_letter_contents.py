"""What a wish must tell its letter, and what it may not."""

from typing import Any

import pytest

from retention.emails.samples import sample_wish
from retention.errors import Refusal
from retention.programmes.coaching_letters import INVITATION, TIMES
from retention.programmes.registry import LETTERS
from retention.programmes.wishes import content_of
from retention.vocabulary import Letter


@pytest.mark.parametrize("letter", Letter)
def test_every_letter_says_what_it_is_told(letter: Letter) -> None:
    wish = sample_wish(letter)
    assert type(content_of(wish)) is LETTERS[letter].content
    assert content_of(wish).about() == wish.about


@pytest.mark.parametrize(
    ("letter", "changes", "fault"),
    [
        (Letter.COACHING_TIMES, {"about": {}}, "minutes: Field required"),
        (Letter.COACHING_TIMES, {"about": {"minutes": 0}}, "minutes: Input should be greater than 0"),
        (Letter.COACHING_TIMES, {"about": {"minutes": 30, "score": 80}}, "score: Extra inputs"),
        (Letter.COACHING_TIMES, {"question": None}, "lacks its question"),
        (Letter.COACHING_TIMES, {"invitation": INVITATION}, "takes no invitation"),
        (Letter.COACHING_TIP, {"question": TIMES}, "takes no question"),
        (Letter.COACHING_TIP, {"about": {"tip": "No Slug"}}, "tip: String should match"),
        (Letter.COACHING_SCHEDULED, {"invitation": None}, "lacks its invitation"),
        (Letter.COACHING_ACTIONS, {"about": {"actions": []}}, "actions: List should have at least 1"),
        (Letter.COACHING_ACTIONS, {"account": "7"}, "not exactly one reader"),
        (Letter.RULE_DECLINED, {"group": None}, "not exactly one reader"),
        (Letter.ALERT_DIGEST, {"about": {"subjects": []}}, "subjects: List should have at least 1"),
        (Letter.ALERT_DIGEST, {"about": {"subjects": ["tutor/7"]}}, "subjects.0: String should match"),
        (Letter.ALERT_CRITICAL, {"about": {"subjects": ["alert/7"] * 21}}, "List should have at most 20"),
        (Letter.ALERT_CRITICAL, {"account": None}, "not exactly one reader"),
    ],
)
def test_a_wish_that_does_not_fit_is_refused_and_says_why(
    letter: Letter, changes: dict[str, Any], fault: str
) -> None:
    with pytest.raises(Refusal, match=fault):
        content_of(sample_wish(letter).model_copy(update=changes))
