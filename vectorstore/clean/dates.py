"""Read a date as it is written, to ISO form or to days; a day without a year is none."""

from __future__ import annotations

import re

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?"
    r"|May|June?\.?|July?\.?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
DATE = (
    r"(?<!\d)(?:(?:19|20)\d\d ?年(?: ?\d{1,2} ?月(?: ?\d{1,2} ?[日号號])?)?"
    r"|(?:19|20)\d\d(?:-\d{1,2}(?:-\d{1,2})?|/\d{1,2}/\d{1,2}|\.\d{1,2}\.\d{1,2})(?![\d-])"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d(?!\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? (?:19|20)\d\d(?!\d))"
)
"""How dates with a year are written."""
TIME = (
    r"T?\d{1,2}\s?[:：时]\s?\d{2}(?:[:：分]\s?\d{2}(?:\.\d+)?)?(?: ?[AaPp]\.?[Mm]\.?"
    r"| ?分)?(?:Z|[+-]\d\d:?\d\d| [A-Z]{2,4}\b)?"
)
"""How the time of day is written behind it."""


def iso(text: str) -> str:
    """Give the first date in a text as 2024-03-05, or what is said of it; empty for none."""
    found = re.search(DATE, text)
    if not found:
        return ""
    written = found.group()
    numbers = [int(n) for n in re.findall(r"\d+", written)]
    named = re.search(r"[A-Za-z]{3}", re.sub(r"\d(?:st|nd|rd|th)", "0", written))
    if named:
        day, year = sorted(numbers)
        numbers = [year, _MONTHS.index(named.group().lower()) + 1, day]
    return _iso(numbers)


def _iso(numbers: list[int]) -> str:
    year, *rest = numbers
    month, day = [*rest, 0, 0][:2]
    if not rest:
        return f"{year}"
    if not 1 <= month <= 12 or len(rest) > 1 and not 1 <= day <= 31:
        return ""
    return f"{year}-{month:02}" + (f"-{day:02}" if day else "")


def days(text: str) -> tuple[int, int]:
    """Give the first and the last day that a date can mean, as 20240305; (0, 0) for no date.

    >>> days("2024年3月"), days("2024"), days("20240305")
    ((20240301, 20240331), (20240101, 20241231), (20240305, 20240305))
    """
    bare = re.fullmatch(r"((?:19|20)\d\d)(?:(\d\d)(\d\d))?", text.strip())
    read = _iso([int(n) for n in bare.groups() if n]) if bare else iso(text)
    if not read:
        return 0, 0
    year, month, day = [*map(int, read.split("-")), 0, 0][:3]
    whole = year * 10_000
    return whole + (month or 1) * 100 + (day or 1), whole + (month or 12) * 100 + (day or 31)
