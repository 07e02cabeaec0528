"""Files of lines that several processes add to and change."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from filelock import FileLock, Timeout

from evals.errors import EvalError

LOCK_SECONDS = 10.0

SHARED = 0o644
PRIVATE = 0o600


@contextmanager
def locked(path: Path, mode: int = SHARED) -> Iterator[None]:
    """Keep other processes from writing to a file; the lock beside it gets `mode`.

    Raises EvalError when another one holds it for long, or nothing can be written there.
    """
    lock = FileLock(path.with_name(f".{path.name}.lock"), timeout=LOCK_SECONDS, mode=mode)
    try:
        lock.acquire()
    except Timeout as exc:
        raise EvalError(f"Another process is writing to {path}. Try again in a moment.") from exc
    except OSError as exc:
        raise EvalError(
            f"{path} cannot be written ({exc.strerror or exc})."
            " Free or unlock the disk, or choose another place."
        ) from exc
    try:
        yield
    finally:
        lock.release()


def append(path: Path, line: str, mode: int = SHARED) -> None:
    """Add one line to a file, whole or not at all; a new file gets `mode`.

    What a killed process left unfinished stays a line of its own. Raises OSError, and EvalError as
    `locked` does.
    """
    with locked(path, mode):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, mode)
        with FileIO(handle, "r+") as file:
            end = file.seek(0, os.SEEK_END)
            try:
                unwritten = (b"\n" if _torn(file, end) else b"") + line.encode() + b"\n"
                while unwritten:  # a nearly full disk may take only a part at once
                    unwritten = unwritten[file.write(unwritten) :]
                os.fsync(handle)
            except OSError:
                with suppress(OSError):
                    file.truncate(end)
                raise


def _torn(file: FileIO, end: int) -> bool:
    """Tell whether the last line has no end: a process was killed while it wrote it."""
    if not end:
        return False
    file.seek(end - 1)
    return file.read(1) != b"\n"
