"""Numbers of sources and passages on a page, in the order in which the page comes to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pipeline.domain.article import Article
from pipeline.domain.claims import Evidence
from pipeline.domain.clusters import Holder
from pipeline.domain.synthesis import Citation, Source
from pipeline.errors import InputError
from pipeline.render import wording
from pipeline.render.passages import Passage
from pipeline.render.report_views import CiteView

_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"
_LONGEST_NAME: Final = 120

Place = tuple[str, int, int]


class Numbering:
    """Gives each passage its key, once, and vouches that it stands where it is said to."""

    def __init__(self, sources: Sequence[Source], articles: Mapping[str, Article]) -> None:
        self._articles = articles
        self._numbers = {source.article_id: number for number, source in enumerate(sources, 1)}
        self._names = {source.article_id: short_name(source, articles) for source in sources}
        self._keys: dict[Place, str] = {}
        self._places: dict[str, list[Passage]] = {}

    def cite(self, citations: Iterable[Citation]) -> tuple[CiteView, ...]:
        """The links of one text: each passage once, in the order given.

        Raises:
            InputError: a passage does not stand where it is said to.
        """
        unique: dict[Place, Citation] = {}
        for citation in citations:
            unique.setdefault(place_of(citation.evidence), citation)
        chosen = list(unique.values())
        return tuple(self._view(citation, chosen) for citation in chosen)

    def named(self, holders: Sequence[Holder]) -> tuple[Holder, ...]:
        """The holders as a reader knows them: an article without a publisher by its number."""
        return tuple(
            h.model_copy(update={"name": f"source {self._numbers[h.name]}"}) if h.name in self._numbers else h
            for h in holders
        )

    def number(self, article_id: str) -> int:
        """The number of a source."""
        return self._numbers[article_id]

    def name(self, article_id: str) -> str:
        """What a source is called, in a few words."""
        return self._names[article_id]

    def passages(self, article_id: str) -> Sequence[Passage]:
        """The passages of one article that have a key by now."""
        return self._places.get(article_id, ())

    def keys(self) -> frozenset[str]:
        """All keys that were given so far."""
        return frozenset(self._keys.values())

    def keys_of(self, evidence: Iterable[Evidence]) -> frozenset[str]:
        """The keys of these passages, as far as they have one."""
        places = (place_of(e) for e in evidence)
        return frozenset(self._keys[place] for place in places if place in self._keys)

    def _view(self, citation: Citation, together: Sequence[Citation]) -> CiteView:
        evidence = citation.evidence
        self._check(evidence)
        number = self._numbers[evidence.article_id]
        same = [place_of(c.evidence) for c in together if c.evidence.article_id == evidence.article_id]
        letter = _letter(same.index(place_of(evidence))) if len(same) > 1 else ""
        return CiteView(
            key=self._key(evidence),
            label=f"{number}{letter}",
            source=f"Source {number}, {self._names[evidence.article_id]}",
            quote=wording.clipped(evidence.quote),
            is_proposed=citation.cited == "proposed",
            is_attribution=citation.role == "attribution",
        )

    def _key(self, evidence: Evidence) -> str:
        place = place_of(evidence)
        if place not in self._keys:
            self._keys[place] = f"c{len(self._keys) + 1}"
            passage = Passage(self._keys[place], evidence.start, evidence.end)
            self._places.setdefault(evidence.article_id, []).append(passage)
        return self._keys[place]

    def _check(self, evidence: Evidence) -> None:
        article = self._articles.get(evidence.article_id) if evidence.article_id in self._numbers else None
        found = article.text[evidence.start : evidence.end] if article else ""
        if not found or found != evidence.quote:
            raise InputError(
                f"a citation of {evidence.article_id!r}, characters {evidence.start} to {evidence.end}, "
                "does not match the article it names",
                hint="The summary and the articles are not of one run; run `pipeline run` again.",
            )


def place_of(evidence: Evidence) -> Place:
    """Where a passage stands: article, start, end."""
    return evidence.article_id, evidence.start, evidence.end


def _letter(index: int) -> str:
    return _ALPHABET[index] if index < len(_ALPHABET) else f".{index + 1}"


def short_name(source: Source, articles: Mapping[str, Article]) -> str:
    """What to call a source in a few words."""
    article = articles.get(source.article_id)
    beginning = wording.first_words(article.text, 5) if article else ""
    return wording.clipped(source.publisher or source.title or beginning or source.path, _LONGEST_NAME)
