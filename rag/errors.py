"""Failures of the question line; not knowing is no failure but an answer."""

from __future__ import annotations

from vectorstore.errors import WenjuError


class AskError(WenjuError):
    """A question that cannot be taken, or a part of the question line that broke."""


class TrainingError(WenjuError):
    """A training that cannot begin, or cannot go on from what is kept."""


class SettingsError(WenjuError):
    """A setting that is unknown or has no valid value."""
