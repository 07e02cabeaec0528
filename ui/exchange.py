"""One question of a visit and what came back so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rag.answer import Answer, Turn


@dataclass(frozen=True)
class Exchange:
    """One question of a visit and what came back so far.

    `quote` and `composed` are the newest answers of either mode. `failure` is set when the
    question could not be worked on; that is not an answer. `key` names the exchange in the page.
    """

    question: str
    quote: Answer | None = None
    composed: Answer | None = None
    failure: str = ""
    stopped: bool = False
    key: str = ""

    @property
    def answer(self) -> Answer | None:
        """The answer that counts: the composed one as soon as there is one."""
        return self.composed or self.quote

    @property
    def waiting(self) -> bool:
        """Whether more is to come."""
        done = self.answer is not None and self.answer.done
        return not (done or self.failure or self.stopped)

    @property
    def finished(self) -> Answer | None:
        """The answer once it is whole; what was stopped or failed has none."""
        whole = self.answer is not None and self.answer.done and not self.failure
        return self.answer if whole else None

    def with_answer(self, answer: Answer) -> Exchange:
        """Give the exchange with a newer answer in its place.

        A quote answer after a composed one is the last word: nothing was written after all.
        """
        if answer.mode == "quote":
            return replace(self, quote=answer, composed=None)
        return replace(self, composed=answer)


def turns(exchanges: Iterable[Exchange]) -> tuple[Turn, ...]:
    """Give what was asked, as it was understood, and answered, for what refers back to it."""
    told = [e.answer for e in exchanges if e.answer and not e.failure]
    return tuple(Turn(answer.resolved_question, answer.text) for answer in told)
