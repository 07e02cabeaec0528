"""An evaluation from articles and questions to figures."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from evals import evaluate
from evals.asking import Asker
from evals.errors import EvalError
from evals.evaluate import finished, sampled
from evals.journal import Journal
from evals.questions import Asked, Question, Support
from evals.run import Case, read_run
from rag.engine import Engine
from rag.llm import open_llm

ROOT = Path(__file__).parents[1]

FUND = Question(
    "fund", "专项基金有多少亿元？", ("2亿元",), True, (Support("fund", 8, 11, "2亿元"),), "single"
)
NOWHERE = Question("nowhere", "冰箱的价格是多少？", (), False, kind="unanswerable")


def test_an_answered_question_is_scored(engine: Engine) -> None:
    case = Asker(engine).answered(FUND)
    assert case.correct
    assert case.right
    assert case.cause == ""
    assert case.hits[0] == "fund"
    assert case.scores["answer.contains"] == 1
    assert case.scores["citation.recall"] == 1
    assert case.scores["passage.hit@1"] == 1
    (cited,) = case.citations[:1]
    place = cited.start - cited.passage_start
    assert cited.passage[place : place + len(cited.quote)] == cited.quote
    assert set(case.times) == {"retrieve", "first", "total"}


def test_a_search_alone_gives_no_answer_scores(engine: Engine) -> None:
    case = Asker(engine).searched(FUND)
    assert {name.split(".")[0] for name in case.scores} == {"retrieval", "passage"}
    assert case.correct is None
    assert case.answer == ""


def test_a_right_decline_is_correct(engine: Engine) -> None:
    case = Asker(engine).answered(NOWHERE)
    assert case.declined
    assert case.correct
    assert case.right is None
    assert case.scores == {"abstention.refused_unanswerable": 1.0}


def test_a_wrong_decline_still_tells_whether_the_best_sentence_was_right(engine: Engine) -> None:
    never = engine.settings.model_copy(update={"certainty": 1.0})
    case = Asker(Engine(engine.store, engine.model, never)).answered(FUND)
    assert case.declined
    assert case.right
    assert not case.correct
    assert case.cause == "wrongly declined"


def test_an_answer_to_what_the_articles_do_not_say_is_wrong(engine: Engine) -> None:
    always = engine.settings.model_copy(update={"certainty": 0.0})
    case = Asker(Engine(engine.store, engine.model, always)).answered(NOWHERE)
    assert not case.declined
    assert not case.correct
    assert case.cause == "wrongly answered"


def test_earlier_turns_are_asked_first(engine: Engine) -> None:
    followup = replace(FUND, question="它有多少亿元？", history=(Asked("专项基金是什么？"),))
    case = Asker(engine).answered(followup)
    assert case.resolved_question == "专项基金是什么？ 它有多少亿元？"
    assert case.hits[0] == "fund"
    assert Asker(engine).searched(followup).resolved_question == case.resolved_question


def test_a_model_that_cannot_write_is_no_written_evaluation(engine: Engine) -> None:
    dead = open_llm("http://127.0.0.1:9/v1#x")
    asker = Asker(Engine(engine.store, engine.model, engine.settings, dead), composed=True)
    with pytest.raises(EvalError, match="cannot write answers.*kept"):
        asker.answered(FUND)


@pytest.mark.parametrize("file", ["rag/reader/weighing.json", "vectorstore/clean/letters.py"])
def test_what_was_asked_of_other_code_is_not_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    monkeypatch.setattr(evaluate, "ROOT", tmp_path)
    (tmp_path / file).parent.mkdir(parents=True)
    seen = set()
    for text in ("a", "b"):
        (tmp_path / file).write_text(text)
        evaluate.code_digest.cache_clear()
        seen.add(evaluate.code_digest())
    evaluate.code_digest.cache_clear()
    assert len(seen) == 2


def test_a_sample_is_the_same_for_the_same_seed_and_keeps_the_order() -> None:
    questions = [replace(FUND, id=str(n)) for n in range(100)]
    drawn = sampled(questions, 10, seed=3)
    assert drawn == sampled(questions, 10, seed=3)
    assert drawn != sampled(questions, 10, seed=4)
    assert [int(q.id) for q in drawn] == sorted(int(q.id) for q in drawn)
    assert sampled(questions, 1000, seed=3) == questions


def test_figures_are_given_by_kind_and_what_does_not_apply_is_absent(engine: Engine) -> None:
    asker = Asker(engine)
    cases = [asker.answered(FUND), asker.answered(NOWHERE)]
    run = finished("small", {"seed": 0}, (3, 3), ("line 7: broken",), cases)
    assert run.metrics["retrieval"]["hit@1"] == 1
    assert run.metrics["abstention"]["refused_unanswerable"] == 1
    assert set(run.by_kind) == {"single", "unanswerable"}
    assert "retrieval" not in run.by_kind["unanswerable"]
    assert "answer" not in run.by_kind["unanswerable"]
    assert run.left_out == ("line 7: broken",)


def test_a_journal_gives_back_whole_cases_only(tmp_path: Path) -> None:
    path = tmp_path / "evals" / "a.jsonl"
    journal = Journal(path)
    with journal.opened() as cases:
        assert cases == {}
        journal.add(Case(id="1", question="一"))
    with path.open("a") as lines:
        lines.write('{"id": "2", "quest')
    with journal.opened() as cases:
        assert cases == {"1": Case(id="1", question="一")}
        journal.add(Case(id="3", question="三"))
    with journal.opened() as cases:
        assert set(cases) == {"1", "3"}
    journal.remove()
    assert list(path.parent.iterdir()) == []


def test_a_journal_that_nobody_went_on_with_is_deleted(tmp_path: Path) -> None:
    old, recent = tmp_path / "old.jsonl", tmp_path / "recent.jsonl"
    for path, days in ((old, 8), (recent, 1)):
        path.touch()
        os.utime(path, times=(time.time() - days * 86400,) * 2)
    with Journal(tmp_path / "new.jsonl").opened():
        assert not old.exists()
        assert recent.exists()


def wenju(home: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", "--home", str(home), "eval", *args],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "WENJU_LLM": "none", "NO_COLOR": "1"},
    )


def figures_of(path: Path) -> dict[str, object]:
    return {k: v for k, v in read_run(path).metrics.items() if k != "latency_ms"}


@pytest.mark.model
def test_the_sample_articles_are_evaluated_twice_alike(home: Path, tmp_path: Path) -> None:
    out = [tmp_path / f"{n}.json" for n in (1, 2)]
    page = tmp_path / "report.html"
    first = wenju(home, "--json", str(out[0]), "--html", str(page))
    assert first.returncode == 0, first.stderr
    assert "retrieval.hit@1" in first.stdout
    assert wenju(home, "--json", str(out[1])).returncode == 0
    assert figures_of(out[0]) == figures_of(out[1])
    told = json.loads(out[0].read_text(encoding="utf-8"))
    assert told["questions"] == len(told["cases"]) == 40
    assert told["corpus"]["articles"] == 10
    assert told["metrics"]["retrieval"]["hit@5"] > 0.9
    assert told["metrics"]["citation"]["recall"] > 0.6
    low, high = told["intervals"]["retrieval"]["hit@1"]
    assert low <= told["metrics"]["retrieval"]["hit@1"] <= high
    assert len(list((home / "evals" / "runs").glob("*.json"))) == 2
    assert "<html" in page.read_text(encoding="utf-8")


@pytest.mark.model
def test_an_interrupted_run_goes_on_where_it_stopped(home: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole.json"
    wenju(home, "--json", str(whole), "--retrieval-only")
    command = [sys.executable, "-m", "ui.cli", "--home", str(home), "eval"]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, "WENJU_LLM": "none"}) as running:
        unfinished = home / "evals" / "unfinished"
        for _ in range(600):
            kept = [f for f in unfinished.glob("*.jsonl") if f.stat().st_size]
            if kept and kept[0].read_text(encoding="utf-8").count("\n") >= 3:
                break
            time.sleep(0.1)
        running.send_signal(signal.SIGKILL)
    before = kept[0].read_text(encoding="utf-8").splitlines()
    out = tmp_path / "rest.json"
    assert wenju(home, "--json", str(out)).returncode == 0
    by_id = {case.id: case for case in read_run(out).cases}
    first = json.loads(before[0])
    assert by_id[first["id"]].times == first["times"], "asked again instead of kept"
    assert len(by_id) == 40
    assert not list(unfinished.glob("*.jsonl"))


@pytest.mark.model
def test_bad_lines_are_named_and_strict_makes_them_an_error(home: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(
        json.dumps({"id": "fund", "text": "池州的专项基金有2亿元。基金由园区设立。"}) + "\n"
    )
    line = {"id": "1", "question": "基金有多少？", "answers": ["2亿元"], "answerable": True}
    good = {**line, "support": [{"doc": "fund", "start": 8, "end": 11, "text": "2亿元"}]}
    lost = {**line, "id": "2", "support": [{"doc": "lost"}]}
    questions = tmp_path / "my.jsonl"
    questions.write_text("\n".join([json.dumps(good), "{broken", json.dumps(lost)]))
    given = ("--corpus", str(corpus), "--questions", str(questions))
    lenient = wenju(home, *given)
    assert lenient.returncode == 0, lenient.stderr
    assert "my.jsonl line 2: is not JSON" in lenient.stderr
    assert "there is no article lost" in lenient.stderr
    assert "Left out in all: 2 questions" in lenient.stderr
    strict = wenju(home, *given, "--strict")
    assert strict.returncode == 1
    assert "line 2" in strict.stderr
    assert "Traceback" not in strict.stderr


@pytest.mark.model
@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--corpus", "seeds"], "--questions"),
        (["--questions", "nowhere.jsonl"], "cannot be read"),
        (["--mode", "composed"], "wenju models fetch"),
        (["--questions", "seeds/questions.jsonl"], "No articles to ask"),
    ],
)
def test_what_cannot_be_evaluated_is_one_line(home: Path, args: list[str], says: str) -> None:
    result = wenju(home, *args)
    assert result.returncode == 1
    assert says in result.stderr
    assert "Traceback" not in result.stderr
