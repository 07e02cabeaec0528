"""Write texts in every common encoding, and count how many are read as they were.

A codec can write a few signs as others that look alike, as Big5 does with a bullet; a file is read
right if it reads as what its bytes mean.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from evals.foreign import JAPANESE, KOREAN, WESTERN
from evals.mended import parting
from vectorstore.errors import ArticleError

Decode = Callable[[bytes, str, str], str]

EXAMPLES = 3


@dataclass(frozen=True)
class Written:
    """Texts written in one encoding; `declared` is what a page or server says it is."""

    name: str
    codec: str
    texts: Sequence[str]
    bom: bytes = b""
    declared: str = ""
    cut: int = 0


def written(simplified: Sequence[str], traditional: Sequence[str]) -> tuple[Written, ...]:
    """Give the encodings to try, each with texts that can be written in it."""
    chinese = [text for pair in zip(simplified, traditional, strict=False) for text in pair]
    return (
        Written("UTF-8", "utf-8", chinese),
        Written("UTF-8 with mark", "utf-8", chinese, codecs.BOM_UTF8),
        Written("UTF-8, declared gb2312", "utf-8", chinese, declared="gb2312"),
        Written("UTF-8, cut in a character", "utf-8", chinese, cut=1),
        Written("GB18030, simplified", "gb18030", simplified),
        Written("GB18030, traditional", "gb18030", traditional),
        Written("GB18030, declared gb2312", "gb18030", chinese, declared="gb2312"),
        Written("GB18030, declared utf-8", "gb18030", chinese, declared="utf-8"),
        Written("GB18030, cut in a character", "gb18030", simplified, cut=1),
        Written("Big5", "cp950", traditional),
        Written("Big5, declared big5", "cp950", traditional, declared="big5"),
        Written("Big5, declared utf-8", "cp950", traditional, declared="utf-8"),
        Written("UTF-16 LE with mark", "utf-16-le", chinese, codecs.BOM_UTF16_LE),
        Written("UTF-16 BE with mark", "utf-16-be", chinese, codecs.BOM_UTF16_BE),
        Written("UTF-16 LE, no mark", "utf-16-le", chinese),
        Written("UTF-16 BE, no mark", "utf-16-be", chinese),
        Written("Shift-JIS", "cp932", JAPANESE),
        Written("Shift-JIS, declared", "cp932", JAPANESE, declared="shift_jis"),
        Written("EUC-JP", "euc_jp", JAPANESE),
        Written("EUC-KR", "euc_kr", KOREAN),
        Written("EUC-KR, declared", "euc_kr", KOREAN, declared="euc-kr"),
        Written("Latin-1", "latin-1", WESTERN),
        Written("Latin-1, declared", "latin-1", WESTERN, declared="iso-8859-1"),
    )


def decoded(some: Written, decode: Decode, most: int) -> dict[str, Any]:
    """Give how many of at most `most` files are read exactly, refused, or as something else."""
    counts = dict.fromkeys(("exact", "refused", "wrong"), 0)
    examples: list[str] = []
    for number, text in enumerate(some.texts):
        try:
            data = text.encode(some.codec)
        except UnicodeEncodeError:
            continue
        if sum(counts.values()) == most:
            break
        meant = data.decode(some.codec)
        verdict, example = _read(some.bom + data, meant, f"{number}.txt", some, decode)
        counts[verdict] += 1
        if example and len(examples) < EXAMPLES:
            examples.append(f"{verdict}: {example}")
    files = sum(counts.values())
    shares = {k: round(v / max(files, 1), 4) for k, v in counts.items()}
    return {"encoding": some.name, "files": files, **shares, "examples": examples}


def _read(data: bytes, text: str, name: str, some: Written, decode: Decode) -> tuple[str, str]:
    wanted = {text} if not some.cut else {text[:-1], f"{text[:-1]}\ufffd"}
    try:
        got = decode(data[: len(data) - some.cut], name, some.declared)
    except ArticleError as exc:
        return "refused", str(exc)
    return ("exact", "") if got in wanted else ("wrong", parting(got, text))
