"""Turn any text into HTML that shows just that text, also inside Markdown."""

from __future__ import annotations

import re

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def escape(text: str) -> str:
    """Give `text` as one line of HTML in which neither HTML, Markdown nor a template finds a sign.

    Every ASCII punctuation character becomes a numeric entity: what has no sign left cannot become
    a tag, a link, an image, a formula or an address that is made clickable.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    return "<br>".join(_PUNCTUATION.sub(_entity, _CONTROL.sub("\ufffd", line)) for line in lines)


def attribute(text: str) -> str:
    """Give `text` for use between the quotes of an HTML attribute."""
    return _PUNCTUATION.sub(_entity, _CONTROL.sub(" ", text.replace("\n", " ")))


def shortened(text: str, limit: int) -> str:
    """Give `text` on one line, cut to `limit` characters with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match.group())};"
