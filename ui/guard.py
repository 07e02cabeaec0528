"""What stands before every request: the password, and other sites' pages kept out."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; object-src 'none';"
    " base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
"""Sent with every page that brings no stricter policy: nothing is loaded from other hosts."""

_SAFE = ("GET", "HEAD", "OPTIONS")


def is_loopback(host: str) -> bool:
    """Tell whether an address is reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class Guard:
    """Lets a request pass when its host, its origin and its password are right."""

    def __init__(self, app: ASGIApp, password: str, local: bool) -> None:
        self.app, self.password, self.local = app, password.encode(), local

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            refusal = self._refusal(scope["method"], Headers(scope=scope))
            await (refusal or self.app)(scope, receive, _with_policy(send))

    def _refusal(self, method: str, headers: Headers) -> Response | None:
        host = headers.get("host", "")
        if self.local and not is_loopback(_name(host)):
            return PlainTextResponse("This page is served to this machine only.", 421)
        origin = headers.get("origin")
        if method not in _SAFE and origin and origin.partition("://")[2] != host:
            return PlainTextResponse("Requests from other sites are refused.", 403)
        if self.password and not self._knows_password(headers.get("authorization", "")):
            asked = {"WWW-Authenticate": 'Basic realm="Wenju", charset="UTF-8"'}
            return PlainTextResponse("A password is needed.", 401, asked)
        return None

    def _knows_password(self, authorization: str) -> bool:
        kind, _, credentials = authorization.partition(" ")
        try:
            _, _, given = base64.b64decode(credentials, validate=True).partition(b":")
        except (binascii.Error, ValueError):
            return False
        return kind.lower() == "basic" and secrets.compare_digest(given, self.password)


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _with_policy(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Content-Security-Policy", POLICY)
            headers.setdefault("X-Content-Type-Options", "nosniff")
            headers.setdefault("Referrer-Policy", "same-origin")
        await send(message)

    return sending
