"""Options that several commands have, each described once."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class EngineOption(StrEnum):
    """Who writes the drafts."""

    auto = "auto"
    openai = "openai"
    extractive = "extractive"


class SynthesisOption(StrEnum):
    """How the merge is asked for."""

    auto = "auto"
    brief = "brief"
    cluster = "cluster"


Engine = Annotated[
    EngineOption | None, typer.Option(help="auto: a model if a key or base URL is set, else extractive.")
]
ModelName = Annotated[str | None, typer.Option(help="The model's name at the endpoint.")]
BaseUrl = Annotated[str | None, typer.Option(help="Any OpenAI-compatible server.")]
LocalModel = Annotated[
    str | None, typer.Option(metavar="GGUF", help="Serve this model file here meanwhile (extra: local).")
]
Synthesis = Annotated[SynthesisOption | None, typer.Option(help="The whole brief in one call, or one cluster a call.")]
Entailment = Annotated[
    str | None,
    typer.Option(metavar="DIR", help="Ask this ONNX cross-encoder about each verdict (extra: entailment)."),
]
Batch = Annotated[
    bool, typer.Option("--batch", help="Send requests as batches: half the price at most providers, up to a day each.")
]
BatchFilesOnly = Annotated[
    bool,
    typer.Option("--batch-files-only", help="Write batch files for another program, and call nobody."),
]
BatchReplies = Annotated[
    list[str] | None, typer.Option(metavar="FILE", help="What came of such files; may be given several times.")
]
