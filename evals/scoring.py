"""Score an answer against its question. Pure functions; a score that does not apply is absent."""

from __future__ import annotations

from collections.abc import Sequence

from evals import citing, wording
from evals.questions import Question
from evals.retrieval import Place, overlaps, place
from evals.run import Cause
from rag.answer import Answer
from rag.verify import strays

FACTS = "faithfulness.facts"
PRECISION = "citation.precision"


def answer_scores(
    question: Question, answer: Answer, cited: Sequence[Place], sentences: Sequence[Place]
) -> dict[str, float]:
    """Give the scores of one answer; `sentences` are those of the articles it cites.

    A decline of a question that the articles answer scores 0 for its wording.
    """
    scores = _of_wording(question, answer) if question.answerable else {}
    name = "refused_answerable" if question.answerable else "refused_unanswerable"
    scores[f"abstention.{name}"] = float(answer.declined)
    if answer.declined:
        return scores
    if question.answerable and citing.known(question):
        scores["citation.recall"] = float(citing.covered(question, cited))
        scores["citation.sentence_exact"] = float(
            citing.covered_exactly(question, cited, sentences)
        )
        if cited:
            scores[PRECISION] = citing.precision(question, cited)
    if answer.sentences:
        scores[FACTS] = _faithful(answer)
    return scores


def weights(answer: Answer) -> dict[str, int]:
    """Give how many quotes and sentences the scores of an answer are means of."""
    return {PRECISION: len(answer.citations), FACTS: len(answer.sentences)}


def answers_right(question: Question, answer: Answer, cited: Sequence[Place]) -> bool | None:
    """Tell whether an answer is right: it cites what carries it.

    A written one must say a gold answer, too, or nothing that its quotes do not say. Where the
    places of the supports are not known, whether a gold answer stands in it. None for questions the
    articles do not answer.
    """
    if not question.answerable:
        return None
    said = wording.contains(plain(answer), question.answers, question.items) == 1
    if not citing.known(question):
        return said
    carried = answer.mode == "quote" or said or _faithful(answer) == 1
    return carried and citing.covered(question, cited)


def cause(
    question: Question,
    answer: Answer,
    found: Sequence[Place],
    quotes: Sequence[Place],
    cited: Sequence[Place],
) -> Cause:
    """Say why an answer that is not correct failed: the first step on the way that went wrong.

    `found` are the passages that were read for it, `quotes` the sentences that its quote answer
    cites, `cited` those that it cites itself.
    """
    if not question.answerable:
        return "wrongly answered"
    if not _retrieved(question, found):
        return "not retrieved"
    if answer.declined:
        return "wrongly declined"
    if not citing.known(question):
        return "cited but not said"
    if not citing.covered(question, quotes):
        return "retrieved but not read"
    return "cited but not said" if citing.covered(question, cited) else "read but not cited"


def plain(answer: Answer) -> str:
    """Give the text of an answer without citation marks; empty for a decline."""
    return " ".join(s.text for s in answer.sentences)


def exact(answer: Answer) -> str:
    """Give the exact answer, or the whole text where it is not known; empty for a decline."""
    return next((s.exact_text for s in answer.sentences if s.exact), plain(answer))


def _faithful(answer: Answer) -> float:
    """Give the share of the sentences whose facts stand in the quotes they cite."""
    quotes = {c.n: c.quote for c in answer.citations}
    if not answer.sentences:
        return 0.0
    held = [
        bool(s.citations) and not strays(s.text, [quotes[n] for n in s.citations])
        for s in answer.sentences
    ]
    return sum(held) / len(held)


def _of_wording(question: Question, answer: Answer) -> dict[str, float]:
    said, brief = plain(answer), exact(answer)
    scores = {
        "answer.em": wording.exact_match(brief, question.answers),
        "answer.f1": wording.f1(brief, question.answers),
        "answer.contains": wording.contains(said, question.answers, question.items),
    }
    if question.items:
        scores["answer.items"] = wording.found_items(said, question.items)
    return scores


def _retrieved(question: Question, found: Sequence[Place]) -> bool:
    """Tell whether the passages hold a support of each group that has to be found."""
    docs = {p.doc for p in found}
    return all(
        any(
            any(overlaps(p, wanted) for p in found) if (wanted := place(s)) else s.doc in docs
            for s in group
        )
        for group in question.needs()
    )
