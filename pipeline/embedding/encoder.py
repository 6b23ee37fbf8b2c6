"""A sentence encoder in ONNX's runtime: how alike texts are by what they mean, the same in whatever order they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pipeline.errors import ConfigurationError
from pipeline.onnx_models.files import digest_of, graph_of, longest_of, name_of, read_json, whole_number
from pipeline.onnx_models.runtime import filled, kinds_of, load, short

if TYPE_CHECKING:
    import numpy as np
    from tokenizers import Tokenizer

_OPTION: Final = "--embeddings"
_FORMAT: Final = (
    "--embeddings takes a folder with model.onnx (or onnx/model.onnx), tokenizer.json, config.json and "
    "1_Pooling/config.json, as sentence-transformers saves them."
)
_POOLING: Final = Path("1_Pooling", "config.json")
_POOLED: Final = "sentence_embedding"
"""The output of graphs that pool by themselves."""
_MODES: Final = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "first"}
_STEPS: Final = 4096
"""Of a unit vector's component. Sums of whole numbers are exact, so no order of adding them shows in a likeness."""
_ROWS: Final = 256
"""Texts that are compared with all others at a time."""
_UNRELATED: Final = (
    "The harbour town's brass band has bought a second tuba with money from a raffle.",
    "A bank raised the interest on its savings accounts by a quarter of a point.",
    "Two hikers were rescued from a ridge after a night in the snow.",
    "Biologists have counted more swallows in the valley than in any year since 1990.",
    "The court sentenced a dentist to three years for tax fraud.",
    "A goalkeeper scored the winning goal in the last minute of the cup final.",
    "The ministers signed a treaty on the water of the border river.",
    "A new telescope found a planet on which it rains iron.",
    "Bakers complained that the price of butter has doubled within a year.",
    "The museum returned a stolen painting to the heirs of its owner.",
)
"""Ten events that have nothing in common. How alike a model finds them is what a likeness begins above: for some
models that is next to nothing, for others three quarters."""


class EncoderFolder(NamedTuple):
    """A sentence encoder's files; ``pooling`` is mean, first, or None where the graph does it."""

    path: Path
    graph: Path
    digest: str
    longest: int
    pooling: str | None
    padding: int


class SentenceEncoder:
    """Turns texts into likenesses. ``name`` says which model it is, by its folder and the digest of its files."""

    def __init__(self, folder: EncoderFolder, tokenizer: Tokenizer, session: Any) -> None:
        self.folder: Final = folder
        self.name: Final = name_of(folder.path, folder.digest)
        self._tokenizer = tokenizer
        self._session = session
        self._kinds = kinds_of(session)
        self._floor = 0.0
        self._floor = min(0.99, max(self._cosines(_UNRELATED).values()))

    def likenesses(self, texts: Sequence[str]) -> dict[tuple[int, int], float]:
        """Likeness by pairs of indices, the smaller first: 0 what unrelated texts have at most, 1 the same text.

        Pairs at 0 are left out. A text that is longer than the model takes is read as far as that.
        """
        room = 1 - self._floor
        found = self._cosines(texts)
        return {pair: min(1.0, (cosine - self._floor) / room) for pair, cosine in found.items() if cosine > self._floor}

    def _cosines(self, texts: Sequence[str]) -> dict[tuple[int, int], float]:
        """Cosines above the floor."""
        import numpy as np  # noqa: PLC0415  an extra

        if not texts:
            return {}
        steps = np.stack([self._steps(text) for text in texts])
        found: dict[tuple[int, int], float] = {}
        for start in range(0, len(texts), _ROWS):
            cosines = (steps[start : start + _ROWS] @ steps.T) / _STEPS**2
            for row, column in zip(*np.nonzero(cosines > self._floor), strict=True):
                if start + row < column:
                    found[int(start + row), int(column)] = float(cosines[row, column])
        return found

    def _steps(self, text: str) -> np.ndarray[Any, Any]:
        """The text's unit vector in whole numbers. It is read alone: in a batch, its neighbours' length would show."""
        import numpy as np  # noqa: PLC0415  an extra

        encoded = self._tokenizer.encode(" ".join(text.split()))
        inputs = filled(self._kinds, [encoded], self.folder.padding)
        try:
            answer = np.asarray(self._session.run([self._output()], inputs)[0], dtype=np.float64)
        except Exception as error:
            raise ConfigurationError(
                f"{self.folder.graph} cannot be run: {short(error)}",
                hint="It must take any number of texts of any length: export it with dynamic axes.",
            ) from error
        vector = self._pooled(answer)
        length = float(np.sqrt((vector**2).sum()))
        if not np.isfinite(length) or length == 0:
            raise ConfigurationError(f"{self.folder.graph} answers no finite vector.", hint=_FORMAT)
        return np.asarray(np.rint(vector / length * _STEPS), dtype=np.int64)

    def _pooled(self, answer: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """One vector; of one for each token, the mean or the first. Nothing is padded, so every token counts."""
        wanted = 2 if self.folder.pooling is None else 3  # text, number; or text, token, number
        if answer.ndim != wanted or answer.shape[0] != 1:
            raise ConfigurationError(
                f"{self.folder.graph} answers {list(answer.shape)} for one text: that is no sentence encoder as it is "
                "known here.",
                hint=_FORMAT,
            )
        tokens = answer if self.folder.pooling is None else answer[0]
        row: np.ndarray[Any, Any] = tokens.mean(axis=0) if self.folder.pooling == "mean" else tokens[0]
        return row

    def _output(self) -> str:
        names = [one.name for one in self._session.get_outputs()]
        return _POOLED if self.folder.pooling is None else names[0]


def open_encoder(path: Path) -> SentenceEncoder:
    """The encoder in a folder, loaded and tried; nothing is downloaded.

    Raises:
        ConfigurationError: the extra is not installed, or the folder holds no encoder that can be used.
    """
    graph = graph_of(path, _FORMAT)
    runtime = load(graph, path / "tokenizer.json", _OPTION, "sentence encoder")
    pools = _POOLED in {one.name for one in runtime.session.get_outputs()}
    folder = _folder(path, graph, pools=pools)
    runtime.tokenizer.no_padding()
    runtime.tokenizer.enable_truncation(folder.longest)
    return SentenceEncoder(folder, runtime.tokenizer, runtime.session)


def _folder(path: Path, graph: Path, *, pools: bool) -> EncoderFolder:
    config = read_json(path / "config.json", _FORMAT)
    files = [path / "tokenizer.json", path / "config.json"]
    longest = longest_of(config, path, _FORMAT)
    told = path / "sentence_bert_config.json"
    if told.is_file():
        files.append(told)
        longest = min(longest, whole_number(read_json(told, _FORMAT).get("max_seq_length")) or longest)
    if not pools:
        files.append(path / _POOLING)
    return EncoderFolder(
        path=path,
        graph=graph,
        digest=digest_of(files, graph, _FORMAT),
        longest=longest,
        pooling=None if pools else pooling_of(read_json(path / _POOLING, _FORMAT), path),
        padding=whole_number(config.get("pad_token_id")) or 0,
    )


def pooling_of(config: Mapping[str, Any], path: Path) -> str:
    """How the vectors of the tokens become one, by the one mode that is switched on.

    >>> pooling_of({"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}, Path("model"))
    'mean'

    Raises:
        ConfigurationError: none is, several are, or it is one that is not known here.
    """
    on = [name for name, value in config.items() if name.startswith("pooling_mode") and value is True]
    if len(on) != 1 or on[0] not in _MODES:
        raise ConfigurationError(
            f"{path / _POOLING}: its pooling is {' and '.join(on) or 'not said'}.",
            hint="The mean of all tokens or the first one can be used; a guess would compare other things.",
        )
    return _MODES[on[0]]
