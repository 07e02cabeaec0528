"""Where the legs of an index lie: folders in its own, or a collection on a Chroma server."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex

from vectorstore.catalogue import Catalogue
from vectorstore.dense import drop_collections
from vectorstore.errors import REPAIR, StoreError

PARTS = ("chroma", "tantivy")


@dataclass(frozen=True)
class Place:
    """The place of one pair of legs.

    An index that was embedded again has a pair of another `number`. The vectors are on a `server`
    if there is one; `key` keeps indexes there apart.
    """

    folder: Path
    number: int = 0
    server: str = ""
    key: str = ""

    @property
    def collections(self) -> str:
        """What the names of all collections of this index on a server begin with."""
        told_apart = f"{self.key} {self.folder.resolve()}"
        return f"wenju-{hashlib.sha256(told_apart.encode()).hexdigest()[:24]}-"

    @property
    def collection(self) -> str:
        """The name of the collection on the server."""
        return f"{self.collections}{self.number}"

    @property
    def parts(self) -> list[Path]:
        """The folders of both legs."""
        return [self.part(name) for name in PARTS]

    def part(self, name: str) -> Path:
        """Give the folder of one leg."""
        return self.folder / (f"{name}-{self.number}" if self.number else name)


def place_of(catalogue: Catalogue, folder: Path) -> Place:
    """Give where the legs of an index lie now."""
    number = int(catalogue.fact("legs") or 0)
    return Place(folder, number, catalogue.fact("server"), catalogue.fact("key"))


def facts_of(place: Place) -> dict[str, str]:
    """Give the facts by which an index remembers where its legs lie."""
    return {"legs": str(place.number), "server": place.server, "key": place.key}


def moved(place: Place, server: str) -> Place:
    """Give the same place on another server, or in the folder when there is none."""
    return replace(place, server=server, key=place.key or (token_hex(8) if server else ""))


def settled(catalogue: Catalogue, folder: Path, server: str) -> Place:
    """Give where the legs lie, and note that for an empty index.

    Raises StoreError when that is elsewhere than on the server that is set.
    """
    place = place_of(catalogue, folder)
    if place.server == server:
        return place
    if catalogue.counts()[1]:
        there = f"on the Chroma server {place.server}" if place.server else "in the home"
        raise StoreError(
            f"The vectors of the index {folder} are kept {there}, which WENJU_CHROMA does not say."
            f" Set it back, or move the vectors. {REPAIR}"
        )
    place = moved(place, server)
    for name, value in facts_of(place).items():
        catalogue.note(name, value)
    return place


def clear(place: Place) -> None:
    """Remove what lies at a place."""
    for path in place.parts:
        shutil.rmtree(path, ignore_errors=True)
    if place.server:
        drop_collections(place.server, place.collection)


def remove_others(kept: Place, gone: Place) -> None:
    """Remove all legs of an index but those that are kept; `gone` were used before them."""
    for name in PARTS:
        for path in [kept.folder / name, *kept.folder.glob(f"{name}-[0-9]*")]:
            if path not in kept.parts:
                shutil.rmtree(path, ignore_errors=True)
    for server in {kept.server, gone.server} - {""}:
        # A server that was left because it is gone for good cannot be tidied up.
        with suppress(StoreError):
            keep = kept.collection if server == kept.server else ""
            drop_collections(server, kept.collections, keep)
