"""What an evaluation leaves behind: Run, Case, and the file they stand in."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from evals.errors import EvalError
from evals.questions import Support

Cause = Literal[
    "",
    "not retrieved",
    "retrieved but not read",
    "read but not cited",
    "cited but not said",
    "wrongly declined",
    "wrongly answered",
]
"""Why an answer failed; empty when it did not. `scoring.cause` says how each is found."""

Metrics = dict[str, dict[str, Any]]
"""Groups of metrics: {"retrieval": {"hit@1": 0.9}}; latency has one more level."""


@dataclass(frozen=True)
class Cited:
    """A sentence that an answer cites, and the passage around it.

    `start` and `end` are offsets into the article text, `source_start` and `source_end` into the
    decoded source, `passage_start` that of the passage in the article text.
    """

    n: int
    article_id: str
    title: str
    quote: str
    start: int
    end: int
    source_start: int
    source_end: int
    passage: str
    passage_start: int


@dataclass(frozen=True)
class Said:
    """A sentence of an answer, the citations it names, whether they carry it, and what not."""

    text: str
    citations: tuple[int, ...] = ()
    supported: bool = True
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """One question of a run: what was asked, what came back, and how it scored.

    `scores` maps "group.metric" to a value; a metric that does not apply is absent. `weights`
    holds how many things a score is the mean of, where that is not one. `alternatives` are the
    articles that do as well as those of the support. `right` tells whether the
    best sentences found do answer, also where the answer was declined in the end (None where the
    question cannot be answered); `correct` tells whether the outcome is: a right answer, or a
    decline where the articles do not say. Both are None when nothing was answered. Times are
    milliseconds.
    """

    id: str
    question: str
    kind: str = ""
    answerable: bool = True
    gold: tuple[str, ...] = ()
    support: tuple[Support, ...] = ()
    alternatives: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    resolved_question: str = ""
    answer: str = ""
    declined: bool = False
    mode: str = ""
    confidence: float | None = None
    right: bool | None = None
    correct: bool | None = None
    cause: Cause = ""
    hits: tuple[str, ...] = ()
    sentences: tuple[Said, ...] = ()
    citations: tuple[Cited, ...] = ()
    scores: dict[str, float] = field(default_factory=dict)
    weights: dict[str, int] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    notice: str = ""


@dataclass(frozen=True)
class Run:
    """A finished evaluation. `intervals` holds [low, high] of a 95 % bootstrap for each metric.

    Equal inputs give equal metrics, times aside. `memory_mib` is the most memory held.
    """

    name: str
    finished: str
    settings: dict[str, Any]
    version: str
    commit: str
    corpus: dict[str, int]
    questions: int
    metrics: Metrics
    intervals: Metrics
    by_kind: dict[str, Metrics]
    by_kind_intervals: dict[str, Metrics]
    left_out: tuple[str, ...]
    cases: tuple[Case, ...]
    memory_mib: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Give the object that `wenju eval --json` writes."""
        return asdict(self)


def read_run(path: Path) -> Run:
    """Read a run file. Raises EvalError when it is none."""
    try:
        return TypeAdapter(Run).validate_json(path.read_bytes())
    except OSError as exc:
        raise EvalError(f"The run {path} cannot be read ({exc.strerror or exc}).") from exc
    except ValidationError as exc:
        first = exc.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise EvalError(
            f"{path} is no evaluation run: {where}: {first['msg']}."
            " Runs are written by: wenju eval --json FILE"
        ) from exc
