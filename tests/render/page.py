"""A page read back as a browser's parser would: elements, attributes and text."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset({"meta", "rect", "input", "br"})


class Element:
    """An element with its attributes and the text below it."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.text = ""

    def classes(self) -> list[str]:
        """The classes."""
        return self.attributes.get("class", "").split()


class Page(HTMLParser):
    """All elements of a page, in document order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self._open, f"left open: {[element.tag for element in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        element = self._open.pop()
        assert element.tag == tag, f"</{tag}> closes <{element.tag}>"

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, class_: str | None = None) -> list[Element]:
        """The elements of a tag, and of a class where one is given."""
        return [e for e in self.elements if e.tag == tag and (class_ is None or class_ in e.classes())]

    def ids(self) -> list[str]:
        """Every id, with repetitions."""
        return [e.attributes["id"] for e in self.elements if "id" in e.attributes]

    def highlighted(self, key: str) -> str:
        """The text that is highlighted for a citation."""
        pieces = [e for e in self.elements if key in e.attributes.get("data-cites", "").split()]
        return "".join(piece.text for piece in pieces)
