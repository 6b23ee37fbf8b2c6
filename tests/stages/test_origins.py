"""Origins: what is one report in several articles, and what only looks like one. All articles are made up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.domain.article import Article
from pipeline.domain.claims import Claim, independent_origins
from pipeline.engines.extractive import ExtractiveEngine
from pipeline.stages.ground import ground
from pipeline.stages.ingest import ingest
from pipeline.stages.reconcile import trace_origins

WIRE = (
    "A dam above the town of Hallek gave way on Sunday night, flooding some 300 houses and cutting the only "
    "road to the valley, the district office said.\n\n"
    'Rescue workers brought 41 people to safety in boats before daybreak. "We heard the water long before we '
    'saw it," said Runa Meske, who was pulled from the roof of her bakery.\n\n'
    "The dam was built in 1961 and was due to be inspected in the autumn, according to the water board. Its "
    "director, Olm Tarrant, said engineers had found a crack in the western wall in May.\n\n"
    "Schools in the district will stay closed until Thursday, and the army has sent two hundred soldiers to "
    "help with the clearing up.\n"
)

OWN = (
    "Mud lay knee-deep in the market square of Hallek on Monday as shopkeepers carried out what the flood had "
    "left them.\n\n"
    '"Nobody rang a siren. I woke because the dog stood in water," said Piet Arlsen, a joiner. His workshop is '
    "gone.\n\n"
    "The mayor, Selma Brink, told a packed town hall that she had asked for a new dam four years ago and had "
    "never got a reply.\n\n"
    "Insurers expect claims of 90 million crowns. The opposition wants parliament to meet this week.\n"
)
"""Another outlet's own report of the same event."""


def read(folder: Path, texts: Mapping[str, str]) -> dict[str, Article]:
    """The articles of these texts, read as a run reads them."""
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return {article.id: article for article in ingest([str(folder)]).articles}


def sentences(articles: Mapping[str, Article]) -> list[Claim]:
    """Each sentence a claim."""
    engine = ExtractiveEngine()
    drafts = {key: asyncio.run(engine.summarize(article)).claims for key, article in articles.items()}
    return [claim for key, article in articles.items() for claim in ground(article, drafts[key])[0]]


class Traced:
    """The claims of some texts with their origins."""

    def __init__(self, folder: Path, **texts: str) -> None:
        articles = read(folder, texts)
        self.claims = trace_origins(sentences(articles), articles)

    def claim(self, article: str, words: str) -> Claim:
        """The claim of the article that has the words."""
        return next(c for c in self.claims if c.evidence[0].article_id == article and words in c.evidence[0].quote)

    def count(self, *places: tuple[str, str]) -> int:
        """The independent origins of the claims at these places."""
        return independent_origins(self.claim(article, words) for article, words in places)

    def joined(self) -> set[tuple[str, str]]:
        """The pairs of articles of which any claims have one origin."""
        pairs = combinations(self.claims, 2)
        places = ((a.evidence[0].article_id, b.evidence[0].article_id) for a, b in pairs if a.origin_id == b.origin_id)
        return {(one, two) for one, two in places if one != two}


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text."""
    return text.strip().split("\n\n")


def test_articles_of_two_desks_are_two_origins(tmp_path: Path) -> None:
    """Two outlets that each report themselves share names, places and facts, and no origin."""
    made = Traced(tmp_path, courier=WIRE, herald=OWN)
    assert made.joined() == set()
    assert made.count(("courier", "gave way"), ("herald", "Mud lay")) == 2


def test_a_verbatim_copy_is_one_origin(tmp_path: Path) -> None:
    """The same text under another headline."""
    made = Traced(
        tmp_path, courier="Dam fails\n\n" + WIRE, herald="Hundreds flee the flood\n\n" + WIRE + "\nMore soon.\n"
    )
    assert independent_origins(made.claims) == 1


def test_a_trimmed_copy_is_one_origin(tmp_path: Path) -> None:
    """An outlet that cuts the copy after two paragraphs."""
    made = Traced(tmp_path, courier=WIRE, herald="\n\n".join(paragraphs(WIRE)[:2]))
    assert made.count(("courier", "Rescue workers"), ("herald", "Rescue workers")) == 1
    assert made.count(("courier", "gave way"), ("herald", "gave way")) == 1


def test_a_rewritten_lede_above_a_copied_body_is_one_origin(tmp_path: Path) -> None:
    """Whoever rewrites the first sentence of a report has not confirmed it."""
    lede = "Two hundred soldiers are on their way to Hallek, where a burst dam has driven families onto their roofs."
    made = Traced(tmp_path, courier=WIRE, herald="\n\n".join([lede, *paragraphs(WIRE)[1:]]))
    assert made.count(("courier", "gave way"), ("herald", "burst dam")) == 1


def test_paragraphs_added_to_a_copy_keep_their_own_origin(tmp_path: Path) -> None:
    """Half wire, half own reporting: the copied half is the wire's, the other half the outlet's."""
    mixed = "\n\n".join([*paragraphs(OWN)[:3], *paragraphs(WIRE)[1:3]])
    made = Traced(tmp_path, courier=WIRE, herald=mixed)
    assert made.count(("courier", "Rescue workers"), ("herald", "Rescue workers")) == 1
    assert made.count(("courier", "Rescue workers"), ("herald", "Nobody rang")) == 2


def test_house_spelling_and_marks_do_not_hide_a_copy(tmp_path: Path) -> None:
    """British and American spelling, figures in words, per cent signs, the kind of quotation marks."""
    british = (
        "The harbour board said it would analyse two programmes of labour at the centre and organise 8 per cent "
        "fewer sailings in the autumn. ‘We have travelled this road before,’ said its chairman, Mr. Joss Ferrand."
    )
    american = (
        "The harbor board said it would analyze 2 programs of labor at the center and organize 8% "
        'fewer sailings in the autumn. "We have traveled this road before," said its chairman, Joss Ferrand.'
    )
    made = Traced(tmp_path, courier=british, herald=american)
    assert made.count(("courier", "harbour board"), ("herald", "harbor board")) == 1
    assert made.count(("courier", "travelled"), ("herald", "traveled")) == 1


SPEECH = "the water board has lied to this valley for eleven years and must answer for it"


def test_one_utterance_is_one_origin(tmp_path: Path) -> None:
    """Two reporters in one hall heard one speaker: her words are confirmed by nobody, what else they saw by each."""
    made = Traced(
        tmp_path,
        courier=f'"I say that {SPEECH}," Mayor Selma Brink told a packed town hall. The clapping lasted a minute.',
        herald=f"Selma Brink, the mayor, was blunt on Monday night: “{SPEECH}”, she said. A window was broken later.",
    )
    assert made.count(("courier", "lied"), ("herald", "lied")) == 1
    assert made.count(("courier", "lied"), ("herald", "lied"), ("herald", "window")) == 2


def test_a_phrase_of_two_speakers_is_two_origins(tmp_path: Path) -> None:
    """The same five words in quotation marks, said by two people."""
    made = Traced(
        tmp_path,
        courier='The army would stay in the valley "for as long as it takes", General Ade Lorn said on Monday.',
        herald='"We will clear the mud for as long as it takes," said Piet Arlsen, a joiner from Hallek.',
    )
    assert made.joined() == set()


def test_stock_sentences_join_nothing(tmp_path: Path) -> None:
    """What every reporter writes is no copy."""
    made = Traced(
        tmp_path,
        courier=OWN + "\nFive people were still missing, the coastguard said. The ministry declined to comment.",
        herald=WIRE + "\nFive people were still missing, the coastguard said. The ministry declined to comment.",
    )
    assert made.joined() == set()


def test_two_articles_that_cite_one_agency_for_a_claim(tmp_path: Path) -> None:
    """What both hand to one agency is that agency's; the rest of each is its own."""
    made = Traced(
        tmp_path,
        courier=OWN + "\nFour engineers were questioned by police on Monday, TASS reported.",
        herald="The valley road is open again. Police in Hallek have questioned four engineers, according to TASS.",
    )
    assert made.count(("courier", "questioned"), ("herald", "questioned")) == 1
    assert made.count(("courier", "Mud lay"), ("herald", "valley road")) == 2


def test_two_articles_that_cite_two_agencies(tmp_path: Path) -> None:
    """Two agencies are two origins."""
    made = Traced(
        tmp_path,
        courier="Four engineers were questioned by police on Monday, TASS reported. It rained.",
        herald="Police in Hallek have questioned four engineers, according to Reuters. The road is open.",
    )
    assert made.count(("courier", "questioned"), ("herald", "questioned")) == 2


@pytest.mark.parametrize(
    ("courier", "herald"),
    [
        ("HALLEK, May 3 (Norrland Wire) - {}", "HALLEK (Norrland Wire) — {}"),
        ("HALLEK, May 3 (AP) - {}", "By Ruth Vane, Associated Press\n\n{}"),
        ("{}\n\n— Norrland Wire", "{}\n\n(Reporting by Norrland Wire; editing by Jo Hume)"),
        ("{}\n\n(Reporting by A. Wint and Bo Lund; editing by X)", "{}\n\nReporting by Bo Lund, A. Wint; edited by Y"),
        ("MOSCOW, May 3. /TASS/. {}", "{}\n\nSource: TASS"),
        ("{}\n\n© Agence France-Presse", "PARIS (AFP) - {}"),
    ],
)  # fmt: skip
def test_two_reports_of_one_agency_are_one_origin(courier: str, herald: str, tmp_path: Path) -> None:
    """However differently they are worded, and however the agency is credited."""
    made = Traced(tmp_path, courier=courier.format(WIRE.strip()), herald=herald.format(OWN.strip()))
    assert made.count(("courier", "Rescue workers"), ("herald", "The mayor, Selma Brink")) == 1


def test_material_from_an_agency_lends_it_what_is_reworded_alone(tmp_path: Path) -> None:
    """A credit for a part says that something is the agency's: what is close to its report, not the whole article."""
    reworded = "Before daybreak rescue workers brought 41 people to safety, in boats."
    made = Traced(
        tmp_path,
        courier="HALLEK, May 3 (Norrland Wire) - " + WIRE,
        herald="\n\n".join([*paragraphs(OWN), reworded, "With inputs from Norrland Wire"]),
    )
    assert made.count(("courier", "Rescue workers"), ("herald", "41 people")) == 1
    assert made.count(("courier", "Rescue workers"), ("herald", "Mud lay")) == 2


def test_an_agency_in_the_news_is_no_source(tmp_path: Path) -> None:
    """A strike at an agency is reported by two outlets, not by the agency."""
    made = Traced(
        tmp_path,
        courier="Staff at Reuters walked out on Monday over plans to close its photo desk. Pickets stood in the rain.",
        herald="A walkout hit Reuters on Monday. Photographers at the news agency Reuters fear for two hundred jobs.",
    )
    assert made.joined() == set()


def test_a_liveblog_ties_no_independent_reports_together(tmp_path: Path) -> None:
    """A page that carries two reports shares an origin with each, and the two do not."""
    made = Traced(tmp_path, courier=WIRE, herald=OWN, liveblog="\n\n".join([*paragraphs(WIRE), *paragraphs(OWN)]))
    assert made.count(("courier", "Rescue workers"), ("liveblog", "Rescue workers")) == 1
    assert made.count(("herald", "Mud lay"), ("liveblog", "Mud lay")) == 1
    assert made.count(("courier", "Rescue workers"), ("herald", "Mud lay"), ("liveblog", "Mud lay")) == 2
    assert ("courier", "herald") not in made.joined()


def test_a_signed_snippet_is_the_agencys_alone(tmp_path: Path) -> None:
    """In a liveblog the agency that signs one paragraph has not written the others."""
    snippet = "NORRDAL, May 3 (AFP) - The army has flown in two pumps from Norrdal to clear the market square of mud."
    liveblog = "\n\n".join([*paragraphs(OWN)[:3], snippet, *paragraphs(OWN)[3:]])
    made = Traced(tmp_path, courier="HALLEK, May 3 (AFP) - " + WIRE, liveblog=liveblog)
    assert made.count(("courier", "gave way"), ("liveblog", "two pumps")) == 1
    assert made.count(("courier", "gave way"), ("liveblog", "Insurers")) == 2


def test_every_sentence_of_a_wire_report_has_one_origin(tmp_path: Path) -> None:
    """Two outlets that share three paragraphs and cite another agency in one of them still have one source for all."""
    shared = [*paragraphs(WIRE)[:3], '"The crack was known," Tarrant told the Norrland Wire news agency on Monday.']
    courier, herald = ("\n\n".join([*shared, *own]) for own in (paragraphs(OWN)[:2], paragraphs(OWN)[2:]))
    made = Traced(tmp_path, courier=courier, herald=herald)
    assert made.count(("courier", "crack was known"), ("herald", "gave way")) == 1


def test_an_outlet_does_not_confirm_itself(tmp_path: Path) -> None:
    """Two articles of one publisher are one origin, and so is what a third hands to it."""
    made = Traced(
        tmp_path,
        first="Publisher: Hallek Courier\n\n" + WIRE,
        second="Publisher: The Hallek Courier\n\n" + OWN,
        third="Engineers had found a crack in spring, the Hallek Courier reported. The minister flew in.",
    )
    assert made.count(("first", "gave way"), ("second", "Mud lay")) == 1
    assert made.count(("first", "gave way"), ("third", "a crack")) == 1
    assert made.count(("first", "gave way"), ("third", "minister")) == 2


def test_a_report_that_a_hundred_outlets_carry(tmp_path: Path) -> None:
    """However many carry a passage, it has one origin."""
    own = "Reader number {} of this paper rang to say that the flood in the valley could be seen from the hill."
    texts = {f"a{number}": "\n\n".join([own.format(number), *paragraphs(WIRE)[:2]]) for number in range(100)}
    made = Traced(tmp_path, **texts, own=OWN)
    assert made.count(*((f"a{number}", "Rescue workers") for number in range(100))) == 1
    assert made.count(("a0", "Rescue workers"), ("own", "Mud lay")) == 2


def test_there_are_never_more_origins_than_articles(tmp_path: Path) -> None:
    """One article with a wire paragraph and its own is one article to a reader."""
    made = Traced(tmp_path, courier=WIRE, herald="\n\n".join([*paragraphs(OWN)[:3], *paragraphs(WIRE)[1:3]]))
    herald = [claim for claim in made.claims if claim.evidence[0].article_id == "herald"]
    assert len({claim.origin_id for claim in herald}) == 2
    assert independent_origins(herald) == 1


PIECES = (
    *paragraphs(WIRE), *paragraphs(OWN), "HALLEK, May 3 (AFP) - The army flew in pumps.", "With inputs from AFP",
    "Four engineers were questioned, TASS reported.", f'"I say that {SPEECH}," said Selma Brink.',
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    made=st.lists(st.lists(st.sampled_from(PIECES), min_size=2, max_size=6, unique=True), min_size=2, max_size=4),
    random=st.randoms(),
)
def test_counts_do_not_depend_on_the_order(
    made: list[list[str]], random: Random, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Articles and claims in any order give each claim the same origin."""
    texts = {f"a{number}": "\n\n".join(pieces) for number, pieces in enumerate(made)}
    articles = read(tmp_path_factory.mktemp("order"), texts)
    claims = sentences(articles)
    origins = {claim.id: claim.origin_id for claim in trace_origins(claims, articles)}
    keys = random.sample(sorted(articles), len(articles))
    shuffled = trace_origins(random.sample(claims, len(claims)), {key: articles[key] for key in keys})
    assert {claim.id: claim.origin_id for claim in shuffled} == origins
    assert all(independent_origins(claims[:n]) <= len(articles) for n in range(len(claims)))


@pytest.mark.parametrize(
    ("courier", "herald"),
    [
        (
            '"I say that {}," reads a letter that was nailed to the door of the town hall after dark. It rained.',
            "The words on the wall by the old mill were blunt on Monday night: “{}”. A window was broken later.",
        ),
        (
            '"I say that {}," a guard told a packed town hall before the long night was over. It rained.',
            "It was blunt talk by the gate on Monday night: “{}”, a guard said. A window was broken later.",
        ),
    ],
    ids=["nobody is named", "somebody without a name"],
)
def test_quotations_of_unknown_speakers(courier: str, herald: str, tmp_path: Path) -> None:
    """Where nobody is named more words must agree; who has no name is the same by the same words."""
    made = Traced(tmp_path, courier=courier.format(SPEECH), herald=herald.format(SPEECH))
    assert made.joined() == {("courier", "herald")}
