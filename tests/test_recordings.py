"""The committed recordings: genuine, current, complete, and treated the same to the byte."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from pipeline.llm.replay import load_recording
from tests.cli.command import files, load, pipeline, quotes

ROOT = Path(__file__).parents[1]
RECORDINGS = ROOT / "evals" / "recordings"


STORIES = sorted(path.parent.name for path in (ROOT / "evals" / "stories").glob("*/facts.yaml"))


@pytest.mark.parametrize("story", STORIES)
def test_there_is_a_recording_of_every_story(story: str) -> None:
    """With the model, the prompts and the settings that it was made with, and real counts of tokens."""
    recording = load_recording(RECORDINGS / story)
    assert "qwen" in recording.about.model
    assert {"summarize", "synthesize_cluster"} <= set(recording.about.prompts)
    replies = [recorded.reply for recorded in recording.replies.values()]
    assert len(replies) >= 9
    assert all(reply is not None and reply.usage.prompt_tokens > 100 for reply in replies)


def test_a_reply_in_it_cannot_be_edited(tmp_path: Path) -> None:
    """One letter of one genuine reply changed: exit 3, the line named, nothing written."""
    copy = tmp_path / "copy"
    shutil.copytree(RECORDINGS / "seeds", copy)
    lines = (copy / "replies.jsonl").read_text(encoding="utf-8").split("\n")
    assert lines.pop() == ""
    last = json.loads(lines[-1])
    last["reply"]["text"] = last["reply"]["text"].replace("e", "a", 1)
    lines[-1] = json.dumps(last)
    (copy / "replies.jsonl").write_text("\n".join([*lines, ""]), encoding="utf-8")
    ran = pipeline("run", ROOT / "seeds", "--replay", copy, "--out", tmp_path / "out")
    assert (ran.status, f"line {len(lines)}: the reply is not" in ran.err, (tmp_path / "out").exists()) == (
        3,
        True,
        False,
    )


def test_recordings_hold_no_secret_and_no_machine() -> None:
    """No key, header, address or path: they are read by everybody."""
    for path in RECORDINGS.rglob("*"):
        if path.is_file():
            assert not re.search(
                r"sk-\w{8}|Bearer |127\.0\.0\.1|localhost|/home/|/tmp/", path.read_text(encoding="utf-8")
            )


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of the seeds, replayed."""
    out = tmp_path_factory.mktemp("replayed") / "out"
    ran = pipeline("run", ROOT / "seeds", "--replay", RECORDINGS / "seeds", "--out", out)
    assert ran.status == 0, ran.err
    assert "not asked for" not in ran.err, "a recorded reply is an orphan"
    return out


def test_a_real_models_replies_give_a_cited_summary(replayed: Path) -> None:
    """Statements there, every one supported, every citation resolved, nothing asked of anybody."""
    summary = load(replayed, "summary.json")
    assert len(summary["statements"]) >= 8
    assert {s["verdict"]["status"] for s in summary["statements"]} == {"supported"}
    for _, evidence in quotes(summary):
        text = load(replayed, f"articles/{evidence['article_id']}.json")["article"]["text"]
        assert text[evidence["start"] : evidence["end"]] == evidence["quote"]
    usage = [stage["usage"] for stage in load(replayed, "run.json")["stages"]]
    assert sum(u["calls"] for u in usage) == 0
    assert sum(u["cached"] for u in usage) == len(load_recording(RECORDINGS / "seeds").replies)


def test_a_real_models_mistakes_are_caught(replayed: Path) -> None:
    """It invents words and misreads sentences; those claims are rejected, with the reason, and told nowhere."""
    rejected = [
        claim
        for path in (replayed / "articles").glob("*.json")
        for claim in load(path.parent, path.name)["summary"]["rejected"]
    ]
    assert len(rejected) > 5
    assert all(claim["reason"] for claim in rejected)


def test_a_replay_is_the_same_to_the_byte(replayed: Path, tmp_path: Path) -> None:
    """Twice the same recording, twice the same files."""
    pipeline("run", ROOT / "seeds", "--replay", RECORDINGS / "seeds", "--out", tmp_path / "out")
    one, two = files(replayed), files(tmp_path / "out")
    one.pop("run.json")
    two.pop("run.json")
    assert one == two
