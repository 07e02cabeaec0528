"""Say in a terminal how far a measurement has come."""

from __future__ import annotations

import sys
from time import monotonic

_EVERY = 0.2


class Told:
    """A progress line on standard error, a few times a second; silent when nobody looks."""

    def __init__(self) -> None:
        self._last = 0.0

    def __call__(self, done: int, total: int, label: str) -> None:
        """Show `done` of `total`."""
        now = monotonic()
        if sys.stderr.isatty() and (now - self._last > _EVERY or done == total):
            self._last = now
            sys.stderr.write(f"\r{done:,} of {total:,} {label[-40:]:40}")
            sys.stderr.flush()
