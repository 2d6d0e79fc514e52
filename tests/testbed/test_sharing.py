"""Which tests stay together when several processes share them."""

from types import SimpleNamespace
from typing import cast

import pytest

from tests.testbed.sharing import group_of


def _item(*fixtures: str) -> pytest.Item:
    return cast(pytest.Item, SimpleNamespace(nodeid="tests/web/test_x.py::test_y[1]", fixturenames=fixtures))


def test_what_needs_the_town_stays_together_whatever_its_file() -> None:
    assert group_of(_item("town", "lasting_town", "data")) == "town"


def test_what_needs_the_browser_stays_together() -> None:
    assert group_of(_item("page", "context", "browser")) == "browser"


def test_a_test_that_needs_both_goes_with_the_town() -> None:
    assert group_of(_item("browser", "lasting_town")) == "town"


def test_the_others_stay_with_their_file() -> None:
    assert group_of(_item("data")) == "tests/web/test_x.py"
