"""The whole run against a real small model on this machine (`make test-local-model`).

``LOCAL_MODEL_URL`` names a server that runs already; otherwise ``LOCAL_MODEL`` (or the one file in ``.models``) is
served for the test. What is proven is the contract, not taste: it ends well and nothing unresolved reaches the reader.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.domain.claims import ArticleFile
from pipeline.domain.synthesis import Citation, Synthesis

pytestmark = pytest.mark.local_model

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"


def _model_file() -> Path:
    named = os.environ.get("LOCAL_MODEL")
    found = [Path(named)] if named else sorted((ROOT / ".models").glob("*.gguf"))
    if not found or not found[0].is_file():
        pytest.fail("Name a GGUF file with LOCAL_MODEL, or a running server with LOCAL_MODEL_URL.")
    return found[0]


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """The URL of a server with a real model."""
    running = os.environ.get("LOCAL_MODEL_URL")
    if running:
        yield running
        return
    command = [sys.executable, str(Path(__file__).with_name("serve.py")), str(_model_file())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            ready = next((line for line in server.stdout if line.startswith("READY ")), None)
            if ready is None:
                pytest.fail("The server did not start; is xllamacpp installed?")
            yield ready.split()[1]
        finally:
            server.terminate()


def test_run_with_a_real_model_ends_well_and_every_citation_resolves(base_url: str, tmp_path: Path) -> None:
    """Exit 0, statements there, every quote at its offsets and in the raw file, and a rerun asks for nothing."""
    out = tmp_path / "out"
    environment = os.environ | {"OPENAI_API_KEY": "unused", "PIPELINE_CACHE_DIR": str(tmp_path / "cache")}
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "run", str(SEEDS)]
    command += ["--base-url", base_url, "--model", "local", "--concurrency", "1", "--out", str(out)]
    first = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    print(first.stdout, first.stderr)  # noqa: T201  a person judges the summary; shown with pytest -s
    assert first.returncode == 0, first.stderr
    synthesis = Synthesis.model_validate_json((out / "summary.json").read_text(encoding="utf-8"))
    assert len(synthesis.statements) >= 5
    citations = [c for s in synthesis.statements for c in s.citations]
    citations += [c for d in synthesis.disagreements for p in d.positions for c in p.citations]
    for citation in citations:
        _assert_resolves(citation, out)

    second = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert second.stdout == first.stdout
    usage = [stage["usage"] for stage in json.loads((out / "run.json").read_text(encoding="utf-8"))["stages"]]
    assert sum(u["calls"] for u in usage) == 0
    assert sum(u["cached"] for u in usage) > 0


def _assert_resolves(citation: Citation, out: Path) -> None:
    evidence = citation.evidence
    file = ArticleFile.model_validate_json(
        (out / "articles" / f"{evidence.article_id}.json").read_text(encoding="utf-8")
    )
    assert file.article.text[evidence.start : evidence.end] == evidence.quote
    raw = unicodedata.normalize("NFC", (SEEDS / file.article.path).read_bytes().decode("utf-8"))
    assert evidence.quote in raw
