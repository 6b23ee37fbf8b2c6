"""schema.org in a page's JSON-LD: which node is the page's article, and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pipeline.stages.ingest.fields import address, iso_date, language, name, one_line
from pipeline.stages.ingest.fragment import html_text, is_html
from pipeline.text.words import content_stems

_OTHER_TYPES: Final = {"report", "blogposting", "liveblogposting", "socialmediaposting"}
_NOT_FREE: Final = (False, "False", "false", "http://schema.org/False", "https://schema.org/False")
_DEEPEST: Final = 6
_MOST_NODES: Final = 2000

Node = dict[str, Any]


class Described(NamedTuple):
    """What a node says of its article."""

    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None
    author: str | None = None
    correction: str | None = None
    body: str | None = None
    free: bool = True


def nodes(documents: Iterable[Any]) -> list[Node]:
    """All objects of all scripts, arrays and ``@graph`` opened, in order."""
    found: list[Node] = []
    for document in documents:
        for node in _objects(document, 0):
            if len(found) >= _MOST_NODES:
                return found
            found.append(node)
    return found


def _objects(value: Any, depth: int) -> Iterator[Node]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for item in value.values():
            if isinstance(item, dict | list):
                yield from _objects(item, depth + 1)


def article_of(found: Sequence[Node], canonical: str | None, title: str | None) -> Described | None:
    """The page's own article: the one at its address, else under its title, else the first with a headline.

    Pages describe the articles that they link to, as well.
    """
    articles = [node for node in found if _is_article(node) and one_line(node.get("headline") or node.get("name"))]
    if not articles:
        return None
    by_id = {node["@id"]: node for node in found if isinstance(node.get("@id"), str) and len(node) > 1}
    words = set(content_stems(title or ""))

    def fits(node: Node) -> tuple[bool, int]:
        headline = content_stems(one_line(node.get("headline") or node.get("name")) or "")
        return canonical is not None and _address(node) == canonical, len(words & set(headline))

    return _described(max(articles, key=fits), by_id)


def _is_article(node: Node) -> bool:
    types = node.get("@type")
    kinds = [types] if isinstance(types, str) else types if isinstance(types, list) else []
    return any(
        isinstance(kind, str) and (kind.lower().endswith("article") or kind.rpartition("/")[2].lower() in _OTHER_TYPES)
        for kind in kinds
    )


def _address(node: Node) -> str | None:
    page = node.get("mainEntityOfPage")
    return address(node.get("url")) or address(page.get("@id") if isinstance(page, dict) else page)


def _described(node: Node, by_id: Mapping[str, Node]) -> Described:
    body = node.get("articleBody")
    body = body if isinstance(body, str) else ""
    return Described(
        title=one_line(node.get("headline") or node.get("name")),
        publisher=name(_resolved(node.get("publisher"), by_id))
        or name(_resolved(node.get("sourceOrganization"), by_id)),
        published=iso_date(node.get("datePublished")),
        url=_address(node),
        language=language(node.get("inLanguage")),
        author=name(_resolved(node.get("author") or node.get("creator"), by_id)),
        correction=_correction(_resolved(node.get("correction"), by_id)),
        body=(html_text(body) if is_html(body) else body).strip() or None,
        free=node.get("isAccessibleForFree") not in _NOT_FREE,
    )


def _resolved(value: Any, by_id: Mapping[str, Node]) -> Any:
    """A reference to another node of the graph, followed once."""
    if isinstance(value, list):
        return [_resolved(item, by_id) for item in value[:20] if not isinstance(item, list)]
    if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
        return by_id.get(value["@id"], value)
    return value


def _correction(value: Any) -> str | None:
    if isinstance(value, list):
        return next((found for item in value if (found := _correction(item))), None)
    if isinstance(value, dict):
        return one_line(value.get("text") or value.get("description"))
    text = one_line(value)
    return None if text and address(text) else text  # an address of the corrections page says nothing
