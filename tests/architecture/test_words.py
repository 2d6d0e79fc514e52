"""Every setting is in .env.example with its default, every fixed word is in the glossary."""

from pathlib import Path
from types import ModuleType

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from retention import vocabulary
from retention.settings import Settings
from tests.architecture import source, words

EXAMPLE = source.ROOT / ".env.example"
GLOSSARY = source.ROOT / "docs/glossary.md"


class TwoSettings(BaseSettings):
    api_port: int = 1
    log_format: str = "json"


def plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def test_the_example_names_every_setting_and_nothing_else() -> None:
    assert words.unexplained_settings(Settings, EXAMPLE) == []


def test_the_example_shows_the_defaults() -> None:
    defaults = {name.upper(): plain(field.default) for name, field in Settings.model_fields.items()}
    assert words.examples(EXAMPLE) == defaults


def test_a_setting_without_example_and_an_example_without_setting_are_found(tmp_path: Path) -> None:
    example = source.plant(tmp_path, ".env.example", "API_PORT=1\nGONE=2\n") / ".env.example"
    assert words.unexplained_settings(TwoSettings, example) == ["GONE", "LOG_FORMAT"]


def test_the_glossary_explains_every_fixed_word() -> None:
    assert words.unexplained_words(vocabulary, GLOSSARY) == []


def test_a_word_that_the_glossary_lacks_is_found(tmp_path: Path) -> None:
    some = ModuleType("some")
    some.Tier = vocabulary.Tier  # type: ignore[attr-defined] # a made-up module
    text = "# Glossary\n\n## Tiers (`Tier`)\n" + "".join(
        f"- `{tier.value}`\n" for tier in list(vocabulary.Tier)[1:]
    )
    glossary = source.plant(tmp_path, "glossary.md", text) / "glossary.md"
    assert words.unexplained_words(some, glossary) == ["Tier.exemplary"]
