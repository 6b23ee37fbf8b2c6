"""Synthesize: an engine's drafts of the merged summary."""

from __future__ import annotations

from pipeline.engines.protocol import Brief, Engine, SynthesisDraft


async def synthesize(engine: Engine, brief: Brief) -> SynthesisDraft:
    """The engine's drafts, less those that only repeat an earlier one."""
    if not brief.claims:
        return SynthesisDraft(statements=())
    draft = await engine.synthesize(brief)
    unique = {" ".join(s.text.lower().split()): s for s in reversed(draft.statements) if s.text.strip()}
    return draft.model_copy(update={"statements": tuple(reversed(unique.values()))})
