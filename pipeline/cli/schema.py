"""`pipeline schema`: the JSON Schemas of the files that a run writes."""

from __future__ import annotations

from pipeline.cli.console import result


def schema() -> None:
    """Print the JSON Schemas of summary.json, articles/<id>.json and run.json as one JSON document."""
    import json  # noqa: PLC0415

    from pipeline.runs.manifest import schemas  # noqa: PLC0415

    result(json.dumps(schemas(), indent=2) + "\n")
