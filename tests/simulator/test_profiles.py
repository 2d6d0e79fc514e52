"""Profiles: complete, frozen, and refused with the place of a mistake."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from retention.errors import NotFound, Refusal
from simulator import profiles
from simulator.figures import figures
from simulator.profiles import numbers_of, profile


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a copy of the profile, to spoil."""
    (tmp_path / "prd.yaml").write_text((profiles.FOLDER / "prd.yaml").read_text())
    monkeypatch.setattr(profiles, "FOLDER", tmp_path)
    profile.cache_clear()
    yield tmp_path
    profile.cache_clear()


def spoil(folder: Path, place: str, leaf: object) -> None:
    content = yaml.safe_load((folder / "prd.yaml").read_text())
    group, number = place.split(".")
    content[group][number] = leaf
    (folder / "prd.yaml").write_text(yaml.safe_dump(content))


@pytest.mark.parametrize("name", ["prd", "hard"])
def test_every_number_has_a_unit_a_source_and_a_label(name: str) -> None:
    assert profile(name).version == 1
    for group, numbers in numbers_of(name).items():
        for number, leaf in numbers.items():
            assert leaf["unit"], f"{group}.{number}"
            assert leaf["source"], f"{group}.{number}"
            assert leaf["label"] in profiles.LABELS


def test_the_hard_world_differs_where_it_says_so_and_nowhere_else() -> None:
    assert profile("hard").exits.strain_effect < profile("prd").exits.strain_effect
    assert profile("hard").tutors == profile("prd").tutors
    assert profile("hard").effects == profile("prd").effects


def test_an_unknown_profile_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(NotFound, match="Take one of hard, prd"):
        profile("no-such-profile")


@pytest.mark.parametrize(
    ("place", "leaf", "told"),
    [
        ("feed.jitter", {"value": 4, "unit": "s", "label": "shape"}, "feed.jitter needs value, unit, source"),
        ("feed.jitter", {"value": 4, "unit": "s", "source": "ours", "label": "true"}, "true is not one of"),
        ("feed.jitter", {"value": "x", "unit": "s", "source": "ours", "label": "shape"}, "feed.jitter"),
        ("feed.speed", {"value": 4, "unit": "s", "source": "ours", "label": "shape"}, "feed.speed"),
        (
            "exits.kinds",
            {"value": {"resign": 0.9, "fade": 0.2}, "unit": "share", "source": "ours", "label": "shape"},
            "do not add up to 1",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(folder: Path, place: str, leaf: object, told: str) -> None:
    spoil(folder, place, leaf)
    with pytest.raises(Refusal, match=told):
        profile("prd")


def test_every_contradiction_is_explained_and_nothing_else_is() -> None:
    for name, figure in figures().items():
        assert bool(figure.why) == (figure.label == "contradictory"), name
        assert figure.least <= figure.most
