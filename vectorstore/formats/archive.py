"""Turn a ZIP archive into the files it holds, in memory: nothing is written to disk."""

from __future__ import annotations

import io
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from vectorstore.clean.encoding import encoding_of
from vectorstore.errors import ArticleError
from vectorstore.finish import STEERING
from vectorstore.formats.document import File

MAX_MEMBERS = 10_000
"""Files in an archive and those within it; more are better unpacked and added as a folder."""
MAX_MEMBER = 100_000_000
"""Bytes of one file unpacked, for it is held in memory; a bound book of pictures is smaller."""
MAX_UNPACKED = 1_000_000_000
"""Bytes that an archive may unpack to in all."""
MAX_RATIO = 200
"""Times a file may grow in unpacking: text grows 3 to 30 times, a ZIP bomb 1,000 times."""
UNSUSPECTED = 1_000_000
"""Bytes up to which the ratio says nothing: a short file of one repeated line is harmless."""
MAX_DEPTH = 2
"""Archives that may lie one inside the other, the outermost not counted."""
MAX_INDEX = 8_000_000
"""Bytes of the list of files of an archive; 10,000 files with long names need 3 MB."""

_READ = 1_000_000
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError,
    RuntimeError, ValueError, struct.error, OverflowError, IndexError,
)  # fmt: skip
"""What the library raises for archives that are broken or packed in a way it does not know."""
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_OFFICE = "[Content_Types].xml"
"""The list of parts in each file of an Office program; the parts can have any name."""
_DRIVE = re.compile(r"[A-Za-z]:\Z")


@dataclass
class _Allowance:
    """What may still be unpacked; one for an archive and all archives within it."""

    files: int = MAX_MEMBERS
    bytes: int = MAX_UNPACKED

    def take(self, files: int, size: int, name: str) -> None:
        """Count what was unpacked. Raises ArticleError when all is used up."""
        self.files -= files
        self.bytes -= size
        if self.files < 0 or self.bytes < 0:
            raise ArticleError(
                f"{name} and what follows it in the archive is left out: it holds more than"
                f" {MAX_MEMBERS} files or {MAX_UNPACKED // 1_000_000} MB."
                " Unpack it and add the folder."
            )


class _Indexed(io.BufferedReader):
    """A stream that gives no more at once than the list of files of a sane archive."""

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = MAX_INDEX + 1 if size is None or size < 0 else size
        data = super().read(min(wanted, MAX_INDEX + 1))
        if len(data) > MAX_INDEX:
            raise zipfile.BadZipFile("its list of files is too long")
        return data


def opened(stream: BinaryIO, name: str) -> zipfile.ZipFile:
    """Open an archive. Raises ArticleError where it is broken."""
    try:
        return zipfile.ZipFile(_Indexed(cast(io.RawIOBase, stream)))
    except _BROKEN as exc:
        raise ArticleError(f"{name} is a broken archive ({exc}). Pack it again.") from exc


def unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    """Give the bytes of a file of an archive. Raises ArticleError where it cannot be trusted."""
    if info.flag_bits & _ENCRYPTED:
        raise ArticleError(f"{name} is protected by a password. Unpack it and add the files.")
    _check(info.file_size, info, name)
    pieces: list[bytes] = []
    size = 0
    try:
        with archive.open(info) as member:
            while piece := member.read(_READ):
                size += len(piece)
                _check(size, info, name)
                pieces.append(piece)
    except _BROKEN as exc:
        raise ArticleError(f"{name} is broken and cannot be unpacked ({exc}). Left out.") from exc
    return b"".join(pieces)


def _check(size: int, info: zipfile.ZipInfo, name: str) -> None:
    if size > MAX_MEMBER:
        raise ArticleError(
            f"{name} unpacks to more than {MAX_MEMBER // 1_000_000} MB. Unpack it and add the file."
        )
    if size > UNSUSPECTED and size > MAX_RATIO * max(info.compress_size, 1):
        raise ArticleError(
            f"{name} grows more than {MAX_RATIO} times in unpacking, as ZIP bombs do. Left out."
        )


def kind(names: set[str]) -> str:
    """Give the suffix of what a ZIP container really is, from the names of the files in it."""
    if _OFFICE in names:
        for suffix, folder in ((".docx", "word/"), (".xlsx", "xl/"), (".pptx", "ppt/")):
            if any(name.startswith(folder) for name in names):
                return suffix
    for suffix, inside in (
        (".docx", "word/document.xml"),
        (".xlsx", "xl/workbook.xml"),
        (".pptx", "ppt/presentation.xml"),
        (".epub", "META-INF/container.xml"),
        (".odt", "META-INF/manifest.xml"),
        (".ofd", "OFD.xml"),
        (".pages", "Index/Document.iwa"),
    ):
        if inside in names:
            return suffix
    return ".zip"


def files(file: File, wanted: Callable[[str], bool]) -> Iterator[File | ArticleError]:
    """Give the files of an archive, and of those in it, whose name is `wanted` and not hidden."""
    try:
        yield from _files(file, wanted, _Allowance(), 0)
    except ArticleError as exc:
        yield exc


def _files(
    file: File, wanted: Callable[[str], bool], left: _Allowance, depth: int
) -> Iterator[File | ArticleError]:
    with file.open() as stream:
        try:
            archive = opened(stream, file.name)
        except ArticleError as exc:
            yield exc
            return
        codec = _codec(archive.infolist())
        for info in archive.infolist():
            path = _path(info, codec)
            if path and not _hidden(path) and wanted(path):
                yield from _member(archive, info, f"{file.name}/{path}", wanted, left, depth)


def _member(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    name: str,
    wanted: Callable[[str], bool],
    left: _Allowance,
    depth: int,
) -> Iterator[File | ArticleError]:
    left.take(1, 0, name)
    if stat.S_ISLNK(info.external_attr >> 16):
        yield ArticleError(f"{name} is a link to another file. Left out.")
        return
    try:
        data = unpacked(archive, info, name)
    except ArticleError as exc:
        yield exc
        return
    left.take(0, len(data), name)
    inner = File(name, len(data), lambda: io.BytesIO(data))
    if not _is_archive(inner.name, data):
        yield inner
    elif depth < MAX_DEPTH:
        yield from _files(inner, wanted, left, depth + 1)
    else:
        yield ArticleError(f"{name} lies in too many archives. Unpack it and add the folder.")


def _is_archive(name: str, data: bytes) -> bool:
    if not (data.startswith(b"PK") or name.lower().endswith(".zip")):
        return False
    try:
        return kind(set(opened(io.BytesIO(data), "").namelist())) == ".zip"
    except ArticleError:
        return False


def _codec(infos: list[zipfile.ZipInfo]) -> str:
    """Give the codec of the names that do not say theirs, told from all of them together."""
    names = b"\n".join(filter(None, map(_unsaid, infos)))
    try:
        return encoding_of(names, "", True)
    except ArticleError:
        return "cp437"


def _unsaid(info: zipfile.ZipInfo) -> bytes | None:
    """Give the bytes of a name whose codec is not said, None where it is, by flag or by field."""
    if info.flag_bits & _UTF8_NAME:
        return None
    try:
        return info.filename.encode("cp437")
    except UnicodeEncodeError:
        return None


def _path(info: zipfile.ZipInfo, codec: str) -> str:
    """Give the path of a file as it is shown, which leads out of no folder; "" for a folder."""
    unsaid = _unsaid(info)
    name = info.filename if unsaid is None else unsaid.decode(codec, "replace")
    if name.endswith(("/", "\\")):
        return ""
    parts = STEERING.sub("", name).replace("\\", "/").split("/")
    return "/".join(p for p in parts if p not in ("", ".", "..") and not _DRIVE.match(p))


def _hidden(path: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in path.split("/"))
