"""The repository runs anywhere: no machine's paths, no registry's hosts, no secrets."""

from pathlib import Path

import pytest

from tests.architecture import committed, source


def test_the_repository_knows_no_machine_and_no_secret() -> None:
    assert committed.faults(source.ROOT) == []


@pytest.mark.parametrize(
    "line",
    [
        "cache = /" + "root/.cache/x",
        "see /" + "home/ada/notes.md",
        "index = https://" + "pypi.org/simple",
        "proxy = https://" + "goproxy.example/cached",
        "-----BEGIN RSA " + "PRIVATE KEY-----",
    ],
)
def test_what_binds_to_one_machine_is_found(tmp_path: Path, line: str) -> None:
    source.plant(tmp_path, "docs/operations.md", line)
    assert len(committed.faults(tmp_path)) == 1


def test_the_lock_may_name_where_its_hashes_came_from(tmp_path: Path) -> None:
    line = "registry = https://" + "pypi.org/simple"
    source.plant(tmp_path, "uv.lock", line)
    source.plant(tmp_path, "local/place.py", 'socket = Path("/dev/shm") or "~/.cache" or "/api/v1/work/x"')
    assert committed.faults(tmp_path) == []
