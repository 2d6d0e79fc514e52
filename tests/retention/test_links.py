"""Links in letters: signed, for one purpose each, and read back as what they were made for."""

import re
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from hypothesis import given, strategies as st

from retention import links
from retention.errors import NotFound, NotSetUp
from retention.settings import settings

KEY = "coaching/10023/4/coaching_times/1"
SLUG = "steady-schedule"


@pytest.fixture(autouse=True, scope="module")
def _in_a_demo() -> Iterator[None]:
    """Where a secret of this process's own will do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ENVIRONMENT", "test")
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Makes this process a production one with a secret."""

    def told(secret: str) -> None:
        monkeypatch.setenv("ENVIRONMENT", "production")
        monkeypatch.setenv("SESSION_SECRET", secret)
        settings.cache_clear()

    yield told
    monkeypatch.undo()
    settings.cache_clear()


def test_a_link_leads_back_to_its_letter() -> None:
    assert links.read_answer_token(links.answer_token(KEY)) == KEY
    assert links.read_guide_token(links.guide_token(KEY, SLUG), SLUG) == KEY


@pytest.mark.parametrize(
    "read",
    [
        links.read_answer_token,
        partial(links.read_guide_token, slug="other-guide"),
    ],
)
def test_a_link_of_one_page_opens_no_other(read: Callable[[str], str]) -> None:
    with pytest.raises(NotFound):
        read(links.guide_token(KEY, SLUG))


@given(place=st.integers(min_value=0), letter=st.sampled_from("AZaz09-_."))
def test_a_link_with_one_other_character_is_none_of_ours(place: int, letter: str) -> None:
    token = links.answer_token(KEY)
    place %= len(token)
    bent = token[:place] + letter + token[place + 1 :]
    if bent == token or place == len(token) - 1:  # the last one carries two bits that say nothing
        return
    with pytest.raises(NotFound):
        links.read_answer_token(bent)


@pytest.mark.parametrize("token", ["", ".", "a", "a.b", "IjEi.AAAA", "\N{SNOWMAN}", "x" * 10_000, "%00"])
def test_what_is_no_link_is_refused_in_a_sentence(token: str) -> None:
    with pytest.raises(NotFound) as refused:
        links.read_answer_token(token)
    assert "not complete" in refused.value.what


def test_a_form_belongs_to_its_letter() -> None:
    assert links.owns(links.form_token(KEY), KEY)
    assert not links.owns(links.form_token(KEY), "coaching/10023/4/coaching_times/2")
    assert not links.owns(links.answer_token(KEY), KEY)
    assert not links.owns("", KEY)


def test_the_addresses_are_our_own_and_need_no_escaping() -> None:
    home = settings().public_url
    assert re.fullmatch(rf"{home}/answer/[\w.-]+", links.answer_address(KEY))
    assert re.fullmatch(rf"{home}/guides/{SLUG}\?letter=[\w.-]+", links.guide_address(KEY, SLUG))


def test_another_secret_knows_none_of_the_links(production: Callable[[str], None]) -> None:
    production("a" * 32)
    token = links.answer_token(KEY)
    production("b" * 32)
    with pytest.raises(NotFound):
        links.read_answer_token(token)


def test_production_signs_nothing_without_a_secret(production: Callable[[str], None]) -> None:
    production("a" * 31)
    with pytest.raises(NotSetUp, match="SESSION_SECRET"):
        links.answer_token(KEY)
