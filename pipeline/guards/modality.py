"""What the evidence calls possible, planned, asked for or alleged is not told as done, and the other way round."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, contexts, verdict_of
from pipeline.text.attribution import is_attributed
from pipeline.text.verbs import done_verbs, governed
from pipeline.text.words import content_stems

_DOUBTED = {
    "possible": "only possible",
    "planned": "only planned",
    "urged": "only asked for",
    "alleged": "only alleged",
}


def modality_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Compare the verbs that both have; one that the evidence has in other forms too is left alone."""
    evidence = contexts(passages)
    under = {verb.stem: verb for verb in governed(text)}
    known_under = {verb.stem: verb for context in evidence for verb in governed(context)}
    if not (under or known_under):
        return verdict_of("modality", (), applicable=False, passed="")
    done = done_verbs(text)
    known_done = {stem: verb for context in evidence for stem, verb in done_verbs(context).items()}
    told = [stem for context in evidence for stem in content_stems(context)]
    problems = [
        f"tells “{verb}” as done; the cited passage says “{cue.text}”, which is {_DOUBTED[cue.kind]}"
        for stem, verb in done.items()
        if stem not in known_done.keys() | under.keys()
        and (cue := known_under.get(stem))
        and told.count(stem) == _times(stem, evidence)
        and not (cue.kind == "alleged" and is_attributed(text))
    ]
    problems += [
        f"says “{verb.text}”, which is {_DOUBTED[verb.kind]}; the cited passage tells “{known_done[stem]}” as done"
        for stem, verb in under.items()
        if stem in known_done and stem not in known_under and stem not in done and verb.kind in {"possible", "planned"}
    ]
    return verdict_of("modality", problems, applicable=bool(problems), passed="")


def _times(stem: str, evidence: Sequence[str]) -> int:
    return sum(verb.stem == stem for context in evidence for verb in governed(context))
