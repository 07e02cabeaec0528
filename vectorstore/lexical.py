"""The lexical leg: passages by how much they hold of the words that a question looks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tantivy

from vectorstore.article import Passage
from vectorstore.errors import REPAIR, StoreError
from vectorstore.script import terms
from vectorstore.wanted import content_terms, rarity

_WRITER_BYTES = 64_000_000


def _schema() -> Any:
    build = tantivy.SchemaBuilder()
    build.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    build.add_text_field("article", tokenizer_name="raw", index_option="basic")
    build.add_text_field("terms", tokenizer_name="terms", index_option="basic")
    return build.build()


class LexicalLeg:
    """Search terms of passages by passage id, on disk, updated in place (tantivy)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with self._reported("opened"):
            folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(_schema(), path=str(folder), reuse=True)
            split = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
            self._index.register_tokenizer("terms", split)
            self._index.reload()

    @contextmanager
    def _reported(self, what: str = "read") -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as exc:
            raise StoreError(
                f"The word index in {self._folder} cannot be {what} ({exc}). {REPAIR}"
            ) from exc

    def reload(self) -> None:
        """See what another process has committed."""
        with self._reported("opened"):
            self._index.reload()

    def write(self, removed_articles: Iterable[str], passages: Iterable[Passage]) -> None:
        """Remove whole articles, then add passages, in one commit."""
        try:
            writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)
            # A killed writer leaves files no commit names; the next may want to use their names.
            writer.garbage_collect_files()
            for article_id in removed_articles:
                writer.delete_documents_by_term("article", article_id)
            for p in passages:
                searched = f"{p.searched_title} {p.heading} {p.text}"
                writer.add_document(
                    tantivy.Document(id=p.id, article=p.article_id, terms=" ".join(terms(searched)))
                )
            writer.commit()
            writer.wait_merging_threads()
        except (OSError, ValueError) as exc:
            raise StoreError(
                f"The word index in {self._folder} cannot be written ({exc})."
            ) from exc
        self._index.reload()

    def search(
        self, question: str, k: int, articles: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Give `(passage id, share)` of the `k` passages, of `articles` if given, that hold most.

        The share, 0..1, is that of the weight of the words looked for that stands in the passage.
        How often they stand there and how long it is do not count: a share means the same for any
        question, so that it can be weighed against a similarity.
        """
        weights = self.weights(content_terms(question) or terms(question))
        whole = sum(weights.values())
        if not whole:
            return []
        searcher, asked = self._index.searcher(), self._any_of(weights)
        if articles is not None:
            asked = self._of_articles(asked, articles)
        with self._reported():
            found = searcher.search(asked, k).hits
            return [(searcher.doc(address)["id"][0], score / whole) for score, address in found]

    def weights(self, wanted: Sequence[str]) -> dict[str, float]:
        """Give the inverse document frequency of each term, over passages that stand.

        (What tantivy calls the frequency counts removed ones, too, until they are merged away.)
        """
        searcher: Any = self._index.searcher()
        with self._reported():
            found_in = {
                term: searcher.search(self._holding(term), 1, count=True).count
                for term in dict.fromkeys(wanted)
            }
        return rarity(found_in, self.count())

    def ids(self) -> list[str]:
        """Give the id of every passage, as often as it stands there."""
        searcher = self._index.searcher()
        with self._reported():
            every = searcher.search(tantivy.Query.all_query(), max(self.count(), 1)).hits
            return [searcher.doc(address)["id"][0] for _, address in every]

    def count(self) -> int:
        """Give the number of passages."""
        return int(self._index.searcher().num_docs)

    def _any_of(self, weights: Mapping[str, float]) -> Any:
        should, query = tantivy.Occur.Should, tantivy.Query
        return query.boolean_query(
            [
                (should, query.const_score_query(self._holding(term), weight))
                for term, weight in weights.items()
            ]
        )

    def _holding(self, term: str) -> Any:
        return tantivy.Query.term_query(self._index.schema, "terms", term, index_option="basic")

    def _of_articles(self, asked: Any, articles: Sequence[str]) -> Any:
        those = tantivy.Query.term_set_query(self._index.schema, "article", list(articles))
        silent = tantivy.Query.const_score_query(those, 0.0)
        must = tantivy.Occur.Must
        return tantivy.Query.boolean_query([(must, asked), (must, silent)])
