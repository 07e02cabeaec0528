"""Passages that look as if they answered a training question, found by its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rag.reader.lessons import Lesson
from rag.reader.row import Titled, says_any
from vectorstore.article import Article, Progress
from vectorstore.lexical import LexicalLeg
from vectorstore.load import load
from vectorstore.split import passages

FOUND = 12
"""Passages looked at for one question."""


def lookalikes(
    corpus: Path, lessons: Sequence[Lesson], progress: Progress
) -> Mapping[str, list[Titled]]:
    """Give, by question, the texts with most of its words that hold none of its answers."""
    known = {p.id: p for a in load(corpus) if isinstance(a, Article) for p in passages(a)}
    found: dict[str, list[Titled]] = {}
    with TemporaryDirectory() as folder:
        leg = LexicalLeg(Path(folder))
        leg.write((), known.values())
        for done, lesson in enumerate(lessons, start=1):
            near = [known[id_] for id_, _ in leg.search(lesson.question, FOUND)]
            found[lesson.id] = [
                (p.title, p.text) for p in near if not says_any(lesson.answers, p.text)
            ]
            progress(done, len(lessons), corpus.parent.name)
    return found
