"""The values between a file and its articles: File, Document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from vectorstore.article import Facts, OffsetMap
from vectorstore.errors import ArticleError


@dataclass(frozen=True)
class File:
    """Something that can be read as bytes: on disk, in an archive, or fetched.

    `name` is what the reader sees in reports and ids: the path below the folder that was added,
    of a member of an archive `archive.zip/path/inside`. `size` is in bytes. `address` is the URL
    it was fetched from, empty for files; `suffix` is the ending that goes with what its server says
    it is, empty where nothing is said.
    """

    name: str
    size: int
    open: Callable[[], BinaryIO]
    address: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class Document:
    r"""One text of a file, not yet cleaned.

    `text` holds what a person would read, lines ended by `\n`. `raw` is the decoded source it was
    taken from (markup included) and begins at `raw_start` of it; `offsets` lead from `text` into
    that source. For kinds whose bytes are no text (PDF, DOCX), `raw` is the text layer itself.
    Pages of a paged source are separated by a form feed in `text`. `name` is given where it differs
    from the file's (a member of an archive); `key` is an id that the document gives itself. `one`
    says that the text is a single article by definition (a record, a web page), not perhaps a
    newspaper page of several.
    """

    text: str
    raw: str
    offsets: OffsetMap
    raw_start: int = 0
    facts: Facts = field(default_factory=Facts)
    name: str = ""
    key: str = ""
    one: bool = True


Documents = Iterator[Document | ArticleError]
"""What reading a file gives, one at a time; what cannot be read comes as the error saying why."""
