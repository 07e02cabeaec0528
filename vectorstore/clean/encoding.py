"""Turn the bytes of a file into text, or refuse what is no text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from vectorstore.clean import big5
from vectorstore.clean.letters import DOUBTFUL, IMPROBABLE, score
from vectorstore.errors import ArticleError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = ("utf-16-le", "utf-16-be")
_NARROW = ("utf-8", "gb18030", big5.NAME, "cp932", "euc_jp", "cp949", "cp1252")
_WIDER = {
    "gb2312": "gb18030", "gbk": "gb18030", "big5": big5.NAME, "cp950": big5.NAME,
    "shift_jis": "cp932", "euc_kr": "cp949", "iso8859-1": "cp1252", "ascii": "utf-8",
    "utf-8-sig": "utf-8",
}  # fmt: skip
"""Tables that are part of a wider one, which is what is meant in practice."""
_DECLARABLE = re.compile(r"utf-8|gb18030|big5|cp\d+|iso8859|koi8|euc_|mac-|hz|iso2022_jp")

_IN_BETWEEN = ("gb18030", "big5hkscs")
"""Encodings of single lines in a file of UTF-8, put together from several."""

_LOOKED_AT = 8192
_PIECE = 2048
_AS_GOOD = 0.5
"""How much worse a declared encoding may read, per character, and still be believed."""
_CONTROLS = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_HIGH_LINES = re.compile(rb"(?:^|(?<=\n))[^\n\x80-\xff]*+[\x80-\xff][^\n]*\n?")
_KANA = re.compile("[\u3041-\u30fa]")
_OF_KANA = 0.2
"""The share of a Japanese text at least that is kana; Chinese bytes read as EUC-JP have few."""
_SEVERAL_BYTES = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}")


def decode(data: bytes, name: str, declared: str = "") -> str:
    """Decode the bytes of a whole file; `name` is used in the error, `declared` is a hint.

    Broken bytes become U+FFFD. Raises ArticleError for what is no text.
    """
    codec = _encoding(data, name, True, declared)
    text = data.decode(codec, "replace")
    return _mixed(data) if codec == "utf-8" and "\ufffd" in text else text


def _mixed(data: bytes) -> str:
    """Decode UTF-8 whose broken lines are read in the encoding that makes words of them."""
    return "".join(map(_line, data.splitlines(keepends=True)))


def _line(line: bytes) -> str:
    text = line.decode("utf-8", "replace")
    if 2 * text.count("\ufffd") <= sum(c > "~" for c in text):
        return text
    for codec in _IN_BETWEEN:
        try:
            other = line.decode(codec)
        except UnicodeDecodeError:
            continue
        if score(other) >= DOUBTFUL * len(other):
            return other
    return text


def encoding_of(sample: bytes, name: str, whole: bool) -> str:
    """Give the codec that reads `sample`, the beginning of a file, as real words.

    Where it is not `whole` it may end inside a character. Raises ArticleError for what is no text.
    """
    return _encoding(sample, name, whole, "")


def _encoding(data: bytes, name: str, whole: bool, declared: str) -> str:
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return _believed(data, codec, name, whole)
    if _is_plainly_utf8(data, whole):
        return "utf-8"
    head = data[:_LOOKED_AT]
    best = _likeliest(head, (*_NARROW, *_WIDE), whole and len(head) == len(data))
    if best not in _WIDE:
        telling = b"".join(_telling(data)) or head
        best = _likeliest(telling, _with_declared(declared), whole)
        head = telling
    text = _read(head, best, whole)
    strict = best == "utf-8" and "\ufffd" not in text
    controls = len(_CONTROLS.findall(text))
    least = DOUBTFUL if best in _WIDE else IMPROBABLE
    if controls * 50 > len(text) or (not strict and score(text) < least * len(text)):
        raise ArticleError(
            f"{name} is not text in UTF-8, UTF-16, GB18030 or Big5."
            " Save it as UTF-8 and add it again."
        )
    return best


def _believed(data: bytes, codec: str, name: str, whole: bool) -> str:
    text = _read(data[:_LOOKED_AT], codec, whole and len(data) <= _LOOKED_AT)
    if text.count("\ufffd") * 10 > len(text):
        raise ArticleError(
            f"{name} says it is {codec.removesuffix('-sig')} but does not decode as such."
            " Save it as UTF-8 and add it again."
        )
    return codec


def _is_plainly_utf8(data: bytes, whole: bool) -> bool:
    """Tell ASCII and UTF-8 without a broken byte; a few characters of it may be chance."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data, whole)
    except UnicodeDecodeError:
        return False
    if _CONTROLS.search(text):
        return False
    return len(text) == len(data) or len(_SEVERAL_BYTES.findall(data[: _LOOKED_AT * 8])) >= 20


def _likeliest(data: bytes, candidates: tuple[str, ...], whole: bool) -> str:
    """Give the best of the candidates; the first one is the declared encoding if it reads well."""
    readings = {codec: _read(data, codec, whole) for codec in candidates}
    worth = {codec: score(text) for codec, text in readings.items() if _may_be(codec, text)}
    best = max(worth, key=lambda codec: worth[codec])
    first = candidates[0]
    slack = _AS_GOOD * len(readings[first])
    return (
        first
        if first in worth and first != _NARROW[0] and worth[first] >= worth[best] - slack
        else best
    )


def _may_be(codec: str, text: str) -> bool:
    return codec != "euc_jp" or len(_KANA.findall(text)) >= _OF_KANA * sum(c > "~" for c in text)


def _with_declared(declared: str) -> tuple[str, ...]:
    codec = _known(declared)
    return (codec, *(c for c in _NARROW if c != codec)) if codec else _NARROW


def _known(declared: str) -> str:
    try:
        codec = codecs.lookup(declared.strip() or "none").name
    except (LookupError, ValueError):
        return ""
    codec = _WIDER.get(codec, codec)
    return codec if _DECLARABLE.match(codec) else ""


def _telling(data: bytes) -> Iterator[bytes]:
    """Give the lines that are not plain ASCII, up to a limit."""
    left = _LOOKED_AT
    for match in _HIGH_LINES.finditer(data):
        piece = match.group()[: min(_PIECE, left)]
        yield piece
        left -= len(piece)
        if left <= 0:
            return


def _read(data: bytes, codec: str, whole: bool) -> str:
    return codecs.getincrementaldecoder(codec)("replace").decode(data, whole)
