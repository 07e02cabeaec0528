"""Draw up questions on one's own articles with a language model, and keep those that are proven."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter, deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import LLM

from evals import nearmiss, proof
from evals.errors import EvalError
from evals.names import Name, known_names
from evals.pick import Picked, picked
from evals.propose import asked
from vectorstore.article import Passage, Progress
from vectorstore.store import Store
from vectorstore.wanted import content_terms

DRAFTED, NEAR_MISS = "drafted", "drafted_near_miss"

ONE_IN = 5
"""Of so many questions one is unanswerable."""

TRIES_PER_QUESTION = 10
"""Sentences tried for each question wanted, before giving up."""

FOUND_WITHIN = 10
"""Rank within which the search must find the passage of a question."""

LOOKED_THROUGH = 20
"""Passages in which an answer to a changed question is looked for."""

CHANGES_TRIED = 8
"""Changes of one question that are searched for."""

NAMED_ARTICLES = 300
"""Articles whose names may be put into a question."""

NO_QUESTION = "the model wrote no question"
UNCHANGEABLE = "near miss: nothing in it can be changed"
MAY_BE_ANSWERED = "near miss: the articles may answer it"
TEMPTS_NOT = "near miss: nothing tempts"


@dataclass
class Tally:
    """What was tried and why it was turned down; counted up while drafts are drawn."""

    tried: int = 0
    answerable: int = 0
    near_misses: int = 0
    rejected: Counter[str] = field(default_factory=Counter)

    @property
    def kept(self) -> int:
        """Questions kept."""
        return self.answerable + self.near_misses


@dataclass(frozen=True)
class Draft:
    """A proven question that awaits a person's yes or no.

    `sentence` holds the answer, or for a near miss that of the question it was made from; its
    offsets are into the source. `passage` is the passage it stands in.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    doc: str
    start: int
    end: int
    sentence: str
    passage: str

    @property
    def answerable(self) -> bool:
        """Whether the articles answer it."""
        return bool(self.answers)

    def to_json(self) -> str:
        """Give the line of a question set, without its end."""
        place = {"doc": self.doc, "start": self.start, "end": self.end, "text": self.sentence}
        fields: dict[str, Any] = {
            "id": self.id,
            "question": self.question,
            "answers": list(self.answers),
            "answerable": self.answerable,
            "support": [place] if self.answerable else [],
            "kind": DRAFTED if self.answerable else NEAR_MISS,
            "review": None,
            "passage": self.passage,
        }
        if not self.answerable:
            fields["near_miss"] = [place]
        return json.dumps(fields, ensure_ascii=False)


def drafts(
    store: Store,
    model: BaseEmbedding,
    llm: LLM,
    n: int,
    seed: int,
    progress: Progress | None = None,
    tally: Tally | None = None,
    known: Collection[str] = (),
) -> Iterator[Draft]:
    """Give up to `n` proven questions as they are found, about one in five of them unanswerable.

    Equal articles, model and seed give equal questions. `tally` is counted up on the way; it tells
    why others were turned down. Questions whose ids are `known` are not given again. Raises
    EvalError when there is nothing to ask about or the model stops; what was given before stands.
    """
    return _Drawing(store, model, llm, seed, tally or Tally(), known).up_to(n, progress)


class _Drawing:
    """Questions drawn from one store; remembers what was asked."""

    def __init__(
        self,
        store: Store,
        model: BaseEmbedding,
        llm: LLM,
        seed: int,
        tally: Tally,
        known: Collection[str],
    ) -> None:
        self._known = known
        self._store, self._model, self._llm = store, model, llm
        self._seed, self._draw, self._tally = seed, random.Random(seed), tally
        self._asked: list[str] = []
        self._changeable: deque[tuple[Draft, Picked]] = deque()

    def up_to(self, n: int, progress: Progress | None) -> Iterator[Draft]:
        for each in islice(picked(self._store, self._seed), TRIES_PER_QUESTION * n):
            if self._tally.kept >= n:
                break
            if progress:
                progress(self._tally.kept, n, "questions")
            yield from self._answerable(each)
            yield from self._near_misses(n)
        if n and not self._tally.tried:
            raise EvalError(_nothing_to_ask(self._store.catalogue.counts()[0]))
        if progress:
            progress(self._tally.kept, n, "questions")

    def _near_misses(self, n: int) -> Iterator[Draft]:
        """Give a near miss where one is due, from the first question that can be changed."""
        while (
            self._changeable
            and self._tally.kept < n
            and (self._tally.near_misses + 1) * ONE_IN <= self._tally.kept + 1
        ):
            yield from self._near_miss(*self._changeable.popleft())

    def _answerable(self, each: Picked) -> Iterator[Draft]:
        self._tally.tried += 1
        question = asked(self._llm, each)
        reason = self._fault(question, each)
        if reason:
            self._tally.rejected[reason] += 1
            return
        self._asked.append(question)
        draft = self._draft(question, (each.fact,), each)
        self._changeable.append((draft, each))
        if draft.id not in self._known:
            self._tally.answerable += 1
            yield draft

    def _fault(self, question: str, each: Picked) -> str:
        if not question:
            return NO_QUESTION
        if reason := proof.fault(question, each.fact, each):
            return reason
        if proof.asked_before(question, self._asked):
            return proof.ASKED_BEFORE
        found = self._found(question)
        if each.passage.id not in [p.id for p in found[:FOUND_WITHIN]]:
            return proof.NOT_FOUND
        weights = self._store.lexical.weights(content_terms(question))
        if proof.answered_otherwise(question, each.fact, each, found, weights):
            return proof.AMBIGUOUS
        return ""

    def _near_miss(self, draft: Draft, each: Picked) -> Iterator[Draft]:
        reason = UNCHANGEABLE
        for change in nearmiss.changes(draft.question, self._names, self._draw)[:CHANGES_TRIED]:
            reason = self._not_missing(change, each)
            if not reason:
                self._asked.append(change.question)
                missing = self._draft(change.question, (), each)
                if missing.id not in self._known:
                    self._tally.near_misses += 1
                    yield missing
                return
        self._tally.rejected[reason] += 1

    def _not_missing(self, change: nearmiss.Change, each: Picked) -> str:
        """Say why a changed question is no near miss; empty when it is one."""
        if change.question in self._asked:
            return proof.ASKED_BEFORE
        found = self._found(change.question)
        if each.passage.id not in [p.id for p in found[:FOUND_WITHIN]]:
            return TEMPTS_NOT
        weights = self._store.lexical.weights(nearmiss.rest_terms(change))
        if any(nearmiss.may_answer(change, passage, each.passage, weights) for passage in found):
            return MAY_BE_ANSWERED
        return ""

    def _found(self, question: str) -> list[Passage]:
        vector = self._model.get_query_embedding(question)
        hits = self._store.search(question, vector, LOOKED_THROUGH)
        return [hit.passage for hit in hits]

    @cached_property
    def _names(self) -> Sequence[Name]:
        ids = self._store.catalogue.ids()
        drawn = random.Random(self._seed).sample(ids, min(len(ids), NAMED_ARTICLES))
        articles = filter(None, map(self._store.catalogue.article, sorted(drawn)))
        return known_names(f"{a.title}\n{a.text}" for a in articles)

    def _draft(self, question: str, answers: tuple[str, ...], each: Picked) -> Draft:
        article = self._store.catalogue.article(each.passage.article_id)
        place = article.offsets.to_source(each.start, each.end) if article else (0, 0)
        key = json.dumps([each.passage.article_id, each.text, question])
        return Draft(
            f"{DRAFTED}-{hashlib.sha256(key.encode()).hexdigest()[:12]}",
            question,
            answers,
            each.passage.article_id,
            *place,
            each.text,
            each.passage.text,
        )


def _nothing_to_ask(articles: int) -> str:
    if not articles:
        return "There are no articles to ask about. Name some with --articles PATH."
    return (
        f"None of the {articles:,} articles holds a whole sentence with a number, date or name to"
        " ask for. Name other articles with --articles PATH."
    )
