"""Tell what an article is written in: zh-Hans, zh-Hant, en, or other."""

from __future__ import annotations

import re
from collections import Counter

from vectorstore.script import converted

CHINESE = ("zh-Hans", "zh-Hant")
LANGUAGES = (*CHINESE, "en", "other")

READ = 4_000
"""Code points of a text that are looked at."""

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile(r"[\u3041-\u30ff]")
_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset("the of and to in is that for was with by on as from it at are this".split())
_LATIN = re.compile(r"[A-Za-z]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_CHINESE_ONLY = re.compile("[的是了在和有吗嗎呢谁誰哪几幾不没沒什甚多怎]|如何")
"""Characters of which nearly every Chinese sentence has one, and no name in an English one."""

HAN_LETTERS, KANA_LETTERS, LATIN_LETTERS = 0.33, 0.2, 0.7
"""Shares of the letters that make a text Chinese, Japanese, and perhaps English."""

ENGLISH_WORDS, FEW_WORDS = 0.07, 20
"""Share of the words of an English text that are among its commonest; a text too short to tell."""


def language(text: str) -> str:
    """Give one of LANGUAGES; Chinese that could be either script counts as zh-Hans.

    >>> [language(t) for t in ("储存芯片", "儲存晶片", "The chips are stored.", "保存しました")]
    ['zh-Hans', 'zh-Hant', 'en', 'other']
    """
    text = text[:READ]
    letters = sum(c.isalpha() for c in text)
    if len(_KANA.findall(text)) > KANA_LETTERS * letters:
        return "other"
    if is_chinese(text):
        han = Counter(_HAN.findall(text))
        return "zh-Hant" if _leaning(han, "t2s") > _leaning(han, "s2t") else "zh-Hans"
    return "en" if _is_english(text, letters) else "other"


def is_chinese(text: str) -> bool:
    """Tell whether a text is Chinese, though names in it may be in Latin letters.

    >>> [is_chinese(t) for t in ("OpenAI的CEO是谁？", "Huawei (华为) makes phones.")]
    [True, False]
    """
    han = len(_HAN.findall(text))
    letters = sum(c.isalpha() for c in text)
    if han >= HAN_LETTERS * letters:
        return han > 0
    words = _LATIN_WORD.findall(text)
    shortened = letters - sum(map(len, words)) + len(words)
    named = not any(word.islower() and len(word) > 1 for word in words)
    return han >= HAN_LETTERS * shortened and bool(named or _CHINESE_ONLY.search(text))


def _leaning(han: Counter[str], table: str) -> int:
    """Count the characters that a table writes in another way."""
    letters = list(han)
    # One a line, as the table looks at words.
    written = converted("\n".join(letters), table).split("\n")
    return sum(han[a] for a, b in zip(letters, written, strict=True) if a != b)


def _is_english(text: str, letters: int) -> bool:
    words = [word.lower() for word in _WORD.findall(text)]
    if not words or len(_LATIN.findall(text)) < LATIN_LETTERS * letters:
        return False
    return len(words) < FEW_WORDS or sum(w in _ENGLISH for w in words) >= ENGLISH_WORDS * len(words)
