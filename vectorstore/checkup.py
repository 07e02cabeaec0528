"""Look through an index for what its articles suffer from: lost characters, lengths, copies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from llama_index.core.base.embeddings.base import BaseEmbedding

from vectorstore.article import Article
from vectorstore.catalogue import Catalogue
from vectorstore.clean.beyond import hopeless
from vectorstore.embed import SentenceEmbedding
from vectorstore.legs import searched_text

BAD_SHARE = 0.01
"""Share of lost characters from which an article is worth getting again."""

NAMED = 3
"""How many of the worst are named."""

ASKED = 500
"""Articles whose stories are looked up at once."""

_GONE = "\ufffd"
_SHORTEST_TOKENS = 0.8
"""Characters for a token at least: a shorter text needs no counting."""


@dataclass(frozen=True)
class Garbled:
    """Articles with characters that are gone for good; `worst` are those with the largest share.

    `share` is that of all characters of the index; `bad` counts articles that lost BAD_SHARE.
    """

    articles: int = 0
    bad: int = 0
    share: float = 0.0
    worst: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class TooLong:
    """Passages of more tokens than the encoder reads (`limit`); `longest` names the worst."""

    passages: int
    limit: int
    longest: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Repeated:
    """Exact copies, and groups of nearly the same articles with the largest of them."""

    copies: int = 0
    groups: int = 0
    in_groups: int = 0
    largest: tuple[tuple[str, int], ...] = ()


def garbled(catalogue: Catalogue) -> Garbled:
    """Count the characters that are lost."""
    shares: dict[str, float] = {}
    gone = characters = 0
    for article in _articles(catalogue):
        lost = _lost(article.text)
        gone, characters = gone + lost, characters + len(article.text)
        if lost:
            shares[article.id] = lost / len(article.text)
    bad = sum(share >= BAD_SHARE for share in shares.values())
    worst = Counter(shares).most_common(NAMED)
    return Garbled(len(shares), bad, gone / characters if characters else 0.0, tuple(worst))


def _lost(text: str) -> int:
    within = hopeless(text)
    inside = sum(text.count(_GONE, start, end) for start, end in within)
    return text.count(_GONE) - inside + sum(end - start for start, end in within)


def too_long(catalogue: Catalogue, model: BaseEmbedding) -> TooLong | None:
    """Count passages whose end the encoder does not read; None where it does not tell."""
    if not isinstance(model, SentenceEmbedding) or not model.reads:
        return None
    counted: dict[str, int] = {}
    for id_ in catalogue.ids():
        texts = {p.id: searched_text(p) for p in catalogue.passages_of(id_)}
        long = {i: t for i, t in texts.items() if len(t) > model.reads * _SHORTEST_TOKENS}
        counted |= zip(long, model.tokens([*long.values()]), strict=True) if long else ()
    over = Counter({id_: n for id_, n in counted.items() if n > model.reads})
    return TooLong(len(over), model.reads, tuple(over.most_common(NAMED)))


def repeated(catalogue: Catalogue) -> Repeated:
    """Count copies and groups of copies."""
    ids = catalogue.ids()
    sizes = Counter(s for part in _parts(ids) for s in catalogue.stories(part).values())
    large = Counter({story: n for story, n in sizes.items() if n > 1})
    copies = len(ids) - catalogue.counts()[0]
    return Repeated(copies, len(large), large.total(), tuple(large.most_common(NAMED)))


def _articles(catalogue: Catalogue) -> Iterator[Article]:
    return filter(None, map(catalogue.article, catalogue.ids()))


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for i in range(0, len(ids), ASKED):
        yield ids[i : i + ASKED]
