"""How many exact words pin the evidence: quotes of 3, 6 and 12 words and none.

    python evals/benchmarks/quotes.py                                    # of what a real model has answered, recorded
    python evals/benchmarks/quotes.py --base-url URL --model NAME [ARTICLE…]      # asked anew for each length

**Recorded.** The claims of ``evals/recordings``, each with its quote cut to so many words; *none* leaves the numbers of
its sentences. *moved* are claims that are grounded, and in another passage than with the whole quote.

**Asked.** For each length the prompt `summarize` is asked with the length in its place, and nothing else changed;
without words the model gives sentence numbers alone, and the sentences stand for the words. *elsewhere* are grounded
claims whose words do not stand in the sentence that was named. Tokens are the server's own counts, repairs included.

*grounded* are the claims whose words were found and whose passage bears them out (the guards of `stages/ground`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, Field, create_model

from pipeline.domain.article import Article
from pipeline.domain.claims import Claim, Kind
from pipeline.engines.protocol import ClaimDraft
from pipeline.engines.replies import ClaimReply, ClaimsReply
from pipeline.engines.requests import Requests
from pipeline.errors import ModelError
from pipeline.llm.keeping import CountingChat
from pipeline.llm.protocol import ChatRequest
from pipeline.llm.structured import ask, portable_schema
from pipeline.llm.tokens import TokenCounter
from pipeline.runs.chat import open_chat
from pipeline.runs.engines import checked_prompts
from pipeline.settings import load_settings
from pipeline.stages.ground import ground
from pipeline.stages.ingest import ingest
from pipeline.text.quotes import mend_quotes

ROOT: Final = Path(__file__).parents[2]
ARTICLES: Final = sorted((ROOT / "seeds").glob("*.txt"))[:2]
_ASKED: Final = "copy 4 to 12 words"
_LENGTHS: Final = {"3": "copy 3 words", "6": "copy 4 to 6 words", "12": "copy 8 to 12 words", "as shipped": _ASKED}
_NONE: Final = "none"
_LONGEST: Final = 1000
STORIES: Final = {
    "seeds": ROOT / "seeds",
    "ferry": ROOT / "evals/stories/ferry/articles",
    "strike": ROOT / "evals/stories/strike/articles",
}


class SentencesReply(BaseModel):
    """A claim that points at sentences only."""

    sentences: list[int] = Field(min_length=1, max_length=3)
    speaker: str | None = Field(max_length=120)
    claim: str = Field(max_length=400)
    kind: Kind


class Row(NamedTuple):
    """What one length gave, over all articles."""

    claims: int
    grounded: int
    elsewhere: int
    not_found: int
    tokens_in: int
    tokens_out: int
    failed: int


def main() -> None:
    """Ask, and print the table."""
    parser = argparse.ArgumentParser(description="Lengths of quotes.")
    parser.add_argument("--base-url")
    parser.add_argument("--model", default="any")
    parser.add_argument("articles", nargs="*", default=[str(path) for path in ARTICLES])
    given = parser.parse_args()
    if given.base_url:
        asyncio.run(_measure(given.base_url, given.model, given.articles))
    else:
        recorded()


# --- recorded


def recorded() -> None:
    """Print the table of what was recorded."""
    counter = TokenCounter.for_model("gpt-4o", hosted=True)
    asked = [pair for name, folder in STORIES.items() for pair in _recorded_claims(name, folder)]
    whole = [_grounded(article, claim, _LONGEST) for article, claim in asked]
    print(f"{len(asked)} claims of a real model, quotes cut to so many words; tokens of o200k_base")
    print(f"{'words':<8}{'grounded':>10}{'moved':>8}{'not found':>11}{'not borne out':>15}{'tokens a claim':>16}")
    for most in (0, 3, 6, 12, _LONGEST):
        found = [_grounded(article, claim, most) for article, claim in asked]
        reasons = [one for one in found if isinstance(one, str)]
        moved = sum(
            isinstance(now, Claim) and isinstance(then, Claim) and now.evidence != then.evidence
            for now, then in zip(found, whole, strict=True)
        )
        missing = sum("do not stand" in reason for reason in reasons)
        tokens = sum(counter.count(_cut(claim.words, most)) for _, claim in asked) / len(asked)
        name = "none" if not most else "all" if most == _LONGEST else f"{most}"
        grounded, refused = len(found) - len(reasons), len(reasons) - missing
        print(f"{name:<8}{grounded:>10}{moved:>8}{missing:>11}{refused:>15}{tokens:>16.1f}")


def _recorded_claims(name: str, folder: Path) -> Iterator[tuple[Article, ClaimReply]]:
    """The claims of a recording, each with its article, which is known by its numbered sentences."""
    requests = Requests("any", checked_prompts())
    articles = {requests.summarize(a).messages[1].content: a for a in ingest([str(folder)]).articles}
    for line in (ROOT / "evals/recordings" / name / "replies.jsonl").read_text(encoding="utf-8").splitlines():
        loaded = json.loads(line)
        article = articles.get(loaded["request"]["messages"][1]["content"])
        if article is not None:
            yield from ((article, claim) for claim in ClaimsReply.model_validate_json(loaded["reply"]["text"]).claims)


def _cut(words: str, most: int) -> str:
    return " ".join(words.split()[:most])


def _grounded(article: Article, claim: ClaimReply, most: int) -> Claim | str:
    """The claim with its quote cut, or why it was rejected."""
    words = _cut(claim.words, most) or article.sentence_texts()[claim.sentences[0] - 1]
    draft = ClaimDraft(
        words=words,
        sentences=tuple(claim.sentences),
        speaker=claim.speaker,
        text=mend_quotes(claim.claim),
        kind=claim.kind,
    )
    claims, rejected = ground(article, [draft])
    return claims[0] if claims else rejected[0].reason


# --- asked


async def _measure(base_url: str, model: str, paths: Sequence[str]) -> None:
    settings = load_settings({"base_url": base_url, "model": model, "cache": "off", "concurrency": 1}, {})
    articles = ingest(list(paths)).articles
    print(f"{len(articles)} articles, {model}")
    print(
        f"{'words':<12}{'claims':>8}{'grounded':>10}{'elsewhere':>11}{'not found':>11}{'in':>8}{'out':>8}{'failed':>8}"
    )
    async with open_chat(settings, fresh=False, tell=print) as (chat, *_):
        for name in (*_LENGTHS, _NONE):
            row = _sum([await _row(chat, model, name, article) for article in articles])
            print(
                f"{name:<12}{row.claims:>8}{row.grounded:>10}{row.elsewhere:>11}{row.not_found:>11}"
                f"{row.tokens_in:>8}{row.tokens_out:>8}{row.failed:>8}",
                flush=True,
            )


async def _row(chat: Any, model: str, name: str, article: Article) -> Row:
    prompt = checked_prompts()["summarize"]
    asked = prompt.system.replace(_ASKED, _LENGTHS.get(name, _ASKED))
    item: type[BaseModel] = ClaimReply
    if name == _NONE:
        lines = [line for line in prompt.system.splitlines() if not line.startswith('- "words"')]
        asked = "\n".join(lines).replace(
            "the number of the sentence the words stand in", "the numbers of the one to three sentences that say it"
        )
        item = SentencesReply
    prompts = {**checked_prompts(), "summarize": prompt.model_copy(update={"system": asked})}
    request, output = _with_items(Requests(model, prompts).summarize(article), item, article)
    counting = CountingChat(chat)
    try:
        reply: Any = await ask(counting, request, output)
    except ModelError as error:
        print(f"  {name}, {article.id}: {error.message}")
        return Row(0, 0, 0, 0, counting.used.prompt_tokens, counting.used.completion_tokens, 1)
    used = counting.used
    return _judged(reply.claims, article)._replace(tokens_in=used.prompt_tokens, tokens_out=used.completion_tokens)


def _with_items(request: ChatRequest, item: type[BaseModel], article: Article) -> tuple[ChatRequest, type[BaseModel]]:
    """The request with the schema of these items."""
    output = create_model("ClaimsReply", claims=(list[item], ...))  # type: ignore[valid-type]  # the type is made here
    schema = portable_schema(output)
    claims = schema["properties"]["claims"]
    claims["maxItems"] = request.json_schema["properties"]["claims"]["maxItems"] if request.json_schema else 0
    numbers = list(range(1, len(article.sentences) + 1))
    claims["items"]["properties"]["sentences"]["items"] = {"type": "integer", "enum": numbers}
    return request.model_copy(update={"json_schema": schema}), output


def _judged(replies: Sequence[Any], article: Article) -> Row:
    texts = article.sentence_texts()
    drafts = [
        ClaimDraft(
            words=getattr(one, "words", None) or texts[one.sentences[0] - 1],
            sentences=tuple(one.sentences),
            speaker=one.speaker,
            text=mend_quotes(one.claim),
            kind=one.kind,
        )
        for one in replies
    ]
    judged = [ground(article, [draft]) for draft in drafts]
    found = [(draft, claims[0]) for draft, (claims, _) in zip(drafts, judged, strict=True) if claims]
    named = [[article.sentences[n - 1] for n in draft.sentences] for draft, _ in found]
    away = sum(
        not any(
            span.start <= claim.evidence[0].start < span.end
            or claim.evidence[0].start <= span.start < claim.evidence[0].end
            for span in spans
        )
        for (_, claim), spans in zip(found, named, strict=True)
    )
    missing = sum("do not stand" in one.reason for _, rejected in judged for one in rejected)
    return Row(len(drafts), len(found), away, missing, 0, 0, 0)


def _sum(rows: Sequence[Row]) -> Row:
    return Row(*(sum(column) for column in zip(*rows, strict=True)))


if __name__ == "__main__":
    main()
