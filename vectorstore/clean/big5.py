"""Turn Big5 bytes into text: with the characters of Hong Kong, and the signs as Windows has them.

Python's table with Hong Kong's characters reads a few signs otherwise than what wrote them, so
that the two bytes of a full-width tilde give a mathematical sign.
"""

from __future__ import annotations

import codecs
from typing import Any

NAME = "big5_windows_hkscs"
"""The name of the codec, which is known once this file is imported."""

_HONG_KONG = codecs.lookup("big5hkscs")
_INCREMENTAL = codecs.getincrementaldecoder("big5hkscs")


def _signs() -> dict[int, str]:
    pairs = [bytes((a, b)) for a in (0xA1, 0xA2) for b in (*range(0x40, 0x7F), *range(0xA1, 0xFF))]
    shown = [(pair.decode("big5hkscs", "ignore"), pair.decode("cp950", "ignore")) for pair in pairs]
    known = [hong_kong for hong_kong, _ in shown]
    return {
        ord(hong_kong): windows
        for hong_kong, windows in shown
        if len(hong_kong) == 1 == len(windows) and known.count(hong_kong) == 1
    }


_SIGNS = _signs()
_BACK = {ord(windows): chr(hong_kong) for hong_kong, windows in _SIGNS.items()}


class _Decoder(codecs.IncrementalDecoder):
    def __init__(self, errors: str = "strict") -> None:
        super().__init__(errors)
        self._held = _INCREMENTAL(errors)

    def decode(self, data: Any, final: bool = False) -> str:
        return self._held.decode(data, final).translate(_SIGNS)

    def reset(self) -> None:
        self._held.reset()

    def getstate(self) -> tuple[bytes, int]:
        return self._held.getstate()

    def setstate(self, state: tuple[bytes, int]) -> None:
        self._held.setstate(state)


def _decode(data: Any, errors: str = "strict") -> tuple[str, int]:
    text, read = _HONG_KONG.decode(data, errors)
    return text.translate(_SIGNS), read


def _encode(text: str, errors: str = "strict") -> tuple[bytes, int]:
    data, _ = _HONG_KONG.encode(text.translate(_BACK), errors)
    return data, len(text)


class _Encoder(codecs.IncrementalEncoder):
    def encode(self, text: str, final: bool = False) -> bytes:
        return _encode(text, self.errors)[0]


def _found(name: str) -> codecs.CodecInfo | None:
    if name != NAME:
        return None
    return codecs.CodecInfo(
        _encode, _decode, incrementalencoder=_Encoder, incrementaldecoder=_Decoder, name=NAME
    )


codecs.register(_found)
