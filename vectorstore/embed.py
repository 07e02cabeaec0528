"""Turn texts into vectors with any sentence-transformers model, or an OpenAI-compatible server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr

from vectorstore.errors import WeightsError

if TYPE_CHECKING:
    import torch

BATCH = 32
"""Texts per forward pass; larger ones were slower on two cores."""

SLICE = 512
"""Texts handed over at once, so that they can be sorted by length."""

WHOLE_TOKENS = 16
WHOLE_TEXTS = 8
"""Texts are filled up to a multiple of this many tokens, batches of them to a multiple of this many
texts: for every new shape torch keeps buffers, which grew by 65 MB with every 512 texts."""

SPINS = "3000"
"""How long a thread of torch spins before it sleeps: a hundredth of what is usual."""

_E5_PROMPTS = {"query": "query: ", "document": "passage: "}


def open_embedding(model: str, api_key: str = "") -> BaseEmbedding:
    """Open `model`: a folder, a name on a model hub, or `https://host/v1#model-name`.

    Raises WeightsError with the remedy when it cannot be had.
    """
    if model.startswith(("http://", "https://")):
        from vectorstore.remote import RemoteEmbedding

        base, _, name = model.partition("#")
        fields = {"model_name": name or "default", "embed_batch_size": BATCH}
        return RemoteEmbedding(base, api_key or "none", **fields)
    return SentenceEmbedding(model_name=model, embed_batch_size=SLICE)


class SentenceEmbedding(BaseEmbedding):
    """A sentence-transformers model in the fastest number format the processor has.

    Vectors have length 1. Questions and passages get the prefixes the model was trained with.
    """

    _model: Any = PrivateAttr()

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)
        self._model = _load(self.model_name)

    @property
    def reads(self) -> int:
        """Tokens of one text that are read, or 0 where the model does not tell."""
        return int(self._model.max_seq_length or 0)

    def tokens(self, texts: list[str]) -> list[int]:
        """Give how many tokens each passage has, with what the model puts around it."""
        prompt = self._model.prompts.get("document") or ""
        whole = [prompt + text for text in texts]
        return [len(ids) for ids in self._model.tokenizer(whole, verbose=False)["input_ids"]]

    def _encode(self, texts: list[str], kind: str) -> list[list[float]]:
        encode = self._model.encode_query if kind == "query" else self._model.encode_document
        vectors: dict[int, list[float]] = {}
        for batch, size in self._batches(texts):
            some = [texts[i] for i in batch]
            filled = some + [""] * (-len(some) % min(size, WHOLE_TEXTS) if len(texts) > size else 0)
            made = encode(
                filled,
                batch_size=BATCH,
                normalize_embeddings=True,
                convert_to_tensor=True,
                show_progress_bar=False,
                processing_kwargs={"text": {"pad_to_multiple_of": WHOLE_TOKENS}},
            )
            vectors |= zip(batch, made[: len(some)].float().cpu().tolist(), strict=True)
        return [vectors[i] for i in range(len(texts))]

    def _batches(self, texts: list[str]) -> Iterator[tuple[list[int], int]]:
        """Give which texts go through together, longest first, and how many might."""
        from vectorstore.attention import at_once

        tokens = [min(n, self.reads or n) for n in self.tokens(texts)] if len(texts) > 1 else [0]
        left = sorted(range(len(texts)), key=lambda i: -tokens[i])
        while left:
            longest = tokens[left[0]]
            size = at_once(self._model, longest + -longest % WHOLE_TOKENS, BATCH)
            yield left[:size], size
            left = left[size:]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._encode([query], "query")[0]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._encode([text], "document")[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._encode(texts, "document")

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def fastest_format(device: str) -> torch.dtype:
    """Give bfloat16 where the device computes in it (AMX, AVX512-BF16, a GPU), else float32."""
    import torch

    native = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
    return torch.bfloat16 if device != "cpu" or native else torch.float32


def _load(name: str) -> Any:
    local = Path(name).expanduser()
    if local.is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        name = str(local)
    # Read when torch is loaded: waiting threads would take the cores from whatever else is running.
    os.environ.setdefault("GOMP_SPINCOUNT", SPINS)
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.util import get_device_name
    from transformers.utils import logging

    from vectorstore.attention import attend_in_steps
    from vectorstore.packed_linear import pack_linear

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    device = get_device_name()
    try:
        model = SentenceTransformer(
            name,
            device=device,
            local_files_only=local.is_dir(),
            model_kwargs={"dtype": fastest_format(device)},
        )
    except (OSError, ValueError, RuntimeError, KeyError) as exc:
        reason = str(exc).strip().splitlines()[0]
        raise WeightsError(
            f"The embedding model {name} cannot be loaded ({reason}). Set WENJU_EMBED_MODEL to a"
            " folder that holds one, or unset it and run: wenju models fetch"
        ) from exc
    attend_in_steps(model)
    pack_linear(model)
    if "e5" in name.lower() and not any(model.prompts.values()):
        model.prompts.update(_E5_PROMPTS)
    return model
