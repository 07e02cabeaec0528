"""LlamaIndex's metadata filters to a condition on the catalogue's articles."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from llama_index.core.vector_stores.types import (
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
)

from vectorstore.clean.dates import days
from vectorstore.errors import FilterError
from vectorstore.filters import Condition, Kept, all_of, any_of, one_of

COLUMNS = {
    "article_id": "id",
    "source": "source",
    "publisher": "publisher",
    "language": "language",
}
DATE = "date"

_JOINED: dict[FilterCondition | None, Callable[..., Condition]] = {
    None: all_of,
    FilterCondition.AND: all_of,
    FilterCondition.OR: any_of,
}
_DATED = {
    FilterOperator.EQ: lambda first, last: _within(first, last),
    FilterOperator.GTE: lambda first, last: Condition("first_day >= ?", (first,)),
    FilterOperator.GT: lambda first, last: Condition("first_day > ?", (last,)),
    FilterOperator.LTE: lambda first, last: _within(1, last),
    FilterOperator.LT: lambda first, last: _within(1, first - 1),
}


def narrowing(query: VectorStoreQuery) -> Kept | None:
    """Give what a query narrows the search to, or None where it does not.

    Raises NotImplementedError for a filter that cannot be translated, FilterError for a date that
    cannot be read.
    """
    if query.node_ids:
        raise NotImplementedError("ArticleVectorStore cannot filter by node_ids. Use doc_ids.")
    parts = []
    if query.doc_ids is not None:
        parts.append(one_of("id", query.doc_ids))
    if query.filters and query.filters.filters:
        parts.append(_all(query.filters))
    return Kept(all_of(*parts)) if parts else None


def _all(filters: MetadataFilters) -> Condition:
    join = _JOINED.get(filters.condition)
    if join is None:
        raise NotImplementedError(f"ArticleVectorStore cannot join filters by {filters.condition}.")
    return join(*(_all(f) if isinstance(f, MetadataFilters) else _one(f) for f in filters.filters))


def _one(each: MetadataFilter) -> Condition:
    if each.key == DATE and each.operator in _DATED:
        return _dated(each)
    column = COLUMNS.get(each.key)
    if column and each.operator == FilterOperator.EQ:
        return one_of(column, [each.value])
    if column and each.operator == FilterOperator.IN and isinstance(each.value, Sequence):
        return one_of(column, list(each.value))
    raise NotImplementedError(
        f"ArticleVectorStore cannot filter by {each.key} {each.operator.value} {each.value!r}."
        f" Filter {', '.join(COLUMNS)} by == or in, and {DATE} by ==, <, <=, > or >=."
    )


def _dated(each: MetadataFilter) -> Condition:
    first, last = days(str(each.value))
    if not first:
        raise FilterError(f"The date {each.value} cannot be read. Write it as 2024-06-30.")
    return _DATED[each.operator](first, last)


def _within(first: int, last: int) -> Condition:
    return Condition("first_day >= ? AND last_day BETWEEN 1 AND ?", (first, last))
