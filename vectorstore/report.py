"""What adding did: the values it reports."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from vectorstore.article import Article


@dataclass(frozen=True)
class Refused:
    """Something that was not added, and the line that says why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Repaired:
    """What cleaning did to an article: `(kind, how often)` for each kind of change."""

    name: str
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class CopyOf:
    """An article that tells the same as the article `of`; `exact`: with the same words."""

    id: str
    of: str
    exact: bool


@dataclass(frozen=True)
class Report:
    """What adding did, by article id.

    `found` counts the articles of each file, `passed_over` the files of kinds that are not read,
    those within archives included.
    Articles among `copies` are among the added, changed or unchanged as well; so are `repaired`
    ones, but for those that were unchanged.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
    copies: tuple[CopyOf, ...] = ()
    repaired: tuple[Repaired, ...] = ()
    found: tuple[tuple[str, int], ...] = ()
    passages: int = 0
    passed_over: int = 0


@dataclass
class Tally:
    """Counts while articles come in."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    copies: list[CopyOf] = field(default_factory=list)
    repaired: list[Repaired] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)
    passages: int = 0
    passed_over: int = 0

    def refuse(self, name: str, reason: str) -> None:
        """Note something that is left out."""
        self.refused.append(Refused(name, reason))

    def take(self, article: Article, stood: bool) -> None:
        """Note an article that goes in, in place of an earlier one if one `stood` there."""
        (self.changed if stood else self.added).append(article.id)
        if article.marks:
            counts = Counter(mark.kind for mark in article.marks)
            self.repaired.append(Repaired(article.id, tuple(sorted(counts.items()))))

    def rename(self, id_: str, now: str) -> None:
        """Note that an article goes in under another id than it was taken with."""
        for ids in (self.added, self.changed):
            ids[:] = [now if i == id_ else i for i in ids]
        self.repaired = [replace(r, name=now) if r.name == id_ else r for r in self.repaired]
        self.copies = [
            replace(c, id=now if c.id == id_ else c.id, of=now if c.of == id_ else c.of)
            for c in self.copies
        ]

    def report(self, passed_over: int = 0) -> Report:
        """Give what was counted, as a value; `passed_over` adds files that were not opened."""
        return Report(
            tuple(self.added),
            tuple(self.changed),
            tuple(self.unchanged),
            tuple(self.gone),
            tuple(self.refused),
            tuple(self.copies),
            tuple(self.repaired),
            tuple(self.found.items()),
            self.passages,
            self.passed_over + passed_over,
        )
