"""Turn what a visitor typed into a question that stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer import Turn
from rag.errors import AskError
from vectorstore.language import is_chinese
from vectorstore.language import language as language_of
from vectorstore.script import fold, width

MAX_QUESTION = 2000
"""Code points; a longer text is no question."""

_OPENS_LEANING = re.compile(
    r"^(?:那么?(?!曲|不勒斯|英)|还有|另外|然后|后来|[他她它]们?|这[个些家项位次里]?|该|此[事外项]"
    r"|其(?!中|他|它|实|余)|上述|前者|后者|两者(?!之一))"
    r"|^(?:and|what about|how about|then|why)\b|^为什么呢?[?？]?$"
)
_LEANS_EARLY = re.compile(
    r"(?<![其吉犹维利])(?<!马耳)[他她它](?!人)|\b(?:he|she|it|they|him|her|them|its|their)\b"
    r"|\b(?:this|that|these|those)\b(?! (?:year|month|week|season|century))"
)
_EARLY = 16
"""How far into a question a pronoun still points to the question before, in code points."""

_ENDS_LEANING = re.compile(r"呢[?？]?$")
_ASKS = re.compile(r"什么|谁|多[少大高长久远]|几|哪|怎么|怎样|如何|为何|吗|是否|何[时地人]")
_DEFINES = re.compile(
    r"^[^他她它这那]{2,}是(?:谁|什么)|^(?:谁|什么)是.{2}"
    r"|^(?:what|who) (?:is|are|was|were) (?!it\b|he\b|she\b|they\b|this\b|that\b)\w"
    r"|^(?:[你您]好|谢谢|多谢|再见|早上好|晚上好|(?:hello|hi|thanks?|thank you|bye)\b)"
)
"""What stands alone however short: 马云是谁, 什么是5G, What is DDR5, 你好."""

_SHORT = 6
_FEW_WORDS = 3
"""Width, and English words, below which a follow-up is taken to lean on the question before it."""

_ENGLISH = re.compile(
    r"\b(?:what|whom?|whose|when|where|which|why|how|the|of|is|are|does|did)\b", re.IGNORECASE
)
_CHINESE = re.compile("[的是了吗嗎呢谁誰哪几幾什甚多怎]|如何")


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
        or any(m.end() <= _EARLY for m in _LEANS_EARLY.finditer(folded))
        or (_ENDS_LEANING.search(folded) and not _ASKS.search(folded))
        or (_is_short(question) and not _DEFINES.search(folded))
    )


def _is_short(question: str) -> bool:
    words = re.findall(r"[^\W\d_]+", question)
    in_english = all(word.isascii() for word in words)
    return len(words) < _FEW_WORDS if words and in_english else width(question) < _SHORT


def language(text: str) -> str:
    """Give "en" for text in spaced scripts, "hant" for traditional characters, else "hans"."""
    asks_in_english = _ENGLISH.search(text) and not _CHINESE.search(text)
    if asks_in_english or (not is_chinese(text) and any(c.isalpha() for c in text)):
        return "en"
    return "hant" if language_of(text) == "zh-Hant" else "hans"
