"""Take out of Gradio's front page what names other hosts, and say that it is Chinese."""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_STRANGE = re.compile(
    rb'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>\s*|<link rel="manifest"[^>]*>\s*'
)


def plain(page: bytes) -> bytes:
    """Give the front page without social previews and manifest, in the page's own language."""
    return _STRANGE.sub(b"", page).replace(b'lang="en"', b'lang="zh-CN"', 1)


class FrontPage:
    """Hands every request on; only the answer to `GET /` is rewritten by `plain`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or (scope["method"], scope["path"]) != ("GET", "/"):
            await self.app(scope, receive, send)
            return
        uncompressed = [h for h in scope["headers"] if h[0] != b"accept-encoding"]
        start: list[Message] = []
        body = bytearray()

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.append(message)
                return
            if message["type"] != "http.response.body":
                await send(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                page = plain(bytes(body))
                kept = [h for h in start[0]["headers"] if h[0].lower() != b"content-length"]
                length = (b"content-length", str(len(page)).encode())
                await send({**start[0], "headers": [*kept, length]})
                await send({"type": "http.response.body", "body": page})

        await self.app({**scope, "headers": uncompressed}, receive, collect)
