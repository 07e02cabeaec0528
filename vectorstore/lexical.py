"""The lexical leg: BM25 over single characters and pairs (words where there are spaces)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import tantivy

from vectorstore.article import Passage
from vectorstore.errors import REPAIR, StoreError
from vectorstore.script import terms

_WRITER_BYTES = 64_000_000


def _schema() -> Any:
    build = tantivy.SchemaBuilder()
    build.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    build.add_text_field("article", tokenizer_name="raw", index_option="basic")
    build.add_text_field("terms", tokenizer_name="terms", index_option="freq")
    return build.build()


class LexicalLeg:
    """Search terms of passages by passage id, on disk, updated in place (tantivy)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(_schema(), path=str(folder), reuse=True)
            split = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
            self._index.register_tokenizer("terms", split)
            self._index.reload()
        except (OSError, ValueError) as exc:
            raise StoreError(
                f"The word index in {folder} cannot be opened ({exc}). {REPAIR}"
            ) from exc

    def reload(self) -> None:
        """See what another process has committed."""
        self._index.reload()

    def write(self, removed_articles: Iterable[str], passages: Iterable[Passage]) -> None:
        """Remove whole articles, then add passages, in one commit."""
        try:
            writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)
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
        self, query: str, k: int, articles: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Give `(passage id, BM25 score)` of the `k` best, best first; of `articles`, if given."""
        counted = Counter(terms(query))
        if not counted:
            return []
        searcher, asked = self._index.searcher(), self._any_of(counted)
        if articles is not None:
            asked = self._of_articles(asked, articles)
        found = searcher.search(asked, k).hits
        return [(searcher.doc(address)["id"][0], float(score)) for score, address in found]

    def rarity(self, wanted: Sequence[str]) -> dict[str, int]:
        """Give for each term the number of passages that hold it."""
        searcher = self._index.searcher()
        return {term: searcher.doc_freq("terms", term) for term in dict.fromkeys(wanted)}

    def count(self) -> int:
        """Give the number of passages."""
        return int(self._index.searcher().num_docs)

    def _any_of(self, counted: Counter[str]) -> Any:
        schema = self._index.schema
        clauses = []
        for term, times in counted.items():
            one = tantivy.Query.term_query(schema, "terms", term, index_option="freq")
            weighted = tantivy.Query.boost_query(one, float(times)) if times > 1 else one
            clauses.append((tantivy.Occur.Should, weighted))
        return tantivy.Query.boolean_query(clauses)

    def _of_articles(self, asked: Any, articles: Sequence[str]) -> Any:
        those = tantivy.Query.term_set_query(self._index.schema, "article", list(articles))
        silent = tantivy.Query.const_score_query(those, 0.0)
        must = tantivy.Occur.Must
        return tantivy.Query.boolean_query([(must, asked), (must, silent)])
