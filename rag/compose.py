"""Passages to a written answer, sentence by sentence, each checked against what it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from llama_index.core.llms import LLM

from rag.answer import Sentence, Tokens
from rag.errors import AskError
from rag.llm import failures, used
from rag.prompt import NOTHING, compose_prompt
from rag.quantity import quantities
from rag.question import language
from rag.verify import doubts, wording
from vectorstore.article import Hit, Passage
from vectorstore.script import fold
from vectorstore.split import sentences

_MARK = re.compile(
    r"\s*[\[［【](?:资料|資料|passage)?\s*(\d{1,2}(?:\s*[,，、-]\s*(?:资料|資料)?\d{1,2})*)\s*[\]］】]"
)
_RANGE = re.compile(r"(\d+)\s*-\D*(\d+)|(\d+)")
_LIST_NUMBER = re.compile(
    r"^[ \t]*(?:\d{1,2}(?:\.(?!\d)|[、)）](?!\d))|-(?![\d.])|[*•](?!\*))[ \t]*", re.MULTILINE
)
_BOLD = re.compile(r"\*\*(?=\S)|(?<=\S)\*\*")
_MARKED_END = re.compile(rf"((?:{_MARK.pattern})+)([。！？.!?]+[”’」』\"]*)")
_UNFINISHED = re.compile(r"[\[［【][^\]］】]*$")


@dataclass(frozen=True)
class Quote:
    """A sentence of a passage; offsets are into the article text."""

    passage: Passage
    start: int
    end: int
    text: str


Checked = tuple[str, Sequence[Quote], tuple[str, ...]]
"""A written sentence, the quotes that carry it, and what they do not carry."""


@dataclass(frozen=True)
class Draft:
    """What is written so far: sentences whose citation numbers count `quotes` from 1."""

    sentences: tuple[Sentence, ...] = ()
    quotes: tuple[Quote, ...] = ()
    silent: bool = False
    tokens: Tokens = Tokens()


def compose(question: str, hits: Sequence[Hit], llm: LLM) -> Iterator[Draft]:
    """Let the model write from the passages of `hits`; each yield is the whole draft so far.

    Raises AskError when the model cannot go on; what was yielded before stands.
    """
    shown = [hit.passage for hit in hits]
    prompt = compose_prompt(question, [_shown_text(p) for p in shown], language(question))
    try:
        made = Draft()
        for reply in llm.stream_chat(prompt):
            made = draft(reply.message.content or "", shown, question)
            made = replace(made, tokens=Tokens(*used(reply)))
            yield _open(made)
        yield made
    except failures() as exc:
        raise AskError(f"The language model stopped in mid-answer ({exc}).") from exc


def _open(made: Draft) -> Draft:
    """Give a draft whose last sentence is still being written: nothing is held against it yet."""
    *whole, last = made.sentences or (None,)
    if last is None:
        return made
    return replace(made, sentences=(*whole, replace(last, supported=True, doubts=())))


def draft(written: str, shown: Sequence[Passage], question: str) -> Draft:
    """Cut what the model wrote into sentences, find the exact quotes, and check them.

    A citation number that was not shown is dropped.
    """
    said = fold(written).lstrip()
    if NOTHING.startswith(said) or said.startswith(NOTHING):
        return Draft(silent=True)
    checked = []
    for text, numbers in split_marks(written):
        cited = [shown[n - 1] for n in numbers if 1 <= n <= len(shown)]
        checked.append((text, *_best_quotes(text, cited, shown, question)))
    return assembled(checked)


def assembled(checked: Sequence[Checked]) -> Draft:
    """Number the quotes of sentences in the order in which they are cited."""
    quotes: list[Quote] = []
    made = []
    for text, found, missing in checked:
        quotes += [quote for quote in found if quote not in quotes]
        places = tuple(sorted(quotes.index(quote) + 1 for quote in found))
        made.append(Sentence(text, places, not missing, missing))
    return Draft(tuple(made), tuple(quotes))


def split_marks(written: str) -> list[tuple[str, tuple[int, ...]]]:
    """Give each sentence without its marks, and the numbers that stood in or right after it.

    >>> split_marks("共32家[1]。首批已到。[2][3]")
    [('共32家。', (1,)), ('首批已到。', (2, 3))]
    """
    listed = _BOLD.sub("", _LIST_NUMBER.sub("", _UNFINISHED.sub("", written)))
    text = _MARKED_END.sub(lambda m: m.group(3) + m.group(1), listed)
    plain, marks, at = "", list[tuple[int, int]](), 0
    for match in _MARK.finditer(text):
        plain += text[at : match.start()]
        marks += [(len(plain), n) for n in _numbers(match.group(1))]
        at = match.end()
    plain += text[at:]
    spans = sentences(plain)
    starts = [*(start for start, _ in spans[1:]), len(plain) + 1][: len(spans)]
    ahead = bool(marks) and not plain[: marks[0][0]].strip()  # marks stand before what they close
    numbered = []
    before = previous = 0
    for (start, end), following in zip(spans, starts, strict=True):
        own = dict.fromkeys(
            n
            for place, n in marks
            if (before <= place < end if ahead else previous < place <= following)
        )
        numbered.append((plain[start:end], tuple(own)))
        before, previous = end, following
    return numbered


def _numbers(written: str) -> Iterator[int]:
    """Give the numbers of a mark.

    >>> list(_numbers("1-3, 5"))
    [1, 2, 3, 5]
    """
    for first, last, alone in _RANGE.findall(written):
        yield from range(int(first), int(last) + 1) if first else (int(alone),)


def _shown_text(passage: Passage) -> str:
    return f"《{passage.title}》{passage.text}" if passage.title else passage.text


def _best_quotes(
    claim: str, cited: Sequence[Passage], shown: Sequence[Passage], question: str
) -> tuple[list[Quote], tuple[str, ...]]:
    """Find the sentences that carry a claim: in the passages it cites, else in any other shown.

    For one that cites nothing and is carried by nothing there is only what is missing.
    """
    tried = []
    for passages in (cited, [p for p in shown if p not in cited]):
        quotes = _nearest(claim, passages, question)
        missing = doubts(claim, [q.text for q in quotes] + _titles(quotes), question)
        if quotes and not missing:
            return quotes, ()
        tried.append((quotes, missing))
    return tried[0] if cited else ([], tried[1][1])


def _titles(quotes: Sequence[Quote]) -> list[str]:
    return sorted({q.passage.title for q in quotes if q.passage.title})


def _nearest(claim: str, passages: Sequence[Passage], question: str) -> list[Quote]:
    """Give the one to three sentences that together hold most of the claim's wording."""
    left = [q for p in passages for q in quotable(p)]
    chosen: list[Quote] = []
    while left and len(chosen) < 3:
        held = "\n".join(q.text for q in chosen)
        best = max(left, key=lambda q: _carried(claim, f"{held}\n{q.text}"))
        if chosen and (
            not doubts(claim, [q.text for q in chosen], question)
            or _carried(claim, f"{held}\n{best.text}") < _carried(claim, held) + 0.1
        ):
            break
        chosen.append(best)
        left.remove(best)
    return chosen


def _carried(claim: str, evidence: str) -> float:
    """Weigh wording and numbers alike: across languages only the numbers can be compared."""
    stated, needed = quantities(evidence), quantities(claim)
    numbers = sum(n in stated for n in needed) / len(needed) if needed else 0.0
    return wording(claim, evidence) + numbers


def quotable(passage: Passage) -> list[Quote]:
    """Give the sentences of a passage."""
    at = passage.start
    return [
        Quote(passage, at + start, at + end, passage.text[start:end])
        for start, end in sentences(passage.text)
    ]
