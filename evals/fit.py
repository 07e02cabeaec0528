"""Fit a question set to the articles it asks about."""

from __future__ import annotations

from dataclasses import replace

from evals.errors import EvalError
from evals.questions import Question, QuestionSet, Support
from evals.wording import f1
from vectorstore.article import Article
from vectorstore.catalogue import Catalogue
from vectorstore.clean.edit import REPEATED

LEAST_ALIKE = 0.5
"""Character F1 from which a text counts as that of a support; cleaning may have changed some."""


def fitted(found: QuestionSet, catalogue: Catalogue, name: str) -> QuestionSet:
    """Keep the questions whose supports stand in the articles of the catalogue.

    A support that names a file of several articles gets the id of the article it stands in; where
    the same sentence stands in a copy of the article, that copy does as well.
    """
    articles = _Articles(catalogue)
    kept, problems = [], list(found.problems)
    for q in found.questions:
        placed = _placed(q, articles)
        if isinstance(placed, str):
            problems.append(f"{name} line {q.line}: {placed}")
        else:
            kept.append(placed)
    if not kept:
        raise EvalError(
            f"No question of {name} fits the articles: {problems[0]}. Are these the right articles?"
        )
    return QuestionSet(tuple(kept), tuple(problems))


class _Articles:
    """The articles of a catalogue, each looked up once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[str, Article | None] = {}
        self._copies: dict[str, list[str]] = {}
        self._of_file: dict[str, list[str]] = {}
        for id_ in catalogue.ids():
            self._of_file.setdefault(id_.rpartition("#")[0] or id_, []).append(id_)

    def holding(self, support: Support) -> Article | None:
        """Give the article a support stands in, by its id or by the file of several articles."""
        exact = self._article(support.doc)
        places = [exact] if exact else []
        for id_ in self._of_file.get(support.doc, ()):
            places += [a for a in [self._article(id_)] if a and a is not exact]
        reaching = [a for a in places if support.start is None or _reaches(a, support)]
        return next(iter(reaching or places), None)

    def copies(self, id_: str) -> list[Article]:
        """Give the other copies of an article."""
        if id_ not in self._copies:
            self._copies[id_] = [c.id for c in self._catalogue.copies(id_)]
        return [a for a in map(self._article, self._copies[id_]) if a]

    def _article(self, id_: str) -> Article | None:
        if id_ not in self._known:
            self._known[id_] = self._catalogue.article(id_)
        return self._known[id_]


def _reaches(article: Article, support: Support) -> bool:
    first, last = article.offsets.to_source(0, len(article.text))
    return first <= (support.start or 0) < last


def _placed(question: Question, articles: _Articles) -> Question | str:
    """Give the question with the articles its supports stand in, or say what does not fit."""
    groups: list[tuple[Support, ...]] = []
    for supports in (question.support, question.alternatives, question.context):
        placed = []
        for support in supports:
            article = articles.holding(support)
            if article is None:
                return f"there is no article {support.doc}"
            placed.append(_kept(article, _in_source(article, support)))
            if wrong := _misfit(article, placed[-1]):
                return wrong
        groups.append(tuple(placed))
    copied = [
        there
        for place, support in enumerate(groups[0])
        for copy in articles.copies(support.doc)
        if (there := _in_copy(copy, replace(support, replaces=place)))
    ]
    return replace(
        question, support=groups[0], alternatives=(*groups[1], *copied), context=groups[2]
    )


def _kept(article: Article, support: Support) -> Support:
    """Give a support that cleaning left out as a repetition at the place that was kept."""
    repeated = any(
        mark.kind == REPEATED and mark.source_start <= (support.start or 0) < mark.source_end
        for mark in article.marks
    )
    left_out = repeated and support.known and not _there(article, support).strip()
    return _found(article, support) or support if left_out else support


def _in_copy(copy: Article, support: Support) -> Support | None:
    """Give the support as it stands in a copy of its article, None where it does not."""
    if not support.known:
        return replace(support, doc=copy.id)
    return _found(copy, replace(support, doc=copy.id))


def _found(article: Article, support: Support) -> Support | None:
    at = article.text.find(support.text)
    if at < 0 or not support.text:
        return None
    first, last = article.offsets.to_source(at, at + len(support.text))
    return replace(support, start=first, end=last)


def _in_source(article: Article, support: Support) -> Support:
    """Give the support with offsets into the source; its text tells when they are the article's."""
    start, end = support.start, support.end
    if start is None or end is None or article.text[start:end] != support.text:
        return replace(support, doc=article.id)
    first, last = article.offsets.to_source(start, end)
    return replace(support, doc=article.id, start=first, end=last)


def _misfit(article: Article, support: Support) -> str:
    """Say what is wrong with the offsets of a support; empty when they fit."""
    if support.start is None or support.end is None:
        return ""
    place = f"the support {support.start}–{support.end}"
    if support.end > article.offsets.to_source(0, len(article.text))[1]:
        return f"{place} reaches behind the end of {article.id}"
    there = _there(article, support)
    if not there.strip():
        return f"{place} lies in what {article.id} leaves out of its file"
    if support.text and f1(there, [support.text]) < LEAST_ALIKE:
        return f"{place} of {article.id} is {_short(there)}, not {_short(support.text)}"
    return ""


def _there(article: Article, support: Support) -> str:
    first, last = article.offsets.from_source(support.start or 0, support.end or 0)
    return article.text[first:last]


def _short(text: str) -> str:
    return repr(text if len(text) <= 20 else f"{text[:20]}…")
