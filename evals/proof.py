"""Prove that a drafted question can be asked and that its sentence answers it. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher

from evals.names import names, without_names
from evals.phrasing import alone, asks_for, dense, gives_away, one_question, own_script, told
from evals.pick import Picked, facts
from rag.quantity import quantities
from rag.signals import coverage, kind_fit
from rag.verify import wording
from vectorstore.article import Passage
from vectorstore.script import fold, terms, width
from vectorstore.split import sentences
from vectorstore.wanted import content_terms, keywords

NOT_IN_SENTENCE = "the answer does not stand in the sentence"
TOO_LONG = "the answer is a good part of the sentence"
NOT_ONE_QUESTION = "it is not one question"
LEANS = "it leans on something outside it"
NO_SUBJECT = "it does not say of whom or what it asks"
GIVES_AWAY = "it contains its answer"
QUOTES = "it quotes the sentence"
OTHER_SCRIPT = "it is not in the language or script of the article"
OTHER_KIND = "it asks for another kind of thing than its answer"
STRANGE = "it says what the article does not"
LOOSE = "it says too little of what its sentence says"
OTHER_FACT = "another fact of the sentence fits it as well"
ASKED_BEFORE = "it was asked before"
NOT_FOUND = "the search does not find its sentence"
AMBIGUOUS = "another sentence answers it differently"

LONGEST_ANSWER = 0.5
"""Share of the sentence that an answer may make up."""

LONGEST_RUN = 12
"""Characters in a row that a question may share with its sentence, names not counted."""

MOST_QUOTED = 0.6
"""Share of a question that such a run may make up."""

LEAST_SAID = 0.5
"""Share of the wording of a question that must stand in the passage, its title or heading."""

SUBJECT = 3
"""Width of a stretch of the title that tells what a question is about."""

LONG_TERM = 7
"""Width of a stretch of the passage that does so, such as 乾朔电子连接器项目."""

LEAST_SHARED = 3
"""Words or character pairs that a question shares with a sentence that does not hold its name."""

ALIKE = 0.6
"""Share of common terms (Jaccard) from which two questions are taken for one."""

AS_WELL = 0.95
"""A sentence answers as well when it covers this share of what the right one covers."""

_RELATIVE = re.compile(
    r"今年|去年|前年|明年|上半年|下半年|[一二三四]季度|\b(?:this|last|next) year\b"
)
_OPENS_LOOSELY = re.compile(r"^(?:开年|今年|去年|年初|目前|眼下|今后|近年|当[天日年]|第[一二三])")
_CLAUSE = re.compile(r"[，,；;、。！？\n：:]|\.\s")


def fault(question: str, answer: str, picked: Picked) -> str:
    """Give the first reason why a question cannot be kept, looking at its own passage only."""
    own, title = picked.text, f"{picked.passage.title}\n{picked.passage.heading}"
    around = f"{title}\n{picked.passage.text}"
    checks = (
        (stands(answer, own), NOT_IN_SENTENCE),
        (short(answer, own), TOO_LONG),
        (one_question(question), NOT_ONE_QUESTION),
        (alone(question), LEANS),
        (not gives_away(question, answer), GIVES_AWAY),
        (not quotes(question, own), QUOTES),
        (own_script(question, picked.passage.text), OTHER_SCRIPT),
        (asks_for(question, answer), OTHER_KIND),
        (said(question, around), STRANGE),
        (about(question, title, around), NO_SUBJECT),
        (anchored(question, own), LOOSE),
        (fits_best(question, answer, own), OTHER_FACT),
    )
    return next((reason for holds, reason in checks if not holds), "")


def stands(answer: str, sentence: str) -> bool:
    """Tell whether the answer stands in the sentence, in either script and width."""
    return bool(answer.strip()) and dense(answer) in dense(sentence)


def short(answer: str, sentence: str) -> bool:
    """Tell whether the answer is a part of the sentence and not the sentence itself."""
    return width(answer) <= LONGEST_ANSWER * width(sentence)


def quotes(question: str, sentence: str) -> bool:
    """Tell whether a question is copied from the sentence, names aside.

    Up to LONGEST_RUN characters in a row are a term or a turn of phrase that a person would use
    too; a longer run is let pass while the rest of the question is the larger part of it.
    """
    asked, own = fold(without_names(question, sentence)), fold(sentence)
    run = longest_run(asked, own)
    return width(run) > LONGEST_RUN and len(run) >= MOST_QUOTED * len(asked)


def longest_run(one: str, other: str) -> str:
    """Give the longest stretch of characters that stands in both texts.

    >>> longest_run("新图书馆藏书多少", "图书馆藏书12万册")
    '图书馆藏书'
    """
    match = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return one[match.a : match.a + match.size]


def said(question: str, passage: str) -> bool:
    """Tell whether what the question takes for granted stands in the passage or its title."""
    stated, relative = told(question), set(_RELATIVE.findall(fold(question)))
    if not relative <= set(_RELATIVE.findall(fold(passage))):
        return False
    return set(quantities(stated)) <= set(quantities(passage)) and (
        wording(stated, passage) >= LEAST_SAID
    )


def about(question: str, title: str, passage: str) -> bool:
    """Tell whether the question says what it is about.

    By a name of the passage, something quoted or in capitals, words of the title, or a long term
    of the passage.
    """
    if re.search(r"[「“《\"]|(?<![A-Za-z])[A-Z][A-Za-z]", question):
        return True
    if without_names(question, passage) != question:
        return True
    heads = [fold(head) for head in title.splitlines() if head]
    asked, text = fold(question), fold(passage)
    if any(width(longest_run(asked, head)) >= min(SUBJECT, width(head)) for head in heads):
        return True
    runs = [longest_run(fold(word), text) for word in keywords(question)]
    return any(width(run) >= LONG_TERM and not _OPENS_LOOSELY.search(run) for run in runs)


def anchored(question: str, sentence: str) -> bool:
    """Tell whether the question is about this very sentence, not only about its article.

    Where the name it asks about does not stand in the sentence, more of the rest has to.
    """
    if any(name.text in sentence for name in names(question)):
        return True
    rest = content_terms(told(without_names(question, question)))
    return len(set(rest) & set(terms(sentence))) >= LEAST_SHARED


def fits_best(question: str, answer: str, sentence: str) -> bool:
    """Tell whether no other fact of the kind asked for stands nearer to the words of the question.

    Words are counted in the clause, names aside.
    """
    asked = set(content_terms(without_names(question, sentence)))
    clauses = [c for c in _CLAUSE.split(fold(sentence)) if c.strip()]

    def beside(fact: str) -> int:
        return max((len(asked & set(terms(c))) for c in clauses if fold(fact) in c), default=0)

    others = [f for f in facts(sentence) if fold(f) not in fold(answer) and fold(answer) not in f]
    rivals = [f for f in others if kind_fit(question, f) > 0]
    return all(beside(rival) < beside(answer) for rival in rivals)


def asked_before(question: str, earlier: Iterable[str]) -> bool:
    """Tell whether a question is nearly one of the earlier ones."""
    own = set(content_terms(question))
    return any(_jaccard(own, set(content_terms(other))) >= ALIKE for other in earlier)


def answered_otherwise(
    question: str,
    answer: str,
    picked: Picked,
    found: Iterable[Passage],
    weights: Mapping[str, float],
) -> bool:
    """Tell whether another sentence has the question's words as well, and another answer.

    `weights` are the question's terms with their rarity. Titles and headings count as said.
    """
    own = coverage(weights, _terms_with_head(picked.passage, picked.text))
    for passage, start, text in _sentences_of(found):
        same = passage.article_id == picked.passage.article_id and start == picked.start
        if (
            not same
            and dense(answer) not in dense(text)
            and kind_fit(question, text) > 0
            and coverage(weights, _terms_with_head(passage, text)) >= AS_WELL * own
        ):
            return True
    return False


def _sentences_of(passages: Iterable[Passage]) -> Iterator[tuple[Passage, int, str]]:
    for passage in passages:
        for start, end in sentences(passage.text):
            yield passage, passage.start + start, passage.text[start:end]


def _terms_with_head(passage: Passage, sentence: str) -> list[str]:
    return terms(f"{passage.title}\n{passage.heading}\n{sentence}")


def _jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0
