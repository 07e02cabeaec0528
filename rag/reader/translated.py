"""Training questions in English, put to the Chinese articles that answer them."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.core.llms import LLM

from rag.reader.lessons import Lesson
from rag.reader.row import says_any
from vectorstore.article import Progress

TRANSLATED = 400
"""Questions that are translated."""

SEED = 0

LONGEST = 60
"""Characters of a question that is translated, and words of its translation."""

TASK = "Translate the question into natural English. Answer with the English question only."

EXAMPLE = ("合肥市哪一年建成第一条地铁？", "In which year did Hefei complete its first metro line?")

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_NUMBER = re.compile(r"\d+")


def in_english(
    lessons: Sequence[Lesson], llm: LLM, file: Path, progress: Progress, count: int = TRANSLATED
) -> list[Lesson]:
    """Give lessons whose questions a language model has translated, as many as came out whole.

    They are kept in `file`, one line a question, so that an interrupted translation goes on.
    """
    short = [lesson for lesson in lessons if len(lesson.question) <= LONGEST]
    drawn = random.Random(SEED).sample(short, min(count, len(short)))
    known = dict(_kept(file))
    with file.open("a", encoding="utf-8") as out:
        for done, lesson in enumerate(drawn, start=1):
            if lesson.id not in known:
                known[lesson.id] = _translation(lesson.question, llm)
                out.write(json.dumps([lesson.id, known[lesson.id]], ensure_ascii=False) + "\n")
                out.flush()
            progress(done, len(drawn), "English")
    return [
        replace(lesson, question=known[lesson.id])
        for lesson in drawn
        if whole(lesson, known[lesson.id])
    ]


def whole(lesson: Lesson, english: str) -> bool:
    """Tell whether a translation is English, keeps every number and gives no answer away."""
    numbers = set(_NUMBER.findall(lesson.question))
    return (
        5 <= len(english)
        and len(english.split()) <= LONGEST
        and english.endswith("?")
        and "\n" not in english
        and not _CHINESE.search(english)
        and numbers <= set(_NUMBER.findall(english))
        and not says_any(lesson.answers, english)
    )


def _translation(question: str, llm: LLM) -> str:
    messages = [
        ChatMessage(role=MessageRole.SYSTEM, content=TASK),
        ChatMessage(role=MessageRole.USER, content=EXAMPLE[0]),
        ChatMessage(role=MessageRole.ASSISTANT, content=EXAMPLE[1]),
        ChatMessage(role=MessageRole.USER, content=question),
    ]
    return (llm.chat(messages).message.content or "").strip()


def _kept(file: Path) -> Iterator[tuple[str, str]]:
    """Read what is kept; a last line that was not written whole is taken out of the file."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    lines = text[: text.rfind("\n") + 1]
    if lines != text:
        file.write_text(lines, encoding="utf-8")
    for line in lines.split("\n")[:-1]:
        id_, english = json.loads(line)
        yield id_, english
