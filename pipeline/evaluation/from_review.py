"""`pipeline review --export`: the decisions about a run as a story that `pipeline eval` runs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import yaml
from pydantic import TypeAdapter, ValidationError

from pipeline.domain.base import Model
from pipeline.domain.review import Decision
from pipeline.errors import InputError, OutputError
from pipeline.evaluation import lint
from pipeline.evaluation.calibration import Pair, Pairs
from pipeline.evaluation.review_falsehoods import Rejected, called_false, falsehood_of, pairs_of, truth_of
from pipeline.evaluation.review_labels import Ids, LabelSource, disagreements_of, facts_of
from pipeline.evaluation.reviewed_articles import article_files
from pipeline.evaluation.story import (
    LABELS,
    LABELS_SCHEMA,
    Annotator,
    Fact,
    Falsehood,
    LabelledDisagreement,
    Labels,
    Slug,
    load_story,
)
from pipeline.evaluation.yardstick import Yardstick
from pipeline.runs.folder import read_run
from pipeline.runs.output import replace_files
from pipeline.runs.review.items import Items
from pipeline.runs.review.standing import standing
from pipeline.runs.review.store import REVIEW_FILE, read

PAIRS_FILE: Final = "pairs.yaml"
MARKER: Final = "review-export.json"
ARTICLES: Final = "articles"
_HEAD: Final = """\
# Written by `pipeline review --export`: what reviewers decided about a run. Export again after further decisions; to
# edit the labels by hand, copy the folder first. How to read it: evals/README.md
"""


class Made(NamedTuple):
    """The labels, and what could not be made one, with the reason."""

    facts: tuple[Fact, ...]
    disagreements: tuple[LabelledDisagreement, ...]
    falsehoods: tuple[Falsehood, ...]
    pairs: tuple[Pair, ...]
    left_out: tuple[str, ...]


class Exported(NamedTuple):
    """Where the labels are, and what the user should know about them."""

    path: Path
    notes: tuple[str, ...]


class _Marker(Model):
    """What an export wrote, by the files' digests: only that may be written over."""

    schema_version: int = 1
    files: dict[str, str]


def export_review(folder: Path, story: Path) -> Exported:
    """Write the review of the run in ``folder`` as the labelled story ``story``, or write it anew.

    Raises:
        InputError: nothing was decided that makes a label, the story's name cannot be one, or its folder holds what no
            export wrote.
        OutputError: it cannot be written.
    """
    name = _story_id(story)
    earlier = _earlier(story)
    run = read_run(folder)
    decisions = read(folder / REVIEW_FILE).decisions
    if not decisions:
        raise InputError(
            f"Nothing has been decided about the run in “{folder}”.", hint=f"First: pipeline review {folder}"
        )
    items = Items(run)
    names, articles = article_files(list(run.articles().values()))
    review = LabelSource(items, standing(decisions, items), names)
    digests = {names[a.id]: sha256(articles[names[a.id]]).hexdigest() for a in run.articles().values()}
    head = _Head(name, run.synthesis.title or name, digests, _annotators(decisions))
    made = _made(review, head)
    files = {f"{ARTICLES}/{path}": data for path, data in articles.items()}
    files[LABELS] = _labels_file(_labels(head, made), story)
    if made.pairs:
        files[PAIRS_FILE] = _pairs_file(made.pairs, head.annotators)
    _check(name, files)
    _write(story, files, earlier)
    return Exported(story / LABELS, _notes(made, review))


class _Head(NamedTuple):
    """What a label file begins with."""

    id: str
    title: str
    digests: Mapping[str, str]
    annotators: Mapping[str, Annotator]


def _story_id(story: Path) -> str:
    """The folder's name, by which gates and baselines know the story.

    Raises:
        InputError: it is no plain name.
    """
    name = story.resolve().name
    try:
        return TypeAdapter(Slug).validate_python(name)
    except ValidationError:
        raise InputError(f"“{name}” is no name for a story.", hint="Small letters, digits and hyphens.") from None


def _annotators(decisions: Sequence[Decision]) -> dict[str, Annotator]:
    """The reviewers, each with the day of the last decision."""
    last = {decision.by: decision.at[:10] for decision in decisions}
    note = "decided about a run's statements in pipeline review"
    return {name: Annotator(kind="person", labelled=day, note=note) for name, day in sorted(last.items())}


def _made(review: LabelSource, head: _Head) -> Made:
    """All labels. A falsehood comes with the fact that it distorts, and is one that no fact is taken for.

    Raises:
        InputError: nothing is vital, so that no summary of the story could fail.
    """
    ids = Ids()
    facts, left_out = facts_of(review, ids)
    if not any(fact.importance == "vital" for fact in facts):
        raise InputError(
            "Nothing in the review is vital, so no summary could fail by it.",
            hint="Mark in the review what a summary must not lack: “should be vital”, or a missing fact.",
        )
    disagreements, why = disagreements_of(review, ids)
    left_out += why
    rejected, why = called_false(review)
    left_out += why
    pairs: list[tuple[Rejected, Falsehood]] = []
    for one in rejected:
        truth = truth_of(one, facts, review, ids)
        if truth is None:
            left_out.append(f"{one.id}, called false: its source says so, and no fact says what is true instead")
            continue
        known = facts if truth in facts else [*facts, truth]
        made = Made(tuple(known), tuple(disagreements), (), (), ())
        label = falsehood_of(one, truth, review, Yardstick(_labels(head, made), review.items.run.articles()), ids)
        if label is None:
            left_out.append(f"{one.id}, called false: the harness could not tell it from a fact")
            continue
        facts = known
        pairs.append((one, label))
    labels = tuple(label for _, label in pairs)
    calibration = tuple(pairs_of(review, facts, pairs, head.id))
    return Made(tuple(facts), tuple(disagreements), labels, calibration, tuple(left_out))


def _labels(head: _Head, made: Made) -> Labels:
    by = [one.by for one in made.facts] + [one.by for one in made.disagreements] + [one.by for one in made.falsehoods]
    used = {name for names in by for name in names}
    return Labels(
        schema_version=2,
        id=head.id,
        title=head.title,
        articles=ARTICLES,
        digests=head.digests,
        annotators={name: who for name, who in head.annotators.items() if name in used},
        facts=made.facts,
        disagreements=made.disagreements,
        falsehoods=made.falsehoods,
    )


def _labels_file(labels: Labels, story: Path) -> bytes:
    schema = story.resolve().parent / LABELS_SCHEMA
    editors = f"# yaml-language-server: $schema=../{LABELS_SCHEMA}\n" if schema.is_file() else ""
    kept = labels.model_dump(mode="json", exclude_defaults=True) | {"schema_version": labels.schema_version}
    return (editors + _HEAD + _yaml(kept)).encode("utf-8")


def _pairs_file(pairs: Sequence[Pair], annotators: Mapping[str, Annotator]) -> bytes:
    used = {name for pair in pairs for name in pair.by}
    whole = Pairs(schema_version=1, annotators={n: a for n, a in annotators.items() if n in used}, pairs=tuple(pairs))
    return (_HEAD + _yaml(whole.model_dump(mode="json", exclude_defaults=True) | {"schema_version": 1})).encode("utf-8")


def _yaml(loaded: Mapping[str, Any]) -> str:
    order = sorted(loaded, key=lambda key: key != "schema_version")
    return yaml.safe_dump({key: loaded[key] for key in order}, allow_unicode=True, sort_keys=False, width=120)


def _check(name: str, files: Mapping[str, bytes]) -> None:
    """Read the story as an eval will, before anything is written.

    Raises:
        InputError: the labels would be refused.
    """
    with TemporaryDirectory() as scratch:
        place = Path(scratch) / name
        for path, data in files.items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_bytes(data)
        lint.check([load_story(place / LABELS)])


def _earlier(story: Path) -> set[str]:
    """The files of an earlier export to the folder; none where the folder is new or empty.

    Raises:
        InputError: there is something in it that no export wrote, or that was edited since.
    """
    if not story.exists() or (story.is_dir() and not any(story.iterdir())):
        return set()
    try:
        marker = _Marker.model_validate_json((story / MARKER).read_bytes())
    except (OSError, ValidationError):
        raise InputError(
            f"“{story}” is there already, and no export wrote it.", hint="Name a new folder; nothing was changed."
        ) from None
    for name, digest in marker.files.items():
        path = story / name
        if not path.resolve().is_relative_to(story.resolve()):
            raise InputError(f"“{story / MARKER}” names “{name}”, which is not in the folder.")
        if path.is_file() and sha256(path.read_bytes()).hexdigest() != digest:
            raise InputError(
                f"“{path}” was edited since it was exported.",
                hint="Export to another folder, or take the file away; nothing was changed.",
            )
    return set(marker.files)


def _write(story: Path, files: Mapping[str, bytes], earlier: set[str]) -> None:
    """All of it, the marker last: it vouches for the rest."""
    marker = _Marker(files={name: sha256(data).hexdigest() for name, data in files.items()})
    text = json.dumps(marker.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"
    try:
        replace_files({story / name: data for name, data in (*files.items(), (MARKER, text.encode("utf-8")))})
        for name in earlier - set(files):
            (story / name).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"The story cannot be written to “{story}”: {error.strerror}.") from error


def _notes(made: Made, review: LabelSource) -> tuple[str, ...]:
    vital = sum(fact.importance == "vital" for fact in made.facts)
    counted = (
        f"{len(made.facts)} facts ({vital} vital), {len(made.disagreements)} disagreements, "
        f"{len(made.falsehoods)} falsehoods, {len(made.pairs)} pairs for calibration."
    )
    stale = len(review.standing.outdated) + len(review.standing.unmatched)
    old = [f"Not exported: {stale} decision(s) about what this run does not say."] if stale else []
    return (counted, *(f"Not exported: {reason}." for reason in made.left_out), *old)
