"""Passages that look as if they answered a training question, found by the search itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from llama_index.core.base.embeddings.base import BaseEmbedding

from rag.reader.lessons import Lesson
from rag.retrieve import PassageRetriever
from vectorstore.article import Progress
from vectorstore.ingest import add_paths
from vectorstore.llama import to_hit
from vectorstore.script import fold
from vectorstore.store import Store

Titled = tuple[str, str]
"""The title of an article and the text of one of its passages."""

FOUND = 12
"""Passages looked at for one question."""


def lookalikes(
    corpus: Path, lessons: Sequence[Lesson], work: Path, model: BaseEmbedding, progress: Progress
) -> Mapping[str, list[Titled]]:
    """Give, by question, the texts that the search finds and that hold none of its answers.

    They are kept in `work`, one line a question, so that an interrupted search goes on.
    """
    file = work / "lookalikes.jsonl"
    known = dict(_kept(file))
    missing = [lesson for lesson in lessons if lesson.id not in known]
    if not missing:
        return known
    with Store(work / "index") as store, file.open("a", encoding="utf-8") as out:
        add_paths([corpus], store, model, progress)
        retriever = PassageRetriever(store, model, k=FOUND)
        for done, lesson in enumerate(missing, start=1):
            answers = [fold(answer) for answer in lesson.answers]
            passages = [to_hit(node).passage for node in retriever.retrieve(lesson.question)]
            found = [
                (p.title, p.text)
                for p in passages
                if not any(answer in fold(p.text) for answer in answers)
            ]
            known[lesson.id] = found
            out.write(json.dumps([lesson.id, found], ensure_ascii=False) + "\n")
            progress(done, len(missing), corpus.parent.name)
    return known


def _kept(file: Path) -> list[tuple[str, list[Titled]]]:
    if not file.exists():
        return []
    lines = file.read_text(encoding="utf-8").split("\n")[:-1]
    kept = [json.loads(line) for line in lines]
    return [(id_, [(title, text) for title, text in found]) for id_, found in kept]
