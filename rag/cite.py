"""Quoted sentences to citations: where they stand, on which page, and in which copies."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer import Citation
from rag.compose import Quote
from vectorstore.article import Article, OffsetMap
from vectorstore.catalogue import Catalogue


def citations(quotes: Sequence[Quote], catalogue: Catalogue) -> tuple[Citation, ...]:
    """Cite quotes, numbered from 1; a passage of another store stands for its own article."""
    ids = {q.passage.article_id for q in quotes}
    articles = {id_: catalogue.article(id_) for id_ in ids}
    copies = {id_: tuple(c.id for c in catalogue.copies(id_)) for id_ in ids}
    return tuple(
        _citation(n, q, articles[q.passage.article_id], copies[q.passage.article_id])
        for n, q in enumerate(quotes, start=1)
    )


def _citation(n: int, quote: Quote, article: Article | None, copies: tuple[str, ...]) -> Citation:
    passage, article = quote.passage, article or _own_article(quote)
    start, end = article.offsets.to_source(quote.start, quote.end)
    return Citation(
        n,
        passage.article_id,
        passage.title,
        article.source,
        passage.id,
        quote.text,
        quote.start,
        quote.end,
        start,
        end,
        publisher=article.publisher,
        date=article.date,
        page=article.page(quote.start),
        copies=copies,
    )


def _own_article(quote: Quote) -> Article:
    return Article(quote.passage.article_id, "", offsets=OffsetMap.shifted(quote.end))
