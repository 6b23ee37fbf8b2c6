"""`pipeline eval --self-test`: how many corruptions are noticed, and how many honest rewordings raise a false alarm."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from pipeline.domain.article import Article
from pipeline.domain.base import Model
from pipeline.domain.claims import ArticleFile, ArticleSummary, Usage
from pipeline.domain.synthesis import Synthesis
from pipeline.errors import InputError
from pipeline.evaluation import lint
from pipeline.evaluation.baseline import Baseline, make_baseline
from pipeline.evaluation.gates import Thresholds
from pipeline.evaluation.gold import gold_synthesis, load_gold
from pipeline.evaluation.outcome import Outcome
from pipeline.evaluation.results import Gate
from pipeline.evaluation.score import score
from pipeline.evaluation.selftest.mutants import KINDS, Ground, Mutant, mutants
from pipeline.evaluation.selftest.paraphrases import PARAPHRASES, Paraphrase, load_paraphrases
from pipeline.evaluation.session import home_of, thresholds_of
from pipeline.evaluation.story import LabelledStory, find_stories, load_story
from pipeline.evaluation.suite import Measures, Subject, decide_results
from pipeline.evaluation.yardstick import Yardstick
from pipeline.stages.ingest import ingest

KILLED_OF_ALL: Final = 0.95
KILLED_OF_KIND: Final = 0.85
ENOUGH: Final = 10
"""Corruptions of a kind from which on a share of them says anything."""
FALSE_ALARMS: Final = 0.05
_SUBJECT: Final = Subject("gold", None)
Tell = Callable[[str], None]


def _bearable(reworded: int) -> int:
    """How many false alarms so many rewordings may raise; of a few, one in thirteen up to two.

    >>> _bearable(1), _bearable(26), _bearable(82)
    (0, 2, 4)
    """
    return max(int(FALSE_ALARMS * reworded), min(2, reworded // 13))


class KindResult(Model):
    """One kind of corruption: how many were made, how many noticed, and which were not.

    ``gates`` are those of which one had to fail; what fails otherwise is no noticing.
    """

    made: int
    killed: int
    survivors: tuple[str, ...]
    gates: tuple[str, ...] = ()

    def rate(self) -> float | None:
        """The share noticed; None where none could be made."""
        return self.killed / self.made if self.made else None

    def floor(self) -> int:
        """How many must be noticed: 85 % of ten or more, in whole corruptions; of fewer all but one, and never none.

        >>> [KindResult(made=made, killed=0, survivors=()).floor() for made in (1, 2, 9, 10, 20, 36)]
        [1, 1, 8, 8, 17, 30]
        """
        return int(KILLED_OF_KIND * self.made) if self.made >= ENOUGH else max(1, self.made - 1)


class SelfTest(Model):
    """What ``--self-test --json`` prints. ``alarms`` are the rewordings, of ``reworded``, at which a gate failed."""

    schema_version: int = 1
    kinds: Mapping[str, KindResult]
    reworded: int
    alarms: tuple[str, ...]

    def killed(self) -> float:
        """The share of all corruptions that was noticed; 0 where none was made: what is not tried is not proven."""
        made = sum(kind.made for kind in self.kinds.values())
        return sum(kind.killed for kind in self.kinds.values()) / made if made else 0.0

    def problems(self) -> list[str]:
        """What keeps it from passing, in words."""
        found = [f"no corruption of kind “{name}” could be made" for name, kind in self.kinds.items() if not kind.made]
        found += [
            f"{name}: {kind.killed} of {kind.made} noticed, less than {kind.floor()}"
            for name, kind in self.kinds.items()
            if kind.made and kind.killed < kind.floor()
        ]
        if self.killed() < KILLED_OF_ALL:
            found.append(f"{self.killed():.1%} of all noticed, less than {KILLED_OF_ALL:.0%}")
        if not self.reworded:
            found.append("no honest rewording was tried")
        if len(self.alarms) > _bearable(self.reworded):
            found.append(f"{len(self.alarms)} of {self.reworded} honest rewordings raised an alarm")
        return found

    def passed(self) -> bool:
        """Whether the harness can be trusted."""
        return not self.problems()

    def table(self) -> str:
        """For a terminal."""
        width = max(map(len, self.kinds))
        lines = [f"{'corruption':<{width}}  made  noticed"]
        for name, kind in self.kinds.items():
            rate = kind.rate()
            lines.append(
                f"{name:<{width}}  {kind.made:>4}  {kind.killed:>7}  {'-' if rate is None else f'{rate:.0%}':>4}"
            )
        made, killed = (sum(getattr(kind, field) for kind in self.kinds.values()) for field in ("made", "killed"))
        lines.append(f"{'all':<{width}}  {made:>4}  {killed:>7}  {self.killed():>4.0%}")
        lines.append(f"\nhonest rewordings: {self.reworded}, false alarms: {len(self.alarms)}")
        lines += [f"  alarm: {alarm}" for alarm in self.alarms]
        lines += [f"  not noticed: {name}: {what}" for name, kind in self.kinds.items() for what in kind.survivors]
        lines += ["", *(f"FAILED: {problem}" for problem in self.problems())] if self.problems() else ["", "passed"]
        return "\n".join(lines) + "\n"


class _Tried(NamedTuple):
    """Whether a mutant was noticed, and in words which it was."""

    noticed: bool
    what: str


class _Tested(NamedTuple):
    """One story's gold summary, with what its corruptions are held against."""

    story: LabelledStory
    ground: Ground
    measures: Measures

    def failed(self, synthesis: Synthesis) -> list[Gate]:
        """The gates that the summary fails."""
        found = decide_results(
            [score(self.ground.yardstick, self.ground.outcome._replace(synthesis=synthesis))], _SUBJECT, self.measures
        )
        return _failed(found.report.gates)

    def tried(self, mutant: Mutant) -> _Tried:
        """The mutant held against the gates that must notice it."""
        failed = [gate.name for gate in self.failed(mutant.synthesis)]
        noticed = any(KINDS[mutant.kind].noticed_by(name) for name in failed)
        but = "" if noticed or not failed else f" (though there failed: {'; '.join(failed)})"
        return _Tried(noticed, f"{self.story.labels.id}: {mutant.what}{but}")


def self_test(named: Sequence[str], tell: Tell) -> SelfTest:
    """Corrupt the gold summaries of the stories that have one; reword them honestly.

    Raises:
        InputError: no story has a gold summary; a gold summary does not pass its own gates.
    """
    stories = [load_story(path) for path in find_stories(named)]
    lint.check(stories)
    home = home_of(stories)
    thresholds = thresholds_of(home, tell)
    tested = [one for story in stories if (one := _prepare(story, thresholds)) is not None]
    if not tested:
        raise InputError("None of these stories has a gold.yaml to corrupt.", hint="Write one; see evals/README.md.")
    found: dict[str, list[_Tried]] = {kind: [] for kind in KINDS}
    for one in tested:
        tell(f"{one.story.labels.id}: corrupting the gold summary …")
        for mutant in mutants(one.ground):
            found[mutant.kind].append(one.tried(mutant))
    rewordings = load_paraphrases(home / PARAPHRASES)
    return SelfTest(
        kinds={kind: _kind(kind, tried) for kind, tried in found.items()},
        reworded=sum(p.story == one.story.labels.id for one in tested for p in rewordings),
        alarms=tuple(alarm for one in tested for p in rewordings for alarm in _alarm(one, p)),
    )


def _kind(kind: str, tried: Sequence[_Tried]) -> KindResult:
    survivors = tuple(one.what for one in tried if not one.noticed)
    killed = len(tried) - len(survivors)
    return KindResult(made=len(tried), killed=killed, survivors=survivors, gates=KINDS[kind].gates)


def _prepare(story: LabelledStory, thresholds: Thresholds) -> _Tested | None:
    gold = load_gold(story.path)
    if gold is None:
        return None
    articles = ingest([str(story.folder)]).articles
    synthesis = gold_synthesis(gold, story.labels, articles)
    outcome = Outcome(synthesis, [_file(article) for article in articles])
    yardstick = Yardstick(story.labels, outcome.articles())
    clean = decide_results([score(yardstick, outcome)], _SUBJECT, Measures(thresholds, None)).report
    failed = _failed(clean.gates)
    if failed:
        raise InputError(
            f"The gold summary of {story.labels.id} fails its own gates: {_shown(failed)}.",
            hint="Mend gold.yaml, or the labels, or the harness; a corruption could not be told from it.",
        )
    baseline: Baseline = make_baseline(clean)
    return _Tested(story, Ground(outcome, synthesis, yardstick), Measures(thresholds, baseline))


def _failed(gates: Sequence[Gate]) -> list[Gate]:
    return [gate for gate in gates if gate.passed is False]


def _shown(gates: Sequence[Gate]) -> str:
    return "; ".join(f"{gate.name}: {gate.detail}" for gate in gates)


def _file(article: Article) -> ArticleFile:
    summary = ArticleSummary(article_id=article.id, headline=article.title, claims=(), rejected=(), usage=Usage())
    return ArticleFile(article=article, summary=summary)


def _alarm(one: _Tested, paraphrase: Paraphrase) -> list[str]:
    """The rewording with the gates that it fails; nothing if it is another story's, or passes."""
    if paraphrase.story != one.story.labels.id:
        return []
    synthesis = one.ground.synthesis
    named = {statement.id: statement for statement in synthesis.statements}
    if paraphrase.statement not in named:
        raise InputError(
            f"The rewording {paraphrase.id} is of “{paraphrase.statement}”, which is no statement of the gold."
        )
    changed = named[paraphrase.statement].model_copy(update={"text": paraphrase.text})
    statements = tuple(changed if s.id == changed.id else s for s in synthesis.statements)
    failed = one.failed(synthesis.model_copy(update={"statements": statements}))
    return [f"{paraphrase.id}: {paraphrase.text} ({_shown(failed)})"] if failed else []
