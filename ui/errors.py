"""Failures of the doors a person uses."""

from __future__ import annotations

from vectorstore.errors import WenjuError


class UiError(WenjuError):
    """A page that cannot be served as it was asked for."""
