"""Turn what an office program wrote of a file into facts of its article, where it can be meant."""

from __future__ import annotations

import re

from vectorstore.article import Facts
from vectorstore.formats.plain import MAX_FIELD

_NO_TITLE = re.compile(
    r"(?:microsoft word\b|word 文档|\w:[\\/]"
    r"|(?:untitled|无标题|未命名|document|文档|新建.{0,20})[\s\d.()-]*\Z"
    r"|.*\.[a-z]{2,5}\d?\Z|[\W\d_]*\Z)",
    re.IGNORECASE | re.DOTALL,
)
"""What programs put there themselves: the program's name, the file's name, nothing."""
_NO_AUTHOR = re.compile(
    r"(?:admin(?:istrator)?|users?|owner|guest|root|author|作者|unknown|佚名|python-docx|anonymous"
    r"|(?:微软|windows|microsoft|office)\s?(?:用户|中国|user|office user|office 用户)?"
    r"|[\W\d_]*)\Z",
    re.IGNORECASE,
)
"""Accounts that computers and programs come with."""


def facts(title: str, author: str) -> Facts:
    """Give title and author; dates are left out, for they are the file's, not the article's."""
    title, author = _line(title), _line(author)
    return Facts(
        title="" if _NO_TITLE.match(title) or _garbled(title) else title,
        author="" if _NO_AUTHOR.match(author) or _garbled(author) else author,
    )


def _line(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())[:MAX_FIELD]


def _garbled(text: str) -> bool:
    """Tell letters that were written in a Chinese encoding and read in a Western one."""
    return sum("\x80" <= c <= "\xff" for c in text) * 2 > len(text)
