"""What all tests share: few hypothesis examples, and an environment in which nobody's key or cache is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "quick",
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No key, no endpoint, no setting of the user; replies are kept in a folder of the test.

    What a test starts is not measured by ``make coverage``: that would be in the way of its signals and its streams.
    """
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "PIPELINE_", "COVERAGE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIPELINE_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the five articles."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def pages() -> Path:
    """The folder of the pages with furniture."""
    return ROOT / "tests" / "fixtures" / "furniture"
