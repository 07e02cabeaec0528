"""The command line as people and scripts run it, in processes of its own."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from importlib.metadata import version
from pathlib import Path

import pytest

from ui.cli import _typed_in

ROOT = Path(__file__).parents[1]
SEEDS = sorted(map(str, (ROOT / "seeds").glob("*.md")))


def wenju(home: Path, *args: str, typed: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", "--home", str(home), *args],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        input=typed,
        env={**os.environ, "WENJU_LLM": "none", "NO_COLOR": "1", **env},
    )


def failure(result: subprocess.CompletedProcess[str]) -> str:
    """The one line a person is told; never a traceback."""
    assert result.returncode == 1, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    return next(line for line in result.stderr.splitlines() if line.startswith("Error:"))


def test_an_embedding_server_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    said = wenju(tmp_path, "ask", "谁？", WENJU_EMBED_MODEL="http://127.0.0.1:9/v1#m")
    assert "does not embed" in failure(said) and "WENJU_EMBED_MODEL" in failure(said)


def test_words_that_no_article_holds_are_named(tmp_path: Path) -> None:
    assert wenju(tmp_path, "list", "[b]冰箱").stdout == "No article holds “[b]冰箱”.\n"


def test_what_the_terminal_cannot_show_is_replaced(tmp_path: Path) -> None:
    said = wenju(tmp_path, "list", "冰箱", PYTHONIOENCODING="ascii")
    assert (said.returncode, said.stdout) == (0, "No article holds ????.\n")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "big5"])
def test_a_question_is_read_in_any_encoding(codec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = "合肥的項目投資有多少？"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(asked.encode(codec))))
    assert _typed_in() == asked


def test_without_arguments_help_with_examples(tmp_path: Path) -> None:
    result = wenju(tmp_path)
    assert result.returncode == 0
    assert "wenju add FOLDER" in result.stdout


def test_the_version_is_told(tmp_path: Path) -> None:
    assert wenju(tmp_path, "--version").stdout == f"wenju {version('wenju')}\n"


def test_wrong_usage_has_status_two(tmp_path: Path) -> None:
    assert wenju(tmp_path, "frobnicate").returncode == 2
    assert wenju(tmp_path, "ask").returncode == 2


def test_home_may_stand_anywhere(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "ui.cli", "list", "--json", "--home", str(tmp_path / "h")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert json.loads(result.stdout) == []
    assert (tmp_path / "h" / "index").is_dir()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["show", "nothing"], "wenju list"),
        (["remove", "nothing"], "no article nothing"),
        (["ask", "谁？"], "wenju models fetch"),
        (["ask", " "], "empty"),
        (["add", "nowhere"], "wenju models fetch"),
        (["chat", "--port", "0"], "wenju models fetch"),
    ],
)
def test_failure_is_one_line_with_the_remedy(tmp_path: Path, args: list[str], says: str) -> None:
    assert says in failure(wenju(tmp_path, *args))


def test_ctrl_c_is_said_in_a_line(tmp_path: Path) -> None:
    long = tmp_path / "long.txt"
    long.write_text("青云山索道于2031年5月6日通车，全长4321米。\n" * 400_000, encoding="utf-8")
    command = [sys.executable, "-m", "ui.cli", "--home", str(tmp_path / "home"), "add", "--dry-run"]
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a background job has it ignored
    with subprocess.Popen(
        [*command, str(long)], cwd=ROOT, stderr=subprocess.PIPE, preexec_fn=heard
    ) as running:
        while not (tmp_path / "home" / "index" / "catalogue.sqlite3").exists():
            assert running.poll() is None
            time.sleep(0.05)
        time.sleep(1)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Stopped. What was finished before stands." in said.decode()
    assert "Traceback" not in said.decode()


def test_huge_question_is_refused(tmp_path: Path) -> None:
    assert "100,000 characters" in failure(wenju(tmp_path, "ask", "-", typed="长" * 100_000))


def test_bad_setting_is_one_line(tmp_path: Path) -> None:
    assert "WENJU_PORT" in failure(wenju(tmp_path, "list", WENJU_PORT="many"))


def test_home_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("x")
    assert "cannot be opened" in failure(wenju(tmp_path / "home", "list"))


def test_doctor_names_what_is_missing(tmp_path: Path) -> None:
    result = wenju(tmp_path, "doctor", "--json")
    assert result.returncode == 1
    findings = {f["subject"]: f for f in json.loads(result.stdout)}
    assert not findings["embedding model"]["fine"]
    assert "wenju models fetch" in findings["embedding model"]["text"]
    assert findings["catalogue"]["fine"]


def test_models_are_listed(tmp_path: Path) -> None:
    listed = json.loads(wenju(tmp_path, "models", "--json").stdout)
    assert {m["name"]: m["state"] for m in listed["packaged"]}["multilingual-e5-small"] == "missing"


def test_damaged_index_is_said_with_the_remedy(tmp_path: Path) -> None:
    wenju(tmp_path, "list")
    (tmp_path / "index" / "catalogue.sqlite3").write_bytes(b"not a database" * 1000)
    assert "catalogue" in failure(wenju(tmp_path, "list"))


@pytest.mark.model
def test_the_whole_job(home: Path, tmp_path: Path) -> None:
    added = wenju(home, "add", *SEEDS)
    assert "10 added" in added.stdout, added.stderr
    assert "10 unchanged" in wenju(home, "add", *SEEDS).stdout
    assert wenju(home, "add", "--if-empty", *SEEDS).stdout == ""
    assert len(json.loads(wenju(home, "list", "--json").stdout)) == 10
    held = json.loads(wenju(home, "list", "科创飞地", "专项基金", "--json").stdout)
    assert 0 < len(held) < 10 and held == json.loads(
        wenju(home, "list", "专项基金 科创飞地", "--json").stdout
    )

    answer = json.loads(wenju(home, "ask", "池州科创飞地专项基金的规模有多大？", "--json").stdout)
    assert not answer["declined"]
    assert "2亿元" in answer["answer"]
    cited = answer["citations"][0]
    article = json.loads(wenju(home, "show", cited["article_id"], "--json").stdout)
    assert article["text"][cited["start"] : cited["end"]] == cited["quote"]
    raw = (ROOT / "seeds" / f"{cited['article_id']}.md").read_bytes().decode()
    assert raw[cited["source_start"] : cited["source_end"]] == cited["quote"]

    declined = wenju(home, "ask", "台湾哪一年举办了世界杯足球赛？", "--json")
    assert declined.returncode == 0
    assert json.loads(declined.stdout)["declined"]

    new = tmp_path / "new.txt"
    new.write_text("青云山索道\n\n青云山索道于2031年5月6日通车，全长4321米。", encoding="utf-8")
    assert wenju(home, "add", str(new)).returncode == 0
    assert "4321米" in wenju(home, "ask", "青云山索道有多长？").stdout
    assert wenju(home, "remove", "new.txt").stdout == "Removed new.txt\n"
    after = json.loads(wenju(home, "ask", "青云山索道有多长？", "--json").stdout)
    assert all(e["article_id"] != "new.txt" for e in after["evidence"])
    assert wenju(home, "doctor", "--json", WENJU_LLM="none").returncode == 0


@pytest.mark.model
def test_a_bad_file_among_good_ones_is_named(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "good.txt").write_text("青云山索道于5月6日通车。", encoding="utf-8")
    (folder / "bad.txt").write_bytes(b"\0\xff\xfe\0")
    result = wenju(home, "add", str(folder))
    assert result.returncode == 1
    assert "bad.txt" in result.stderr
    assert "1 added" in result.stdout


@pytest.mark.model
def test_empty_folder_is_said(home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "No articles in" in failure(wenju(home, "add", str(tmp_path / "empty")))


@pytest.mark.model
def test_damaged_leg_is_repaired_from_the_catalogue(home: Path) -> None:
    wenju(home, "add", *SEEDS[:2])
    (home / "index" / "chroma" / "chroma.sqlite3").write_bytes(b"broken" * 1000)
    assert "wenju reindex" in failure(wenju(home, "ask", "园区在哪里？"))
    assert wenju(home, "reindex").returncode == 0
    assert wenju(home, "ask", "园区在哪里？").returncode == 0
