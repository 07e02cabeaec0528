"""Find what stands in a text and is not the article; leave the article."""

from __future__ import annotations

from vectorstore.clean import captions, menus, paging, repeated
from vectorstore.clean.edit import Edit, Step
from vectorstore.clean.lines import taken_out

STEPS: tuple[Step, ...] = (paging.edits, repeated.edits, captions.edits, menus.edits)


def edits(text: str) -> list[Edit]:
    """Give the edits that leave nothing but the article."""
    return taken_out(text, STEPS)
