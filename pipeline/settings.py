"""Settings: read once, frozen. A flag goes before the environment, the environment before ``pipeline.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator

from pipeline.domain.base import Model
from pipeline.errors import ConfigurationError
from pipeline.text.languages.known import tag_of

DEFAULT_MODEL: Final = "gpt-6-luna"
"""The smallest current OpenAI model that takes strict JSON schemas: in the SDK's list and not among its deprecated
values, $0.10 / $0.50 per million tokens by genai-prices (both looked up on 2026-11-22)."""

SETTINGS_FILE: Final = "pipeline.toml"
_PREFIX: Final = "PIPELINE_"
_NOT_FROM_FILE: Final = frozenset({"api_key", "base_url", "local_model", "entailment", "embeddings", "limiter"})
"""A downloaded folder must not be able to send the user's key elsewhere, nor have a model file of its own loaded."""
_OPENAI_NAMES: Final = {"OPENAI_API_KEY": "api_key", "OPENAI_BASE_URL": "base_url"}
"""These two have the names that every OpenAI client reads."""
_FOLDERS: Final = ("out", "cache_dir")
"""Nor may it aim what is written at a place outside itself."""

EngineChoice = Literal["auto", "openai", "extractive"]
SynthesisChoice = Literal["auto", "brief", "cluster"]
CacheChoice = Literal["required", "optional", "off"]


class Settings(Model):
    """Every setting with its default. The key is never shown."""

    engine: EngineChoice = Field(default="auto", description="auto: a model if a key or base URL is set")
    model: str = Field(default=DEFAULT_MODEL, min_length=1, description="the model's name at the endpoint")
    base_url: str | None = Field(default=None, description="of any OpenAI-compatible server; default: OpenAI's own")
    api_key: SecretStr | None = Field(default=None, description="sent to the base URL, and written nowhere")
    synthesis: SynthesisChoice = Field(
        default="auto", description="the whole brief in one call, or one cluster a call; auto: by the model's size"
    )
    words: int = Field(default=300, ge=20, le=5000, description="length of the statements; differences come on top")
    language: str | None = Field(default=None, description="of the summary; default: that of most articles")
    concurrency: int = Field(default=4, ge=1, le=512, description="calls under way at a time")
    max_attempts: int = Field(default=5, ge=1, le=50, description="of one call, where a failure may pass")
    max_wait: float = Field(default=120.0, gt=0, description="seconds; the longest wait a server may ask for")
    request_timeout: float = Field(default=600.0, gt=0, description="seconds for one attempt")
    requests_per_minute: int | None = Field(default=None, ge=1, description="default: as the endpoint says")
    tokens_per_minute: int | None = Field(default=None, ge=1, description="default: as the endpoint says")
    batch_poll: float = Field(default=60.0, gt=0, description="seconds between two looks at batches under way")
    batch_requests: int = Field(default=50_000, ge=1, le=50_000, description="in one batch")
    batch_bytes: int = Field(default=200_000_000, ge=1000, le=200_000_000, description="of one batch's file")
    limiter: SecretStr | None = Field(
        default=None, description="HOST:PORT#TOKEN of `pipeline corpus limiter`, for limits that processes share"
    )
    max_cost: float | None = Field(default=None, gt=0, allow_inf_nan=False, description="US dollars, for one run")
    local_model: str | None = Field(default=None, description="a GGUF file to serve on this machine for the run")
    entailment: str | None = Field(
        default=None, min_length=1, description="a folder with a cross-encoder in ONNX, asked beside the guards"
    )
    embeddings: str | None = Field(
        default=None, min_length=1, description="a folder with a sentence encoder in ONNX, for sorting into events"
    )
    keep_duplicates: bool = Field(default=False, description="use copies and earlier versions, too")
    cache: CacheChoice = Field(default="required", description="whether a run may go on without stored replies")
    cache_dir: str | None = Field(default=None, description="where replies are kept; default: the user's cache folder")
    max_file_bytes: int = Field(default=25_000_000, ge=1, description="of one file, or of one member of an archive")
    max_text_bytes: int = Field(default=1_000_000, ge=1, description="of one article; a long one has 50,000 bytes")
    max_unpacked_bytes: int = Field(default=100_000_000, ge=1, description="that one archive may unpack to")
    max_members: int = Field(default=2000, ge=1, description="files in one archive, entries in one list")
    max_articles: int = Field(default=1000, ge=1, description="in one run; each is compared with each other")
    out: str = Field(default="pipeline-out", description="folder for the results")
    reviewer: str | None = Field(default=None, description="in whose name `pipeline review` saves decisions")

    @field_validator("language")
    @classmethod
    def _tag(cls, value: str | None) -> str | None:
        if value is None:
            return None
        tag = tag_of(value)
        if tag is None:
            raise ValueError(f"{value!r} is no language; give a tag such as de or pt-BR, or an English name")
        return tag

    def check_endpoint(self) -> None:
        """Nothing, if the settings name one endpoint at most.

        Raises:
            ConfigurationError: they name two.
        """
        if self.local_model and self.base_url:
            raise ConfigurationError("--local-model and a base URL contradict each other: both say who is asked.")

    def public(self) -> dict[str, str | int | float | bool | None]:
        """For records: without the key, the base URL (which may carry one), this machine's folders and its user."""
        folders = {"local_model", "entailment", "embeddings", "cache_dir", "out"}
        return self.model_dump(exclude={"api_key", "base_url", "limiter", "reviewer", *folders})


Called = Callable[[str], str]
"""From a setting's name to what it is called where it was given, for errors."""


def _flag(name: str) -> str:
    return f"the flag --{name.replace('_', '-')}"


def load_settings(
    flags: Mapping[str, object],
    environment: Mapping[str, str],
    folder: Path | None = None,
    *,
    called: Called = _flag,
) -> Settings:
    """Merge the three sources.

    Args:
        flags: settings by name; None means the flag was not given.
        environment: usually ``os.environ``.
        folder: where ``pipeline.toml`` may lie; default: the working folder.
        called: what whoever gave a flag knows it as.

    Raises:
        ConfigurationError: an unknown name, a value of the wrong kind, or a file that is no TOML.
    """
    path = (folder or Path()) / SETTINGS_FILE
    from_file = _from_file(path) if path.is_file() else {}
    from_environment = _from_environment(environment)
    given = {name: value for name, value in flags.items() if value is not None}
    merged = {**from_file, **from_environment, **given}
    if merged.get("local_model"):
        merged.setdefault("model", Path(str(merged["local_model"])).stem)  # the default is a hosted model's name
    return _validated(merged, lambda name: _origin(name, given, from_environment, path) or called(name))


def other_settings(settings: Settings, changes: Mapping[str, object], *, called: Called = _flag) -> Settings:
    """The settings with other values for some of them; None means no other. Arguments and errors as `load_settings`."""
    given = {name: value for name, value in changes.items() if value is not None}
    return _validated({**dict(settings), **given}, called)


def _validated(merged: Mapping[str, object], origin: Callable[[str], str]) -> Settings:
    try:
        return Settings.model_validate(merged)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(
            f"The setting “{name}” is not valid: {first['msg']}.", hint=f"It was read from {origin(name)}."
        ) from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    own = {f"{_PREFIX}{name.upper()}": name for name in Settings.model_fields if name not in _OPENAI_NAMES.values()}
    names = {**own, **_OPENAI_NAMES}
    return {names[key]: value for key, value in environment.items() if key in names and value}


def _from_file(path: Path) -> dict[str, Any]:
    try:
        loaded = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    forbidden = _NOT_FROM_FILE.intersection(loaded)
    if forbidden:
        raise ConfigurationError(
            f"{path} must not set “{min(forbidden)}”.",
            hint="A file of a folder may not say whom to ask: use the environment, or a flag.",
        )
    for name in _FOLDERS:
        place = Path(str(loaded.get(name, "")))
        if place.is_absolute() or ".." in place.parts:
            raise ConfigurationError(
                f"{path}: “{name}” must lie inside the folder of the file.",
                hint=f"Set {_PREFIX}{name.upper()} in the environment to write elsewhere.",
            )
    unknown = set(loaded) - set(Settings.model_fields)
    if unknown:
        raise ConfigurationError(
            f"{path}: there is no setting “{min(unknown)}”.",
            hint=f"Settings are: {', '.join(sorted(set(Settings.model_fields) - _NOT_FROM_FILE))}.",
        )
    return loaded


def _origin(name: str, flags: Mapping[str, object], environment: Mapping[str, object], path: Path) -> str:
    """Where a value comes from; empty for a flag."""
    if name in flags:
        return ""
    return f"the environment ({_PREFIX}{name.upper()})" if name in environment else str(path)
