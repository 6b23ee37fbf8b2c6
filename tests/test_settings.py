"""Settings: which source goes before which, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from pipeline.errors import ConfigurationError
from pipeline.settings import Settings, load_settings, other_settings


def test_flags_before_environment_before_file(tmp_path: Path) -> None:
    """A flag wins over the environment, the environment over pipeline.toml, that over the default."""
    (tmp_path / "pipeline.toml").write_text('words = 100\nmodel = "filed"\nconcurrency = 2\n')
    settings = load_settings(
        {"words": 200, "model": None}, {"PIPELINE_MODEL": "named", "PIPELINE_WORDS": "150"}, tmp_path
    )
    assert (settings.words, settings.model, settings.concurrency, settings.max_attempts) == (200, "named", 2, 5)


def test_key_and_address_come_from_the_environment(tmp_path: Path) -> None:
    """OPENAI_API_KEY and OPENAI_BASE_URL are read; the key is never shown."""
    settings = load_settings({}, {"OPENAI_API_KEY": "sk-secret", "OPENAI_BASE_URL": "http://x/v1"}, tmp_path)
    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == "sk-secret"
    assert settings.base_url == "http://x/v1"
    assert "secret" not in f"{settings!r}{settings}{settings.public()}"
    assert "base_url" not in settings.public()


@pytest.mark.parametrize(
    "line", ['base_url = "http://evil.example"', 'api_key = "x"', "wrods = 3", "words = 3", 'words = "many"', "words ="]
)
def test_a_settings_file_cannot_do_harm(line: str, tmp_path: Path) -> None:
    """It cannot send the key elsewhere; unknown names, wrong values and broken TOML are named, with the file."""
    (tmp_path / "pipeline.toml").write_text(line)
    with pytest.raises(ConfigurationError) as error:
        load_settings({}, {}, tmp_path)
    assert "pipeline.toml" in error.value.message + error.value.hint


@pytest.mark.parametrize(
    ("flags", "environment", "origin"),
    [
        ({"words": 3}, {}, "--words"),
        ({}, {"PIPELINE_WORDS": "3"}, "PIPELINE_WORDS"),
        ({}, {"PIPELINE_MAX_ATTEMPTS": "x"}, "PIPELINE_MAX_ATTEMPTS"),
    ],
)
def test_a_bad_value_says_where_it_came_from(
    flags: dict[str, object], environment: dict[str, str], origin: str, tmp_path: Path
) -> None:
    """The message names the setting, the hint the flag or the variable."""
    with pytest.raises(ConfigurationError) as error:
        load_settings(flags, environment, tmp_path)
    assert origin in error.value.hint


def test_defaults_are_the_contract() -> None:
    """300 words, the engine chosen by what is set, results in pipeline-out."""
    assert (Settings().words, Settings().engine, Settings().out) == (300, "auto", "pipeline-out")


def test_other_settings_keep_the_rest() -> None:
    """Some settings changed, all others as they were; a value that is not valid is told by the name it was given."""
    before = Settings(words=50, api_key=SecretStr("k"))
    after = other_settings(before, {"words": 60, "model": None})
    assert (after.words, after.model, after.api_key) == (60, before.model, before.api_key)
    with pytest.raises(ConfigurationError) as caught:
        other_settings(before, {"words": 1}, called=lambda name: f"the argument {name}")
    assert "the argument words" in caught.value.hint
