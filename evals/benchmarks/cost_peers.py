"""One peer of ``cost.py``, in an environment that has it: the same articles, through the server that counts.

    PYTHON evals/benchmarks/cost_peers.py NAME --base-url URL --work FILE

FILE has ``{"title", "articles": [{"id", "text"}], "words"}``. Needs no part of this project.

- ``langchain``: map-reduce with LangChain's own parts (`ChatPromptTemplate | ChatOpenAI | StrOutputParser`, `batch` for
  the map): each article summarized with the marks of its passages, then one call that merges these and keeps the marks.
  LangChain ships no such chain any more; the prompts are those of its tutorial, with a sentence about citations.
- ``llamaindex``: `CitationQueryEngine` over a `SummaryIndex`, so that every article is read (with a vector index only
  the best two chunks would be), chunks of 512 tokens and `compact` answers as by default.
- ``langextract``: `lx.extract` with one example, as its documentation advises, buffers of 1,000 characters as by
  default. It finds claims and where they stand; it merges nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

MODEL = "gpt-4o-mini"
KEY = "sk-stub-0000000000000000"
_MAP = """Write a concise summary of the following, with the facts, figures and who says what. After each sentence \
cite the numbered passages it rests on, such as [{number}.2].

{context}"""
_REDUCE = """The following is a set of summaries:

{docs}

Take these and distill it into a final, consolidated summary of the main themes in at most {words} words. Keep the \
citations of every fact, and say where the summaries contradict each other."""
_CLAIMS = """Extract the claims of this news article in order of appearance: what happened, figures, who says what. \
Use exact text; do not paraphrase. Give the speaker as an attribute."""


def langchain(base_url: str, work: dict[str, Any]) -> None:
    """A map call for each article and a reduce call."""
    prompts: Any = import_module("langchain_core.prompts")
    parsers: Any = import_module("langchain_core.output_parsers")
    openai: Any = import_module("langchain_openai")
    llm = openai.ChatOpenAI(model=MODEL, base_url=base_url, api_key=KEY, temperature=0)
    each = prompts.ChatPromptTemplate.from_messages([("human", _MAP)])
    merge = prompts.ChatPromptTemplate.from_messages([("human", _REDUCE)])
    inputs = [
        {"number": number, "context": "\n".join(f"[{number}.{n}] {line}" for n, line in enumerate(_lines(one), 1))}
        for number, one in enumerate(work["articles"], 1)
    ]
    told = (each | llm | parsers.StrOutputParser()).batch(inputs)
    (merge | llm | parsers.StrOutputParser()).invoke({"docs": "\n\n".join(told), "words": work["words"]})


def _lines(article: dict[str, str]) -> list[str]:
    return [line for line in article["text"].split("\n") if line.strip()]


def llamaindex(base_url: str, work: dict[str, Any]) -> None:
    """One question over all chunks of all articles."""
    core: Any = import_module("llama_index.core")
    engines: Any = import_module("llama_index.core.query_engine")
    like: Any = import_module("llama_index.llms.openai_like")
    llm = like.OpenAILike(
        model=MODEL, api_base=base_url, api_key=KEY, is_chat_model=True, context_window=128_000, max_retries=0
    )
    index = core.SummaryIndex.from_documents([core.Document(text=one["text"]) for one in work["articles"]])
    engine = engines.CitationQueryEngine.from_args(index, llm=llm)
    engine.query(
        f"Summarize what happened and who says what about it in at most {work['words']} words, with the figures; say "
        "where the sources contradict each other."
    )


def langextract(base_url: str, work: dict[str, Any]) -> None:
    """The claims of each article, chunk by chunk."""
    lx: Any = import_module("langextract")
    openai: Any = import_module("langextract.providers.openai")
    example = lx.data.ExampleData(
        text="The old bridge at Orm was closed on Friday after 12 cracks were found, the mayor, Jana Reid, said.",
        extractions=[
            lx.data.Extraction(
                extraction_class="claim",
                extraction_text="The old bridge at Orm was closed on Friday after 12 cracks were found",
                attributes={"speaker": "the mayor, Jana Reid", "kind": "event"},
            )
        ],
    )
    model = openai.OpenAILanguageModel(model_id=MODEL, api_key=KEY, base_url=base_url)
    for one in work["articles"]:
        lx.extract(
            text_or_documents=one["text"],
            prompt_description=_CLAIMS,
            examples=[example],
            model=model,
            show_progress=False,
        )


PEERS = {"langchain": langchain, "llamaindex": llamaindex, "langextract": langextract}


def main() -> None:
    """Run one peer."""
    parser = argparse.ArgumentParser(description="One peer.")
    parser.add_argument("name", choices=sorted(PEERS))
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--work", required=True, type=Path)
    given = parser.parse_args()
    PEERS[given.name](given.base_url, json.loads(given.work.read_text(encoding="utf-8")))


if __name__ == "__main__":
    sys.exit(main())
