"""The whole run against a real small model on this machine (`make test-local-model`).

``LOCAL_MODEL_URL`` names a server that runs already; otherwise ``LOCAL_MODEL`` (or the first file in ``.models``) is
run with ``--local-model``. What is proven is the contract, not taste: it ends well and nothing unresolved reaches the
reader.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from pipeline.domain.claims import ArticleFile
from pipeline.domain.synthesis import Citation, Synthesis
from pipeline.errors import ConnectionFault, CredentialsError
from pipeline.llm.local_server import serve
from pipeline.llm.openai_client import OpenAIChat
from pipeline.llm.protocol import ChatReply, ChatRequest, Message
from tests.runs.hostile import CASES, VICTIM, write_story

pytestmark = pytest.mark.local_model

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
REQUEST = ChatRequest(
    model="local",
    messages=(Message(role="user", content="Ann met Bob in Rome on Monday. Who met whom, and where?"),),
    schema_name="answer",
    json_schema={
        "type": "object",
        "properties": {"answer": {"type": "string", "maxLength": 60}},
        "required": ["answer"],
        "additionalProperties": False,
    },
    max_tokens=60,
)


def _model_file() -> Path:
    named = os.environ.get("LOCAL_MODEL")
    found = [Path(named)] if named else sorted((ROOT / ".models").glob("*.gguf"))
    if not found or not found[0].is_file():
        pytest.fail("Name a GGUF file with LOCAL_MODEL, or a running server with LOCAL_MODEL_URL.")
    return found[0]


def _engine() -> list[str]:
    """The flags that name the model."""
    running = os.environ.get("LOCAL_MODEL_URL")
    if running:
        return ["--base-url", running, "--model", "local", "--concurrency", "1"]
    return ["--local-model", str(_model_file())]


def test_run_with_a_real_model_ends_well_and_every_citation_resolves(tmp_path: Path) -> None:
    """Exit 0, statements there, every quote at its offsets and in the raw file, and a rerun asks for nothing."""
    out = tmp_path / "out"
    environment = os.environ | {"OPENAI_API_KEY": "unused", "PIPELINE_CACHE_DIR": str(tmp_path / "cache")}
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "run", str(SEEDS)]
    command += [*_engine(), "--out", str(out)]
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


@pytest.mark.skipif("LOCAL_MODEL_URL" in os.environ, reason="a server is given; none is to be started")
def test_served_file_gives_the_same_reply_again() -> None:
    """The real package serves the file behind a key, repeats itself word for word, and is gone afterwards."""

    async def ask() -> tuple[str, set[ChatReply]]:
        async with serve(_model_file(), tell=print) as server:
            async with OpenAIChat(server.base_url, server.api_key) as chat:
                replies = [await chat.complete(REQUEST) for _ in range(3)]
            async with OpenAIChat(server.base_url, "another-key") as chat:
                with pytest.raises(CredentialsError):
                    await chat.complete(REQUEST)
        async with OpenAIChat(server.base_url, server.api_key) as chat:
            with pytest.raises(ConnectionFault):
                await chat.complete(REQUEST)
        return replies[0].text, set(replies)

    text, different = asyncio.run(ask())
    assert text.startswith("{")
    assert len(different) == 1


@pytest.mark.parametrize("case", CASES[1:])
def test_one_article_changes_no_claim_of_another(case: str, tmp_path: Path) -> None:
    """The neighbours' files are the same to the byte, and whatever the summary cites of them, they said before, too.

    Each run asks the model anew. Origins are left out: they are traced across articles by design.
    """
    before, after = (_told(write_story(tmp_path / one, one), tmp_path / f"{one}-out") for one in ("clean", case))
    others = set(before) - ({VICTIM} if case == "attacked" else set())
    assert others
    for name in others:
        assert after[name].summary.claims
        assert _without_origins(after[name]) == _without_origins(before[name])
    synthesis = Synthesis.model_validate_json((tmp_path / f"{case}-out" / "summary.json").read_text(encoding="utf-8"))
    claims = {claim.id: claim for file in after.values() for claim in file.summary.claims}
    said = {(claim.id, claim.text) for name in others for claim in before[name].summary.claims}
    for citation in (c for statement in synthesis.statements for c in statement.citations):
        claim = claims[citation.claim_id or ""]
        assert claim.evidence[0].article_id == citation.evidence.article_id
        if f"{citation.evidence.article_id}.txt" in others:
            assert (claim.id, claim.text) in said


def _told(story: Path, out: Path) -> dict[str, ArticleFile]:
    """What a run with a store of its own keeps of each article, by file."""
    environment = os.environ | {"OPENAI_API_KEY": "unused", "PIPELINE_CACHE_DIR": str(out.with_suffix(".cache"))}
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "run", str(story)]
    ran = subprocess.run(
        [*command, *_engine(), "--out", str(out)], env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    files = (ArticleFile.model_validate_json(path.read_text("utf-8")) for path in (out / "articles").glob("*.json"))
    return {file.article.path: file for file in files}


def _without_origins(file: ArticleFile) -> str:
    claims = tuple(claim.model_copy(update={"origin_id": ""}) for claim in file.summary.claims)
    summary = file.summary.model_copy(update={"claims": claims})
    return file.model_copy(update={"summary": summary}).model_dump_json()


def _assert_resolves(citation: Citation, out: Path) -> None:
    evidence = citation.evidence
    file = ArticleFile.model_validate_json(
        (out / "articles" / f"{evidence.article_id}.json").read_text(encoding="utf-8")
    )
    assert file.article.text[evidence.start : evidence.end] == evidence.quote
    raw = unicodedata.normalize("NFC", (SEEDS / file.article.path).read_bytes().decode("utf-8"))
    assert evidence.quote in raw
