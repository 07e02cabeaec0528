"""Whether an answer cites what carries it. Pure functions over places in source texts."""

from __future__ import annotations

from collections.abc import Sequence

from evals.questions import Question, Support
from evals.retrieval import Place, common, place


def covered(question: Question, cited: Sequence[Place]) -> bool:
    """Tell whether the cited quotes cover what has to be found, at least half of each support.

    What has to be found is any support, each, or one of each part, as the question says.
    """
    return all(any(_half_covered(s, cited) for s in group if s.known) for group in question.needs())


def known(question: Question) -> bool:
    """Tell whether the places of the supports are known, so that citing can be judged."""
    return bool(question.support) and all(s.known for s in question.support)


def precision(question: Question, cited: Sequence[Place]) -> float:
    """Give the share of the cited quotes that overlap a support, an alternative or the context."""
    good = _places((*question.support, *question.alternatives, *question.context))
    return sum(any(common(c, g) for g in good) for c in cited) / len(cited)


def covered_exactly(question: Question, cited: Sequence[Place], sentences: Sequence[Place]) -> bool:
    """Tell the same as `covered`, counting only quotes that are one of `sentences`, no more."""
    return covered(question, [c for c in cited if c in sentences])


def _half_covered(support: Support, cited: Sequence[Place]) -> bool:
    wanted = place(support)
    if wanted is None:
        return False
    held = {
        at
        for c in cited
        if c.doc == wanted.doc
        for at in range(max(c.start, wanted.start), min(c.end, wanted.end))
    }
    return 2 * len(held) >= wanted.length


def _places(supports: Sequence[Support]) -> list[Place]:
    return [p for s in supports if (p := place(s))]
