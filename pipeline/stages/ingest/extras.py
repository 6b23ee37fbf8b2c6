"""What is said when a format's library is not installed."""

from __future__ import annotations

from pipeline.errors import InputError


def missing(what: str, extra: str) -> InputError:
    """Names the format, the extra and the command."""
    return InputError(
        f"Reading {what} needs the extra “{extra}”, which is not installed.",
        hint=f"pip install 'pipeline-cited-summaries[{extra}]' (in a checkout: "
        f".venv/bin/pip install -e '.[{extra}]' -c constraints.txt).",
    )
