"""The evaluation commands as people type them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.feedback import FILE_NAME, append, judged
from evals.questions import read_questions
from evals.review import drafts, question_sets
from rag.engine import Engine
from ui.cli import app

ROOT = Path(__file__).parents[1]


def line(number: int, **fields: object) -> str:
    given = {
        "id": f"drafted-{number}",
        "question": f"第{number}个基金有多少亿元？",
        "answers": ["2亿元"],
        "answerable": True,
        "support": [{"doc": "fund", "start": 0, "end": 13, "text": "池州的专项基金有2亿元。"}],
        "review": None,
        "passage": "池州的专项基金有2亿元。基金由园区设立。",
    }
    return json.dumps({**given, **fields}, ensure_ascii=False)


def test_drafted_questions_get_a_yes_or_no(tmp_path: Path) -> None:
    path = tmp_path / "my.jsonl"
    path.write_text("\n".join(line(n) for n in range(5)) + "\n", encoding="utf-8")
    said = CliRunner().invoke(app, ["eval", "review", str(path)], input="y\nperhaps\nno\ns\nq\n")
    assert said.exit_code == 0, said.output
    assert "5 questions" in said.output
    assert "池州的专项基金有2亿元。基金由园区设立。" in said.output
    assert [d.review for d in drafts(path)] == ["yes", "no", None, None, None]
    again = CliRunner().invoke(app, ["eval", "review", str(path)], input="")
    assert "3 questions" in again.output
    assert [q.id[-1] for q in read_questions(path).questions] == ["0", "2", "3", "4"]


def test_a_set_that_is_not_there_cannot_be_reviewed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ui.cli", "eval", "review", str(tmp_path / "none.jsonl")]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert said.returncode == 1
    assert "cannot be read" in said.stderr
    assert "Traceback" not in said.stderr


def test_what_people_judged_becomes_questions(engine: Engine, tmp_path: Path) -> None:
    *_, answer = engine.ask("专项基金有多少亿元？")
    append(tmp_path / FILE_NAME, judged(answer, (), "good"))
    out = tmp_path / "judged.jsonl"
    command = ["--home", str(tmp_path), "eval", "label", "--out", str(out)]
    said = CliRunner().invoke(app, command)
    assert said.exit_code == 0, said.output
    assert "1 question," in said.output
    (question,) = read_questions(out).questions
    assert question.question == "专项基金有多少亿元？"
    assert "2亿元" in question.answers[0]


def test_labels_are_added_to_a_set_and_take_the_place_of_older_ones(
    engine: Engine, tmp_path: Path
) -> None:
    *_, answer = engine.ask("专项基金有多少亿元？")
    append(tmp_path / FILE_NAME, judged(answer, (), "good"))
    out = tmp_path / "judged.jsonl"
    out.write_text(line(7) + "\n{broken\n", encoding="utf-8")
    command = ["--home", str(tmp_path), "eval", "label", "--out", str(out)]
    assert CliRunner().invoke(app, command).exit_code == 0
    append(tmp_path / FILE_NAME, judged(answer, (), "bad", "3亿元"))
    assert CliRunner().invoke(app, command).exit_code == 0
    first, broken, labelled = out.read_text(encoding="utf-8").splitlines()
    assert first == line(7)
    assert broken == "{broken"
    assert json.loads(labelled)["answers"] == ["3亿元"]
    assert question_sets(tmp_path) == [out]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--json", "a.json", "--html", "a.json"], "the same file"),
        (["--questions", "q.jsonl", "--json", "q.jsonl"], "is what is to be evaluated"),
        (["--json", "."], "is a folder"),
        (["--corpus", "articles"], "--questions"),
    ],
)
def test_what_must_not_be_written_is_said_before_anything_is_asked(
    tmp_path: Path, args: list[str], says: str
) -> None:
    command = [sys.executable, "-m", "ui.cli", "--home", str(tmp_path), "eval", *args]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "300"}
    said = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=60, env=env
    )
    assert said.returncode == 1
    assert says in said.stderr
    assert "Traceback" not in said.stderr
    assert not (tmp_path / "evals").exists()


def test_nothing_judged_is_said(tmp_path: Path) -> None:
    out = tmp_path / "judged.jsonl"
    said = CliRunner().invoke(app, ["--home", str(tmp_path), "eval", "label", "--out", str(out)])
    assert said.exit_code == 0
    assert "Nobody has judged" in said.output
    assert not out.exists()


@pytest.mark.model
def test_questions_are_drawn_up_proven_and_asked(home: Path, tmp_path: Path) -> None:
    def wenju(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ui.cli", "--home", str(home), "eval", *args],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=500,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "NO_COLOR": "1"},
        )

    article, out = str(ROOT / "seeds" / "chizhou-kaifaqu.md"), tmp_path / "my.jsonl"
    made = wenju("make", "--articles", article, "--n", "2", "--out", str(out))
    assert made.returncode == 0, made.stderr
    assert "2 questions written" in made.stdout
    assert question_sets(home) == [out]
    for question in read_questions(out).questions:
        assert all(a in s.text for s in question.support for a in question.answers)
    asked = wenju("--corpus", article, "--questions", str(out), "--retrieval-only", "--strict")
    assert asked.returncode == 0, asked.stderr
    assert "2 questions, 1 article" in asked.stdout
    assert "1.000" in asked.stdout
