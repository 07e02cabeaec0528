"""Turn the bytes of a file into text, or refuse what is no text."""

from __future__ import annotations

import codecs

from vectorstore.errors import ArticleError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHINESE_CODECS = ("gb18030", "big5")
_EVERYDAY = frozenset(
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可"
    "里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已"
    "老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问"
    "力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却"
    "這來國個說們為時過學對裡後麼沒還發開經頭見長動兩現將與進實點種聲話兒問機給幾業間電東無關書車"
)


def decode(data: bytes, name: str) -> str:
    """Decode `data`; `name` is used in the error.

    A byte order mark decides; then UTF-8; then GB18030 or Big5, by which of them gives everyday
    Chinese characters. Raises ArticleError for anything else.
    """
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], codec, name)
    if b"\0" in data:
        raise ArticleError(f"{name} is not text (it holds zero bytes). Left out.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _chinese(data, name)


def _strict(data: bytes, codec: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as exc:
        raise ArticleError(f"{name} says it is {codec} but does not decode as such.") from exc


def _chinese(data: bytes, name: str) -> str:
    readings = []
    for codec in _CHINESE_CODECS:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        readings.append((_everyday_share(text), text))
    share, text = max(readings, default=(0.0, ""))
    if share < 0.1:
        raise ArticleError(
            f"{name} is not text in UTF-8, UTF-16, GB18030 or Big5."
            " Save it as UTF-8 and add it again."
        )
    return text


def _everyday_share(text: str) -> float:
    beyond_ascii = [c for c in text if ord(c) > 127]
    return sum(c in _EVERYDAY for c in beyond_ascii) / max(len(beyond_ascii), 1)
