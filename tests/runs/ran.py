"""A genuine run over three short articles of one event, made without a model."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pipeline.runs.job import run_job
from pipeline.settings import Settings

ARTICLES = {
    "courier.txt": (
        "The ferry Marigold ran aground off Tarn on Monday with 40 people on board, the coastguard said. "
        "Rescuers brought 38 people ashore before dawn. "
        "The operator, Pell Line, said the engine had failed twice in May.\n"
    ),
    "radio.txt": (
        "The ferry Marigold ran aground off Tarn on Monday with 52 people on board, Pell Line said. "
        "Two people were taken to hospital in Orrin, the mayor said. "
        "“We heard the hull tear,” the cook, Ida Brandt, said.\n"
    ),
    "ledger.txt": (
        "Shares in Pell Line fell 12% on Tuesday after its ferry Marigold ran aground off Tarn. "
        "The company denied that the engine had failed. "
        "An inquiry will open on 3 June, the transport ministry said.\n"
    ),
}


def articles_in(folder: Path) -> Path:
    """The articles, written to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run_of(folder: Path) -> Path:
    """The output of a run over them, below ``folder``."""
    return extractive(articles_in(folder / "articles"), folder / "out")


def extractive(articles: Path, out: Path) -> Path:
    """The output of a run over a folder of articles, in ``out``."""
    done = asyncio.run(run_job([str(articles)], Settings(engine="extractive", out=str(out))))
    assert done.synthesis is not None
    return out
