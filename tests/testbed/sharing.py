"""How several test processes share the tests (`pytest -n 2`): what is dear to start, one of them starts.

The town is twelve processes, the browser half a gigabyte, so all tests of one of these stay together; the
others stay together by file, for what a file has made for all its tests.
"""

import pytest

DEAR = {"lasting_town": "town", "browser": "browser"}  # fixture: the group of those who use it


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Say with `xdist_group` which tests belong together; the dearest groups begin first."""
    if not hasattr(config, "workerinput"):
        return
    groups = {item: group_of(item) for item in items}
    for item, group in groups.items():
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: groups[item] not in DEAR.values())


def group_of(item: pytest.Item) -> str:
    """The group of a test: what it needs, else its file."""
    needs = getattr(item, "fixturenames", ())
    return next((group for fixture, group in DEAR.items() if fixture in needs), item.nodeid.split("::")[0])
