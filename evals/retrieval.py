"""How high the search puts what answers. Pure functions over places in source texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ir_measures import RR, Measure, Qrel, ScoredDoc, Success, iter_calc, nDCG

from evals.questions import Question, Support

DEPTH = 50
"""Passages looked at, so that ten articles are among them."""

OF_ARTICLES = {
    "hit@1": Success @ 1,
    "hit@5": Success @ 5,
    "hit@10": Success @ 10,
    "mrr@10": RR @ 10,
    "ndcg@10": nDCG @ 10,
}
OF_PASSAGES = {name: OF_ARTICLES[name] for name in ("hit@1", "hit@5", "hit@10", "mrr@10")}


@dataclass(frozen=True)
class Place:
    """A stretch of the source text of an article, in code points."""

    doc: str
    start: int
    end: int

    @property
    def length(self) -> int:
        """How many code points it has."""
        return self.end - self.start


def article_scores(question: Question, articles: Sequence[str]) -> dict[str, float]:
    """Score the articles found, best first, against those that support an answer.

    `all@10` is 1 when all that have to be found, any, each or one of each part, are among the
    first ten. Empty without any support.
    """
    groups = [[s.doc for s in group] for group in question.needs()]
    if not groups:
        return {}
    right = {s.doc for s in (*question.support, *question.alternatives)}
    scores = _scores(OF_ARTICLES, sorted(right), articles)
    # Of alternatives one is enough: the first found stands for its group.
    chosen = [next((doc for doc in articles if doc in docs), docs[0]) for docs in groups]
    scores["ndcg@10"] = _scores({"": nDCG @ 10}, sorted(set(chosen)), articles)[""]
    scores["all@10"] = float(set(chosen) <= set(articles[:10]))
    return scores


def passage_scores(question: Question, found: Sequence[Place]) -> dict[str, float]:
    """Score the passages found, best first. Empty where no place of a support is known.

    A passage is right when it and a support share at least half of the shorter one.
    """
    wanted = [p for s in (*question.support, *question.alternatives) if (p := place(s))]
    if not wanted:
        return {}
    first = first_right(wanted, found)
    names = [str(rank) for rank in range(1, len(found) + 1)]
    return _scores(OF_PASSAGES, [str(first)] if first else ["none"], names)


def first_right(wanted: Sequence[Place], found: Sequence[Place]) -> int:
    """Give the rank of the first passage that holds a wanted place, from 1; 0 when none does."""
    ranks = (n for n, p in enumerate(found, start=1) if any(overlaps(p, w) for w in wanted))
    return next(ranks, 0)


def overlaps(a: Place, b: Place) -> bool:
    """Tell whether two places share at least half of the shorter one's characters."""
    shared = common(a, b)
    return shared > 0 and 2 * shared >= min(a.length, b.length)


def common(a: Place, b: Place) -> int:
    """Give how many characters two places share."""
    return max(0, min(a.end, b.end) - max(a.start, b.start)) if a.doc == b.doc else 0


def place(support: Support) -> Place | None:
    """Give the place of a support, None where only its article is known."""
    if support.start is None or support.end is None:
        return None
    return Place(support.doc, support.start, support.end)


def _scores(
    measured: dict[str, Measure], wanted: Sequence[str], found: Sequence[str]
) -> dict[str, float]:
    """Let ir-measures score one ranking; its scores fall with the rank, so that no two tie."""
    names = {measure: name for name, measure in measured.items()}
    right = [Qrel("", doc, 1) for doc in wanted]
    ranked = [ScoredDoc("", doc, -rank) for rank, doc in enumerate(dict.fromkeys(found))]
    if not ranked:
        return dict.fromkeys(measured, 0.0)
    scored = {names[m.measure]: float(m.value) for m in iter_calc(list(names), right, ranked)}
    return {name: scored[name] for name in measured}
