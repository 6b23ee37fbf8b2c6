"""The page as a document: what it shows, links, escapes and admits."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from pipeline.evaluation.evaluated import Evaluation
from pipeline.evaluation.metrics.catalogue import METRICS
from pipeline.evaluation.report.page import render_page
from pipeline.render.visible import has_hidden, plain
from tests.render.page import Element, Page

from .factory import HOSTILE, disagreement, evaluation, everything, everywhere, fact, falsehood, gate, metric, story


def page(found: Evaluation) -> Page:
    """The page, read back."""
    return Page(render_page(found))


def said(element: Element) -> str:
    """Its text on one line."""
    return " ".join(element.text.split())


def cells(found: Evaluation, table: str) -> list[list[str]]:
    """The rows of the first table of a class, below its head."""
    html = render_page(found)
    body = re.search(rf'<table class="{table}">.*?<tbody>(.*?)</tbody>', html, re.DOTALL)
    assert body
    rows = re.findall(r"<tr>(.*?)</tr>", body[1], re.DOTALL)
    return [[said(cell) for cell in Page(row).elements if cell.tag in {"td", "th"}] for row in rows]


def cards(found: Evaluation) -> list[str]:
    """What the card of each fact says."""
    return [said(card) for card in page(found).all("li", "fact")]


def test_verdict_and_gates_come_first() -> None:
    """The heading is the verdict; gates follow, worst first, each with a word beside its sign."""
    assert said(page(everything()).all("h1")[0]) == "1 of 3 gates failed, 1 could not be decided"
    assert cells(everything(), "gates") == [
        ["✕ FAILED", "seeds: falsehoods_stated at most 0 0.500 of 2"],
        ["? NOT MEASURED", "baseline it was made by version 1 of the metrics"],
        ["✓ passed", "seeds: vital_recall at least 0.3 0.714 of 14"],
    ]


def test_waterfall_loses_each_fact_once() -> None:
    """After each stage so many vital and okay facts are left and so many were lost; the unmeasured are not in it."""
    assert cells(everything(), "waterfall") == [
        ["labelled every fact that was measured", "", "3", "2", "0"],
        ["ingest", "", "3", "2", "0"],
        ["summarize", "", "2", "2", "1"],
        ["reconcile", "", "2", "2", "0"],
        ["synthesize", "", "2", "2", "0"],
        ["verify", "", "2", "1", "1"],
        ["counts told in full, credited rightly", "", "1", "0", "2"],
    ]


def test_bars_show_the_numbers() -> None:
    """Vital, okay and lost stand side by side, in proportion, and are hidden from who cannot see them."""
    found = evaluation(story(fact("a"), fact("b", "okay"), fact("c", "okay", "none", lost_at="ingest"), fact("d")))
    drawn = page(found)
    bars = [(bar.attributes.get("x", "0"), bar.attributes["width"]) for bar in drawn.all("rect")]
    assert bars[4:8] == [("0", "1000"), ("0", "500.0"), ("500.0", "250.0"), ("750.0", "250.0")]
    assert all(svg.attributes["aria-hidden"] == "true" for svg in drawn.all("svg"))


def test_losses_are_named() -> None:
    """Below the waterfall each lost fact is named at its stage, as a link to its card."""
    shown = page(everything())
    losses = next(ul for ul in shown.all("ul", "losses"))
    assert said(losses) == (
        "Lost at summarize: asked (vital) Lost at verify: later Told, but not so that it counts: lasted (vital), part"
    )
    ids = {e.attributes["id"] for e in shown.all("li", "fact")}
    assert {"story-1-fact-2", "story-1-fact-3", "story-1-fact-4", "story-1-fact-5"} <= ids


def test_fact_stands_beside_its_text() -> None:
    """Each card has the fact, the text that tells it or comes nearest, and for what does not count, why."""
    told, wrong, lost, *_, unmeasured = cards(everything())
    assert told == (
        "✓ Counts vital met Fact They met in New Delhi. Told by s1, match 0.90 They met in New Delhi on Thursday."
    )
    assert wrong == (
        "✕ Wrong number vital lasted Fact They spoke for 10 minutes. Nearest text s1, match 0.90 They met. "
        "Told with another number. it says 40 for 10"
    )
    assert lost == (
        "✕ Not told vital asked Fact Moscow says Blinken asked for it. Nearest text No text comes near. "
        "Not told; lost at summarize. ✓ ingest: there ✕ summarize: gone ✕ reconcile: gone ✕ synthesize: gone "
        "✕ verify: gone"
    )
    assert unmeasured == (
        "? Not measured okay open Fact The treaty is suspended. Nearest text Not measured. "
        "Not measured. the judge gave no verdict"
    )


def test_filters_count_their_facts() -> None:
    """All, lost or not counted (with what was not measured), vital: each with its number, all chosen at first."""
    labels = [said(label) for label in page(everything()).all("label")]
    assert labels == ["All 6", "Lost or not counted 5", "Vital 3"]
    buttons = page(everything()).all("input")
    assert [("checked" in button.attributes) for button in buttons] == [True, False, False]
    assert len({button.attributes["name"] for button in buttons}) == 1


def test_metrics_come_with_definitions() -> None:
    """Every metric has its value, its bounds where they differ, what it counts, and what it means."""
    rows = cells(everything(), "metrics")
    assert rows[0][1:] == ["0.550 0.500 to 0.600 1 unmeasured", "6"]
    assert rows[0][0].startswith(f"weighted_recall {METRICS['weighted_recall']}")
    assert rows[2][1:] == ["undefined", "0"]


def test_judged_metric_says_so() -> None:
    """A metric by a model's verdicts has the definition of its kind, and says whose verdicts they are."""
    row = cells(evaluation(story(metrics={"judge_vital_recall": metric(1, 3)})), "metrics")[0]
    judged = "By the verdicts of a judging model. Higher is better."
    assert row[0] == f"judge_vital_recall {METRICS['vital_recall']} {judged}"


def test_disagreement_shows_every_side() -> None:
    """Each position says where it is stated, or that it is not; the sum stands above."""
    three = disagreement("d", "Why?", ("A.", "s1"), ("B.", "s2"), ("C.", None))
    topics = [said(topic) for topic in page(everything()).all("div", "topic")]
    assert topics == [
        "How long did they speak? ✕ One side told as the truth how-long Stated in s1 10 minutes. Not stated Less.",
        "Who asked? ✓ 2 of 2 sides stated who-asked Stated in d1.1 Blinken. Stated in d1.2 Nobody.",
        "Was it a talk? ○ Not mentioned talks Not stated Yes. Not stated No.",
    ]
    assert "◐ 2 of 3 sides stated" in said(page(evaluation(story(disagreements=(three,)))).all("div", "topic")[0])


def test_falsehoods_and_verdicts() -> None:
    """A stated falsehood comes first with the text that states it; each text has its verdict and its problems."""
    stated, avoided, verdicts = [said(rows) for rows in page(everything()).all("ul", "rows")]
    assert stated == "✕ Stated in s2 forty They spoke for 40 minutes."
    assert avoided == "✓ Not stated paris They met in Paris."
    assert verdicts == (
        "✓ Supported s1 They met in New Delhi on Thursday. ✕ Contradicted s2 They spoke for 40 minutes. "
        "number: 40 stands in no cited passage ✓ Supported d1.1 Blinken asked. ◐ Supported in part d1.2 Nobody asked."
    )


def test_every_fragment_exists() -> None:
    """No link leads nowhere, every link stays on the page, and no id is there twice."""
    two = everything().stories[0]
    shown = page(evaluation(two, two._replace(id="ferry")))
    addresses = [link.attributes["href"] for link in shown.all("a")]
    assert all(address.startswith("#") and address[1:] in shown.ids() for address in addresses)
    assert len(shown.ids()) == len(set(shown.ids()))


def test_text_that_is_not_shown_is_no_link() -> None:
    """A falsehood in a text that the page does not show names the text without a link."""
    shown = page(evaluation(story(falsehoods=(falsehood("f", "False.", "s9"),))))
    assert "in s9" in shown.elements[0].text
    assert not [a for a in shown.all("a") if a.text == "s9"]


def test_structure_is_accessible() -> None:
    """One first heading, no level skipped, landmarks, names for sections, and a scope for every header cell."""
    shown = page(everything())
    levels = [int(e.tag[1]) for e in shown.elements if re.fullmatch("h[1-6]", e.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert [len(shown.all(tag)) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    assert all(e.attributes["aria-labelledby"] in shown.ids() for e in shown.all("section"))
    assert all(th.attributes["scope"] in {"row", "col"} for th in shown.all("th"))


def test_policy_admits_only_the_style() -> None:
    """The policy forbids everything but the one style, by its digest; of scripts it admits the empty one."""
    html = render_page(everything())
    shown = Page(html)
    meta = next(m for m in shown.all("meta") if m.attributes.get("http-equiv") == "Content-Security-Policy")
    style, nothing = (
        "'sha256-" + b64encode(sha256(text.encode()).digest()).decode() + "'"
        for text in (shown.all("style")[0].text, "")
    )
    assert meta.attributes["content"].split("; ") == [
        "default-src 'none'",
        f"style-src {style}",
        f"script-src {nothing}",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert (len(shown.all("style")), len(shown.all("script"))) == (1, 0)
    assert html.index("http-equiv") < html.index("<style>")


def test_no_inline_handlers_or_styles() -> None:
    """The page carries no inline handler, style attribute or address to load from."""
    for element in page(everything()).elements:
        assert not {"style", "src", "srcset", "srcdoc"} & element.attributes.keys()
        assert not [name for name in element.attributes if name.startswith("on")]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_adds_no_element(hostile: str) -> None:
    """Whatever strings a label, an article or a model brings, the page has the elements it has for plain words."""

    def outline(text: str) -> list[tuple[str, list[str]]]:
        kept = [e for e in page(everywhere(text)).elements if "hidden-char" not in e.classes()]
        return [(e.tag, sorted(e.attributes)) for e in kept]

    assert outline(hostile) == outline("plain words")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_shown(hostile: str) -> None:
    """Hostile text is not hidden either: it stands there as text, with a sign for what cannot be seen."""
    prose = [element.text for element in page(everywhere(hostile)).all("p", "prose")]
    assert set(prose) == {plain(hostile)}


@given(st.text(st.characters()))
def test_any_text_can_be_written(text: str) -> None:
    """Any text gives a page that UTF-8 carries and in which nothing acts unseen."""
    html = render_page(everywhere(text))
    assert html.encode()
    assert not has_hidden(html)


def test_deterministic() -> None:
    """The same evaluation gives the same page, to the byte."""
    assert render_page(everything()) == render_page(everything())


def test_empty_parts_say_so() -> None:
    """A part with nothing in it says so rather than standing empty; a story that was not measured is no story of 0."""
    shown = page(evaluation(story(fact("f", level="unmeasured"))))
    assert [said(p) for p in shown.all("p", "none")] == [
        "There are no gates for this engine and these stories.",
        "Nothing was measured.",
        "Not measured.",
        "Nothing was measured.",
        "No labelled disagreement was looked for.",
        "No labelled falsehood was looked for.",
        "There is no text to judge.",
    ]
    assert not shown.all("table", "waterfall")


def test_style_closes_nothing() -> None:
    """The inlined file cannot end its own element early."""
    assert len(re.findall(r"</style", render_page(evaluation(gates=(gate("g", passed=True),))), re.IGNORECASE)) == 1
