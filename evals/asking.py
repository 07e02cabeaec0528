"""Ask the product one question of a set, as the chat does, and keep what comes back as a case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from time import perf_counter

from llama_index.core.llms import LLM
from llama_index.core.schema import QueryBundle

from evals import retrieval, scoring
from evals.errors import EvalError
from evals.judge import judged
from evals.questions import Question
from evals.retrieval import Place
from evals.run import Case, Cited, Said
from rag.answer import Answer, Turn
from rag.engine import Engine
from rag.question import resolved
from rag.reader.answering import READ
from rag.reader.remembering import RememberingReader
from rag.retrieve import PassageRetriever
from vectorstore.split import sentences

HITS = 10
"""Article ids kept of each question."""

KEPT = 500
"""Articles kept at hand."""


class Asker:
    """Asks an engine as the chat does, and looks deeper into its search than the chat."""

    def __init__(self, engine: Engine, composed: bool = False, judge: LLM | None = None) -> None:
        self._composed, self._judge = composed, judge
        store, model, settings = engine.store, engine.model, engine.settings
        reader = RememberingReader(engine.reader) if engine.reader else None
        self._engine = engine.patient(reader)
        deep = PassageRetriever(store, model, k=retrieval.DEPTH)
        self._deep = Engine(store, model, settings, retriever=deep, reader=reader).patient()
        never = settings.model_copy(update={"certainty": 0.0})
        self._never_declines = Engine(store, model, never, reader=reader).patient()
        self._article = lru_cache(KEPT)(store.catalogue.article)

    def searched(self, question: Question) -> Case:
        """Search for a question, after those asked before it, and score what is found."""
        turns: list[Turn] = []
        for asked in question.history:
            turns.append(Turn(resolved(asked.question, turns), asked.answer))
        alone = resolved(question.question, turns)
        return searched_case(question, alone, *self._found(question, alone))

    def _found(self, question: Question, alone: str) -> tuple[list[Place], float]:
        """Give the passages found, best first, and in how many milliseconds."""
        begun = perf_counter()
        hits = self._deep.found(QueryBundle(alone), question.question).hits
        took = 1000 * (perf_counter() - begun)
        passages = [hit.passage for hit in hits]
        return [self._place(p.article_id, p.start, p.end) for p in passages], took

    def answered(self, question: Question) -> Case:
        """Ask a question, after those asked before it, and score search and answer."""
        turns: list[Turn] = []
        for asked in question.history:
            *_, told = self._asked(asked.question, turns)
            turns.append(Turn(told.resolved_question, told.text))
        answers = self._asked(question.question, turns)
        quoted, answer = answers[0], answers[-1]
        best = answer
        if answer.declined and question.answerable:
            best = next(self._never_declines.ask(question.question, turns, compose=False))
        right = scoring.answers_right(question, best, self._cited_places(best))
        cited = self._cited_places(answer)
        found, took = self._found(question, answer.resolved_question)
        searched = searched_case(question, answer.resolved_question, found, took)
        case = replace(
            searched,
            answer=answer.text,
            declined=answer.declined,
            mode=answer.mode,
            confidence=round(answer.confidence, 6),
            right=right,
            correct=answer.declined if right is None else right and not answer.declined,
            sentences=tuple(
                Said(s.text, s.citations, s.supported, s.doubts) for s in answer.sentences
            ),
            citations=tuple(_cited(answer)),
            scores=searched.scores
            | scoring.answer_scores(question, answer, cited, self._sentences(cited))
            | self._judged(question, answer),
            weights=scoring.weights(answer),
            times=_times(quoted, answer),
            tokens=_tokens(answer),
            notice=answer.notice,
        )
        if case.correct:
            return case
        quotes = self._cited_places(quoted)
        return replace(case, cause=scoring.cause(question, answer, found[:READ], quotes, cited))

    def _asked(self, question: str, turns: Sequence[Turn]) -> list[Answer]:
        answers = list(self._engine.ask(question, turns, self._composed))
        if answers[-1].failed:
            raise EvalError(
                f"The language model cannot write answers. {answers[-1].notice} What was answered"
                " before is kept: start the evaluation again, or leave --mode composed away."
            )
        return answers

    def _judged(self, question: Question, answer: Answer) -> dict[str, float]:
        if self._judge is None or answer.declined or not question.answerable:
            return {}
        asked = answer.resolved_question
        value = judged(asked, question.answers, scoring.plain(answer), self._judge)
        return {} if value is None else {"judge.right": value}

    def _place(self, article_id: str, start: int, end: int) -> Place:
        article = self._article(article_id)
        return Place(article_id, *(article.offsets.to_source(start, end) if article else (0, 0)))

    def _cited_places(self, answer: Answer) -> list[Place]:
        return [Place(c.article_id, c.source_start, c.source_end) for c in answer.citations]

    def _sentences(self, cited: Iterable[Place]) -> list[Place]:
        docs = dict.fromkeys(place.doc for place in cited)
        articles = filter(None, map(self._article, docs))
        return [self._place(a.id, *span) for a in articles for span in sentences(a.text)]


def searched_case(question: Question, alone: str, found: Sequence[Place], took: float) -> Case:
    """Score the passages found for a question, best first, in `took` milliseconds.

    `alone` is the question as it was searched for.
    """
    articles = list(dict.fromkeys(place.doc for place in found))
    scores = {
        f"{group}.{name}": value
        for group, part in (
            ("retrieval", retrieval.article_scores(question, articles)),
            ("passage", retrieval.passage_scores(question, found)),
        )
        for name, value in part.items()
    }
    return Case(
        id=question.id,
        question=question.question,
        kind=question.kind,
        answerable=question.answerable,
        gold=question.answers,
        support=question.support,
        alternatives=tuple(dict.fromkeys(a.doc for a in question.alternatives)),
        history=tuple(asked.question for asked in question.history),
        resolved_question=alone,
        hits=tuple(articles[:HITS]),
        scores=scores,
        times={"retrieve": round(took, 3)},
    )


def _cited(answer: Answer) -> Iterable[Cited]:
    passages = {e.passage_id: e for e in answer.evidence}
    for c in answer.citations:
        around = passages.get(c.passage_id)
        yield Cited(
            c.n,
            c.article_id,
            c.title,
            c.quote,
            c.start,
            c.end,
            c.source_start,
            c.source_end,
            around.text if around else c.quote,
            around.start if around else c.start,
        )


def _times(quoted: Answer, answer: Answer) -> dict[str, float]:
    times = {
        "retrieve": answer.timings.retrieve_ms,
        "first": quoted.timings.total_ms,
        "total": answer.timings.total_ms,
    }
    if answer.timings.first_token_ms:
        times["first_token"] = answer.timings.first_token_ms
    return {step: round(ms, 3) for step, ms in times.items()}


def _tokens(answer: Answer) -> dict[str, int]:
    return {kind: count for kind, count in vars(answer.tokens).items() if count}
