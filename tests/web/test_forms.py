import pytest
from pydantic import BaseModel, Field

from retention.messages.forms import LONGEST_NOTE, SHORTEST_NOTE
from retention.programmes.registry import FORMS
from retention.vocabulary import WorkAgain
from web import forms


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
    assert (by_name["notes"].kind, by_name["notes"].longest) == ("text", LONGEST_NOTE)
    _, mistakes = forms.read(model, {"outcome": str(model.ENDS[0]), "notes": "x" * (SHORTEST_NOTE - 1)})
    assert str(SHORTEST_NOTE) in mistakes["notes"]
