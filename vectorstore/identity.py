"""Tell embedding models apart: by name, and by what they make of two sentences."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from llama_index.core.base.embeddings.base import BaseEmbedding

from vectorstore.catalogue import Catalogue
from vectorstore.errors import REPAIR, StoreError
from vectorstore.store import Store

PROBES = ["2024年，全区新签92个项目，协议投资额为227亿元。", "The museum opened its doors in 1998."]

ALIKE = 0.99
"""Cosine above which two vectors of one sentence come from one model, in whatever number format."""


@dataclass(frozen=True)
class Identity:
    """A model: its name, and its vectors of PROBES (none where they were never made)."""

    name: str
    vectors: tuple[tuple[float, ...], ...] = ()

    def is_that_of(self, other: Identity) -> bool:
        """Tell whether both are one model, as far as both are known."""
        if not (self.vectors and other.vectors):
            return self.name == other.name
        pairs = zip(self.vectors, other.vectors, strict=True)
        return self.name == other.name and all(_cosine(a, b) > ALIKE for a, b in pairs)


def _cosine(a: Sequence[float], b: Sequence[float]) -> float:
    if len(a) != len(b):
        return 0.0
    return sum(x * y for x, y in zip(a, b, strict=True)) / (math.hypot(*a) * math.hypot(*b) or 1.0)


def identity(model: BaseEmbedding) -> Identity:
    """Give what tells a model from others; it embeds two sentences for that."""
    vectors = model.get_text_embedding_batch(PROBES)
    rounded = (tuple(round(x, 5) for x in vector) for vector in vectors)
    return Identity(model_name(model), tuple(rounded))


def built_with(catalogue: Catalogue) -> Identity:
    """Give the model an index was built with; its name is empty when there was none yet."""
    vectors = json.loads(catalogue.fact("probe") or "[]")
    return Identity(catalogue.fact("model"), tuple(tuple(v) for v in vectors))


def facts_of(model: Identity) -> dict[str, str]:
    """Give the facts by which an index remembers a model."""
    return {"model": model.name, "probe": json.dumps(model.vectors)}


def model_name(model: BaseEmbedding) -> str:
    """Give the name under which an index remembers its embedding model."""
    return remembered_name(model.model_name)


def remembered_name(name: str) -> str:
    """Give what an index remembers of a model's name: no folder, and of a URL what follows `#`."""
    if name.startswith(("http://", "https://")):
        name = name.partition("#")[2] or "default"
    return Path(name).name


def check_model(store: Store, model: BaseEmbedding) -> None:
    """Note the model an index is built with; raise StoreError when it is another one."""
    now, known = identity(model), built_with(store.catalogue)
    if known.name and not now.is_that_of(known):
        raise StoreError(f"{difference(known, now)} {REPAIR}")
    if not known.vectors:
        for name, value in facts_of(now).items():
            store.catalogue.note(name, value)
    store.keep_to_model()


def difference(known: Identity, now: Identity) -> str:
    """Say how the model that is set differs from the one an index was built with."""
    if known.name != now.name:
        return (
            f"The index was built with the embedding model {known.name}, not {now.name}."
            " Set WENJU_EMBED_MODEL back, or embed all articles again."
        )
    return f"The weights of {now.name} are not those the index was built with."
