"""After set-up nothing leaves this machine: watched at the system calls of all processes."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[1]
ADDRESS = re.compile(
    r"sin6?_port=htons\((\d+)\).*?(?:inet_addr\(\"([^\"]+)\"\)|inet_pton\(AF_INET6, \"([^\"]+)\")"
)

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(
        shutil.which("strace") is None, reason="needs strace: apt-get install strace"
    ),
]


READ = """
import time
from rag.reader.reader import Reader
Reader().read("多少人？", [("", "来了三个人。")])
time.sleep(10)
"""


def watched(log: Path, *command: str) -> list[str]:
    return watched_python(log, "-m", "ui.cli", *command)


def watched_python(log: Path, *command: str) -> list[str]:
    return [
        "strace",
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-e",
        "trace=connect,sendto,sendmsg",
        "-o",
        str(log),
        sys.executable,
        *command,
    ]


def strangers(log: Path) -> set[str]:
    """Addresses outside this machine that were spoken to."""
    found = {v4 or v6 for _, v4, v6 in ADDRESS.findall(log.read_text(errors="replace"))}
    return {
        a
        for a in found
        if not (a.startswith("127.") or a in ("::1", "::ffff:127.0.0.1", "0.0.0.0", "::"))
    }


@pytest.fixture
def offline_home(home: Path) -> Path:
    from rag.settings import read_settings

    assert read_settings(home).home == home
    return home


def test_the_watch_sees_a_stranger(tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = "import socket; s = socket.socket(); s.settimeout(0.2); s.connect_ex(('192.0.2.1', 9))"
    subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=connect", "-o", str(log), sys.executable, "-c", code],
        check=False,
        timeout=60,
    )
    assert strangers(log) == {"192.0.2.1"}


def test_adding_and_asking_speak_to_nobody(offline_home: Path, tmp_path: Path) -> None:
    for number, command in enumerate(
        (
            ["add", *map(str, sorted((ROOT / "seeds").glob("*.md")))],
            ["ask", "池州科创飞地专项基金的规模有多大？"],
        )
    ):
        log = tmp_path / f"log{number}"
        done = subprocess.run(
            watched(log, "--home", str(offline_home), *command),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        assert strangers(log) == set()


def test_what_computes_the_reader_reports_to_nobody(tmp_path: Path) -> None:
    log = tmp_path / "log"
    env = {name: value for name, value in os.environ.items() if name != "CI"}
    env["HOME"] = str(tmp_path)
    subprocess.run(watched_python(log, "-c", READ), cwd=ROOT, env=env, check=True, timeout=120)
    assert strangers(log) == set()
    assert not list(tmp_path.rglob("*onnxruntime*"))


def test_the_chat_speaks_to_nobody(offline_home: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    chat = subprocess.Popen(
        watched(log, "--home", str(offline_home), "chat", "--port", "0"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert chat.stdout is not None
        url = chat.stdout.readline().strip().split()[-1]
        assert httpx.get(url, timeout=30).status_code == 200
        time.sleep(3)
    finally:
        os.killpg(chat.pid, signal.SIGTERM)
        chat.wait(timeout=60)
    assert strangers(log) == set()
