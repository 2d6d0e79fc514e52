"""Reading our own pages as a person does: the forms on them, with what they already hold."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

SHUT = {"disabled", "readonly"}


@dataclass
class Form:
    """One form: where it goes, what it holds unseen, what it asks, and what stands in its fields already."""

    action: str
    held: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    ticks: list[str] = field(default_factory=list)
    filled: dict[str, str] = field(default_factory=dict)
    not_before: str = ""  # an instant before which it makes no sense to send it


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(said.get("action", ""), not_before=said.get("data-not-before", "")))
        elif self.found and not SHUT & said.keys():
            self._answer(tag, said)

    def _answer(self, tag: str, said: dict[str, str]) -> None:
        form, name = self.found[-1], said.get("name", "")
        if tag == "input" and said.get("type") == "hidden":
            form.held[name] = said.get("value", "")
        elif tag == "input" and said.get("type") == "radio":
            form.choices.setdefault(name, []).append(said.get("value", ""))
        elif tag == "input" and said.get("type") == "checkbox":
            form.ticks.append(name)
        elif tag == "select":
            self._select = name
        elif tag == "option":
            form.choices.setdefault(self._select, []).append(said.get("value", ""))
        elif tag == "button" and name:
            form.choices.setdefault(name, []).append(said.get("value", ""))
        elif tag in {"input", "textarea"} and name:
            form.texts.append(name)
            if said.get("value"):
                form.filled[name] = said["value"]


def forms_of(html: str) -> list[Form]:
    """The forms of a page, in order; fields that are shut are left out."""
    reader = _Forms()
    reader.feed(html)
    return reader.found


def form_for(html: str, ending: str) -> Form | None:
    """The first form whose address ends so."""
    return next((form for form in forms_of(html) if form.action.endswith(ending)), None)
