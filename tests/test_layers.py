import ast
from pathlib import Path

import pytest

HOUSE = ["vectorstore", "rag", "evals", "ui"]
ROOT = Path(__file__).parents[1]
FILES = [path for folder in HOUSE for path in sorted((ROOT / folder).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_down_the_house_only(path: Path) -> None:
    floor = HOUSE.index(path.relative_to(ROOT).parts[0])
    above = {name for name in imported(path) if name.split(".")[0] in HOUSE[floor + 1 :]}
    assert not above


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_llama_index_global_settings_are_never_used(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "llama_index.core import Settings" not in text
    assert "llama_index.core.settings" not in text


def test_each_outside_engine_is_imported_in_one_file() -> None:
    product = [p for p in FILES if p.name != "bench.py"]  # which measures ours against theirs
    for library in (
        "chromadb",
        "tantivy",
        "xllamacpp",
        "opencc",
        "sentence_transformers",
        "trafilatura",
        "feedparser",
        "pypdfium2",
        "rapidfuzz",
        "ir_measures",
        "altair",
        "vl_convert",
        "jinja2",
    ):
        users = {
            p.relative_to(ROOT)
            for p in product
            if any(n.split(".")[0] == library for n in imported(p))
        }
        assert len(users) == 1, f"{library}: {users}"


def test_the_catalogue_alone_speaks_to_sqlite() -> None:
    parts = {"catalogue", "rows", "stories", "duplicates", "rehearsal", "renewal"}
    users = {p.stem for p in FILES if "sqlite3" in imported(p)}
    assert users <= parts
