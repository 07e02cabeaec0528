import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from evals.errors import EvalError
from evals.feedback import FILE_NAME, Feedback, append, judged, read
from rag.answer import Answer, Citation, Evidence, Turn
from ui.exchange import Exchange
from ui.verdict import GONE, MAX_CORRECTION, UNWRITTEN, Judgement, kept, read_judgement

ROOT = Path(__file__).parents[1]
SENTENCE = "池州的专项基金有2亿元。"
ANSWER = Answer(
    "它多大？", "池州的基金 它多大？", f"{SENTENCE} [1]", False, 0.93, "quote",
    citations=(Citation(1, "fund", "科创基金", "fund.md", "fund:1", SENTENCE, 0, 12, 5, 17),),
    evidence=(Evidence("fund:1", "fund", "科创基金", SENTENCE, 0, 12, 0.9, 1),),
)  # fmt: skip
TURNS = (Turn("池州的基金", "有。"),)
WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from evals.feedback import append
from tests.test_feedback import ANSWER, judged
path, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
print("ready", flush=True)
for number in range(count):
    append(path, judged(replace(ANSWER, question=f"{name}-{number}" * 50), (), "good"))
"""


def feedback(**changed: object) -> Feedback:
    return replace(judged(ANSWER, TURNS, "bad", "3亿元"), **changed)  # type: ignore[arg-type]


def writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), name, str(count)]
    started = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert started.stdout and started.stdout.readline() == "ready\n"
    return started


def test_feedback_comes_back_as_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "home" / FILE_NAME
    given = [feedback(), feedback(verdict="good", correction="", nothing=True)]
    for each in given:
        append(path, each)
    assert read(path) == tuple(given)
    assert given[0].evidence[0].passage_id == "fund:1"
    assert given[0].citations[0].source_start == 5


def test_no_feedback_yet_is_none(tmp_path: Path) -> None:
    assert read(tmp_path / FILE_NAME) == ()


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    append(tmp_path / FILE_NAME, feedback())
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_torn_last_line_does_not_spoil_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    append(path, feedback(question="甲"))
    append(path, feedback(question="乙"))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - 40])
    append(path, feedback(question="丙"))
    assert [each.question for each in read(path)] == ["甲", "丙"]


def test_two_processes_write_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    for process in [writer(path, "a", 60), writer(path, "b", 60)]:
        assert process.wait(timeout=60) == 0
    asked = [each.question for each in read(path)]
    assert sorted(asked) == sorted(f"{name}-{n}" * 50 for name in "ab" for n in range(60))
    assert len(path.read_bytes().splitlines()) == 120


def test_killed_writer_leaves_a_file_that_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    process = writer(path, "a", 100_000)
    while not read(path):
        pass
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=60)
    before = len(read(path))
    append(path, feedback(question="后"))
    assert len(read(path)) == before + 1 and read(path)[-1].question == "后"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_full_disk_is_said(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.symlink_to("/dev/full")
    with pytest.raises(EvalError, match="No space left.*Free"):
        append(path, feedback())


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are of Unix")
def test_disk_that_fills_up_within_a_line_leaves_the_lines_before(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    append(path, feedback(question="甲"))
    script = f"""
import resource
from pathlib import Path
from evals.errors import EvalError
from tests.test_feedback import append, feedback
resource.setrlimit(resource.RLIMIT_FSIZE, ({path.stat().st_size + 30},) * 2)
try:
    append(Path({str(path)!r}), feedback(question="乙"))
except EvalError:
    raise SystemExit(7)
"""
    before = path.read_bytes()
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    assert done.returncode == 7 and path.read_bytes() == before


def test_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file, no folder")
    with pytest.raises(EvalError, match="cannot be written"):
        append(tmp_path / "home" / FILE_NAME, feedback())
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(EvalError, match="cannot be read"):
        read(tmp_path / FILE_NAME)


def test_lines_that_are_no_feedback_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_bytes(b'not json\n{"verdict": "good"}\n\xff\xfe\n\n')
    given = feedback()
    append(path, given)
    assert read(path) == (given,)


def test_judging_keeps_the_conversation_in_the_words_it_was_asked_in(tmp_path: Path) -> None:
    first = replace(ANSWER, question="池州有什么？", resolved_question="池州有什么？")
    visit = (
        Exchange("池州有什么？", quote=first, key="a"),
        Exchange("坏了？", failure="索引打不开。", key="b"),
        Exchange("它多大？", quote=ANSWER, key="c"),
    )
    path = tmp_path / FILE_NAME
    assert kept(Judgement("c", "bad", "3亿元"), visit, path) == ("", "")
    (given,) = read(path)
    assert given.turns == (Turn("池州有什么？", first.text),)
    assert (given.question, given.resolved_question) == ("它多大？", "池州的基金 它多大？")
    assert (given.verdict, given.correction, given.nothing) == ("bad", "3亿元", False)


def test_only_finished_answers_of_the_own_visit_are_judged(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    half = Exchange("它多大？", quote=replace(ANSWER, done=False), key="a")
    failed = Exchange("它多大？", quote=ANSWER, failure="坏了", key="b")
    for key in ("a", "b", "of another visit"):
        assert kept(Judgement(key, "good"), (half, failed), path)[0] == GONE
    assert not path.exists()


def test_failure_to_keep_is_said_in_the_page(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file, no folder")
    visit = (Exchange("它多大？", quote=ANSWER, key="a"),)
    said, detail = kept(Judgement("a", "good"), visit, tmp_path / "home" / FILE_NAME)
    assert said == UNWRITTEN and "cannot be written" in detail


@pytest.mark.parametrize(
    "sent",
    [None, [], "good", {}, {"exchange": "a"}, {"exchange": "a", "verdict": "fine"},
     {"exchange": 1, "verdict": "good"}, {"exchange": "", "verdict": "good"},
     {"exchange": "a", "verdict": "bad", "correction": 3}, {"exchange": "a", "verdict": ["good"]}],
)  # fmt: skip
def test_what_our_page_does_not_send_is_no_judgement(sent: object) -> None:
    assert read_judgement(sent) is None


def test_correction_becomes_one_line_of_bounded_length(tmp_path: Path) -> None:
    sent = {"exchange": "a", "verdict": "bad", "correction": " 2亿\n元\ud800 ", "nothing": "yes"}
    assert read_judgement(sent) == Judgement("a", "bad", "2亿 元")
    long = read_judgement({**sent, "correction": "长" * 9000})
    assert long and len(long.correction) == MAX_CORRECTION
    visit = (Exchange("它多大？", quote=ANSWER, key="a"),)
    assert kept(long, visit, tmp_path / FILE_NAME) == ("", "")
    assert json.loads((tmp_path / FILE_NAME).read_text("utf-8"))["correction"] == long.correction
