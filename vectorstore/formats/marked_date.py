"""Turn a date that is marked as one, for machines or readers, into ISO form."""

from __future__ import annotations

import re
from datetime import date
from email.utils import parsedate_to_datetime

from vectorstore.clean.dates import iso

_NUMBERS = re.compile(
    r"\s*((?:19|20)\d\d)(?:(\d\d)(\d\d)(?:\d{4}|\d{6})?(?!\d)|[-/.](\d\d?)[-/.](\d\d?)(?!\d))"
)


def day(written: str) -> str:
    """Give the day a date names as YYYY-MM-DD, less where it says less; empty for none."""
    found = _NUMBERS.match(written)
    if found:
        year, month, number = (int(part) for part in found.groups() if part)
        try:
            return date(year, month, number).isoformat()
        except ValueError:
            return ""
    try:
        return parsedate_to_datetime(written).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return iso(written)
