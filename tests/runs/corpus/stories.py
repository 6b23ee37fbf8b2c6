"""Stories to read: small, distinct, each with two articles on one event."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PLACES = "Tarn Orrin Pell Vasquell Merrow Haldane Skerry Lowen Brack Ditton".split()


def story(number: int) -> dict[str, Any]:
    """One story; no two are alike."""
    place, other = PLACES[number % 10], PLACES[number // 10 % 10]
    people = number + 20
    return {
        "id": f"story-{number}",
        "articles": [
            {
                "id": "courier",
                "title": f"Ferry sinks off {place}",
                "publisher": "Courier",
                "published": "2023-03-02",
                "text": f"A ferry with {people} people on board sank off {place} on Monday, the coast guard said. "
                f"The ferry left {other} Quay at noon, its owner Doran Vasquell said.",
            },
            {
                "text": f"A ferry carrying {people} people sank off {place} on Monday, police said. "
                f"Divers found the wreck of the ferry near {other} Point."
            },
        ],
    }


def lines(stories: Iterable[dict[str, Any]]) -> bytes:
    """Stories as the input has them."""
    return b"".join(json.dumps(one).encode() + b"\n" for one in stories)


def written(path: Path, count: int) -> Path:
    """A file of so many stories."""
    path.write_bytes(lines(map(story, range(count))))
    return path


def ids(path: Path) -> list[str]:
    """The ids in a file of results, in its order."""
    return [json.loads(line)["story_id"] for line in path.read_text(encoding="utf-8").splitlines()]
