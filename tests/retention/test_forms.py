"""The forms that complete a task."""

import pytest
from pydantic import ValidationError

from retention.errors import NotFound
from retention.messages.forms import SHORTEST_NOTE
from retention.programmes import registry
from retention.vocabulary import Outcome, TaskKind


def test_every_kind_of_task_has_a_form() -> None:
    assert set(registry.FORMS) == {kind.value for kind in TaskKind}


def test_an_unknown_form_is_a_fact_not_a_crash() -> None:
    with pytest.raises(NotFound, match="no form called coaching"):
        registry.form_for("coaching")


@pytest.mark.parametrize(("length", "good"), [(SHORTEST_NOTE - 1, False), (SHORTEST_NOTE, True)])
def test_a_note_explains_something(length: int, good: bool) -> None:
    answers = {"notes": "x" * length}
    if good:
        form = registry.filled_in("no_show_check", outcome="tutor_contacted", form=answers)
        assert form.outcome is Outcome.TUTOR_CONTACTED
    else:
        with pytest.raises(ValidationError, match="at least 20 characters"):
            registry.filled_in("no_show_check", outcome="tutor_contacted", form=answers)


def test_spaces_do_not_make_a_note_longer() -> None:
    with pytest.raises(ValidationError, match="at least 20 characters"):
        registry.filled_in("no_show_check", outcome="tutor_contacted", form={"notes": "x" + " " * 40})


def test_a_form_ends_only_as_it_offers() -> None:
    with pytest.raises(ValidationError, match="does not end that way"):
        registry.filled_in("no_show_check", outcome="coached_tutor", form={"notes": "x" * 30})
