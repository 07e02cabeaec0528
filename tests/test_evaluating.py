"""What the page offers to evaluate, keeps of an upload, and tells of an evaluation."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import monotonic, sleep

import pytest

from evals.errors import EvalError
from evals.evaluate import Plan
from evals.review import question_sets, remember
from rag.answer import Answer, Turn
from rag.engine import Engine
from ui.evaluating import SAMPLE_SET, Course, Evaluating, choices, keep_questions
from ui.running import at_most, course_html, kept_html
from vectorstore.filters import Filter
from vectorstore.finish import from_text
from vectorstore.ingest import add_articles

SECONDS = 20.0


def question(id_: str, text: str = "池州的专项基金有多大？", **fields: object) -> str:
    place = {"doc": "fund", "start": 0, "end": 12, "text": "池州的专项基金有2亿元。"}
    made = {"id": id_, "question": text, "answers": ["2亿元"], "answerable": True}
    return json.dumps({**made, "support": [place], **fields}, ensure_ascii=False) + "\n"


def written(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def until(true: Callable[[], object]) -> None:
    """Wait for something to become true."""
    end = monotonic() + SECONDS
    while not true():
        assert monotonic() < end, "it never came"
        sleep(0.02)


def test_samples_are_offered_only_with_their_articles(engine: Engine, tmp_path: Path) -> None:
    assert choices(tmp_path, engine.store.catalogue) == []
    sample = from_text("眼下有32家企业入驻。", "chizhou-kaifaqu", "池州")
    add_articles([sample], engine.store, engine.model)
    remember(tmp_path, written(tmp_path / "mine.jsonl", question("q1")))
    remember(tmp_path, SAMPLE_SET)
    assert choices(tmp_path, engine.store.catalogue) == [
        ("样例题目", SAMPLE_SET), ("mine.jsonl", tmp_path / "mine.jsonl"),
    ]  # fmt: skip


def test_sets_of_one_name_are_told_apart_by_their_folders(engine: Engine, tmp_path: Path) -> None:
    for folder in ("甲", "乙"):
        remember(tmp_path, written(tmp_path / folder / "q.jsonl", question("q1")))
    names = [name for name, _ in choices(tmp_path, engine.store.catalogue)]
    assert names == ["甲/q.jsonl", "乙/q.jsonl"]


def test_uploaded_set_never_replaces_another_of_its_name(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first, found = keep_questions(written(tmp_path / "a" / "q.jsonl", question("q1")), home)
    second, _ = keep_questions(written(tmp_path / "b" / "q.jsonl", question("q2")), home)
    again, _ = keep_questions(written(tmp_path / "c" / "q.jsonl", question("q1")), home)
    assert [p.name for p in (first, second, again)] == ["q.jsonl", "q-2.jsonl", "q.jsonl"]
    assert first.read_text("utf-8") == question("q1") and len(found.questions) == 1
    assert question_sets(home) == [first, second]
    left = {path.name for path in first.parent.iterdir()} - {".lock"}
    assert left == {"q.jsonl", "q-2.jsonl"}


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("q.jsonl", "什么也不是\n", "is not JSON"),
        ("q.jsonl", "", "holds no question"),
        ("q.jsonl", '{"id": "q1", "question": "？"}\n', "has no answers"),
        ("q.txt", question("q1"), "must end in .jsonl"),
    ],
)
def test_upload_without_a_question_is_refused_and_not_kept(
    tmp_path: Path, name: str, text: str, reason: str
) -> None:
    upload = written(tmp_path / "up" / name, text)
    with pytest.raises(EvalError, match=reason) as refused:
        keep_questions(upload, tmp_path / "home")
    assert str(tmp_path) not in str(refused.value)
    assert not (tmp_path / "home").exists()


def test_upload_that_cannot_be_kept_says_so_and_is_removed(tmp_path: Path) -> None:
    upload = written(tmp_path / "up" / "q.jsonl", question("q1"))
    written(tmp_path / "home" / "evals" / "questions", "a file where the folder would be")
    said, path = kept_html(upload, tmp_path / "home")
    assert path is None and "没能加入" in said and "cannot be kept" in said
    assert not upload.exists()


def test_lines_of_an_upload_that_are_no_questions_are_counted(tmp_path: Path) -> None:
    upload = written(tmp_path / "up" / "q.jsonl", question("q1"), "<b>\n", "[]\n")
    said, path = kept_html(upload, tmp_path / "home")
    assert path == tmp_path / "home" / "evals" / "questions" / "q.jsonl"
    assert "1 题" in said and "有 2 题用不了" in said and "q&#46;jsonl line 2" in said


@pytest.mark.parametrize(("text", "most"), [("", None), ("  ", None), (" 40", 40), ("１２", 12)])
def test_number_of_questions_is_read(text: str, most: int | None) -> None:
    assert at_most(text) == most


@pytest.mark.parametrize("text", ["0", "-3", "1.5", "十", "1e3", "NaN", "²"])
def test_number_that_is_not_whole_and_above_zero_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        at_most(text)


def test_course_is_told_in_words_and_a_name_is_no_html() -> None:
    running = course_html(Course("<b>.jsonl", done=3, total=8))
    assert "<b>" not in running and "3 / 8 题" in running and "value=3 max=8" in running
    assert "max" not in course_html(Course("q.jsonl"))
    assert "答完手上这一题" in course_html(Course("q.jsonl", "stopping", 3, 8))
    assert "答过的 3 题" in course_html(Course("q.jsonl", "stopped", 3, 8))
    failed = course_html(Course("q.jsonl", "failed", failure="No <i>question</i> fits"))
    assert "没能评测" in failed and "<i>" not in failed


def test_second_start_is_refused_while_one_runs_and_fine_after(
    engine: Engine, tmp_path: Path
) -> None:
    path = written(tmp_path / "q.jsonl", *(question(f"q{n}") for n in range(30)))
    evaluating = Evaluating(engine)
    assert evaluating.start(Plan(questions=path))
    assert not evaluating.start(Plan(questions=path))
    until(lambda: evaluating.course and evaluating.course.over)
    assert evaluating.start(Plan(questions=path, limit=1))
    until(lambda: evaluating.course and evaluating.course.state == "finished")
    assert evaluating.course and evaluating.course.total == 1


def test_set_that_fits_no_article_fails_in_words_without_folders(
    engine: Engine, tmp_path: Path
) -> None:
    place = {"doc": "elsewhere", "start": 0, "end": 2}
    path = written(tmp_path / "q.jsonl", question("q1", support=[place]))
    evaluating = Evaluating(engine)
    evaluating.start(Plan(questions=path))
    until(lambda: evaluating.course and evaluating.course.over)
    assert evaluating.course and evaluating.course.state == "failed"
    assert "there is no article elsewhere" in evaluating.course.failure
    assert str(tmp_path) not in evaluating.course.failure


class Breaking(Engine):
    """Has a bug."""

    def ask(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        compose: bool = True,
        only: Filter | None = None,
        certainty: float | None = None,
    ) -> Iterator[Answer]:
        raise RuntimeError("a bug")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_bug_ends_the_evaluation_and_the_next_can_start(engine: Engine, tmp_path: Path) -> None:
    path = written(tmp_path / "q.jsonl", question("q1"))
    evaluating = Evaluating(Breaking(engine.store, engine.model, engine.settings))
    evaluating.start(Plan(questions=path))
    until(lambda: evaluating.course and evaluating.course.over)
    assert evaluating.course and evaluating.course.state == "broken"
    assert "意外的错误" in course_html(evaluating.course)
    assert evaluating.start(Plan(questions=path))
    until(lambda: evaluating.course and evaluating.course.over)
