"""Failures of evaluations."""

from __future__ import annotations

from vectorstore.errors import WenjuError


class EvalError(WenjuError):
    """A question set, run or option that cannot be used."""
