"""Put a written sentence to the passages it cites, as questions that leave out a number of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answer import Sentence
from rag.compose import Draft
from rag.quantity import quantities
from rag.reader.reader import Reader
from vectorstore.article import Passage
from vectorstore.script import fold

SURE = 2.0
"""Logit, above that of no answer, from which what the reader finds counts."""

MOST = 6
"""Numbers of one sentence that are asked for."""


@dataclass(frozen=True)
class Blank:
    """A sentence as a question for one of its numbers, in simplified characters.

    `value` is the number in plain form, `written` as it stands in the sentence.
    """

    question: str
    value: str
    written: str


def blanks(sentence: str) -> Iterator[Blank]:
    """Give the questions that a sentence with numbers answers.

    >>> [blank.question for blank in blanks("2024年新签92个项目。")]
    ['哪一年新签92个项目?', '2024年新签多少个项目?']
    """
    said = fold(sentence).rstrip("。.!")
    for value, written in quantities(sentence).items():
        before, found, after = said.partition(written)
        if found:
            asks = "哪一" if after[:1] == "年" else "几" if after[:1] in {*"月日号"} else "多少"
            yield Blank(f"{before}{asks}{after}?", value, written)


def misread(reader: Reader, sentence: str, cited: Sequence[Passage]) -> tuple[str, ...]:
    """Give the numbers of a sentence in whose place the cited passages have another one."""
    texts = [(p.title, p.text) for p in cited]
    return tuple(
        blank.written
        for blank in list(blanks(sentence))[:MOST]
        if (instead := _numbers(reader, blank.question, texts)) and blank.value not in instead
    )


def _numbers(reader: Reader, question: str, texts: Sequence[tuple[str, str]]) -> set[str]:
    """Give the numbers, in plain form, that passages surely give as the answer."""
    found: set[str] = set()
    for (_, text), seen in zip(texts, reader.read(question, texts), strict=True):
        start, end, sure = seen.best()
        if sure >= SURE:
            found |= quantities(text[start:end]).keys()
    return found


def proven(draft: Draft, reader: Reader) -> Draft:
    """Put every sentence of a draft that seemed carried to the passages it cites."""
    return replace(draft, sentences=tuple(_proven(s, draft, reader) for s in draft.sentences))


def _proven(sentence: Sentence, draft: Draft, reader: Reader) -> Sentence:
    cited = {q.passage.id: q.passage for n in sentence.citations for q in [draft.quotes[n - 1]]}
    if not sentence.supported or not cited:
        return sentence
    astray = misread(reader, sentence.text, list(cited.values()))
    doubt = f"放回原文去问，这个数字读出来是另一个：{'、'.join(astray)}"
    return replace(sentence, supported=False, doubts=(doubt,)) if astray else sentence
