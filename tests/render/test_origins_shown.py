"""How many independent origins stand behind several articles, as a reader sees it."""

from __future__ import annotations

from pipeline.render.markdown import render_markdown
from pipeline.render.report import render_report
from pipeline.runs.summary_text import read_cited_text
from tests.render.factory import (
    cite,
    evidence,
    make_article,
    make_claim,
    make_cluster,
    make_file,
    make_statement,
    make_synthesis,
)
from tests.render.page import Page

FIRST, SECOND, THIRD = (make_article(key, "They met. They ate.") for key in "abc")
SHARED = [make_claim(f"{a.id}.1", "They met.", evidence(a, 0, 9)) for a in (FIRST, SECOND)]
OWN = make_claim("c.1", "They ate.", evidence(THIRD, 10, 19)).model_copy(update={"origin_id": "c"})
CLAIMS = [*SHARED, OWN]


def test_one_report_in_two_articles_is_said_to_be_one() -> None:
    """The Markdown labels it, names the sources that share it, and reads back as the same sentences."""
    statement = make_statement("They met.", [cite(FIRST, "They met."), cite(SECOND, "They met.")], origins=1)
    synthesis = make_synthesis([FIRST, SECOND, THIRD], [statement])
    shown = render_markdown(synthesis, [FIRST, SECOND, THIRD], CLAIMS)
    assert "**2 articles, 1 origin:** They met. [1][2]" in shown
    entries = [
        line.endswith(ending) for line, ending in zip(shown.splitlines()[-3:], ("with 2", "with 1", "`"), strict=True)
    ]
    assert all(entries)
    assert [(s.text, s.keys) for s in read_cited_text(shown).sentences] == [("They met.", ("1", "2"))]


def test_two_reports_need_no_label() -> None:
    """Where each article is an origin, the citations say it all."""
    statement = make_statement("They ate.", [cite(FIRST, "They ate."), cite(THIRD, "They ate.")], origins=2)
    shown = render_markdown(make_synthesis([FIRST, THIRD], [statement]), [FIRST, THIRD], [SHARED[0], OWN])
    assert "origin" not in shown


def test_what_was_left_out_says_so_too() -> None:
    """Three articles, two origins, in the Markdown and in the report."""
    cluster = make_cluster("k1", "Did they?", *CLAIMS, origins=2)
    synthesis = make_synthesis([FIRST, SECOND, THIRD], omissions=(cluster,))
    assert "- **3 articles, 2 origins:** They" in render_markdown(synthesis, [FIRST, SECOND, THIRD], CLAIMS)
    files = [make_file(a, [c]) for a, c in zip((FIRST, SECOND, THIRD), CLAIMS, strict=True)]
    page = Page(render_report(synthesis, files))
    assert any("3 articles, 2 independent origins" in p.text for p in page.all("p", "remark"))
    assert [p.text for p in page.all("p", "coverage") if "counts once" in p.text] == [
        f"This source shares 1 passage with {other}; what they have in common counts once." for other in (2, 1)
    ]
