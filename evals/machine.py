"""What a measurement says of the process it ran in."""

from __future__ import annotations

import sys


def peak_mib() -> float | None:
    """Give the most memory the process has held, in MiB; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 10 if sys.platform != "darwin" else 1 << 20)
