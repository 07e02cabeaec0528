"""Paths and addresses to the articles they hold, one at a time, with how far that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vectorstore.article import Article
from vectorstore.errors import ArticleError
from vectorstore.finish import legible, one_line
from vectorstore.load import article_files, links_left, load, load_address


@dataclass(frozen=True)
class Found:
    """An article, or why there is none; `done` and `total` are bytes.

    `origin` is the file or address it was read from, `root` the name of the folder added.
    """

    name: str
    item: Article | ArticleError
    origin: str
    root: str
    done: int
    total: int


def is_address(source: str) -> bool:
    """Tell a URL from a path."""
    return source.lower().startswith(("http://", "https://"))


def gathered(sources: Sequence[str | Path], allow_private: bool = False) -> Iterator[Found]:
    """Read files, folders and URLs; raise ArticleError when no path holds anything at all."""
    addresses = [s for s in sources if isinstance(s, str) and is_address(s)]
    paths = [Path(s) for s in sources if s not in addresses]
    files, empty = _files(paths)
    if empty and not files and not addresses:
        raise ArticleError("\n".join(str(error) for _, error in empty))
    total, before = sum(_size(file) for file, _ in files), 0
    yield from (Found(legible(str(path)), error, "", "", 0, total) for path, error in empty)
    for file, root in files:
        yield from _of_file(file, root, before, total)
        before += _size(file)
    for address in addresses:
        for item in load_address(address, allow_private):
            yield Found(address, item, address, "", total, total)


def _of_file(file: Path, root: Path | None, before: int, total: int) -> Iterator[Found]:
    name = one_line(legible(file.name if root is None else file.relative_to(root).as_posix()))
    folder = legible((root or file.resolve().parent).resolve().name)
    origin = legible(str(file.resolve()))
    size, done = _size(file), 0
    for item in load(file, root):
        if isinstance(item, Article):
            done = min(done + len((item.raw or item.text).encode("utf-8", "replace")), size)
        yield Found(name, item, origin, folder, before + done, total)


def _files(
    paths: Iterable[Path],
) -> tuple[list[tuple[Path, Path | None]], list[tuple[Path, ArticleError]]]:
    """Give each file once, with the folder it was found in, and what is left out, with why."""
    files: dict[Path, tuple[Path, Path | None]] = {}
    empty: list[tuple[Path, ArticleError]] = []
    for path in paths:
        try:
            for file in article_files(path):
                files.setdefault(file.resolve(), (file, path if path.is_dir() else None))
            empty += [(path, link) for link in links_left(path)]
        except ArticleError as exc:
            empty.append((path, exc))
    return list(files.values()), empty


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
