"""Both search legs and the catalogue behind one store that is never half written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from types import TracebackType

from filelock import FileLock, Timeout

from vectorstore.article import Article, Hit
from vectorstore.catalogue import Catalogue
from vectorstore.dense import DenseLeg
from vectorstore.errors import StoreError
from vectorstore.filters import Narrowing
from vectorstore.fuse import Scored, fused
from vectorstore.legs import Embed, Entry, Legs
from vectorstore.lexical import LexicalLeg
from vectorstore.place import place_of, settled
from vectorstore.repairing import damaged, replay
from vectorstore.spread import Spread

LEG_DEPTH = 100
"""How many passages each leg hands to the fusion."""

LOCK_SECONDS = 60.0


class Store:
    """Articles and their searchable passages under one folder.

    Several processes may use one folder: one writes at a time, all see what was written. Every
    failure is a StoreError. The catalogue is written last, so a crash leaves articles as they were
    and a note in its journal; `repair` brings the legs back in step.

    With `damaged` the legs stay closed: nothing but to reindex can be done first. With the `server`
    address of a Chroma server the vectors are kept there, all else stays in the folder.
    """

    def __init__(self, folder: Path, damaged: bool = False, server: str = "") -> None:
        self.folder, self.server = folder, server
        self._looking, self._kept_to, self._seen = RLock(), "", -1
        self._spoken: tuple[int, frozenset[str]] = (-1, frozenset())
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(folder / "write.lock")
            self.catalogue = Catalogue(folder / "catalogue.sqlite3")
            if not damaged:
                self._open()
        except OSError as exc:
            raise StoreError(
                f"The index {folder} cannot be opened ({exc.strerror or exc})."
                " Choose another place with --home or WENJU_HOME."
            ) from exc

    def _open(self) -> None:
        self._seen, self._sound = self.catalogue.generation(), False
        self._model = self._model_now()
        place = place_of(self.catalogue, self.folder)
        if place.server != self.server:
            with self.locked():
                place = settled(self.catalogue, self.folder, self.server)
        self._both = Legs(place)

    @property
    def dense(self) -> DenseLeg:
        """The leg of vectors."""
        return self._both.dense

    @property
    def lexical(self) -> LexicalLeg:
        """The leg of words."""
        return self._both.lexical

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of all files."""
        self._close_legs()
        self.catalogue.close()

    def _close_legs(self) -> None:
        if hasattr(self, "_both"):
            self._both.close()

    def search(
        self,
        text: str,
        vector: Sequence[float],
        k: int,
        depth: int = LEG_DEPTH,
        only: Narrowing | None = None,
    ) -> list[Hit]:
        """Give the `k` best passages for a question and its vector, best first; `only` of these."""
        dense, lexical = self.legs(text, vector, depth, only)
        ranked = fused(dense, lexical, self.spread(vector, only))
        return self.told_once(self.hits(ranked, dict(dense)))[:k]

    def legs(
        self, text: str, vector: Sequence[float], depth: int, only: Narrowing | None = None
    ) -> tuple[Scored, Scored]:
        """Give what the dense and the lexical leg find; an empty text or vector finds nothing."""
        with self._looking:
            self.refresh()
            chosen = self.catalogue.chosen(only) if only else None
            try:
                return self._both.search(text, vector, depth, chosen)
            except StoreError:
                if self.catalogue.generation() == self._seen:
                    raise
                self.refresh()
                return self._both.search(text, vector, depth, chosen)

    def spread(self, vector: Sequence[float], only: Narrowing | None = None) -> Spread:
        """Give how similar passages usually are to a question."""
        kept = self.catalogue.chosen(only).among if only else set
        with self._looking:
            return self.dense.sample().spread(vector, kept)

    def hits(self, scored: Scored, dense: dict[str, float]) -> list[Hit]:
        """Turn passage ids into hits; what the catalogue does not list is left out."""
        known = self.catalogue.passages([id_ for id_, _ in scored])
        least = min(dense.values(), default=0.0)
        return [
            Hit(known[i], min(max(score, 0.0), 1.0), dense.get(i, least))
            for i, score in scored
            if i in known
        ]

    def told_once(self, hits: Sequence[Hit]) -> list[Hit]:
        """Keep of nearly the same articles the one that stands first."""
        stories = self.catalogue.stories({hit.passage.article_id for hit in hits})
        first: dict[str, str] = {}
        for hit in hits:
            article_id = hit.passage.article_id
            first.setdefault(stories.get(article_id, article_id), article_id)
        return [hit for hit in hits if hit.passage.article_id in first.values()]

    def languages(self) -> frozenset[str]:
        """Give the languages that articles are written in."""
        now = self.catalogue.generation()
        if self._spoken[0] != now:
            self._spoken = now, self.catalogue.languages()
        return self._spoken[1]

    def refresh(self) -> None:
        """See what other processes have written.

        Raises StoreError when the index was embedded again with another model than was kept to.
        """
        with self._looking:
            if self.catalogue.generation() != self._seen:
                self._reopen()
            if self._kept_to not in ("", self._model):
                raise StoreError(
                    f"The index was embedded again with another model"
                    f" ({self.catalogue.fact('model')}) while this was running."
                    " Start it again with that model."
                )

    def _reopen(self) -> None:
        generation = self.catalogue.generation()
        if self._seen < 0 or place_of(self.catalogue, self.folder) != self._both.place:
            self._close_legs()
            self._open()
        else:
            self._both.reopen()
        self._seen = generation

    def keep_to_model(self) -> None:
        """Refuse to go on once the index is built with another model than it is now."""
        self._kept_to = self._model = self._model_now()

    def _model_now(self) -> str:
        return self.catalogue.fact("model") + self.catalogue.fact("probe")

    def put(self, entries: Sequence[Entry]) -> None:
        """Write articles; one whose id stands already is replaced whole."""
        articles = [e.article for e in entries]
        with self.changing([a.id for a in articles]):
            passages = self._both.write(entries)
            self.catalogue.settle([], articles, passages)

    def put_copies(self, article_id: str, copies: Sequence[Article]) -> None:
        """Write copies of an article that stands; they are shown with it, not searched."""
        ids = [a.id for a in copies]
        with self.changing(ids):
            self._both.remove(ids)
            self.catalogue.settle_copies(article_id, copies)

    def remove(self, article_ids: Sequence[str]) -> list[str]:
        """Remove articles and give the ids of those that were there."""
        known = set(self.catalogue.ids())
        there = [i for i in article_ids if i in known]
        if there:
            with self.changing(there):
                self._both.remove(there)
                self.catalogue.settle(there, [], [])
        return there

    def remove_whole(self, article_ids: Sequence[str]) -> list[str]:
        """Remove articles with their exact copies, and give the ids of all that were there."""
        copies = [c.id for id_ in article_ids for c in self.catalogue.copies(id_) if c.exact]
        return self.remove([*dict.fromkeys([*article_ids, *copies])])

    def repair(self, embed: Embed) -> list[str]:
        """Finish or undo what an interrupted change left; give the ids of the articles it touched.

        The first time, the legs are also compared with the catalogue. Nothing is done while another
        process is writing.
        """
        if self._sound and not self.catalogue.journal():
            return []
        try:
            with self._lock.acquire(timeout=0):
                self.refresh()
                left = self._replay(self.catalogue.journal(), embed)
                if not self._sound:
                    left += self._replay(damaged(self.catalogue, self._both), embed)
                    self._sound = True
                return left
        except Timeout:
            return []

    def _replay(self, article_ids: list[str], embed: Embed) -> list[str]:
        replay(self.catalogue, self._both, article_ids, embed)
        self._seen = self.catalogue.generation()
        return article_ids

    @contextmanager
    def changing(self, article_ids: Sequence[str]) -> Iterator[None]:
        """Hold the index for one change of these articles, which the journal remembers."""
        with self.locked():
            self.refresh()
            self.catalogue.journal(article_ids)
            yield
            self._seen = self.catalogue.generation()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the index, so that no other process writes to it."""
        try:
            with self._lock.acquire(timeout=LOCK_SECONDS):
                yield
        except Timeout as exc:
            raise StoreError(
                f"Another process is writing to {self.folder}."
                " Wait for it to finish, then try again."
            ) from exc
        except OSError as exc:
            raise StoreError(
                f"The index {self.folder} cannot be written ({exc}). Free or unlock the disk and"
                " try again; what was added before still stands."
            ) from exc
