"""The runs kept in a home."""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from pathlib import Path

from evals.errors import EvalError
from evals.run import Run

LONGEST_NAME = 60
"""Characters of a run's name that become part of its file's name."""


def runs_folder(home: Path) -> Path:
    """Give the folder of the runs of a home."""
    return home / "evals" / "runs"


def keep_run(run: Run, home: Path) -> Path:
    """Write a run into its home, under its date and name, and give the file."""
    stamp = re.sub(r"\D", "", run.finished[:19])
    name = re.sub(r"[^\w.-]+", "-", run.name)[:LONGEST_NAME]
    endings = ("", *(f"-{n}" for n in range(2, 100)))
    paths = (runs_folder(home) / f"{stamp}-{name}{ending}.json" for ending in endings)
    path = next(p for p in paths if not p.exists())
    write_file(path, json.dumps(run.to_json(), ensure_ascii=False, indent=1) + "\n")
    return path


def write_file(path: Path, text: str) -> None:
    """Write a text file whole or not at all. Raises EvalError when it cannot be written."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)
    except OSError as exc:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise EvalError(
            f"{path} cannot be written ({exc.strerror or exc})."
            " Free or unlock the disk, or choose another place."
        ) from exc
