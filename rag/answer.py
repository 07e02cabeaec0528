"""What the question line gives back: Turn, Citation, Sentence, Evidence, Answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from vectorstore.scope import Scope

Mode = Literal["quote", "composed"]


@dataclass(frozen=True)
class Turn:
    """One question of a conversation and what was answered."""

    question: str
    answer: str


@dataclass(frozen=True)
class Citation:
    """The exact sentence an answer rests on.

    `start` and `end` are code point offsets into the article text shown to the reader,
    `source_start` and `source_end` into the decoded source file as it came. `page` is 0 where the
    source has no pages; `copies` are the ids of other copies of the article.
    """

    n: int
    article_id: str
    title: str
    source: str
    passage_id: str
    quote: str
    start: int
    end: int
    source_start: int
    source_end: int
    publisher: str = ""
    date: str = ""
    page: int = 0
    copies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sentence:
    """One sentence of an answer, the citations it names, and whether they carry it.

    `doubts` says in words what the cited sentences do not carry; empty when `supported`.
    `text[slice(*exact)]` is the exact answer to the question, where it is known.
    """

    text: str
    citations: tuple[int, ...]
    supported: bool
    doubts: tuple[str, ...] = ()
    exact: tuple[int, int] | None = None

    @property
    def exact_text(self) -> str:
        """The exact answer; empty where only the sentence is known."""
        return self.text[slice(*self.exact)] if self.exact else ""


@dataclass(frozen=True)
class Evidence:
    """A passage that was found, best first (`rank` counts from 1); what is quoted is among them."""

    passage_id: str
    article_id: str
    title: str
    text: str
    start: int
    end: int
    score: float
    rank: int


@dataclass(frozen=True)
class Timings:
    """Milliseconds since the question came in; 0 where a step did not run."""

    retrieve_ms: float = 0.0
    read_ms: float = 0.0
    compose_ms: float = 0.0
    first_token_ms: float = 0.0
    total_ms: float = 0.0


@dataclass(frozen=True)
class Tokens:
    """What a language model read and wrote for an answer; 0 where none was asked."""

    read: int = 0
    written: int = 0


@dataclass(frozen=True)
class Answer:
    """A whole answer, or as much of it as there is so far (`done` tells which).

    Not knowing is an answer with `declined` set; failing is an `AskError`. `notice` is one line
    for the reader when a part of the work could not be done, such as a language model that died;
    then `failed` is set.
    `scope` is the part of the articles that was asked, None for all.
    """

    question: str
    resolved_question: str
    text: str
    declined: bool
    confidence: float
    mode: Mode
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    timings: Timings = Timings()
    tokens: Tokens = Tokens()
    notice: str = ""
    failed: bool = False
    done: bool = True
    scope: Scope | None = None

    def to_json(self) -> dict[str, Any]:
        """Give the answer as the JSON object that `wenju ask --json` prints."""
        return {
            "question": self.question,
            "resolved_question": self.resolved_question,
            "answer": self.text,
            "declined": self.declined,
            "confidence": round(self.confidence, 4),
            "mode": self.mode,
            "sentences": [
                {
                    "text": s.text,
                    "citations": list(s.citations),
                    "supported": s.supported,
                    "doubts": list(s.doubts),
                    "exact": s.exact_text,
                }
                for s in self.sentences
            ],
            "citations": [vars(c) for c in self.citations],
            "evidence": [
                {
                    "passage_id": e.passage_id,
                    "article_id": e.article_id,
                    "title": e.title,
                    "text": e.text,
                    "start": e.start,
                    "end": e.end,
                    "score": round(e.score, 4),
                    "rank": e.rank,
                }
                for e in self.evidence
            ],
            "timings": {name: round(ms, 1) for name, ms in vars(self.timings).items()},
            "tokens": dict(vars(self.tokens)),
            "notice": self.notice,
            **({"filter": self.scope.to_json()} if self.scope else {}),
        }
