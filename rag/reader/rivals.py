"""Whether other articles answer otherwise: what one contradicts is less likely right."""

from __future__ import annotations

from collections.abc import Sequence

from rag.quantity import quantities
from vectorstore.script import fold

LOOKED_AT = 15
"""Answers, the likeliest first, among which a rival is looked for."""

LEAST, MOST = -8.0, 3.0
"""Logits outside of which a rival counts no less and no more."""

ALIKE = 0.3
"""Share of the shorter answer's pairs of characters from which on two are taken for one answer."""


class Rivals:
    """Answers that were found, each with its article and the logit that it answers."""

    def __init__(self, found: Sequence[tuple[str, str, float]]) -> None:
        likeliest = sorted(found, key=lambda told: -told[2])[:LOOKED_AT]
        self._found = [(article, _Told(said), logit) for article, said, logit in likeliest]

    def of(self, answer: str, article_id: str) -> float:
        """Give the logit of the likeliest answer of another article that is not this one."""
        own = _Told(answer)
        others = (
            logit
            for article, told, logit in self._found
            if article != article_id and own.differs(told)
        )
        return min(max(next(others, LEAST), LEAST), MOST)


class _Told:
    """An answer: its pairs of characters, and its numbers."""

    def __init__(self, answer: str) -> None:
        said = "".join(c for c in fold(answer) if c.isalnum())
        self._pairs = {said[i : i + 2] for i in range(len(said) - 1)} or {said}
        self._numbers = quantities(answer).keys()

    def differs(self, other: _Told) -> bool:
        """Tell whether another answer has other numbers, or hardly any of the same wording."""
        if self._numbers and other._numbers:
            return self._numbers.isdisjoint(other._numbers)
        fewer = min(len(self._pairs), len(other._pairs))
        return len(self._pairs & other._pairs) < ALIKE * fewer
