"""The dense leg: passage vectors in Chroma, searched by cosine."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import chromadb
import httpx
import numpy as np
from chromadb.api.client import Client
from chromadb.config import Settings
from chromadb.errors import ChromaError, InternalError

from vectorstore.errors import REPAIR, StoreError
from vectorstore.spread import Sample

COLLECTION = "passages"
SEARCH_WIDTH = 200
"""HNSW candidates looked at per search (`ef_search`): recall against time."""

STRETCHES, STRETCH = 8, 32
"""Runs of neighbouring vectors, and vectors in each, that tell how similar passages usually are."""


EXACT = 2000
"""Vectors compared one by one; the graph finds few among many slowly, and not all."""

TRIES, PAUSE = 10, 0.1
"""How often, and seconds apart, a search is tried again that met the first write."""


class DenseLeg:
    """Vectors of passages by passage id. Not for two threads at once while writing.

    `place` is a folder, or the `http://…` of a Chroma server, which keeps them in the collection.
    """

    def __init__(self, place: Path | str, collection: str = COLLECTION) -> None:
        self._place, self._name = place, collection
        self._sampled: tuple[int, Sample] = (-1, Sample((), np.empty((0, 0))))
        self._open()

    def _open(self) -> None:
        with self._reported("cannot be opened"):
            self._client = _client(self._place)
            self._collection = self._client.get_or_create_collection(
                self._name,
                configuration={"hnsw": {"space": "cosine", "ef_search": SEARCH_WIDTH}},
                embedding_function=None,
            )
            self._batch = self._client.get_max_batch_size()

    @property
    def client(self) -> Client:
        """Give the Chroma client, for LlamaIndex's store interface."""
        return self._client

    def reopen(self) -> None:
        """See what another process has written since this one opened the folder."""
        if isinstance(self._place, Path):
            self.close()
            self._open()

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()

    def put(
        self, ids: Sequence[str], vectors: Sequence[Sequence[float]], article_ids: Sequence[str]
    ) -> None:
        """Write vectors (n rows of one length); an id that stands already is replaced."""
        with self._reported():
            for i in range(0, len(ids), self._batch):
                part = slice(i, i + self._batch)
                self._collection.upsert(
                    ids=list(ids[part]),
                    embeddings=list(vectors[part]),
                    metadatas=[{"article": a} for a in article_ids[part]],
                )

    def remove(self, article_ids: Sequence[str]) -> None:
        """Remove all vectors of these articles."""
        with self._reported():
            for i in range(0, len(article_ids), 100):
                those: Any = {"article": {"$in": list(article_ids[i : i + 100])}}
                self._collection.delete(where=those)

    def vectors(self, ids: Sequence[str]) -> list[Sequence[float]]:
        """Give the vectors of these passages, in the order of `ids`."""
        found: dict[str, Sequence[float]] = {}
        with self._reported():
            for i in range(0, len(ids), 100):
                got = self._collection.get(list(ids[i : i + 100]), include=["embeddings"])
                rows: Any = got["embeddings"]
                found.update(zip(got["ids"], rows.tolist(), strict=True))
        if len(found) < len(set(ids)):
            raise StoreError(f"The vectors in {self._place} are not complete. {REPAIR}")
        return [found[id_] for id_ in ids]

    def search(self, vector: Sequence[float], k: int) -> list[tuple[str, float]]:
        """Give `(passage id, similarity)` of the `k` nearest, best first.

        The similarity is the cosine times the length of `vector`, which mostly is 1.
        """
        found = self._query(query_embeddings=list(vector), n_results=k, include=["distances"])
        return _scored(found, vector)

    def among(self, vector: Sequence[float], ids: Sequence[str], k: int) -> list[tuple[str, float]]:
        """Give `(passage id, similarity)` of the `k` nearest of these, best first."""
        if not ids:
            return []
        if len(ids) <= EXACT:
            return self._compared(vector, ids)[:k]
        found = self._query(
            query_embeddings=list(vector), ids=list(ids), n_results=k, include=["distances"]
        )
        return _scored(found, vector)

    def _compared(self, vector: Sequence[float], ids: Sequence[str]) -> list[tuple[str, float]]:
        with self._reported():
            got = self._collection.get(list(ids), include=["embeddings"])
        if not got["ids"]:
            return []
        rows = np.asarray(got["embeddings"])
        lengths = np.linalg.norm(rows, axis=1)
        near = (rows @ np.asarray(vector)) / np.where(lengths == 0, 1, lengths)
        return [(got["ids"][i], float(near[i])) for i in np.argsort(-near, kind="stable")]

    def sample(self) -> Sample:
        """Give vectors that lie far from each other in the collection, a few of each stretch."""
        count = self.count()
        if count != self._sampled[0]:
            self._sampled = count, self._drawn(count)
        return self._sampled[1]

    def _drawn(self, count: int) -> Sample:
        step = max(count // STRETCHES, STRETCH)
        ids: list[str] = []
        rows: list[Any] = []
        with self._reported():
            for at in range(0, min(count, step * STRETCHES), step):
                got = self._collection.get(limit=STRETCH, offset=at, include=["embeddings"])
                ids += got["ids"]
                rows.append(got["embeddings"])
        return Sample(tuple(ids), np.concatenate(rows) if rows else np.empty((0, 0)))

    def _query(self, **asked: Any) -> Any:
        with self._reported():
            for _ in range(TRIES):
                try:
                    return self._collection.query(**asked)
                except InternalError as exc:
                    # While the first vectors of all are written, Chroma has no graph to search.
                    if "Nothing found on disk" not in str(exc):
                        raise
                    time.sleep(PAUSE)
            return self._collection.query(**asked)

    def count(self) -> int:
        """Give the number of vectors."""
        with self._reported():
            return self._collection.count()

    def ids(self) -> set[str]:
        """Give the id of every vector."""
        with self._reported():
            return set(self._collection.get(include=[])["ids"])

    @contextmanager
    def _reported(self, what: str = "failed") -> Iterator[None]:
        try:
            yield
        except (ChromaError, httpx.TransportError, OSError, ValueError, RuntimeError) as exc:
            if _unreachable(exc, self._place):
                raise StoreError(_absent(self._place)) from exc
            raise StoreError(f"The vectors in {self._place} {what} ({exc}). {REPAIR}") from exc


def _client(place: Path | str) -> Client:
    settings = Settings(anonymized_telemetry=False)
    if isinstance(place, Path):
        return cast(Client, chromadb.PersistentClient(str(place), settings))
    try:
        url = httpx.URL(place)
        secure = url.scheme == "https"
        port = url.port or (443 if secure else 80)
        return cast(Client, chromadb.HttpClient(url.host, port, secure, settings=settings))
    except Exception as exc:  # Chroma raises bare ones for what is no Chroma server
        raise StoreError(_absent(place)) from exc


def _unreachable(exc: Exception, place: Path | str) -> bool:
    return isinstance(exc, httpx.TransportError) and not isinstance(place, Path)


def _absent(place: Path | str) -> str:
    return (
        f"The Chroma server {place} does not answer. Start it (chroma run --path FOLDER --port"
        " PORT), or set WENJU_CHROMA to its address; without it the vectors are kept in the home."
    )


def drop_collections(server: str, named: str, kept: str = "") -> None:
    """Remove from a server the collections whose names begin as `named`, but the one `kept`."""
    client = _client(server)
    for collection in client.list_collections():
        if collection.name.startswith(named) and collection.name != kept:
            client.delete_collection(collection.name)
    client.close()


def _scored(found: Any, vector: Sequence[float]) -> list[tuple[str, float]]:
    length = float(np.linalg.norm(vector))
    distances = (found["distances"] or [[]])[0]
    return [(id_, length * (1.0 - d)) for id_, d in zip(found["ids"][0], distances, strict=True)]
