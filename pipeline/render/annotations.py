"""Claims as W3C Web Annotations, one JSON object a line: what an article says, and where its words stand.

Keys and values are those of the Web Annotation Data Model (https://www.w3.org/TR/annotation-model/). Its Text Position
Selector counts Unicode code points from 0, the end not included, as this program does; many browser tools count
UTF-16 units instead. Positions are those of the cleaned text that the run has stored. The quote, with what stands
before and after it, finds the passage anywhere: on the page at the article's address, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from pipeline.domain.claims import ArticleFile, Claim, Evidence
from pipeline.domain.synthesis import Source, Synthesis
from pipeline.render import wording
from pipeline.render.visible import json_escaped

_CONTEXT: Final = "http://www.w3.org/ns/anno.jsonld"


class _Passage(NamedTuple):
    """What one annotation is about: a claim (None where a text cites without one) at a place of an article."""

    claim_id: str | None
    article_id: str
    start: int
    end: int


def render_annotations(synthesis: Synthesis, files: Sequence[ArticleFile], *, all_claims: bool = False) -> str:
    """A line for every passage of every claim that the summary uses; with ``all_claims``, of every claim.

    The same run gives the same lines; ids stay the same from run to run as long as passage and claim do.
    """
    claims = {claim.id: claim for file in files for claim in file.summary.claims}
    cited = _cited(synthesis)
    used = {passage.claim_id for passage in cited}
    found = dict(_passages(claim for claim in claims.values() if all_claims or claim.id in used))
    found |= {passage: evidence for passage, (evidence, _) in cited.items()}
    places = {source.article_id: (number, source) for number, source in enumerate(synthesis.sources)}
    listed = [passage for passage in found if passage.article_id in places]
    ordered = sorted(listed, key=lambda p: (places[p.article_id][0], p.start, p.end, p.claim_id or ""))
    lines = (
        _annotation(found[passage], claims.get(passage.claim_id or ""), _texts(passage, cited), source)
        for passage in ordered
        for _, source in [places[passage.article_id]]
    )
    return "".join(json_escaped(json.dumps(line, ensure_ascii=False)) + "\n" for line in lines)


def _passages(claims: Iterable[Claim]) -> Iterator[tuple[_Passage, Evidence]]:
    for claim in claims:
        for evidence in claim.evidence:
            yield _passage(claim.id, evidence), evidence


def _passage(claim_id: str | None, evidence: Evidence) -> _Passage:
    return _Passage(claim_id, evidence.article_id, evidence.start, evidence.end)


def _cited(synthesis: Synthesis) -> dict[_Passage, tuple[Evidence, list[str]]]:
    """Every cited passage with the texts that cite it."""
    positions = (position for disagreement in synthesis.disagreements for position in disagreement.positions)
    citing = [(statement.text, statement.citations) for statement in synthesis.statements]
    citing += [(position.text, position.citations) for position in positions]
    found: dict[_Passage, tuple[Evidence, list[str]]] = {}
    for text, citations in citing:
        for citation in citations:
            passage = _passage(citation.claim_id, citation.evidence)
            texts = found.setdefault(passage, (citation.evidence, []))[1]
            if text not in texts:
                texts.append(text)
    return found


def _texts(passage: _Passage, cited: Mapping[_Passage, tuple[Evidence, list[str]]]) -> list[str]:
    return cited[passage][1] if passage in cited else []


def _annotation(evidence: Evidence, claim: Claim | None, texts: Sequence[str], source: Source) -> dict[str, Any]:
    """The claim describes the passage; who says so is a comment; the texts of the summary are linked to it."""
    bodies = [_body(claim.text, "describing")] if claim else []
    bodies += [_body(said, "commenting") for said in [_said(claim)] if said]
    bodies += [_body(text, "linking") | {"id": _urn("statement", text)} for text in texts]
    return {
        "@context": _CONTEXT,
        "id": _urn(source.sha256, str(evidence.start), str(evidence.end), claim.text if claim else "", *_told(claim)),
        "type": "Annotation",
        "motivation": "describing" if claim else "linking",
        "body": bodies,
        "target": _targets(evidence, source),
    }


def _targets(evidence: Evidence, source: Source) -> list[dict[str, Any]]:
    """The page at the article's address, if it has one, then the file that was read, named by its digest.

    All selectors of one target should select the same (section 4.2). Positions in the cleaned text do not on the page,
    with its menus and captions: there the quote alone is given.
    """
    position = {"type": "TextPositionSelector", "start": evidence.start, "end": evidence.end}
    quote = {
        "type": "TextQuoteSelector",
        "exact": evidence.quote,
        "prefix": evidence.prefix,
        "suffix": evidence.suffix,
    }
    link = wording.link(source.url)
    page = [{"type": "SpecificResource", "source": link[0], "selector": [quote]}] if link else []
    digest = f"nih:sha-256;{source.sha256}"  # RFC 6920: a registered way to name bytes, in hexadecimal
    return [*page, {"type": "SpecificResource", "source": digest, "selector": [position, quote]}]


def _body(text: str, purpose: str) -> dict[str, str]:
    return {"type": "TextualBody", "value": text, "format": "text/plain", "purpose": purpose}


def _told(claim: Claim | None) -> tuple[str, ...]:
    """Two claims of one passage in the same words differ in who says so, or not at all."""
    return tuple(link.name for link in claim.attribution) if claim else ()


def _said(claim: Claim | None) -> str:
    """Who says so: without it, "police said X" would become "X"."""
    speaker, relays = wording.speakers(claim.attribution if claim else ())
    if speaker is None:
        return ""
    return f"Said by {speaker}, via {', '.join(relays)}." if relays else f"Said by {speaker}."


def _urn(*parts: str) -> str:
    """A name made from what it names (RFC 9562, version 5), the same in every run."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, json.dumps(parts))}"
