"""Turn what a visitor typed into a question that stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer import Turn
from rag.errors import AskError
from vectorstore.script import fold, width

MAX_QUESTION = 2000
"""Code points; a longer text is no question."""

_OPENS_LEANING = re.compile(
    r"^(?:那么?|还有|另外|然后|后来|[他她它]们?|这[个些家项位次里]?|那[个些家项位次里]|该|此[事外项]|其(?!中|他|它|实|余))"
    r"|^(?:and|what about|how about|then|why)\b|^为什么呢?[?？]?$|呢[?？]?$"
)
_LEANS_EARLY = re.compile(
    r"(?<![其吉])[他她它](?!人)|\b(?:he|she|it|they|him|her|them|its|their|this|that|these|those)\b"
)
_EARLY = 12
"""How far into a question a pronoun still points to the question before, in code points."""

_SHORT = 6
"""Width below which a follow-up is taken to lean on the question before it."""


def checked(question: str) -> str:
    """Give the question with white space trimmed; AskError when it cannot be one."""
    text = re.sub(r"[\0\ud800-\udfff]", "", question).strip()
    if not any(c.isalnum() for c in text):
        raise AskError("The question is empty. Type what you want to know.")
    if len(text) > MAX_QUESTION:
        raise AskError(
            f"The question has {len(text):,} characters; {MAX_QUESTION:,} are read at most."
            " Ask one thing, and add long texts as articles instead."
        )
    return text


def resolved(question: str, turns: Sequence[Turn]) -> str:
    """Put the question before in front of one that leans on it; else give it as it is."""
    return f"{turns[-1].question} {question}" if turns and leans_back(question) else question


def leans_back(question: str) -> bool:
    """Tell whether a question points to what was said before it: 它, 那…呢, "What about it?"."""
    folded = fold(question)
    return bool(
        _OPENS_LEANING.search(folded)
        or _LEANS_EARLY.search(folded[:_EARLY])
        or width(question) < _SHORT
    )


def language(text: str) -> str:
    """Give "en" for text in spaced scripts, "hant" for traditional characters, else "hans"."""
    chinese = re.findall(r"[\u4e00-\u9fff]", text)
    if len(chinese) * 3 < sum(c.isalpha() for c in text):
        return "en"
    return "hant" if fold("".join(chinese)) != "".join(chinese) else "hans"
