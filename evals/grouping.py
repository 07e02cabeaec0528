"""Texts that come in one by one into groups of the same and nearly the same."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from vectorstore.duplicates import Copies, fingerprint, nearly_same


@dataclass(frozen=True)
class Item:
    """A text that comes in; `of` is the id of the article that it copies, if any."""

    id: str
    text: str
    of: str = ""
    kind: str = ""


@dataclass
class Groups:
    """What has come in so far, put together as the catalogue does it."""

    copies: Copies
    texts: dict[str, str] = field(default_factory=dict)
    links: list[tuple[str, str]] = field(default_factory=list)
    exact: set[str] = field(default_factory=set)
    of: dict[str, str] = field(default_factory=dict)
    looked_at: int = 0
    _joined: dict[str, str] = field(default_factory=dict)

    def add(self, item: Item) -> None:
        """Join a text with those it is a copy of, and remember it."""
        self.texts[item.id], self.of[item.id] = item.text, item.of
        print_ = fingerprint(item.text)
        if same := self.copies.same(print_.key):
            self.exact.add(item.id)
            self._join(item.id, same[0])
            return
        near = self.copies.near(print_)
        self.looked_at += len(near)
        for other in near:
            if nearly_same(item.text, self.texts[other]):
                self._join(item.id, other)
        self.copies.put(item.id, print_)

    def finds(self, item: Item) -> bool:
        """Tell whether a copy would be joined with the very article that it copies."""
        print_ = fingerprint(item.text)
        if item.of in self.copies.same(print_.key):
            return True
        return item.of in self.copies.near(print_) and nearly_same(item.text, self.texts[item.of])

    def _join(self, new: str, old: str) -> None:
        self.links.append((new, old))
        first, second = self.group(old), self.group(new)
        if first != second:
            self._joined[second] = first

    def group(self, id_: str) -> str:
        """Give the name of a text's group."""
        while id_ in self._joined:
            id_ = self._joined[id_]
        return id_

    def members(self) -> dict[str, list[str]]:
        """Give the texts of each group, by its name."""
        found: dict[str, list[str]] = defaultdict(list)
        for id_ in self.texts:
            found[self.group(id_)].append(id_)
        return found
