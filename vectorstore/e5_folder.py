"""Turn the packaged e5 file into a folder that SentenceTransformer loads."""

from __future__ import annotations

import json
import os
import shutil
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from vectorstore.errors import WeightsError

Tensors = dict[str, NDArray[np.float32]]

BLOCK = 32
"""Weights that share one scale in a 4-bit tensor."""

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
"""Pieces that stand for no text: start, padding, end and unknown, by id."""

MASK = "<mask>"
"""The last piece, which only training used."""

PROMPTS = {"query": "query: ", "document": "passage: ", "passage": "passage: "}
"""What the model was trained to see in front of a question and of a passage."""

MODULES = (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))
"""The folders and classes of the steps from text to vector."""

# What the model's own normaliser drops and what it takes for a space; NFKC leaves both alone.
_DROPPED = r"[\x{01}-\x{08}\x{0B}\x{0E}-\x{1F}\x{7F}\x{8F}\x{9F}]"
_SPACE = r"[\t\n\f\r\x{1680}\x{200B}-\x{200F}\x{2028}\x{2029}\x{2581}\x{FEFF}\x{FFFD}]"

_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True)
class _Shape:
    """The sizes in the header, in the order in which they stand there."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int


@dataclass(frozen=True)
class _Pieces:
    """The vocabulary: pieces and their unigram scores, both by id."""

    texts: tuple[str, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True)
class _Tensor:
    """Where a tensor's `length` bytes lie; `quantised` ones are in blocks of 4-bit weights."""

    quantised: bool
    count: int
    offset: int
    length: int


@dataclass(frozen=True)
class _Model:
    shape: _Shape
    epsilon: float
    pieces: _Pieces
    tensors: dict[str, _Tensor]


class _Reader:
    """Reads little-endian values one after another, and refuses to read past the end."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        """Give the values of the struct `layout` that stand next."""
        return struct.unpack("<" + layout, self.skip(struct.calcsize("<" + layout)))

    def skip(self, length: int) -> memoryview:
        """Give the next `length` bytes."""
        start, self.at = self.at, self.at + length
        if not start <= self.at <= len(self.data):
            raise _Malformed(f"it ends before byte {self.at}")
        return self.data[start : self.at]

    def array(self, kind: str, count: int) -> NDArray[Any]:
        """Give the next `count` numbers of the numpy type `kind`."""
        return np.frombuffer(self.skip(np.dtype(kind).itemsize * count), kind)


class _Malformed(ValueError):
    """Says what about the file is not as it should be."""


def convert(source: Path, folder: Path) -> Path:
    """Give `folder`, made from the packaged e5 file `source` unless it is there already.

    It appears whole or not at all; a second process waits for the first. Takes as much memory as
    the folder takes room, about 0.5 GB. Raises WeightsError when `source` is not such a file or the
    folder cannot be written.
    """
    sign = folder / "modules.json"
    if sign.is_file():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(folder.name + ".lock")):
            if not sign.is_file():
                _convert_alone(source, folder)
    except _Malformed as exc:
        raise WeightsError(
            f"{source} is not the packaged e5 model: {exc}. Delete it and run: wenju models fetch"
        ) from exc
    except (OSError, SafetensorError) as exc:
        raise WeightsError(
            f"{folder} cannot be made from {source}: {exc}. Make room there (0.5 GB) or choose"
            " another place with WENJU_HOME, then run: wenju models fetch"
        ) from exc
    return folder


def _convert_alone(source: Path, folder: Path) -> None:
    data = memoryview(source.read_bytes())
    model = _read(data)
    temp = folder.with_name(folder.name + ".tmp")
    shutil.rmtree(temp, ignore_errors=True)
    temp.mkdir()
    try:
        save_file(_weights(model, data), temp / "model.safetensors", {"format": "pt"})
        _tokenizer(model).save(str(temp / "tokenizer.json"))
        for name, content in _settings(model).items():
            _write_json(temp / name, content)
        # It is written for its owner alone; whoever may read the rest may read it too.
        shutil.copymode(temp / "config.json", temp / "model.safetensors")
        _flush(temp)
        os.replace(temp, folder)
    finally:
        shutil.rmtree(temp, ignore_errors=True)


def _read(data: memoryview) -> _Model:
    reader = _Reader(data)
    if reader.take("4sI") != (b"E5S1", 1):
        raise _Malformed("it does not start with E5S1 and version 1")
    shape = _Shape(*reader.take("7i"))
    (epsilon, block) = reader.take("fi")
    sane = all(0 < size <= 1 << 20 for size in vars(shape).values())
    if not sane or shape.layers > 100 or shape.hidden % shape.heads or shape.positions < 8:
        raise _Malformed(f"its sizes make no sense: {shape}")
    if block != BLOCK or not 0 < epsilon < 1e-3:
        raise _Malformed(f"its block size is {block} and its epsilon {epsilon}")
    pieces = _read_pieces(reader, shape)
    _skip_normaliser(reader)
    return _Model(shape, epsilon, pieces, _read_directory(reader))


def _read_pieces(reader: _Reader, shape: _Shape) -> _Pieces:
    count, start, end, padding, unknown, length = reader.take("5iQ")
    if not len(SPECIAL) < count <= shape.vocabulary:
        raise _Malformed(f"it has {count} pieces for {shape.vocabulary} rows")
    bounds = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count)
    blob = bytes(reader.skip(length))
    if bounds[0] or bounds[-1] != length or bounds != sorted(bounds):
        raise _Malformed("its pieces overlap or leave gaps")
    if not np.isfinite(scores).all():
        raise _Malformed("a piece has no finite score")
    try:
        texts = tuple(blob[a:b].decode() for a, b in pairwise(bounds))
    except UnicodeDecodeError as exc:
        raise _Malformed("a piece is not UTF-8") from exc
    if (start, padding, end, unknown) != (0, 1, 2, 3) or texts[:4] != SPECIAL:
        raise _Malformed("its special pieces are not the first four")
    if len(set(texts)) != count:
        raise _Malformed("it names a piece twice")
    return _Pieces(texts, tuple(scores.tolist()))


def _skip_normaliser(reader: _Reader) -> None:
    # NFKC and the two patterns above do what this table says, and also join what NFC joins.
    count, length = reader.take("iI")
    if count < 0 or length < 5 * count:
        raise _Malformed(f"its table of {count} characters has {length} bytes")
    reader.skip(length)


def _read_directory(reader: _Reader) -> dict[str, _Tensor]:
    (count,) = reader.take("i")
    tensors: dict[str, _Tensor] = {}
    for _ in range(count):
        (length,) = reader.take("H")
        name = bytes(reader.skip(length)).decode("ascii", errors="replace")
        kind, weights, offset, size = reader.take("BIQQ")
        tensors[name] = tensor = _Tensor(kind == 1, weights, offset, size)
        if kind > 1 or size != _stored_size(tensor) or offset + size > len(reader.data):
            raise _Malformed(f"its tensor {name!r} has no sane type, size or place")
    return tensors


def _stored_size(tensor: _Tensor) -> int:
    """Give the bytes a tensor takes; -1 when its weights do not fill whole blocks."""
    if not tensor.quantised:
        return 4 * tensor.count
    return -1 if tensor.count % BLOCK else tensor.count // BLOCK * (2 + BLOCK // 2)


def _weights(model: _Model, data: memoryview) -> Tensors:
    """Give all tensors under the names that transformers' BertModel has for them."""
    names = _names(model.shape)
    if missing := sorted(names.keys() ^ model.tensors.keys()):
        raise _Malformed(f"it lacks tensors or has ones unheard of: {', '.join(missing[:5])}")
    weights: Tensors = {}
    for name, (target, shape) in names.items():
        values = _values(model.tensors[name], data)
        if values.size != int(np.prod(shape)) or not np.isfinite(values).all():
            raise _Malformed(f"its tensor {name} has the wrong size or holds no finite numbers")
        weights[target] = values.reshape(shape)
    # Nothing asks for the pooler, but a BertModel without one warns that it made one up.
    hidden = model.shape.hidden
    weights["pooler.dense.weight"] = np.zeros((hidden, hidden), np.float32)
    weights["pooler.dense.bias"] = np.zeros(hidden, np.float32)
    return weights


def _names(shape: _Shape) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Map each name in the file to its name and shape in BertModel."""
    hidden, inner = shape.hidden, shape.inner
    sizes = {"fi": (inner, hidden), "fo": (hidden, inner)}
    names: dict[str, tuple[str, tuple[int, ...]]] = {
        "emb.word": ("embeddings.word_embeddings.weight", (shape.vocabulary, hidden)),
        "emb.pos": ("embeddings.position_embeddings.weight", (shape.positions, hidden)),
        "emb.type": ("embeddings.token_type_embeddings.weight", (shape.types, hidden)),
        "emb.ln.w": ("embeddings.LayerNorm.weight", (hidden,)),
        "emb.ln.b": ("embeddings.LayerNorm.bias", (hidden,)),
    }
    for layer in range(shape.layers):
        for short, long in _LAYER_NAMES.items():
            rows, columns = sizes.get(short, (hidden, hidden))
            weight = (rows,) if short.endswith("ln") else (rows, columns)
            target = f"encoder.layer.{layer}.{long}"
            names[f"l{layer}.{short}.w"] = (f"{target}.weight", weight)
            names[f"l{layer}.{short}.b"] = (f"{target}.bias", (rows,))
    return names


def _values(tensor: _Tensor, data: memoryview) -> NDArray[np.float32]:
    """Give the weights of a tensor as one row; a 4-bit one is (nibble - 8) times its scale."""
    stored = data[tensor.offset : tensor.offset + tensor.length]
    if not tensor.quantised:
        return np.frombuffer(stored, "<f4").astype(np.float32)
    blocks = np.frombuffer(stored, [("scale", "<f2"), ("pairs", "u1", BLOCK // 2)])
    values = np.empty((len(blocks), BLOCK), np.float32)
    values[:, : BLOCK // 2] = blocks["pairs"] & 15
    values[:, BLOCK // 2 :] = blocks["pairs"] >> 4
    values -= 8
    values *= blocks["scale"].astype(np.float32)[:, None]
    return values.reshape(-1)


def _tokenizer(model: _Model) -> Tokenizer:
    start, _, end, unknown = SPECIAL
    vocabulary = list(zip(model.pieces.texts, model.pieces.scores, strict=True))
    tokenizer = Tokenizer(models.Unigram(vocabulary, SPECIAL.index(unknown), byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_DROPPED), ""),
            normalizers.Replace(Regex(_SPACE), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}",
        pair=f"{start} $A {end} {end} $B {end}",
        special_tokens=[(piece, SPECIAL.index(piece)) for piece in (start, end)],
    )
    tokenizer.add_special_tokens([*SPECIAL, *{MASK}.intersection(model.pieces.texts)])
    tokenizer.enable_truncation(model.shape.positions)
    return tokenizer


def _settings(model: _Model) -> dict[str, Any]:
    """Give the content of each JSON file of the folder by its path there."""
    hidden, positions = model.shape.hidden, model.shape.positions
    return {
        "config.json": _bert(model),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": positions,
            "clean_up_tokenization_spaces": False,
            **dict(
                zip(("bos_token", "pad_token", "eos_token", "unk_token"), SPECIAL, strict=False)
            ),
            **{"cls_token": "<s>", "sep_token": "</s>", "mask_token": MASK},
        },
        "modules.json": [
            {
                "idx": at,
                "name": str(at),
                "path": path,
                "type": f"sentence_transformers.models.{kind}",
            }
            for at, (path, kind) in enumerate(MODULES)
        ],
        "sentence_bert_config.json": {"max_seq_length": positions, "do_lower_case": False},
        "1_Pooling/config.json": {
            "word_embedding_dimension": hidden,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }


def _bert(model: _Model) -> dict[str, Any]:
    shape = model.shape
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.inner,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.types,
        "layer_norm_eps": round(model.epsilon, 15),
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "pad_token_id": SPECIAL.index("<pad>"),
        "dtype": "float32",
    }


def _write_json(path: Path, content: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n", "utf-8")


def _flush(folder: Path) -> None:
    # So that a power cut after the rename cannot leave a folder of empty files.
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
