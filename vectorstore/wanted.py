"""Turn a question into what it looks for: its words without those that only ask."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from vectorstore.script import UNSPACED, fold, terms

_ASKING = re.compile(
    r"什么时候|什么样|什么|怎么样|怎样|怎么|为何|为什么|如何|何时|何地|何人|哪一?[年天日月个些家位座种项次届]?|哪里"
    r"|名字|多少|多大|多高|多长|多久|多远|几(?=[年月日号天个名人家位次项成倍种座大点万亿元所])|是不是|有没有|是否|谁|吗|呢|请问|分别|一共|总共"
    r"|是|的|了|和(?![谐平])|与|[?？,，。.!！:：;；“”\"'《》()（）「」『』]"
    r"|\b(?:what|which|who|whom|whose|when|where|why|how|many|much|is|are|was|were|do|does|did|the|a|an"
    r"|of|in|on|at|to|for|and|by|with|from|has|have|had)\b"
)
_WORD_RUN = re.compile(rf"[{UNSPACED}]+|[^\W_]+")


def keywords(question: str) -> list[str]:
    """Give what a question asks about, in its own characters, without what does the asking."""
    folded = fold(question)
    shown = question if len(question) == len(folded) else folded
    kept = _ASKING.sub(lambda m: " " * len(m.group()), folded)
    return list(dict.fromkeys(shown[m.start() : m.end()] for m in _WORD_RUN.finditer(kept)))


def content_terms(question: str) -> list[str]:
    """Give the words and character pairs of the keywords of a question."""
    runs = map(fold, keywords(question))
    pairs = [t for run in runs for t in terms(run) if len(t) > 1 or len(run) == 1]
    return list(dict.fromkeys(pairs))


def rarity(found_in: Mapping[str, int], passages: int) -> dict[str, float]:
    """Give the inverse document frequency (Robertson and Spärck Jones) of each term, above 0."""
    return {
        term: math.log(1 + (passages - count + 0.5) / (count + 0.5))
        for term, count in found_in.items()
    }
