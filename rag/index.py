"""Settings to an open index."""

from __future__ import annotations

from rag.settings import Settings
from vectorstore.store import Store


def open_index(settings: Settings, damaged: bool = False) -> Store:
    """Open the index of the settings; `damaged`: without its legs, so that they can be made anew.

    Raises StoreError with the remedy.
    """
    return Store(settings.index, damaged, settings.chroma)
