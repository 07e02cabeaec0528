"""Turn a text file, with or without front matter, into documents; a long one into parts."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath
from typing import BinaryIO

import yaml

from vectorstore.article import Block, Facts, OffsetMap
from vectorstore.clean.encoding import decode, encoding_of
from vectorstore.errors import ArticleError
from vectorstore.formats.document import Document, Documents, File

WHOLE = 1_000_000
"""Bytes up to which a file is one document; about 330,000 Chinese characters, a long book."""
PART = 200_000
"""Characters of a part of a longer file, about: what is held in memory does not grow with it."""
MAX_FIELD = 500
"""Characters kept of what a file says about itself."""
MAX_AUTHORS = 20
MAX_FRONT = 20_000
"""Characters of front matter; a longer block is taken for text."""

_MARKDOWN = (".md", ".markdown")
_FRONT_MATTER = re.compile(r"\A[\ufeff\s]*---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_BLOCK = re.compile(
    r"^---[ \t]*\r?\n(?=(?P<fields>(?:[^\s:：][^\n:：]{0,30}:[^\n]*\n){1,20})"
    r"---[ \t]*\r?$)",
    re.MULTILINE,
)
_FIELDS = ("id", "title", "author", "source", "publisher", "date", "url")
_FIELD = re.compile(rf"^({'|'.join(_FIELDS)}):(.*)", re.MULTILINE)
_CHINESE_FIELDS = {
    **dict.fromkeys(("标题", "標題", "题目", "題目"), "title"),
    **dict.fromkeys(("作者", "记者", "記者"), "author"),
    **dict.fromkeys(("来源", "來源", "出处", "媒体", "媒體"), "source"),
    **dict.fromkeys(("日期", "时间", "時間", "发布时间", "發布時間", "发布日期"), "date"),
    **dict.fromkeys(("网址", "網址", "链接", "鏈接", "連結"), "url"),
}
_KNOWN = re.compile(rf"^(?:{'|'.join((*_FIELDS, *_CHINESE_FIELDS))})[ \t]*:", re.MULTILINE)
_BLANK = "\ufeff \t\r\n"
_NOTHING = ("", "~", "null")
_ADDRESS = re.compile(r"https?://\S+\Z")
_LINE_ENDS = re.compile(r"[^\r]+|\r(?!\n)")
_CUTS = (
    re.compile(r"(?:\n|\r(?=[^\n]))(?:[ \t\u3000]*(?:\n|\r(?=[^\n])|\r\n))+"),
    re.compile(r"\n|\r(?=[^\n])"),
    re.compile(r"[。！？!?…][”’」』）)]*"),
)
"""Where a long text may be cut, best first: blank lines, line ends, ends of sentences."""


@dataclass(frozen=True)
class _Stretch:
    """A stretch of a file, and whether an article begins and ends with it."""

    text: str
    begins: bool
    ends: bool


def documents(file: File) -> Documents:
    """Give the text of a file as it stands, in parts when it is long."""
    with file.open() as stream:
        head = stream.read(WHOLE + 1)
        try:
            if len(head) <= WHOLE:
                raw = decode(head, file.name)
                yield from (_whole(raw[a:b], file.name) for a, b in _articles(raw))
            else:
                codec = encoding_of(head, file.name, False)
                yield from _parts(_pieces(head, stream, codec), file.name)
        except ArticleError as exc:
            yield exc


def facts(said: Mapping[str, str]) -> Facts:
    """Give the facts among what a file says; a source that is an address is the article's URL."""
    source = said.get("source", "")
    url, publisher = (source, "") if _ADDRESS.match(source) else ("", source)
    return Facts(
        title=said.get("title", ""),
        author=said.get("author", ""),
        publisher=said.get("publisher", "") or publisher,
        date=said.get("date", ""),
        url=said.get("url", "") or url,
    )


def field(value: object) -> str:
    """Give a text or a number as a field; anything else counts as not given."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = str(value).strip()
    return "" if text in _NOTHING else text[:MAX_FIELD]


def lines(raw: str, at: int) -> tuple[str, OffsetMap]:
    r"""Write every line end as `\n`, with the way back to a source in which `raw` is at `at`."""
    pieces: list[str] = []
    blocks: list[Block] = []
    length = 0
    for match in _LINE_ENDS.finditer(raw):
        piece = "\n" if match.group() == "\r" else match.group()
        blocks.append((length, at + match.start(), len(piece), len(piece)))
        pieces.append(piece)
        length += len(piece)
    return "".join(pieces), OffsetMap(tuple(blocks))


def _articles(raw: str) -> Iterator[tuple[int, int]]:
    """Give where the articles of a file stand: each with front matter of its own, or just one."""
    starts = _starts(raw)
    if not starts or raw[: starts[0]].strip(_BLANK):
        starts = [0]
    yield from pairwise([*starts, len(raw)])


def _starts(raw: str) -> list[int]:
    return [m.start() for m in _BLOCK.finditer(raw) if _KNOWN.search(m["fields"])]


def _whole(raw: str, name: str) -> Document:
    said, start = _front_matter(raw)
    text, offsets = lines(raw[start:], start)
    one = bool(start) or _is_markdown(name)
    return Document(text, raw, offsets, 0, facts(said), key=said.get("id", ""), one=one)


def _is_markdown(name: str) -> bool:
    return PurePath(name).suffix.lower() in _MARKDOWN


def _parts(pieces: Iterator[str], name: str) -> Documents:
    """Give a text that comes in pieces; what an article says of itself goes for all its parts."""
    at = 0
    said: dict[str, str] = {}
    one = _is_markdown(name)
    for stretch in _stretches(pieces):
        start = 0
        if stretch.begins:
            said, start = _front_matter(stretch.text)
            one = start > 0 or _is_markdown(name)
        raw = stretch.text[start:]
        text, offsets = lines(raw, at + start)
        key = said.get("id", "") if stretch.begins and stretch.ends else ""
        yield Document(text, raw, offsets, at + start, facts(said), key=key, one=one)
        at += len(stretch.text)


def _stretches(pieces: Iterator[str]) -> Iterator[_Stretch]:
    """Cut a text where its articles begin, and the long ones of them into parts."""
    held, begins = next(pieces, ""), True
    several = [at for at in _starts(held)[:1] if not held[:at].strip(_BLANK)]
    for piece in pieces:
        held += piece
        while len(held) > PART * 3 // 2:
            cuts = [at for at in _starts(held) if 0 < at <= PART] if several else []
            ends = bool(cuts)
            cuts = cuts or [_cut(held)]
            for a, b in pairwise([0, *cuts]):
                yield _Stretch(held[a:b], begins, ends)
                begins = ends
            held = held[cuts[-1] :]
    cuts = [at for at in _starts(held) if at] if several else []
    for a, b in pairwise([0, *cuts, len(held)]):
        yield _Stretch(held[a:b], begins, True)
        begins = True


def _cut(text: str) -> int:
    for pattern in _CUTS:
        ends = [m.end() for m in pattern.finditer(text, PART // 2, PART)]
        if ends:
            return ends[-1]
    return PART


def _pieces(head: bytes, stream: BinaryIO, codec: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)("replace")
    for at in range(0, len(head), PART):
        yield decoder.decode(head[at : at + PART])
    while data := stream.read(PART):
        yield decoder.decode(data)
    yield decoder.decode(b"", True)


def _front_matter(raw: str) -> tuple[dict[str, str], int]:
    """Give what front matter says, and where the text after it starts."""
    match = _FRONT_MATTER.match(raw, 0, MAX_FRONT)
    if not match:
        return {}, 0
    try:
        said = yaml.load(match.group(1), Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        said = dict(_FIELD.findall(match.group(1))) or None
    if not isinstance(said, dict):
        return {}, 0
    named = {_CHINESE_FIELDS.get(str(key), str(key)): value for key, value in said.items()}
    if isinstance(authors := named.get("author"), list):
        named["author"] = "、".join(map(field, authors[:MAX_AUTHORS]))
    if named.keys().isdisjoint(_FIELDS):
        return {}, 0
    return {key: field(value) for key, value in named.items()}, match.end()
