"""What went wrong, in the words of the page: Chinese, and without paths of the machine."""

from __future__ import annotations

import re
from pathlib import Path

from ui.refusals import REFUSALS

_SAID: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(said, re.DOTALL), shown)
    for said, shown in (
        *REFUSALS,
        (r"The question is empty\..*", "没有看到问题。请写下想知道的事。"),
        (
            r"The question has ([\d,]+) characters;.*",
            r"问题有 \1 个字，太长了。请只问一件事；长的文字可以作为文章添加。",
        ),
        (r"Another process is writing to .*", "另一个程序正在写入索引，等它做完再试。"),
        (r"The index .* cannot be written \((.*?)\)\..*", r"索引写不进去（\1）。已有的都还在。"),
        (r"The index was embedded again .*", "索引已经换了嵌入模型，请重新启动本程序。"),
        (r"The embedding server .*", "嵌入服务没有应答，请看看它是否在运行。"),
        (
            r"The language model .*cannot be loaded .*",
            "语言模型装不上，只给原文。可运行 wenju models 查看。",
        ),
        (r"The language model stopped in mid-answer \(.*?\)\.", "语言模型中途停了。"),
        (r"(.*) is no address\. .*", r"「\1」不是网址。网址以 http:// 或 https:// 开头。"),
    )
)


def in_chinese(error: Exception | str) -> str:
    """Give the words of the page for an error; those of others without the home folder."""
    text = str(error)
    for said, shown in _SAID:
        if match := said.match(text):
            return match.expand(shown) + text[match.end() :]
    return text.replace(str(Path.home()), "~")
