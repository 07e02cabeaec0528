"""Settings to the socket the page listens on, before anything slow is done."""

from __future__ import annotations

import errno
import os
import socket

from rag.settings import Settings
from ui.errors import UiError
from ui.guard import is_loopback


def bound(settings: Settings) -> socket.socket:
    """Give the socket the page will listen on.

    Raises UiError when the port is taken, or when other machines may connect without a password.
    """
    host, port = settings.host, settings.port
    if not is_loopback(host) and not settings.password.get_secret_value():
        raise UiError(
            f"The address {host} can be reached from other machines."
            " Set WENJU_PASSWORD first, or leave WENJU_HOST unset."
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere it would let two programs share a port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as exc:
        listening.close()
        if exc.errno == errno.EADDRINUSE:
            raise UiError(
                f"Port {port} on {host} is taken by another program."
                " Choose another one with --port, or --port 0 for any that is free."
            ) from exc
        raise UiError(
            f"The page cannot listen on {host}, port {port} ({exc.strerror or exc})."
            " Choose others with WENJU_HOST and --port."
        ) from exc
    return listening
