"""Pages for the right-hand frame that may load and run nothing but their own style and script."""

from __future__ import annotations

import html
import secrets
from functools import cache
from pathlib import Path
from string import Template

from fastapi.responses import HTMLResponse


def nonce() -> str:
    """Give a word that only the elements of one page know."""
    return secrets.token_urlsafe(16)


def headers(word: str) -> dict[str, str]:
    """Give the headers that let a page use the style and script elements that know `word`."""
    policy = (
        f"default-src 'none'; style-src 'nonce-{word}'; script-src 'nonce-{word}';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


def sealed(page: str, word: str, status: int = 200) -> HTMLResponse:
    """Answer with a whole page whose style and script elements have the nonce `word`."""
    return HTMLResponse(page, status, headers(word))


def framed(title: str, body: str, status: int = 200) -> HTMLResponse:
    """Answer with a page of the look of an article; `body` is HTML, `title` is text."""
    word = nonce()
    page = _template().substitute(title=html.escape(title), body=body, nonce=word)
    return sealed(page, word, status)


def hint(title: str, text: str, status: int = 200) -> HTMLResponse:
    """Answer with a page that only says something; both are text."""
    said = f"<h1>{html.escape(title)}</h1>\n<p>{html.escape(text)}</p>"
    return framed(title, f'<div class="hint">{said}</div>', status)


@cache
def _template() -> Template:
    return Template(Path(__file__).with_name("source.html").read_text(encoding="utf-8"))
