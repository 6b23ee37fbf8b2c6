"""Coverage: told, cited rightly, handed to the right speaker; and where a fact was lost."""

from __future__ import annotations

import pytest

from pipeline.domain.claims import ArticleFile
from pipeline.domain.run import Failure
from pipeline.domain.synthesis import Dropped
from pipeline.evaluation.coverage import STAGES, Reader
from pipeline.evaluation.outcome import Outcome
from pipeline.evaluation.results import Stage
from pipeline.evaluation.runs import load_run
from pipeline.evaluation.story import load_story
from pipeline.evaluation.yardstick import Yardstick
from tests.evaluation.tiny import SEEDS, STORIES, changed, fact_of, invoke, saying, summary_of, without

MONDAY = "The Tarn footbridge in Brackwell was closed on Monday after engineers found a crack in its northern pier."
USERS = "About 900 people cross the bridge every day, according to the town council."
FERRY = "A ferry will carry walkers across the river until the bridge reopens in September."
ACCUSED = "Piet Oudekerk accused Ines Calloway of hiding the real bill."
METRES = "The crack in the northern pier is two metres long, Hanna Lisk said."


def _silent(outcome: Outcome) -> Outcome:
    """The run with an empty summary."""
    return changed(outcome, statements=(), disagreements=(), dropped=())


def _without_claims(outcome: Outcome, words: str = "") -> Outcome:
    """The run as if no claim with these words had been made."""

    def kept(file: ArticleFile) -> ArticleFile:
        claims = tuple(claim for claim in file.summary.claims if words not in claim.text)
        return file.model_copy(update={"summary": file.summary.model_copy(update={"claims": claims})})

    return outcome._replace(files=[kept(file) for file in outcome.files])


# --- told


def test_own_wording_cited_rightly_counts(yardstick: Yardstick, outcome: Outcome) -> None:
    """A statement that says the fact in the label's words, cited to an article that has it, counts."""
    found = fact_of(yardstick, saying(outcome, (USERS, "herald.txt")), "nine-hundred-a-day")
    assert (found.level, found.flags, found.lost_at, found.statement_id, found.counts()) == (
        "full",
        (),
        None,
        "s1",
        True,
    )


def test_part_of_a_fact_is_told_in_part(yardstick: Yardstick, outcome: Outcome) -> None:
    """A sentence that leaves out half of the fact tells part of it: it does not count, and it is not lost."""
    made = saying(outcome, ("The Tarn footbridge in Brackwell was closed on Monday.", "courier.txt"))
    found = fact_of(yardstick, made, "closed-on-monday")
    assert (found.level, found.lost_at, found.counts()) == ("part", None, False)


def test_position_tells_a_fact(yardstick: Yardstick, outcome: Outcome) -> None:
    """What stands in a disagreement reaches the reader, too; it is named by disagreement and place."""
    shown = summary_of(outcome).disagreements[0]
    telling = shown.positions[1].model_copy(update={"text": ACCUSED})
    other = shown.model_copy(update={"positions": (shown.positions[0], telling)})
    found = fact_of(yardstick, changed(_silent(outcome), disagreements=(other,)), "hiding-the-bill")
    assert (found.statement_id, found.level, found.flags) == ("d1.2", "full", ())


def test_best_text_is_taken(yardstick: Yardstick, outcome: Outcome) -> None:
    """Of texts that tell a fact in part, wrongly and in full, the full one counts, wherever it stands."""
    made = saying(
        outcome, (USERS.replace("900", "1,900"), "courier.txt"), (USERS, "tribune.txt"), (USERS, "courier.txt")
    )
    found = fact_of(yardstick, made, "nine-hundred-a-day")
    assert (found.statement_id, found.counts()) == ("s3", True)


def test_deleting_the_telling_texts_loses_the_fact(yardstick: Yardstick, outcome: Outcome) -> None:
    """Every fact that is told is lost as soon as the texts that tell it are taken out."""
    for fact in yardstick.labels.facts:
        told = fact_of(yardstick, outcome, fact.id)
        assert told.counts()
        assert told.statement_id is not None
        found = fact_of(yardstick, without(outcome, told.statement_id), fact.id)
        assert (found.level, found.lost_at, found.counts()) == ("none", "synthesize", False)


# --- flags


def test_wrong_article_is_misattributed(yardstick: Yardstick, outcome: Outcome) -> None:
    """The same words cited to an article that does not say it are told, flagged, and do not count."""
    found = fact_of(yardstick, saying(outcome, (USERS, "tribune.txt")), "nine-hundred-a-day")
    assert (found.level, found.flags, found.lost_at, found.counts()) == ("full", ("misattributed",), None, False)


@pytest.mark.parametrize(
    ("text", "article", "fact", "flagged"),
    [
        (ACCUSED, "herald.txt", "hiding-the-bill", False),
        ("Ines Calloway hid the real bill.", "herald.txt", "hiding-the-bill", None),
        (USERS.replace("the town council", "Hanna Lisk"), "herald.txt", "nine-hundred-a-day", True),
        (USERS.replace("according to the town council", "Calloway said"), "herald.txt", "nine-hundred-a-day", True),
        ("About 900 people cross the bridge every day.", "herald.txt", "nine-hundred-a-day", False),
        (METRES, "tribune.txt", "two-metres", False),
        (METRES.replace("Hanna Lisk", "Ines Calloway"), "tribune.txt", "two-metres", True),
    ],
)
def test_fact_is_its_speakers(
    yardstick: Yardstick, outcome: Outcome, text: str, article: str, fact: str, *, flagged: bool | None
) -> None:
    """Handed to another labelled speaker it is misattributed; nobody's word will do where nobody contests it."""
    found = fact_of(yardstick, saying(outcome, (text, article)), fact)
    if flagged is None:
        assert not found.counts()
    else:
        assert ("misattributed" in found.flags) == flagged
        assert not (flagged and found.counts())


def test_contested_fact_must_name_its_speaker(yardstick: Yardstick, outcome: Outcome) -> None:
    """An allegation told as the truth is misattributed; told as somebody's, in the text, it is not."""
    facts = [
        fact.model_copy(update={"text": "The mayor hid the real bill, Piet Oudekerk said."})
        if fact.id == "hiding-the-bill"
        else fact
        for fact in yardstick.labels.facts
    ]
    ruler = Yardstick(yardstick.labels.model_copy(update={"facts": tuple(facts)}), yardstick.articles)
    told = saying(outcome, ("The mayor hid the real bill.", "herald.txt"))
    assert fact_of(ruler, told, "hiding-the-bill").flags == ("misattributed",)
    handed = saying(outcome, ("The mayor hid the real bill, Oudekerk said.", "herald.txt"))
    assert fact_of(ruler, handed, "hiding-the-bill").counts()


def test_holder_beside_a_position_is_its_speaker(yardstick: Yardstick, outcome: Outcome) -> None:
    """A position is handed to whoever is shown beside it, even where its text names nobody."""
    shown = summary_of(outcome).disagreements[0]
    holder = shown.positions[1].holders[0]
    for name, flags in (("Hanna Lisk", ()), ("Ines Calloway", ("misattributed",))):
        citations = saying(outcome, (METRES, "tribune.txt"))
        position = shown.positions[1].model_copy(
            update={
                "text": "The crack in the northern pier is two metres long.",
                "holders": (holder.model_copy(update={"name": name}),),
                "citations": summary_of(citations).statements[0].citations,
            }
        )
        other = shown.model_copy(update={"positions": (shown.positions[0], position)})
        assert fact_of(yardstick, changed(_silent(outcome), disagreements=(other,)), "two-metres").flags == flags


def test_changed_number_is_flagged(yardstick: Yardstick, outcome: Outcome) -> None:
    """“Five metres long” is about the fact, and tells it with a wrong number."""
    found = fact_of(
        yardstick, saying(outcome, (METRES.replace("two metres", "five metres"), "tribune.txt")), "two-metres"
    )
    assert found.flags == ("wrong_number",)
    assert not found.counts()


def test_changed_number_that_opens_a_sentence_is_flagged(yardstick: Yardstick, outcome: Outcome) -> None:
    """“About 1,900 people” where “About 900 people” is wanted is a wrong number, not a number left out."""
    found = fact_of(yardstick, saying(outcome, (USERS.replace("900", "1,900"), "herald.txt")), "nine-hundred-a-day")
    assert found.flags == ("wrong_number",)


def test_denied_fact_is_contradicted(yardstick: Yardstick, outcome: Outcome) -> None:
    """A summary that denies it does not tell it, and the flag says so."""
    made = saying(outcome, (FERRY.replace("will carry", "will not carry"), "herald.txt"))
    found = fact_of(yardstick, made, "ferry-until-september")
    assert (found.level, "contradicted" in found.flags, found.counts()) == ("none", True, False)


def test_pattern_can_only_take_back(yardstick: Yardstick, outcome: Outcome) -> None:
    """A sentence without what the label requires does not tell the fact in full; the pattern alone tells nothing."""
    almost = saying(outcome, ("The bridge was built long ago by the Orvane company.", "courier.txt"))
    assert fact_of(yardstick, almost, "built-in-1932").level != "full"
    alone = saying(outcome, ("In 1932 it rained.", "courier.txt"))
    assert fact_of(yardstick, alone, "built-in-1932").level == "none"


# --- where it was lost


def _lost(yardstick: Yardstick, outcome: Outcome) -> set[Stage | None]:
    return {finding.coverage.lost_at for finding in Reader(yardstick, outcome).facts()}


def test_empty_summary_loses_at_synthesis(yardstick: Yardstick, outcome: Outcome) -> None:
    """Claims and clusters were there; the merge told none of them."""
    assert _lost(yardstick, _silent(outcome)) == {"synthesize"}


def test_loss_in_verification_is_named(yardstick: Yardstick, outcome: Outcome) -> None:
    """A fact whose statement was drafted and then dropped was lost at verify; the others were not drafted."""
    first = summary_of(outcome).statements[0]
    dropped = Dropped(text=USERS, citations=first.citations, verdict=first.verdict, reason="planted")
    made = changed(_silent(outcome), dropped=(dropped,))
    assert fact_of(yardstick, made, "nine-hundred-a-day").lost_at == "verify"
    assert fact_of(yardstick, made, "ferry-until-september").lost_at == "synthesize"


def test_loss_in_reconciliation_is_named(yardstick: Yardstick, outcome: Outcome) -> None:
    """A fact whose claims are in no cluster was lost at reconcile; the others were not."""
    claims = {c.id for file in outcome.files for c in file.summary.claims if "900 people" in c.text}
    clusters = tuple(c for c in summary_of(outcome).clusters if not claims & set(c.claim_ids()))
    made = changed(_silent(outcome), clusters=clusters)
    assert fact_of(yardstick, made, "nine-hundred-a-day").lost_at == "reconcile"
    assert fact_of(yardstick, made, "two-metres").lost_at == "synthesize"


def test_loss_in_summarize_is_named(yardstick: Yardstick, outcome: Outcome) -> None:
    """A fact that no claim says any more was lost at summarize, even where a claim rests on a sentence nearby."""
    made = _without_claims(_silent(outcome), "900 people")
    assert fact_of(yardstick, made, "nine-hundred-a-day").lost_at == "summarize"
    assert fact_of(yardstick, made, "two-metres").lost_at == "synthesize"


def test_claim_about_the_other_half_carries_nothing(yardstick: Yardstick, outcome: Outcome) -> None:
    """A claim that rests on the fact's own sentence but says something else has lost it at summarize."""

    def other(file: ArticleFile) -> ArticleFile:
        claims = tuple(c.model_copy(update={"text": "Walkers were unhappy."}) for c in file.summary.claims)
        return file.model_copy(update={"summary": file.summary.model_copy(update={"claims": claims})})

    made = _silent(outcome)._replace(files=[other(file) for file in outcome.files])
    assert _lost(yardstick, made) == {"summarize"}


def test_loss_in_ingest_is_named(yardstick: Yardstick, outcome: Outcome) -> None:
    """A fact whose passages are in no article's text was lost at ingest; so was one whose article was not read."""
    files = [
        file.model_copy(update={"article": file.article.model_copy(update={"text": ""})}) for file in outcome.files
    ]
    assert _lost(yardstick, _silent(outcome)._replace(files=files)) == {"ingest"}
    assert _lost(yardstick, Outcome(None, ())) == {"ingest"}


def test_article_that_failed_lost_its_facts_there(yardstick: Yardstick) -> None:
    """A run whose every article failed tells no fact; the loss is put at the stage that failed."""
    for stage, lost in (("summarize", "summarize"), ("ingest", "ingest")):
        failures = [
            Failure(path=path, stage=stage, code="timeout", message="no answer") for path in yardstick.labels.digests
        ]
        assert _lost(yardstick, Outcome(None, (), failures)) == {lost}


def test_what_a_later_stage_has_no_earlier_one_lost(yardstick: Yardstick, outcome: Outcome) -> None:
    """The trail never comes back to life, and a told fact was lost nowhere, whatever the files say."""
    for made in (outcome, _silent(outcome), _without_claims(outcome), Outcome(None, outcome.files)):
        for finding in Reader(yardstick, made).facts():
            assert len(finding.trail) == len(STAGES)
            assert list(finding.trail) == sorted(finding.trail, reverse=True)
            assert (finding.coverage.lost_at is None) == finding.trail[-1]


# --- the seeds


@pytest.fixture(scope="module")
def seeds_run(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A genuine extractive run over the seeds."""
    folder = tmp_path_factory.mktemp("seeds")
    ran = invoke("run", SEEDS, "--out", folder / "out", "--engine", "extractive", folder=folder)
    assert ran.status == 0, ran.err
    return load_run(folder / "out")


def test_deleting_in_a_genuine_run(seeds_run: Outcome) -> None:
    """Over the seeds: each fact that counts no longer does when every text that tells any of it is taken out."""
    ruler = Yardstick(load_story(STORIES / "seeds" / "facts.yaml").labels, seeds_run.articles())
    counted = [finding for finding in Reader(ruler, seeds_run).facts() if finding.coverage.counts()]
    assert len(counted) >= 5
    for finding in counted:
        fact = next(fact for fact in ruler.labels.facts if fact.id == finding.coverage.id)
        summary = summary_of(seeds_run)
        kept = tuple(s for s in summary.statements if ruler.match(fact, s.text).level == "none")
        shown = tuple(
            d for d in summary.disagreements if all(ruler.match(fact, p.text).level == "none" for p in d.positions)
        )
        assert len(kept) + len(shown) < len(summary.statements) + len(summary.disagreements)
        after = Reader(ruler, changed(seeds_run, statements=kept, disagreements=shown)).facts()
        found = next(one.coverage for one in after if one.coverage.id == fact.id)
        assert (found.level, found.lost_at) == ("none", "synthesize")


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("no-joint-communique", "G20 finance ministers in Bangalore failed to agree on a joint statement."),
        (
            "no-joint-communique",
            "The process can go on even if there is no joint communique at the summit in September.",
        ),
        ("return-to-new-start", "Blinken hopes that talks will start when Lavrov returns."),
        ("moscow-says-blinken-asked", "Blinken asked for Whelan's release at the meeting."),
    ],
)
def test_neighbouring_events_are_not_the_fact(seeds_run: Outcome, fact: str, text: str) -> None:
    """What the seeds say of other meetings, or of other requests, does not tell the fact in full."""
    labels = load_story(STORIES / "seeds" / "facts.yaml").labels
    label = next((one for one in (*labels.facts, *labels.positions()) if one.id == fact), None)
    assert label is not None, "the label has another name now: name it here, too"
    assert Yardstick(labels, seeds_run.articles()).match(label, text).level != "full"
