"""Written sentences in another language than the passages: which of these say the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

from rag.compose import Checked, Draft, Quote, assembled, quotable
from rag.quantity import quantities
from rag.tongues import Tongues
from rag.verify import strays
from vectorstore.article import Passage
from vectorstore.language import is_chinese
from vectorstore.spread import Spread

LEAST = 4.5
SIMILAR = 0.38
SIMILAR_IN_NUMBERS = 0.36
"""Deviations above what is usual of passages, and similarity, from either of which on a sentence
says the same; less is enough where the numbers are the same. Of XQuAD's parallel articles 97 % of
the sentences have one that is so alike in their own article, 18 % in another one on the same
subject, 6 % in one on another (without numbers; the packaged embedding model)."""

DOUBT = "原文里没有意思这样相近的句子"

Measure = Callable[[Sequence[float]], Spread]


def across(
    draft: Draft, shown: Sequence[Passage], model: BaseEmbedding, tongues: Tongues, usual: Measure
) -> Draft:
    """Let sentences in another language than all passages `shown` cite the sentence likest them.

    Words cannot be compared there. `usual` tells of a vector how similar passages usually are to
    it; a sentence to which none is much more alike than that is doubted.
    """
    chinese = {is_chinese(p.text) for p in shown}
    apart = [len(chinese) == 1 and is_chinese(s.text) not in chinese for s in draft.sentences]
    quotes = [q for p in shown for q in quotable(p)]
    if not any(apart) or not quotes:
        return draft
    rows = np.asarray(model.get_text_embedding_batch([q.text for q in quotes]))
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    checked = []
    for sentence, alone in zip(draft.sentences, apart, strict=True):
        if alone:
            vector = tongues.across(sentence.text, model.get_query_embedding(sentence.text))
            alike = (rows @ np.asarray(vector)).tolist()
            checked.append(_likest(sentence.text, quotes, alike, usual(vector)))
        else:
            cited = [draft.quotes[n - 1] for n in sentence.citations]
            checked.append((sentence.text, cited, sentence.doubts))
    return replace(assembled(checked), tokens=draft.tokens)


def _likest(text: str, quotes: Sequence[Quote], alike: Sequence[float], usual: Spread) -> Checked:
    """Give the sentence that says the same with the same numbers, or that comes nearest to it."""
    numbered, ranked = bool(quantities(text)), []
    for similar, quote in sorted(zip(alike, quotes, strict=True), key=lambda one: -one[0]):
        astray = strays(text, [quote.text])
        least = SIMILAR_IN_NUMBERS if numbered and not astray else SIMILAR
        ranked.append((similar < least and usual.above(similar) < LEAST, astray, quote))
    unlike, astray, quote = min(ranked, key=lambda one: (one[0], len(one[1])))
    return text, [quote], (*astray, *([DOUBT] if unlike else []))
