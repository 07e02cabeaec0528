"""The README reports the figures that are kept under version control, and no others."""

from pathlib import Path

import pytest

from evals.errors import EvalError
from evals.published import BEGIN, END, read, sets, table

ROOT = Path(__file__).parents[1]


def test_the_readme_shows_the_published_figures() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.partition(BEGIN)[2].partition(END)[0]
    assert shown.strip() == table(read()).strip(), "run: python -m evals.published --readme"


def test_every_published_set_names_what_made_it() -> None:
    published = read()
    assert len(published) > 10
    for systems in published.values():
        for run in systems.values():
            assert run["commit"]
            assert run["settings"]["embed_model"]
            assert run["questions"] > 0
            assert "cases" not in run


def test_a_set_is_a_folder_a_folder_of_folders_or_a_pair(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "corpus.jsonl").touch()
    (tmp_path / "other").mkdir()
    pairs = [(c.parent.name, q.name) for c, q in sets(str(tmp_path))]
    assert pairs == [("a", "questions.dev.jsonl"), ("b", "questions.dev.jsonl")]
    assert [c.parent.name for c, _ in sets(str(tmp_path / "b"))] == ["b"]
    assert list(sets("x=y")) == [(Path("x"), Path("y"))]
    with pytest.raises(EvalError, match="no set"):
        list(sets(str(tmp_path / "other")))
