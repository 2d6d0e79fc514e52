"""Forms are read as a browser would: what they hold, what they ask, what is shut."""

from simulator.pages import form_for, forms_of

PAGE = """
<form action="/tasks/1/claim"><input type="hidden" name="form_token" value="abc"><button>Claim</button></form>
<form action="/tasks/1/complete">
  <input type="hidden" name="version" value="3">
  <label><input type="radio" name="outcome" value="coached">Coached</label>
  <label><input type="radio" name="outcome" value="none">None</label>
  <select name="who"><option value="4">Ada</option></select>
  <textarea name="notes"></textarea><input name="back" type="date">
</form>
<form action="/tasks/2/complete"><textarea name="notes" readonly></textarea>
  <input type="radio" name="outcome" value="coached" disabled></form>
"""


def test_a_form_tells_what_it_holds_and_what_it_asks() -> None:
    form = form_for(PAGE, "1/complete")
    assert form is not None
    assert form.held == {"version": "3"}
    assert form.choices == {"outcome": ["coached", "none"], "who": ["4"]}
    assert form.texts == ["notes", "back"]


def test_what_is_shut_is_not_asked() -> None:
    form = form_for(PAGE, "2/complete")
    assert form is not None
    assert (form.choices, form.texts) == ({}, [])


def test_a_page_without_the_form_says_so() -> None:
    assert form_for(PAGE, "/snooze") is None
    assert forms_of(PAGE)[0].action == "/tasks/1/claim"
