"""Which articles a search looks at: a Filter, and the condition it puts on their rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from vectorstore.clean.dates import DATE, days
from vectorstore.errors import FilterError
from vectorstore.language import LANGUAGES
from vectorstore.script import fold


@dataclass(frozen=True)
class Condition:
    """What must hold of a row of the catalogue's articles, in SQL, with its values."""

    sql: str
    values: tuple[object, ...] = ()


class Narrowing(Protocol):
    """Anything that says which articles are looked at."""

    def condition(self) -> Condition:
        """Give what must hold of an article."""


@dataclass(frozen=True)
class Kept:
    """Only the articles of which a condition holds."""

    wanted: Condition

    def condition(self) -> Condition:
        """Give what must hold of an article."""
        return self.wanted


@dataclass(frozen=True)
class Filter:
    """Only these articles; a field left empty lets all through. Hashable.

    - `articles`: ids, or folders in front of them.
    - `sources`: parts of the publisher, or of the path or address; case and script do not count.
    - `since`, `until`: a day, month or year, both included. An article without a date never
      matches, one dated by month or year only where all of it lies within.
    - `languages`: of LANGUAGES, or `zh` for Chinese of either script.

    Raises FilterError for a date or language that is none.
    """

    articles: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    languages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for written in filter(None, (self.since, self.until)):
            if not _is_date(written):
                raise FilterError(
                    f"The date {written} cannot be read. Write it as 2024-06-30, 2024-06 or 2024."
                )
        if self.since and self.until and days(self.since)[0] > days(self.until)[1]:
            raise FilterError(
                f"No day is since {self.since} and until {self.until}. Swap the two dates."
            )
        for name in self.languages:
            if not _written_in(name):
                raise FilterError(
                    f"There is no language {name} to filter by."
                    f" Choose from: zh, {', '.join(LANGUAGES)}."
                )

    def __bool__(self) -> bool:
        return self != Filter()

    @property
    def dated(self) -> bool:
        """Whether it asks for a date, which an article may lack."""
        return bool(self.since or self.until)

    def undated(self) -> Kept:
        """Give what matches but for a date, and has none."""
        wanted = replace(self, since="", until="").condition()
        return Kept(all_of(wanted, Condition("first_day = 0")))

    def condition(self) -> Condition:
        """Give what must hold of an article."""
        return all_of(
            any_of(*map(_under, self.articles)),
            any_of(*(Condition("instr(named, ?)", (fold(s.strip()),)) for s in self.sources)),
            Condition("first_day >= ?", (days(self.since)[0],)) if self.since else ANY,
            _until(days(self.until)[1]) if self.until else ANY,
            any_of(*(one_of("language", _written_in(name)) for name in self.languages)),
        )


ANY = Condition("1")
"""Holds of every article."""


def all_of(*conditions: Condition) -> Condition:
    """Give the condition that all of them hold."""
    return _joined(" AND ", [c for c in conditions if c != ANY])


def any_of(*conditions: Condition) -> Condition:
    """Give the condition that one of them holds; of none, that of every article."""
    return _joined(" OR ", conditions)


def one_of(column: str, values: Sequence[object]) -> Condition:
    """Give the condition that a column has one of the values."""
    return Condition(f"{column} IN ({', '.join('?' * len(values))})", tuple(values))


def _joined(word: str, conditions: Sequence[Condition]) -> Condition:
    if not conditions:
        return ANY
    values = tuple(v for c in conditions for v in c.values)
    return Condition(f"({word.join(c.sql for c in conditions)})", values)


def _under(written: str) -> Condition:
    folder = written.rstrip("/")
    # The sign that follows / is 0.
    return Condition("(id = ? OR id >= ? AND id < ?)", (written, f"{folder}/", f"{folder}0"))


def _until(day: int) -> Condition:
    return Condition("last_day BETWEEN 1 AND ?", (day,))


def _written_in(name: str) -> tuple[str, ...]:
    wanted = name.strip().lower()
    return tuple(x for x in LANGUAGES if wanted in (x.lower(), x.lower().partition("-")[0]))


def _is_date(written: str) -> bool:
    if not re.fullmatch(rf"{DATE}|\d{{4}}(?:\d{{4}})?", written.strip()):
        return False
    first, last = days(written)
    try:
        return bool(first) and bool(first < last or date.fromisoformat(str(first)))
    except ValueError:
        return False
