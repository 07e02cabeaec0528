"""Put a written sentence to the passages it cites, as questions that leave out a number of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answer import Sentence
from rag.compose import Draft
from rag.quantity import quantities
from rag.reader.reader import Reader, Seen
from rag.reader.weighing import LOW
from vectorstore.article import Passage
from vectorstore.language import CHINESE, language
from vectorstore.script import fold

SURE = 2.0
"""Logit, above that of no answer, from which what the reader finds counts."""

AHEAD = 3.0
"""How far its logit must be above that of the number that the sentence states."""

UNIT = 2
"""Characters after a number that may belong to the answer."""

_NUMERALS = r"\d零〇一二两三四五六七八九十百千"

_MARKS = re.compile(r"(?!(?<=\d)\.(?=\d))[\W_]")

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
        for start, end in standing(written, said)[:1]:
            before, after = said[:start], said[end:]
            asks = "哪一" if after[:1] == "年" else "几" if after[:1] in {*"月日号"} else "多少"
            yield Blank(f"{before}{asks}{after}?", value, written)


def misread(reader: Reader, sentence: str, cited: Sequence[Passage]) -> tuple[str, ...]:
    """Give the numbers of a sentence in whose place the cited passages have a strange one.

    Only Chinese is asked for, and not what stands there word for word.
    """
    texts = [(p.title, p.text) for p in cited if language(p.text) in CHINESE]
    told = _plain(sentence)
    if language(sentence) not in CHINESE or any(standing(told, _plain(t)) for _, t in texts):
        return ()
    own = quantities(sentence).keys()
    astray = []
    for blank in list(blanks(sentence))[:MOST]:
        read = zip(texts, reader.read(blank.question, texts), strict=True)
        likely = max((_likely(text, seen, blank, own) for (_, text), seen in read), default=(0, 0))
        if likely[1] >= SURE and likely[1] - likely[0] >= AHEAD:
            astray.append(blank.written)
    return tuple(astray)


def _likely(text: str, seen: Seen, blank: Blank, own: Collection[str]) -> tuple[float, float]:
    """Give the logits of the number of a blank, and of a strange one, standing in its place."""
    start, end, sure = seen.best()
    found = quantities(text[start:end]).keys()
    if blank.value in found:
        return sure, LOW
    places = standing(quantities(text).get(blank.value, blank.written), *folded_places(text))
    itself = max((seen.best(a, b + UNIT)[2] for a, b in places), default=LOW)
    return itself, sure if found - own else LOW


def standing(
    written: str, folded: str, places: Sequence[int] | None = None
) -> list[tuple[int, int]]:
    """Give where a number stands, not inside a longer one; `places` is where characters come from.

    >>> standing("4", "2024年4月")
    [(5, 6)]
    """
    whole = rf"(?<![{_NUMERALS}])(?<!\d[.,]){re.escape(written)}(?![{_NUMERALS}]|[.,]\d)"
    spans = [m.span() for m in re.finditer(whole, folded)]
    return spans if places is None else [(places[a], places[b]) for a, b in spans]


def folded_places(text: str) -> tuple[str, list[int]]:
    """Give a text folded, and for each place in it the one in the text it comes from."""
    folded = fold(text)
    if len(folded) == len(text):
        return folded, list(range(len(text) + 1))
    parts = [fold(c) for c in text]
    places = [i for i, part in enumerate(parts) for _ in part]
    return "".join(parts), [*places, len(text)]


def _plain(text: str) -> str:
    """Give a text without marks, but for those inside numbers."""
    return _MARKS.sub("", fold(text))


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
