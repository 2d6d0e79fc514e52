"""Whoever follows the documents arrives."""

from pathlib import Path

from tests.architecture import links, source


def test_every_link_of_the_documents_leads_somewhere() -> None:
    assert links.broken_links(source.ROOT) == []


def test_a_link_to_nowhere_is_found(tmp_path: Path) -> None:
    text = "See [here](docs/there.md), [itself](README.md#top) and [far away](https://mainstay.example/x)."
    source.plant(tmp_path, "README.md", text)
    assert links.broken_links(tmp_path) == ["README.md: docs/there.md"]
