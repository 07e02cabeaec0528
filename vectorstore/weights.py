"""Where model files come from: a packaged model by name, or whatever else a name stands for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vectorstore.article import Progress
from vectorstore.e5_folder import convert
from vectorstore.errors import WeightsError
from vectorstore.packages import PACKAGED_MODELS, PackagedModel, fetch, fetched, verify


@dataclass(frozen=True)
class Weights:
    """A packaged model and whether it is here: `state` is ready, missing or damaged."""

    model: PackagedModel
    path: Path
    state: str


def packaged(name: str) -> PackagedModel | None:
    """Give the packaged model of that name, or None for a folder, a file, a hub name, a URL."""
    return next((model for model in PACKAGED_MODELS if model.name == name), None)


def locate(name: str, folder: Path) -> str:
    """Give what opens the model `name`: the file or folder of a packaged one, else the name.

    Raises WeightsError when a packaged model has not been fetched into `folder`, or when a `.gguf`
    file is not there.
    """
    model = packaged(name)
    if model is None:
        if not name.endswith(".gguf"):
            return name
        file = Path(name).expanduser()
        if not file.is_file():
            raise WeightsError(f"The model file {name} does not exist. Check the path.")
        return str(file)
    found = _ready(model, folder)
    if not found.exists():
        raise WeightsError(f"The model {name} is not here yet. Run: wenju models fetch")
    return str(found)


def prepare(name: str, folder: Path, progress: Progress) -> str:
    """Fetch a packaged model and make it loadable; any other name comes back as it is."""
    model = packaged(name)
    if model is None:
        return name
    if model.kind == "language":
        return str(fetch(model, folder, progress))
    ready = _ready(model, folder)
    if not ready.exists():
        source = fetch(model, folder, progress)
        progress(model.download, model.download, f"{name}: unpacking")
        convert(source, ready)
    return str(ready)


def survey(folder: Path, thorough: bool = False) -> list[Weights]:
    """List the packaged models; `thorough` reads every byte and compares checksums."""
    return [Weights(m, _ready(m, folder), _state(m, folder, thorough)) for m in PACKAGED_MODELS]


def _ready(model: PackagedModel, folder: Path) -> Path:
    return folder / (model.filename if model.kind == "language" else model.name)


def _state(model: PackagedModel, folder: Path, thorough: bool) -> str:
    if not fetched(model, folder) or not _ready(model, folder).exists():
        return "missing"
    return "damaged" if thorough and not verify(model, folder) else "ready"
