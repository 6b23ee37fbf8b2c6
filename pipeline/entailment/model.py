"""A cross-encoder in ONNX's runtime."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pipeline.entailment.folder import ModelFolder, open_folder
from pipeline.entailment.windows import windows
from pipeline.errors import ConfigurationError
from pipeline.onnx_models.runtime import filled, kinds_of, load, short

if TYPE_CHECKING:
    import numpy as np
    from tokenizers import Encoding, Tokenizer

BATCH: Final = 16
"""Pairs at a time, of about the same length, so that little is padding."""
_LARGEST_SHARE: Final = 0.5
"""Of the model's tokens that a statement may take; beyond it there is no room for what it cites."""


class Pair(NamedTuple):
    """What is asked: whether the sentences, taken together, entail the hypothesis."""

    sentences: tuple[str, ...]
    hypothesis: str


class CrossEncoder:
    """Reads pairs. ``name`` says which model it is, by its folder and the digest of its files."""

    def __init__(self, folder: ModelFolder, tokenizer: Tokenizer, session: Any) -> None:
        self.folder: Final = folder
        self._tokenizer = tokenizer
        self._session = session
        self._kinds = kinds_of(session)

    @property
    def name(self) -> str:
        """For verdicts and records."""
        return self.folder.name

    def entailment(self, pairs: Sequence[Pair]) -> list[float | None]:
        """How likely each hypothesis follows: the best of the windows of its premise, 0 to 1.

        None where it was not read: no premise, a hypothesis that is too long, or no finite answer. What a pair gets
        does not depend on the others.
        """
        asked = [(place, encoded) for place, pair in enumerate(pairs) for encoded in self._encoded(pair)]
        asked.sort(key=lambda one: len(one[1].ids))
        best: list[float | None] = [None] * len(pairs)
        for start in range(0, len(asked), BATCH):
            batch = asked[start : start + BATCH]
            for (place, _), found in zip(batch, self._probabilities([one for _, one in batch]), strict=True):
                known = best[place]
                if found is not None:
                    best[place] = found if known is None else max(known, found)
        return best

    def _encoded(self, pair: Pair) -> Iterator[Encoding]:
        hypothesis = " ".join(pair.hypothesis.split())
        sentences = [" ".join(sentence.split()) for sentence in pair.sentences]
        size = self._size(hypothesis)
        if size > self.folder.longest * _LARGEST_SHARE:
            return
        room = self.folder.longest - size - self._tokenizer.num_special_tokens_to_add(is_pair=True)
        for window in windows([self._size(sentence) + 1 for sentence in sentences], room):
            premise = " ".join(sentences[window.start : window.stop])
            yield self._tokenizer.encode(premise, hypothesis)

    def _size(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _probabilities(self, batch: Sequence[Encoding]) -> list[float | None]:
        """Softmax over the labels, and of it the one for entailment."""
        import numpy as np  # noqa: PLC0415  an extra

        logits = np.asarray(self._answered(batch), dtype=np.float64)
        if logits.shape != (len(batch), self.folder.labels):
            raise ConfigurationError(
                f"{self.folder.graph} answers {list(logits.shape)} for {len(batch)} pairs, but config.json names "
                f"{self.folder.labels} labels.",
                hint="Export the model for sequence classification, with the config.json that belongs to it.",
            )
        finite = np.asarray(np.isfinite(logits).all(axis=1))
        powers = np.exp(np.where(finite[:, None], logits - logits.max(axis=1, keepdims=True), 0.0))
        shares = powers[:, self.folder.entailment] / powers.sum(axis=1)
        return [float(share) if known else None for share, known in zip(shares, finite, strict=True)]

    def _answered(self, batch: Sequence[Encoding]) -> Any:
        try:
            (answer,) = self._session.run(self._outputs(), self._inputs(batch))
        except Exception as error:
            raise ConfigurationError(
                f"{self.folder.graph} cannot be run: {short(error)}",
                hint="It must take any number of pairs of any length: export it with dynamic axes.",
            ) from error
        return answer

    def _outputs(self) -> list[str]:
        names = [one.name for one in self._session.get_outputs()]
        return ["logits"] if "logits" in names else names[:1]

    def _inputs(self, batch: Sequence[Encoding]) -> dict[str, np.ndarray[Any, Any]]:
        return filled(self._kinds, batch, self.folder.padding or 0)


def open_model(path: Path) -> CrossEncoder:
    """The model in a folder, loaded and tried on one pair; nothing is downloaded.

    Raises:
        ConfigurationError: the extra is not installed, or the folder holds no model that can be used.
    """
    folder = open_folder(path)
    runtime = load(folder.graph, path / "tokenizer.json", "--entailment", "cross-encoder")
    tokenizer = runtime.tokenizer
    if folder.padding is None and tokenizer.padding:
        folder = folder._replace(padding=int(tokenizer.padding["pad_id"]))
    tokenizer.no_padding()
    tokenizer.enable_truncation(folder.longest, strategy="only_first")
    model = CrossEncoder(folder, tokenizer, runtime.session)
    model.entailment([Pair(("It is so.",), "It is so.")])  # what cannot be run is told before anything else is done
    return model
