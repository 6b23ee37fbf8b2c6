"""The engine that asks a language model, through any OpenAI-compatible server."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from pipeline.domain.article import Article
from pipeline.domain.claims import Claim, Usage
from pipeline.domain.clusters import DIFFERING, ClaimCluster
from pipeline.domain.verdict import Verdict
from pipeline.engines.merging import MOST_LEVELS, Topic, packed, shown
from pipeline.engines.protocol import (
    Brief,
    ClaimDraft,
    EngineName,
    StatementDraft,
    SummaryDraft,
    SynthesisDraft,
)
from pipeline.engines.replies import MOST_CITED, MOST_OF_WORDS, ClaimReply, ClaimsReply, SentenceReply, StatementsReply
from pipeline.engines.requests import Requests, claim_lines, most_splits, most_statements, one_line
from pipeline.engines.salience import Candidate, choose, topic_of
from pipeline.engines.written_language import is_to_be_translated
from pipeline.errors import InvalidReply, ReplyError, RequestTooLarge, TruncatedReply
from pipeline.llm.deferring import in_turn
from pipeline.llm.keeping import CountingChat, Forget, remembering
from pipeline.llm.protocol import ChatModel
from pipeline.llm.structured import ask
from pipeline.llm.tasks import give_up
from pipeline.llm.tokens import estimate
from pipeline.prompting import Prompt
from pipeline.text.quotes import mend_quotes
from pipeline.text.sentences import closed, ends_like_a_sentence, units_of_text
from pipeline.text.templates import shown_text

SynthesisMode = Literal["brief", "cluster"]
Way = Literal["brief", "cluster", "either"]
"""``either`` is the whole brief in one call, and one cluster a call where too much of that fails."""

_FEWEST_SENTENCES: Final = 2


class LlmEngine:
    """Drafts by a model.

    ``way`` says how the brief is synthesized, ``mode`` how at present. ``forget`` is told of requests whose replies
    were of no use, so that a later run asks again instead of failing for ever.
    """

    def __init__(
        self,
        chat: ChatModel,
        model: str,
        prompts: Mapping[str, Prompt],
        way: Way,
        forget: Forget = lambda _: None,
    ) -> None:
        self._chat = CountingChat(chat)
        self._model = model
        self._requests = Requests(model, prompts)
        self._forget = forget
        self._way = way

    @property
    def name(self) -> EngineName:
        """The engine's name in records."""
        return "openai"

    @property
    def model(self) -> str:
        """The model's name as it was asked for."""
        return self._model

    @property
    def mode(self) -> SynthesisMode:
        """How the brief is synthesized at present."""
        return "cluster" if self._way == "cluster" else "brief"

    @property
    def used(self) -> Usage:
        """What all calls so far took."""
        return self._chat.used

    async def summarize(self, article: Article) -> SummaryDraft:
        """The article's claims: exact words first, then the speaker, then the claim.

        An article that does not fit, or whose claims do not, is read in parts.
        """
        numbers = range(1, len(article.sentences) + 1)
        with remembering(self._chat, self._forget) as chat:
            replies = await self._read(chat, article, numbers, most_splits(article))
        drafts = (
            ClaimDraft(
                words=_whole_words(c.words),
                sentences=tuple(c.sentences),
                speaker=_speaker(c.speaker),
                text=_sentence_of(c.claim),
                kind=c.kind,
            )
            for c in replies
        )
        return SummaryDraft(claims=tuple(drafts), usage=chat.used)

    async def _read(self, chat: ChatModel, article: Article, part: range, splits: int) -> list[ClaimReply]:
        """The claims of a part of the article; of its halves, where it cannot be read at once."""
        try:
            return (await ask(chat, self._requests.summarize(article, part), ClaimsReply)).claims
        except (TruncatedReply, RequestTooLarge):
            if not splits or len(part) < _FEWEST_SENTENCES:
                raise
        middle = len(part) // 2
        halves = await in_turn(self._read(chat, article, half, splits - 1) for half in (part[:middle], part[middle:]))
        return [claim for half in halves for claim in half]

    async def synthesize(self, brief: Brief) -> SynthesisDraft:
        """One call over the whole brief, or one a cluster; a brief that cannot be answered is told by cluster."""
        if self.mode == "cluster":
            return await self._by_cluster(brief)
        try:
            return await self._in_one(brief)
        except (ReplyError, RequestTooLarge) as error:
            draft = await self._by_cluster(brief)
            note = f"The whole brief in one call did not work ({error.message}); one cluster a call was used."
            return draft.model_copy(update={"notes": (note, *draft.notes)})

    async def synthesize_again(self, brief: Brief) -> SynthesisDraft | None:
        """One cluster a call, where the whole brief in one call was a choice that may be changed."""
        if self._way != "either":
            return None
        self._way = "cluster"
        return await self._by_cluster(brief)

    async def repair(self, draft: StatementDraft, verdict: Verdict, brief: Brief) -> SynthesisDraft:
        """The sentence again, shown what was wrong with it."""
        claims = [brief.claims[i] for i in draft.claim_ids if i in brief.claims][:MOST_CITED]
        if not claims:
            return SynthesisDraft(statements=())
        problems = "\n".join(f"- {guard.name}: {shown_text(guard.detail)}" for guard in verdict.failures())
        inputs = {"sentence": shown_text(draft.text), "problems": problems, "claims": claim_lines(claims, ids=False)}
        try:
            text = await self._sentence("repair", inputs, brief)
        except (ReplyError, RequestTooLarge):
            return SynthesisDraft(statements=())
        return SynthesisDraft(statements=(StatementDraft(text=text, claim_ids=draft.claim_ids),))

    async def _in_one(self, brief: Brief) -> SynthesisDraft:
        topics, notes = await self._worth_telling(brief)
        most = most_statements(brief.words)
        reply = await ask(self._chat, self._requests.synthesize(topics, brief), StatementsReply)
        drafts = (
            StatementDraft(text=sentence, claim_ids=tuple(s.claim_ids))
            for s in reply.statements
            for sentence in _sentences(one_line(s.text))
        )
        known = tuple(draft for draft in drafts if set(draft.claim_ids) & set(brief.claims))
        if not known:
            raise InvalidReply("No statement of the reply cites a claim that exists.")
        return SynthesisDraft(statements=known[:most], notes=notes)

    async def _worth_telling(self, brief: Brief) -> tuple[list[Topic], tuple[str, ...]]:
        """As many topics as one call can hold: where there are more, those that summaries of the parts cite."""
        clusters = _topics(brief)
        parts = packed([_topic(cluster, brief) for cluster in clusters])
        if len(parts) <= 1:
            return [topic for part in parts for topic in part], ()
        notes = [f"The brief was read in {len(parts)} parts ({len(clusters):,} topics), and what they cite was merged."]
        for level in range(1, MOST_LEVELS + 1):
            told = await self._each_cited(parts, brief)
            notes += [note for _, note in told if note]
            parts = packed([_topic(topic.cluster, brief, level) for part, _ in told for topic in part])
            if len(parts) == 1:
                return parts[0], tuple(notes)
        left = sum(map(len, parts[1:]))
        return parts[0], (*notes, f"{left:,} topics that they cite were too many for one call, and were left out.")

    async def _each_cited(self, parts: Sequence[Sequence[Topic]], brief: Brief) -> list[tuple[Sequence[Topic], str]]:
        """`_cited` of all parts at once; where one raises, the others are not left to go on asking."""
        tasks = [asyncio.ensure_future(self._cited(part, brief)) for part in parts]
        try:
            return await asyncio.gather(*tasks)
        finally:
            await give_up(tasks)

    async def _cited(self, part: Sequence[Topic], brief: Brief) -> tuple[Sequence[Topic], str]:
        """The topics of a part that a summary of it cites, in their order; without an answer, the first, and why."""
        most = most_statements(brief.words)
        try:
            reply = await ask(self._chat, self._requests.synthesize(part, brief), StatementsReply)
        except ReplyError as error:
            return part[:most], f"A part of the brief gave no answer ({error.message}); its first topics were taken."
        place = {claim.id: number for number, topic in enumerate(part) for claim in topic.claims}
        cited = dict.fromkeys(place[name] for s in reply.statements for name in s.claim_ids if name in place)
        return [part[number] for number in sorted(list(cited)[:most])], ""

    async def _by_cluster(self, brief: Brief) -> SynthesisDraft:
        """The topics worth telling: one of a single claim in that claim's words, the others in a call each."""
        topics = {cluster.id: cluster for cluster in brief.clusters}
        told = topic_of(brief)
        chosen = choose(brief)[: most_statements(brief.words)]
        parts = await in_turn(
            self._told(one, shown(_claims(topics[told[one.claim.id]], brief)), brief) for one in chosen
        )
        drafts = [draft for part in parts for draft in part.statements]
        notes = tuple(note for part in parts for note in part.notes)
        return SynthesisDraft(statements=tuple(drafts[: most_statements(brief.words)]), notes=notes)

    async def _told(self, chosen: Candidate, claims: Sequence[Claim], brief: Brief) -> SynthesisDraft:
        """One topic: in the words of its only claim, else in a sentence of the model's over its claims."""
        texts, notes = [chosen.text], list[str]()
        if len(claims) > 1 or is_to_be_translated(chosen.claim, brief):
            try:
                inputs = {"claims": claim_lines(claims, ids=False)}
                text = await self._sentence("synthesize_cluster", inputs, brief)
                texts = _sentences(text) or texts
            except (ReplyError, RequestTooLarge) as error:
                notes.append(f"One topic is told in a claim's own words: {error.message}")
        ids = tuple(claim.id for claim in claims)
        drafts = tuple(StatementDraft(text=text, claim_ids=ids) for text in texts)
        return SynthesisDraft(statements=drafts, notes=tuple(notes))

    async def _sentence(self, prompt: str, inputs: Mapping[str, str], brief: Brief) -> str:
        request = self._requests.sentence(prompt, inputs, brief)
        return one_line((await ask(self._chat, request, SentenceReply)).sentence)


def _topics(brief: Brief) -> list[ClaimCluster]:
    """All topics: first those of the claims worth telling, in reading order, then those of most origins."""
    told = topic_of(brief)
    order = {told[chosen.claim.id]: place for place, chosen in enumerate(choose(brief))}
    topics = [cluster for cluster in brief.clusters if cluster.relation not in DIFFERING]
    return sorted(topics, key=lambda cluster: (order.get(cluster.id, len(order)), -cluster.origins, cluster.id))


def _topic(cluster: ClaimCluster, brief: Brief, level: int = 0) -> Topic:
    claims = shown(_claims(cluster, brief), level)
    text = f"About: {shown_text(cluster.question)}\n{claim_lines(claims, ids=True)}"
    return Topic(cluster, tuple(claims), text, estimate(text))


def _claims(cluster: ClaimCluster, brief: Brief) -> list[Claim]:
    return [brief.claims[claim_id] for claim_id in cluster.claim_ids()]


def _sentences(text: str) -> list[str]:
    """One statement a sentence: each is checked and cited for itself. What is not closed was cut: no sentence."""
    mended = mend_quotes(text)
    spans = units_of_text(mended)
    return [sentence for span in spans if ends_like_a_sentence(sentence := span.of(mended))]


def _whole_words(words: str) -> str:
    """The words without the last one, where it was cut for want of room: no article holds half a word."""
    whole, _, _ = words.rpartition(" ")
    return whole if whole and len(words) >= MOST_OF_WORDS else words


def _sentence_of(claim: str) -> str:
    """The claim as a sentence: small models leave the full stop out, and statements are told in claims' words."""
    text = one_line(mend_quotes(claim))
    return text if not text or ends_like_a_sentence(text) else closed(text.rstrip(" ,;:"))


def _speaker(name: str | None) -> str | None:
    """Small models write "null" or "None" where they mean nobody."""
    return None if name is None or name.strip().lower() in {"", "null", "none", "n/a", "unknown"} else name
