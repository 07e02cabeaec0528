"""The reader as one file that fits a repository: weights in 8 bits, word vectors in 4."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from rag.reader.network import Network
from rag.reader.pieces import VOCABULARY

WEIGHTS = "reader.safetensors"

BLOCK = 32
"""Neighbouring numbers of a word vector that share one scale."""

LATIN_UP_TO = 100_000
"""Latin pieces up to this place of the vocabulary, which goes by frequency, are kept."""

WORDS = "encoder.embeddings.word_embeddings.weight"
_HAN = re.compile(r"[\u2e80-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_OTHER_LETTERS = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")


def pack(network: Network, tokenizer: Path, folder: Path) -> None:
    """Write a network, with the part of its vocabulary that Chinese and English need."""
    folder.mkdir(parents=True, exist_ok=True)
    form = json.loads(tokenizer.read_text(encoding="utf-8"))
    vocabulary = form["model"]["vocab"]
    kept = [i for i, (piece, _) in enumerate(vocabulary) if _needed(piece, i)]
    form["model"]["vocab"] = [vocabulary[i] for i in kept]
    form["added_tokens"] = [t for t in form["added_tokens"] if t["id"] < len(SPECIAL)]
    Tokenizer.from_str(json.dumps(form)).save(str(folder / VOCABULARY), pretty=False)
    tensors: dict[str, NDArray[Any]] = {}
    for name, tensor in network.state_dict().items():
        weight = tensor.detach().float().cpu().numpy()
        if name == WORDS:
            tensors[f"{name}.nibbles"], tensors[f"{name}.scale"] = _nibbles(weight[kept])
        elif weight.ndim == 2 and min(weight.shape) > 2 and "embeddings" not in name:
            tensors[f"{name}.bytes"], tensors[f"{name}.scale"] = _bytes(weight)
        else:
            tensors[name] = weight.astype(np.float16)
    config = network.encoder.config.to_diff_dict() | {"vocab_size": len(kept)}
    save_file(tensors, folder / WEIGHTS, metadata={"config": json.dumps(config)})


SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")


def _needed(piece: str, place: int) -> bool:
    if place < len(SPECIAL):
        return True
    said = piece.lstrip("▁")
    if said.isascii():
        return place < LATIN_UP_TO or len(said) <= 1
    if _OTHER_LETTERS.search(said):
        return False
    return bool(_HAN.search(said)) or not any(c.isalpha() for c in said)


def unpacked(folder: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Give the weights in 32 bits and the encoder's configuration."""
    from safetensors import safe_open

    with safe_open(folder / WEIGHTS, "numpy") as file:
        config = json.loads(file.metadata()["config"])
    stored = load_file(folder / WEIGHTS)
    state: dict[str, Tensor] = {}
    for name, array in stored.items():
        plain, _, form = name.rpartition(".")
        if form == "nibbles":
            state[plain] = torch.from_numpy(_words(array, stored[f"{plain}.scale"]))
        elif form == "bytes":
            scale = stored[f"{plain}.scale"].astype(np.float32)
            state[plain] = torch.from_numpy(array.astype(np.float32) * scale[:, None])
        elif form != "scale":
            state[name] = torch.from_numpy(array.astype(np.float32))
    return state, config


def restore(network: Network, folder: Path) -> None:
    """Give a network with the whole vocabulary the weights of a packed one, but word vectors."""
    state, _ = unpacked(folder)
    network.load_state_dict({n: t for n, t in state.items() if n != WORDS}, strict=False)


def _bytes(weight: NDArray[np.float32]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give each row as whole numbers up to 127 and their unit."""
    unit = (np.abs(weight).max(axis=1) / 127).astype(np.float16)
    unit[unit == 0] = 1
    return np.rint(weight / unit[:, None].astype(np.float32)).clip(-127, 127).astype(np.int8), unit


def _nibbles(weight: NDArray[np.float32]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give blocks of numbers from 0 to 15, two in a byte, and their units.

    What was rounded like this before (GGML's Q4_0) comes out as it went in.
    """
    blocks = weight.reshape(len(weight), -1, BLOCK)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(-1)[..., None], -1)[..., 0]
    unit = (largest / -8).astype(np.float16)
    unit[unit == 0] = 1
    whole = np.rint(blocks / unit[..., None].astype(np.float32)) + 8
    whole = whole.clip(0, 15).astype(np.uint8).reshape(len(weight), -1)
    return whole[:, 0::2] | (whole[:, 1::2] << 4), unit


def _words(nibbles: NDArray[np.uint8], unit: NDArray[np.float16]) -> NDArray[np.float32]:
    whole = np.empty((len(nibbles), nibbles.shape[1] * 2), dtype=np.float32)
    whole[:, 0::2], whole[:, 1::2] = nibbles & 15, nibbles >> 4
    blocks = (whole - 8).reshape(len(nibbles), -1, BLOCK) * unit[..., None].astype(np.float32)
    return blocks.reshape(len(nibbles), -1)
