"""`pipeline schema`: the JSON Schemas of the files that are written, and of the labels that people write."""

from __future__ import annotations

from pipeline.cli.console import result


def schema() -> None:
    """Print the JSON Schemas of what runs, evals, reviews and comparisons write, and of a story's labels."""
    import json  # noqa: PLC0415

    from pipeline.domain.comparison import Comparison  # noqa: PLC0415
    from pipeline.domain.corpus import FailureLine, SynthesisLine  # noqa: PLC0415
    from pipeline.domain.groups import GroupsFile  # noqa: PLC0415
    from pipeline.domain.review import Decision  # noqa: PLC0415
    from pipeline.evaluation.results import EvalReport  # noqa: PLC0415
    from pipeline.evaluation.story import LABELS, labels_schema  # noqa: PLC0415
    from pipeline.runs.corpus.ledger import FAILURES, MANIFEST, SYNTHESES  # noqa: PLC0415
    from pipeline.runs.corpus.manifest import CorpusManifest  # noqa: PLC0415
    from pipeline.runs.corpus.records import StoryRecord  # noqa: PLC0415
    from pipeline.runs.corpus.shard import ShardSpec  # noqa: PLC0415
    from pipeline.runs.manifest import schemas  # noqa: PLC0415
    from pipeline.runs.review.reviewed import REVIEWED_JSON, Reviewed  # noqa: PLC0415
    from pipeline.runs.review.store import REVIEW_FILE  # noqa: PLC0415

    found = schemas() | {"eval.json": EvalReport.model_json_schema(), LABELS: labels_schema()}
    found |= {REVIEW_FILE: Decision.model_json_schema(), REVIEWED_JSON: Reviewed.model_json_schema()}
    found["groups.json"] = GroupsFile.model_json_schema()
    found |= {"corpus input": StoryRecord.model_json_schema(), MANIFEST: CorpusManifest.model_json_schema()}
    found |= {SYNTHESES: SynthesisLine.model_json_schema(), FAILURES: FailureLine.model_json_schema()}
    found["run-shard SPEC.json"] = ShardSpec.model_json_schema()
    found["diff --json"] = found["changes.json"] = Comparison.model_json_schema()
    result(json.dumps(found, indent=2) + "\n")
