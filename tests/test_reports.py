import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from evals.errors import EvalError
from evals.make import adding_to
from evals.review import decide, drafts, question_sets, remember
from evals.run import Case, Cited, Run, Said, read_run
from rag.engine import Engine
from tests.test_source_page import HOST
from ui.app import build_app
from ui.drafts import draft_html, following_one, marked, shown, waiting
from ui.escape import escape
from ui.evaluations import runs_html
from ui.reports import Runs, download_link, report_link

FUND = "池州的专项基金有2亿元。"
HOSTILE = "<script>alert(1)</script>${7*7}{{7}}\"'"


def cited(article_id: str) -> Cited:
    return Cited(1, article_id, f"标题 {article_id}", FUND, 0, 12, 0, 12, FUND, 0)


def case(id_: str, right: bool, article_id: str = "fund") -> Case:
    return Case(
        id_, f"问题{id_}？", "single", True, ("2亿元",), answer=f"{FUND} [1]", mode="quote",
        confidence=0.8, right=right, correct=right, cause="" if right else "cited but not said",
        hits=(article_id,), sentences=(Said(FUND, (1,)),), citations=(cited(article_id),),
        scores={"retrieval.hit@1": 1.0, "answer.contains": float(right)},
    )  # fmt: skip


def made_run(name: str = "seeds", right: bool = True, day: int = 20) -> Run:
    cases = (case("q1", True), case("q2", right), case("q3", False, "elsewhere"))
    return Run(
        name, f"2026-11-{day}T10:00:00+08:00", {"mode": "quote", "certainty": 0.1}, "0.1.0",
        "abc", {"articles": 3, "passages": 3}, len(cases),
        {"retrieval": {"hit@1": 1.0}, "answer": {"contains": 0.5}}, {}, {}, {}, (), cases,
    )  # fmt: skip


def keep(home: Path, file: str, run: Run) -> Path:
    path = home / "evals" / "runs" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(run.to_json()), encoding="utf-8")
    return path


@pytest.fixture
def client(engine: Engine) -> Iterator[TestClient]:
    with TestClient(build_app(engine), base_url=HOST) as opened:
        yield opened


def test_runs_are_listed_newest_first_with_their_figures(tmp_path: Path) -> None:
    keep(tmp_path, "a.json", made_run("第一次", day=19))
    keep(tmp_path, "b.json", made_run("第二次", day=21))
    listed = Runs(tmp_path).listed()
    assert [run.name for run in listed] == ["第二次", "第一次"]
    page = runs_html(listed)
    assert page.index("第二次") < page.index('<ul class="wj-list')  # to be chosen for comparing
    assert "3 题" in page and "首篇命中 100&#46;0&#37;" in page
    assert "2026&#45;11&#45;21 10&#58;00" in page
    assert f'<a target="source" href="{report_link("b.json")}"' in page
    assert f'href="{download_link("b.json")}" download' in page


def test_unchanged_run_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counting(path: Path) -> Run:
        read.append(path.name)
        return read_run(path)

    monkeypatch.setattr("ui.reports.read_run", counting)
    keep(tmp_path, "a.json", made_run())
    path = keep(tmp_path, "b.json", made_run())
    runs = Runs(tmp_path)
    first = runs.listed()
    assert runs.listed() == first and sorted(read) == ["a.json", "b.json"]
    keep(tmp_path, "b.json", made_run("ein anderer Name"))
    assert {run.name for run in runs.listed()} == {"seeds", "ein anderer Name"}
    os.utime(path, (1, 1))
    runs.listed()
    assert sorted(read) == ["a.json", "b.json", "b.json", "b.json"]
    path.unlink()
    assert len(runs.listed()) == 1


@pytest.mark.parametrize("content", [b"", b'{"name": "x"', b"[]", b"\xff\xfe", b'{"name": 3}'])
def test_broken_run_is_listed_as_such(client: TestClient, tmp_path: Path, content: bytes) -> None:
    keep(tmp_path, "good.json", made_run())
    (tmp_path / "evals" / "runs" / "broken.json").write_bytes(content)
    page = runs_html(Runs(tmp_path).listed())
    assert "读不出来" in page and "is no evaluation run" in page.replace("&#45;", "-")
    assert report_link("broken.json") not in page and report_link("good.json") in page
    answer = client.get(report_link("broken.json"))
    assert str(tmp_path) not in answer.text and escape(str(tmp_path)) not in page
    assert answer.status_code == 422 and "这次评测读不出来" in answer.text


def test_no_run_yet_tells_how_to_make_one(tmp_path: Path) -> None:
    assert "wenju eval" in runs_html(Runs(tmp_path).listed())


def test_one_run_cannot_be_compared_with_itself(tmp_path: Path) -> None:
    keep(tmp_path, "a.json", made_run())
    assert "<form" not in runs_html(Runs(tmp_path).listed())
    keep(tmp_path, "b.json", made_run(day=21))
    page = runs_html(Runs(tmp_path).listed())
    chosen = re.findall(r'<option value="([^"]+)" selected>', page)
    assert chosen == ["a&#46;json", "b&#46;json"], "from the one before to the newest"


def test_names_cannot_become_markup(tmp_path: Path) -> None:
    keep(tmp_path, "x" + HOSTILE.replace("/", "") + ".json", made_run(HOSTILE))
    keep(tmp_path, "b.json", made_run(HOSTILE))
    page = runs_html(Runs(tmp_path).listed())
    assert "<script" not in page and "${" not in page and "{{" not in page


def test_report_opens_cited_sentences_of_articles_that_are_here(
    client: TestClient, tmp_path: Path
) -> None:
    keep(tmp_path, "a.json", made_run(right=False))
    answer = client.get(report_link("a.json"))
    assert answer.status_code == 200
    assert "/source?id=fund&amp;start=0&amp;end=12&amp;said=" in answer.text
    assert "id=elsewhere" not in answer.text and "标题 elsewhere" in answer.text
    assert 'href=""' not in answer.text


@pytest.mark.parametrize(
    "link", [report_link("a.json"), "/report/compare?before=a.json&after=b.json"]
)
def test_report_allows_nothing_but_its_own_style(
    client: TestClient, tmp_path: Path, link: str
) -> None:
    keep(tmp_path, "a.json", made_run())
    keep(tmp_path, "b.json", made_run(right=False))
    answer = client.get(link)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    nonce = re.findall(r"style-src 'nonce-([^']+)'", policy)[0]
    styles = re.findall(r"<(?:style|script)[^>]*>", answer.text)
    assert styles and all(f'nonce="{nonce}"' in tag for tag in styles)
    assert not re.search(r"<[^>]*\s(?:style|on\w+)=", answer.text)
    assert answer.headers["cache-control"] == "no-store"


def test_two_runs_are_compared(client: TestClient, tmp_path: Path) -> None:
    keep(tmp_path, "a.json", made_run("前一次", right=False))
    keep(tmp_path, "b.json", made_run("后一次"))
    answer = client.get("/report/compare?before=a.json&after=b.json")
    assert answer.status_code == 200
    assert answer.text.index("前一次") < answer.text.index("后一次") and "问题q2？" in answer.text
    other = replace(made_run(), cases=(case("q9", True),))
    keep(tmp_path, "c.json", other)
    alone = client.get("/report/compare?before=a.json&after=c.json")
    assert alone.status_code == 422 and "没法比较" in alone.text


def test_run_can_be_taken_away_whole(client: TestClient, tmp_path: Path) -> None:
    path = keep(tmp_path, "一.json", made_run())
    answer = client.get(download_link("一.json"))
    assert answer.content == path.read_bytes()
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../secret.json", "..%2Fsecret.json", "%2E%2E/secret.json", "/etc/passwd",
     "{home}/secret.json", "a.json/../../secret.json", "..\\secret.json", "a.json%00", "sub",
     "sub/inner.json", "%00", "a.JSON", "note.txt"],
)  # fmt: skip
def test_only_run_files_are_handed_out(client: TestClient, tmp_path: Path, name: str) -> None:
    runs = keep(tmp_path, "a.json", made_run()).parent
    secret = keep(tmp_path, "../secret.json", made_run("geheim"))
    assert secret.exists()
    (tmp_path / "secret.json").write_text("geheim")
    (runs / "note.txt").write_text("geheim")
    (runs / "sub").mkdir()
    (runs / "sub" / "inner.json").write_text("geheim")
    name = name.format(home=tmp_path)
    for written in (name, quote(name, safe="")):
        for link in ("/report?run={}", "/report/run.json?run={}",
                     "/report/compare?before={}&after=a.json"):  # fmt: skip
            answer = client.get(link.format(written))
            assert answer.status_code == 404 and "geheim" not in answer.text


def question(id_: str, **more: Any) -> dict[str, Any]:
    support = [{"doc": "fund", "start": 0, "end": 12, "text": FUND}]
    return {
        "id": id_, "question": f"{id_}？", "answers": ["2亿元"], "answerable": True,
        "support": support, "review": None, "passage": f"{FUND}基金由园区设立。", **more,
    }  # fmt: skip


@pytest.fixture
def drafted(tmp_path: Path) -> Path:
    """A question set known to the home: two drafts, a decided one, and lines of other kinds."""
    lines = [
        json.dumps(question("甲", mood="keep me"), ensure_ascii=False),
        "not json",
        json.dumps({"id": "plain", "question": "？", "answers": ["a"], "support": []}),
        json.dumps(question("乙", review="no")),
        "",
        json.dumps(question("丙", answers=[], support=[], answerable=False)),
    ]
    path = tmp_path / "drafted.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    known = tmp_path / "evals" / "question-sets.txt"
    known.parent.mkdir(exist_ok=True)
    known.write_text(f"{path}\n\n{tmp_path / 'gone.jsonl'}\n{path}\n", encoding="utf-8")
    return path


def test_known_question_sets_that_are_gone_are_passed_over(drafted: Path, tmp_path: Path) -> None:
    assert question_sets(tmp_path) == [drafted]
    assert question_sets(tmp_path / "empty") == []


def test_question_set_is_remembered_once(drafted: Path, tmp_path: Path) -> None:
    second = tmp_path / "题 2.jsonl"
    second.write_text(json.dumps(question("丁")), encoding="utf-8")
    for path in (second, drafted, second):
        remember(tmp_path, path)
    assert question_sets(tmp_path) == [drafted, second]
    remember(tmp_path / "new home", second)
    assert question_sets(tmp_path / "new home") == [second]
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(EvalError, match="cannot be noted"):
        remember(tmp_path / "file", second)


def test_drafts_are_the_lines_that_await_or_had_a_review(drafted: Path) -> None:
    found = drafts(drafted)
    assert [(draft.id, draft.review) for draft in found] == [
        ("甲", None), ("乙", "no"), ("丙", None),
    ]  # fmt: skip
    assert found[0].support == (FUND,) and found[0].answerable and not found[2].answerable
    with pytest.raises(EvalError, match="cannot be read"):
        drafts(drafted.parent / "gone.jsonl")


def test_deciding_changes_that_line_alone(drafted: Path, tmp_path: Path) -> None:
    drafted.chmod(0o640)
    before = drafted.read_text(encoding="utf-8").split("\n")
    decide(drafted, "甲", "yes")
    after = drafted.read_text(encoding="utf-8").split("\n")
    assert after[1:] == before[1:]
    assert json.loads(after[0]) == {**json.loads(before[0]), "review": "yes"}
    assert "甲" in after[0], "Chinese stays readable in the file"
    assert drafted.stat().st_mode & 0o777 == 0o640
    decide(drafted, "甲", "no")
    assert [draft.review for draft in drafts(drafted)] == ["no", "no", None]
    left = {p.name for p in tmp_path.iterdir() if "drafted" in p.name}
    assert left == {"drafted.jsonl", ".drafted.jsonl.lock"}


def test_a_decision_while_questions_are_drawn_up_loses_none_of_them(drafted: Path) -> None:
    before = len(drafts(drafted))
    with adding_to(drafted) as write:
        for number in range(3):
            write(json.dumps(question(f"new-{number}", review=None)))
            decide(drafted, f"new-{number}", "yes")
    kept = drafts(drafted)
    assert len(kept) == before + 3 and [d.review for d in kept[-3:]] == ["yes"] * 3


def test_deciding_on_what_is_not_there_says_so(drafted: Path) -> None:
    before = drafted.read_bytes()
    for id_ in ("丁", "plain"):
        with pytest.raises(EvalError, match="holds no drafted question"):
            decide(drafted, id_, "yes")
    assert drafted.read_bytes() == before


def test_line_ends_and_half_characters_survive_a_decision(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    lines = [json.dumps(question("甲", passage="半\ud800个")), json.dumps(question("乙"))]
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    decide(path, "甲", "yes")
    first, second = path.read_bytes().split(b"\n")
    assert first.startswith(b"\xef\xbb\xbf") and first.endswith(b"\r")
    assert second.decode() == lines[1] and [d.review for d in drafts(path)] == ["yes", None]


def test_review_goes_round_the_undecided_and_ends(drafted: Path, tmp_path: Path) -> None:
    first, place, _ = shown(tmp_path, None)
    assert "第 1 / 3 题，还有 2 题没审" in first and place == (str(drafted), "甲")
    third, place, _ = shown(tmp_path, place)
    assert "第 3 / 3 题" in third and "文章里应当没有答案" in third and "<mark>" not in third
    assert shown(tmp_path, place)[1] == (str(drafted), "甲"), "what was skipped comes again"
    decide(drafted, "甲", "yes")
    decide(drafted, "丙", "no")
    last, place, row = shown(tmp_path, place)
    assert "都审过了" in last and place is None and row["visible"] is False
    assert shown(tmp_path, None)[0] == "", "nothing is left to be shown next time"


def test_failed_decision_shows_the_question_again(drafted: Path, tmp_path: Path) -> None:
    html, place, _ = shown(tmp_path, (str(drafted), "丙"), failure="磁盘满了")
    assert "没能记下" in html and "磁盘满了" in html and place == (str(drafted), "丙")


def test_home_without_drafts_shows_nothing_to_review(tmp_path: Path) -> None:
    html, place, row = shown(tmp_path, None)
    assert (html, place, row["visible"]) == ("", None, False)


def test_decisions_made_at_once_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text("\n".join(json.dumps(question(str(n))) for n in range(40)), encoding="utf-8")
    with ThreadPoolExecutor(8) as people:
        for _ in people.map(lambda n: decide(path, str(n), "yes" if n % 2 else "no"), range(40)):
            pass
    assert [draft.review for draft in drafts(path)] == ["no", "yes"] * 20


def test_decision_that_cannot_be_written_is_said(drafted: Path, tmp_path: Path) -> None:
    before = drafted.read_bytes()
    (tmp_path / f".{drafted.name}.lock").mkdir()
    with pytest.raises(EvalError, match="cannot be written"):
        decide(drafted, "甲", "yes")
    assert drafted.read_bytes() == before


def test_support_is_marked_in_its_passage() -> None:
    assert marked("甲乙丙丁戊", ["乙丙", "丙丁", "戊", "没有"]) == (
        "甲<mark>乙丙</mark>丁<mark>戊</mark>"
    )
    assert marked("甲", []) == "甲"


def test_drafts_cannot_become_markup(drafted: Path, tmp_path: Path) -> None:
    line = question("甲", question=HOSTILE, answers=[HOSTILE], passage=HOSTILE,
                    history=[{"question": HOSTILE}], support=[{"text": "alert"}])  # fmt: skip
    drafted.write_text(json.dumps(line), encoding="utf-8")
    found = following_one(waiting(tmp_path)[0], None)
    assert found
    page = draft_html(found)
    assert "<script" not in page and "${" not in page and "<mark>alert</mark>" in page
