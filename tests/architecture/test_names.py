"""Files are named for what people-ops would look for, and every folder is seen by the contracts."""

from pathlib import Path

import pytest

from tests.architecture import names, source


def test_the_house_has_no_empty_names() -> None:
    assert names.empty_names(source.ROOT) == []


@pytest.mark.parametrize("place", ["web/utils.py", "rules/case_handler.py", "api/common/paths.py"])
def test_an_empty_name_is_found(tmp_path: Path, place: str) -> None:
    source.plant(tmp_path, place, "")
    assert [fault.split(":")[0] for fault in names.empty_names(tmp_path)] == [place]


def test_a_name_that_only_contains_an_empty_word_is_fine(tmp_path: Path) -> None:
    source.plant(tmp_path, "web/database.py", "")
    assert names.empty_names(tmp_path) == []


def test_every_folder_of_code_is_a_package() -> None:
    assert names.folders_without_init(source.ROOT) == []


def test_a_folder_without_init_is_found(tmp_path: Path) -> None:
    source.plant(tmp_path, "web/tutor/home.py", "")
    assert names.folders_without_init(tmp_path) == ["web/tutor:1: a folder of code without __init__.py"]
