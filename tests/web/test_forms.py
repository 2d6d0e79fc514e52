from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel, Field

from retention.messages.forms import LONGEST_NOTE, SHORTEST_NOTE
from retention.programmes.coaching_forms import CoachingCallForm, CoachingOfferForm, CoachingPhoneForm
from retention.programmes.registry import FORMS
from retention.vocabulary import WorkAgain
from web import forms
from web.components.mistakes import mistakes_of

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 7, 22, 12, tzinfo=UTC)


class Sample(BaseModel):
    name: str = Field(title="Your name", min_length=2, max_length=5)
    story: str = Field(default="", max_length=500)
    again: WorkAgain
    agreed: bool = False


def test_a_form_is_read_as_its_model() -> None:
    given, mistakes = forms.read(Sample, {"name": "Ada", "again": "maybe", "agreed": "true", "stray": "x"})
    assert mistakes == {}
    assert given == Sample(name="Ada", again=WorkAgain.MAYBE, agreed=True)


@pytest.mark.parametrize(
    ("name", "mistake"),
    [
        ("A", "Please write at least 2 characters."),
        ("Ad", ""),
        ("Adala", ""),
        ("Adalai", "Please keep this to 5 characters."),
        ("  ", "Please answer this."),
    ],
)
def test_each_mistake_says_how_to_mend_it(name: str, mistake: str) -> None:
    _, mistakes = forms.read(Sample, {"name": name, "again": "yes"})
    assert mistakes.get("name", "") == mistake


def test_an_answer_that_is_not_offered_is_asked_again() -> None:
    _, mistakes = forms.read(Sample, {"name": "Ada", "again": "perhaps"})
    assert mistakes == {"again": "Please choose one of the answers."}


def test_a_field_is_shown_by_the_kind_of_its_answer() -> None:
    fields = forms.fields_of(Sample, {"name": "Ada"}, mistakes={"again": "Please answer this."})
    assert [(field.name, field.kind, field.required) for field in fields] == [
        ("name", "line", True),
        ("story", "text", False),
        ("again", "choice", True),
        ("agreed", "yes", False),
    ]
    assert fields[0].label == "Your name"
    assert fields[2].mistake == "Please answer this."


@pytest.mark.parametrize("key", list(FORMS))
def test_every_task_form_offers_only_outcomes_that_its_task_can_end_with(key: str) -> None:
    model = FORMS[key]
    by_name = {field.name: field for field in forms.fields_of(model, {})}
    assert [choice.value for choice in by_name["outcome"].choices] == [str(end) for end in model.ENDS]
    notes = [field for field in by_name.values() if field.kind == "text"]
    assert notes
    for note in notes:
        assert note.longest == LONGEST_NOTE
        assert f"At least {SHORTEST_NOTE} characters." in note.hint  # said before it is missed
        end = note.when[0].value if note.when else str(model.ENDS[0])
        _, mistakes = forms.read(model, {"outcome": end, note.name: "x" * (SHORTEST_NOTE - 1)})
        assert str(SHORTEST_NOTE) in mistakes[note.name]


def read(model: type[BaseModel], **typed: str) -> tuple[Any, dict[str, str]]:
    posted = {name.replace("__", "-"): value for name, value in typed.items()}
    return forms.read(model, posted, zone=LONDON, at=NOW)


def test_times_are_read_on_the_wall_clock_of_who_types_them() -> None:
    given, mistakes = read(CoachingOfferForm, outcome="accepted", times__1="", times__2="2026-07-24T10:00")
    assert mistakes == {}
    assert given.times == [datetime(2026, 7, 24, 9, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("end", "asked"),
    [("accepted", {"times-1"}), ("declined", {"reason"}), ("not_needed", {"reason"}), ("", {"outcome"})],
)
def test_only_what_the_chosen_end_asks_for_is_read(end: str, asked: set[str]) -> None:
    _, mistakes = read(CoachingOfferForm, outcome=end, times__1="nonsense", reason="too short")
    assert set(mistakes) == asked


def test_a_time_in_the_hour_that_the_clocks_skip_is_asked_again() -> None:
    _, mistakes = read(CoachingPhoneForm, outcome="time_agreed", agreed_at="2027-03-28T01:30")
    assert "does not exist in Europe/London" in mistakes["agreed_at"]


@pytest.mark.parametrize(("ahead", "taken"), [(0, False), (1, True)])
def test_a_time_must_lie_ahead_of_when_the_form_is_sent(ahead: int, taken: bool) -> None:
    local = (NOW + timedelta(minutes=ahead)).astimezone(LONDON)
    given, mistakes = read(CoachingPhoneForm, outcome="time_agreed", agreed_at=f"{local:%Y-%m-%dT%H:%M}")
    assert (given is not None) is taken
    assert ("agreed_at" in mistakes) is not taken


def test_a_mistake_in_a_list_is_found_at_its_own_input() -> None:
    typed = {"outcome": "accepted", "times-2": "2026-07-24T10:00", "times-3": "2026-07-20T10:00"}
    given, mistakes = forms.read(CoachingOfferForm, typed, zone=LONDON, at=NOW)
    assert given is None
    assert set(mistakes) == {"times-3"}
    (wrong,) = mistakes_of(forms.fields_of(CoachingOfferForm, typed, mistakes=mistakes))
    assert (wrong.name, wrong.label) == ("times-3", "When can you call? Time 3")


def test_a_field_says_which_ends_ask_for_it_and_which_need_it() -> None:
    by_name = {field.name: field for field in forms.fields_of(CoachingOfferForm, {})}
    assert [end.value for end in by_name["reason"].when] == ["declined", "not_needed"]
    assert [end.value for end in by_name["reason"].needed] == ["declined"]
    assert by_name["outcome"].when == ()
    assert [place.kind for place in by_name["times"].places] == ["moment"] * 3
    by_name = {field.name: field for field in forms.fields_of(FORMS["coaching_decision"], {})}
    assert by_name["reason"].when == ()  # every end asks for it
    assert by_name["reason"].required


def test_a_form_with_one_way_to_end_has_chosen_it() -> None:
    by_name = {field.name: field for field in forms.fields_of(FORMS["coaching_follow_up"], {})}
    assert by_name["outcome"].value == "looked_at"


def test_every_input_of_a_form_is_kept_in_a_draft() -> None:
    assert forms.inputs_of(CoachingPhoneForm) == ["outcome", "agreed_at", "reason"]
    assert {"actions-1", "actions-2", "times-3"} < set(forms.inputs_of(CoachingCallForm))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"times": ["2026-07-24T09:00:00Z"]}, "Fri 24 Jul 2026, 10:00 BST"),  # as stored
        ({"times-2": "2026-07-24T10:00"}, "Fri 24 Jul 2026, 10:00 BST"),  # as typed
        ({"times-1": "half a ti"}, "half a ti"),
    ],
)
def test_answers_are_told_in_words_whether_stored_or_only_typed(given: dict[str, Any], said: str) -> None:
    given |= {"outcome": "accepted", "reason": "Typed before the choice."}
    told = forms.answers(CoachingOfferForm, given, zone=LONDON)
    assert told == [("What came of it?", "Accepted"), ("When can you call?", said)]
