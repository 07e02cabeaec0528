"""Numbers in English words: twenty-five, two billion."""

from __future__ import annotations

import re

_FEW = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SIZES = {
    " hundred": 10**2,
    " thousand": 10**3,
    " million": 10**6,
    " billion": 10**9,
    " trillion": 10**12,
}
_VALUES = {word: i for i, word in enumerate(_FEW, 1)} | {
    word: 10 * i for i, word in enumerate(_TENS, 2)
}
_NO_NUMBER = "".join(f"(?<!{word} )" for word in ("no", "any", "the", "every", "some", "this"))

ENGLISH_NUMBER = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})(?:[- ](?P<ones>{'|'.join(_FEW[:9])}))?"
    rf"|{_NO_NUMBER}(?P<few>{'|'.join(_FEW)}))(?P<size>{'|'.join(_SIZES)})?\b(?! of the| another)"
)
"""A number of English words in lower case, up to ninety-nine of some size."""


def english_value(match: re.Match[str]) -> int:
    """Give the value of a match of ENGLISH_NUMBER."""
    words = (match["tens"], match["ones"], match["few"])
    return sum(_VALUES[word] for word in words if word) * _SIZES.get(match["size"] or "", 1)
