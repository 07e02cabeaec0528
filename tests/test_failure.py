"""Errors in the words of the page."""

from pathlib import Path

import pytest

from rag.errors import AskError
from rag.question import MAX_QUESTION, checked
from ui.failure import in_chinese
from vectorstore.store import Store


@pytest.mark.parametrize("question", ["？？？", "长" * (MAX_QUESTION + 1)])
def test_what_is_no_question_is_said_in_chinese(question: str) -> None:
    with pytest.raises(AskError) as failed:
        checked(question)
    said = in_chinese(failed.value)
    assert said != str(failed.value) and not any("a" <= c <= "z" for c in said)


def test_a_busy_index_is_said_without_its_place(store: Store) -> None:
    said = in_chinese(f"Another process is writing to {store.folder}. Wait for it to finish.")
    assert said == "另一个程序正在写入索引，等它做完再试。"


def test_what_follows_stays_and_the_home_is_not_named() -> None:
    stopped = "The language model stopped in mid-answer (Connection error.). 上面的原文仍然有效。"
    assert in_chinese(stopped) == "语言模型中途停了。 上面的原文仍然有效。"
    assert in_chinese(f"{Path.home()}/a.txt cannot be read.") == "~/a.txt cannot be read."
