"""Turn what people thought of answers into questions of an evaluation."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.errors import EvalError
from evals.feedback import Feedback
from evals.lines import locked
from evals.questions import Mode
from evals.runs import write_file
from evals.wording import normalised, says
from rag.answer import Citation, Turn
from vectorstore.article import Passage
from vectorstore.script import terms
from vectorstore.split import sentences
from vectorstore.store import Store
from vectorstore.wanted import content_terms

KIND = "labelled"

LONGEST = 3
"""Sentences an answer may reach over and still be found in the articles."""

LOOKED_THROUGH = 50
"""Passages of the whole index in which a sentence is looked for."""

SHORTEST = 2
"""Characters of a correction that is looked for; a shorter one stands everywhere."""

_MARK = re.compile(r"\s*\[(\d{1,3})\]")


@dataclass(frozen=True)
class Labels:
    """Questions in the format of a question set, and why what else people said gave none.

    `without` holds the ids of those that gave none.
    """

    questions: tuple[dict[str, Any], ...]
    left_out: tuple[str, ...]
    without: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Gold:
    answers: tuple[str, ...] = ()
    support: tuple[dict[str, Any], ...] = ()
    mode: Mode = "any"


def labelled(feedback: Sequence[Feedback], store: Store, certainty: float) -> Labels:
    """Give a question for each that was judged, by its newest verdict.

    A good answer gives the sentences it cites as gold, a good decline and "the articles do not
    say" a question without an answer, a correction its own text and the sentence it stands in.
    What was said of some of the articles only, or declined by one who wanted it surer than
    `certainty`, does not tell that the articles have no answer. Supports are offsets into the
    source as the articles of `store` stand now.
    """
    newest = {question_id(each): each for each in feedback}
    questions, left_out = [], {}
    for id_, each in newest.items():
        gold = _gold(each, store, certainty)
        if isinstance(gold, str):
            left_out[id_] = f"{each.resolved_question}: {gold}"
        else:
            questions.append(_line(id_, each, gold))
    return Labels(tuple(questions), tuple(left_out.values()), frozenset(left_out))


def add_to(path: Path, labels: Labels) -> None:
    """Put questions into a question set; one of an equal id gives way, or is withdrawn.

    Raises EvalError when the file cannot be read or written.
    """
    with locked(path):
        write_file(path, _merged(path, labels))


def _merged(path: Path, labels: Labels) -> str:
    ids = {str(fields["id"]) for fields in labels.questions} | labels.without
    try:
        lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    except (OSError, UnicodeDecodeError) as exc:
        raise EvalError(f"The question set {path} cannot be read ({exc}).") from exc
    kept = [line for line in lines if line.strip() and _id_of(line) not in ids]
    made = [json.dumps(fields, ensure_ascii=False) for fields in labels.questions]
    return "".join(f"{line}\n" for line in [*kept, *made])


def _id_of(line: str) -> str:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    return str(fields.get("id", "")) if isinstance(fields, dict) else ""


def question_id(feedback: Feedback) -> str:
    """Give the id of the question that was judged: the same for the same words and history."""
    asked = [feedback.resolved_question, *(turn.question for turn in _history(feedback))]
    return f"{KIND}-{hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:12]}"


def _history(feedback: Feedback) -> tuple[Turn, ...]:
    """Give the conversation before a question that leans on it; any other stands alone."""
    leans = feedback.resolved_question != feedback.question
    return feedback.turns if leans else ()


def _line(id_: str, feedback: Feedback, gold: _Gold) -> dict[str, Any]:
    history = [{"question": t.question, "answer": t.answer} for t in _history(feedback)]
    alone = feedback.resolved_question != feedback.question and not history
    return {
        "id": id_,
        "question": feedback.resolved_question if alone else feedback.question,
        "answers": list(gold.answers),
        "answerable": bool(gold.answers),
        "support": list(gold.support),
        "support_mode": gold.mode,
        "kind": KIND,
        "history": history,
    }


def _gold(feedback: Feedback, store: Store, certainty: float) -> _Gold | str:
    """Give the gold of a question, or say why there is none."""
    if feedback.nothing or (feedback.verdict == "good" and feedback.declined):
        if feedback.narrowed:
            return "only some of the articles were asked; the others may answer."
        if not feedback.nothing and feedback.confidence >= certainty:
            return "it was declined only because the answer had to be surer than usual."
        return _Gold()
    if feedback.verdict == "good":
        return _confirmed(feedback, store)
    if feedback.correction.strip():
        return _corrected(feedback, store)
    return "the answer was judged wrong, but nobody said what is right."


def _confirmed(feedback: Feedback, store: Store) -> _Gold | str:
    """Take an answer as gold. A written one needs all it cites, of quotes each does."""
    places = [_cited(citation, feedback, store) for citation in feedback.citations]
    found = tuple(place for place in places if place)
    several = feedback.mode == "composed" and len(places) > 1
    if (places and not found) or (several and len(found) < len(places)):
        return "what its answer cites no longer stands in the articles."
    numbers = {str(citation.n) for citation in feedback.citations}
    said = _MARK.sub(lambda m: "" if m[1] in numbers else m[0], feedback.answer).strip()
    quotes = () if several else tuple(place["text"] for place in found)
    answers = (said, *quotes) if feedback.mode == "composed" else quotes or (said,)
    return _Gold(tuple(dict.fromkeys(answers)), found, "all" if several else "any")


def _corrected(feedback: Feedback, store: Store) -> _Gold:
    correction = feedback.correction.strip()
    shown = [seen.passage_id for seen in feedback.evidence]
    articles = dict.fromkeys(seen.article_id for seen in feedback.evidence)
    known = store.catalogue.passages(shown)
    near = [known[id_] for id_ in shown if id_ in known]
    of_articles = (p for id_ in articles for p in store.catalogue.passages_of(id_))
    asked = feedback.resolved_question
    place = (
        _standing(correction, asked, near, store)
        or _standing(correction, asked, of_articles, store)
        or _standing(correction, asked, _anywhere(correction, store), store, related=True)
    )
    return _Gold((correction,), (place,) if place else ())


def _cited(citation: Citation, feedback: Feedback, store: Store) -> dict[str, Any] | None:
    """Give where a cited sentence stands now; None when the articles do not hold it any more."""
    article = store.catalogue.article(citation.article_id)
    if article and article.text[citation.start : citation.end] == citation.quote:
        return _place(article.id, citation.start, citation.end, store)
    asked, own = feedback.resolved_question, store.catalogue.passages_of(citation.article_id)
    return _standing(citation.quote, asked, own, store) or _standing(
        citation.quote, asked, _anywhere(citation.quote, store), store
    )


def _anywhere(text: str, store: Store) -> list[Passage]:
    _, lexical = store.legs(text, (), LOOKED_THROUGH)
    return [hit.passage for hit in store.hits(lexical, {})]


def _standing(
    text: str, question: str, passages: Iterable[Passage], store: Store, related: bool = False
) -> dict[str, Any] | None:
    """Give the fewest sentences that hold `text`, of several those nearest to the question.

    With `related` they must share a word with it: a figure alone stands in many articles.
    """
    words = set(content_terms(question))
    if len(normalised(text)) < SHORTEST:
        return None
    best: tuple[tuple[int, int], str, int, int] | None = None
    for passage in passages:
        for count, start, end in _stretches(passage.text, text):
            shared = len(words & set(terms(passage.text[start:end])))
            rank = (count, -shared)
            if (shared or not related) and (best is None or rank < best[0]):
                best = rank, passage.article_id, passage.start + start, passage.start + end
    return _place(*best[1:], store) if best else None


def _stretches(text: str, wanted: str) -> Iterator[tuple[int, int, int]]:
    """Give runs of sentences that hold `wanted`: how many, where they start and end."""
    if not says(text, wanted):
        return
    spans = sentences(text)
    for count in range(1, LONGEST + 1):
        for first, last in zip(spans, spans[count - 1 :], strict=False):
            if says(text[first[0] : last[1]], wanted):
                yield count, first[0], last[1]


def _place(article_id: str, start: int, end: int, store: Store) -> dict[str, Any] | None:
    article = store.catalogue.article(article_id)
    if article is None:
        return None
    source_start, source_end = article.offsets.to_source(start, end)
    return {
        "doc": article_id,
        "start": source_start,
        "end": source_end,
        "text": article.text[start:end],
    }
