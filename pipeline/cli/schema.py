"""`pipeline schema`: the JSON Schemas of the files that are written, and of the labels that people write."""

from __future__ import annotations

from pipeline.cli.console import result


def schema() -> None:
    """Print the JSON Schemas of what runs, evals, reviews and comparisons write, and of a story's labels."""
    import json

    from pipeline.domain.comparison import Comparison
    from pipeline.domain.corpus import FailureLine, SynthesisLine
    from pipeline.domain.groups import GroupsFile
    from pipeline.domain.review import Decision
    from pipeline.evaluation.results import EvalReport
    from pipeline.evaluation.story import LABELS, labels_schema
    from pipeline.runs.corpus.ledger import FAILURES, MANIFEST, SYNTHESES
    from pipeline.runs.corpus.manifest import CorpusManifest
    from pipeline.runs.corpus.records import StoryRecord
    from pipeline.runs.corpus.shard import ShardSpec
    from pipeline.runs.manifest import schemas
    from pipeline.runs.review.reviewed import REVIEWED_JSON, Reviewed
    from pipeline.runs.review.store import REVIEW_FILE

    found = schemas() | {"eval.json": EvalReport.model_json_schema(), LABELS: labels_schema()}
    found |= {REVIEW_FILE: Decision.model_json_schema(), REVIEWED_JSON: Reviewed.model_json_schema()}
    found["groups.json"] = GroupsFile.model_json_schema()
    found |= {"corpus input": StoryRecord.model_json_schema(), MANIFEST: CorpusManifest.model_json_schema()}
    found |= {SYNTHESES: SynthesisLine.model_json_schema(), FAILURES: FailureLine.model_json_schema()}
    found["run-shard SPEC.json"] = ShardSpec.model_json_schema()
    found["diff --json"] = found["changes.json"] = Comparison.model_json_schema()
    result(json.dumps(found, indent=2) + "\n")
