"""Texts to try: any Unicode, the odd corners of it, and small articles with names, numbers, quotations and dates."""

from __future__ import annotations

from hypothesis import strategies as st

ODD = (
    "\r\n",
    "\r",
    "\u2028",
    "\u2029",
    "\x85",
    "\x0b",
    "\x0c",
    "\x1c",
    "\n\n",
    "\t",
    "\u00a0",
    "\u200b",
    "\u202e",
    "\ufeff",
    "\x00",
    "e\u0301",
    "한글",
    "\u1112\u1161\u11ab",
    "👩‍👩‍👧",
    "🏳️‍🌈",
    "ﬁ",
    "İ",
    "ß",
    "ſ",
    "“",
    "”",
    '"',
    "‘",
    "’",
    "'",
    "[1]",
    "[^a]",
    "(",
    ")",
    "{",
    "}",
    "#",
    "# ",
    "- ",
    "* ",
    "1. ",
    "1) ",
    "---\n",
    "Title: ",
    "date: 2023-02-31\n",
    " date 2023-03-02 ",
    "PARIS — ",
    "12:30",
    "2 March 2023",
    "May 5",
    "Thursday",
    "ten minutes",
    "at least 1,000 people",
    "1" * 400,
    "$5m",
    "20%",
    "…",
    "...",
    "; ",
    "U.S.",
    "http://a.b/c?d",
    "a@b.c",
    "said",
    "not",
    "according to",
    "she",
    "Powered by",
    "A" * 50,
    "a. " * 5,
)
"""Pieces that have broken text programs before."""

any_text = st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=12)), max_size=24).map("".join)

NAMES = (
    "Ilka Dransfeld",
    "Tomas Errigan",
    "Maria Zakharova",
    "the transport ministry",
    "Mr. Doran",
    "Osser Line",
    "the U.S.",
)
PLACES = ("Pell Quay", "New Delhi", "Lake Ossery", "Teskmoor")
FIGURES = (
    "12 people",
    "about 10 minutes",
    "less than ten minutes",
    "at least 1,000 crowns",
    "20%",
    "three boats",
    "$5 million",
)
DAYS = ("on Thursday", "on 2 March 2023", "in June 2020", "last December", "since 2018", "last week")
CLAIMS = (
    "{a} met {b} {d}",
    "{a} said {b} had lost {f} in {p} {d}",
    "there were no talks between {a} and {b} in {p}",
    "“{f} were not enough,” {a} said {d}",
    "{a} denied that {b} had rejected the offer of {f}",
    "according to {a}, {f} were found in {p}",
    "the ferry left {p} {d} with {f} on board, {a} told reporters",
    '{a} called it a ‘corridor talk’ and "nothing more" {d}',
    "it took {f}",
    "he did not say why",
    "{b}’s plan for {p} [see {d}] was *rejected* by {a} (and others)",
    "“We tried. We failed,” said {a}. “It was {f}”",
    "asked about {p}, {b} added: “No comment”",
    "{a} — who leads {b} — spoke\u00a0of {f} 👩‍👩‍👧 e\u0301",
)
ENDS = (".", ".", ".", ".", "?", "!", "…", ".”", "")


@st.composite
def sentences(draw: st.DrawFn) -> str:
    """One sentence, most of them like news."""
    claim = draw(st.sampled_from(CLAIMS)).format(
        a=draw(st.sampled_from(NAMES)),
        b=draw(st.sampled_from(NAMES)),
        p=draw(st.sampled_from(PLACES)),
        f=draw(st.sampled_from(FIGURES)),
        d=draw(st.sampled_from(DAYS)),
    )
    return claim[:1].upper() + claim[1:] + draw(st.sampled_from(ENDS))


@st.composite
def articles(draw: st.DrawFn) -> str:
    """A small article: a header or none, paragraphs, now and then an odd piece."""
    head = draw(
        st.sampled_from(
            ("", "", "Title: A ferry sinks\nDate: 2 March 2023\n\n", " date 2023-03-02 ", "A ferry sinks\n\n")
        )
    )
    paragraphs = draw(st.lists(st.lists(sentences(), min_size=1, max_size=3).map(" ".join), min_size=1, max_size=4))
    odd = draw(st.sampled_from(("", "", "", *ODD)))
    return head + draw(st.sampled_from(("\n\n", "\n", "\r\n"))).join([*paragraphs, odd])
