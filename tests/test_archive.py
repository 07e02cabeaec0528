import io
import stat
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.errors import ArticleError
from vectorstore.formats import archive
from vectorstore.formats.document import File

TEXT = "池州经开区的专项基金有2亿元。".encode()


def packed(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members:
            made.writestr(name, data)
    return held.getvalue()


def read(data: bytes, name: str = "a.zip") -> tuple[dict[str, bytes], list[str]]:
    files: dict[str, bytes] = {}
    errors = []
    for item in archive.files(File(name, len(data), lambda: io.BytesIO(data)), lambda _: True):
        if isinstance(item, ArticleError):
            errors.append(str(item))
        else:
            files[item.name] = item.open().read()
            assert item.size == len(files[item.name])
    return files, errors


def unflagged(name: bytes) -> bytes:
    """Give an archive whose one name is in an encoding that it does not tell."""
    stand_in = "x" * len(name)
    return packed((stand_in, TEXT)).replace(stand_in.encode(), name)


def test_files_are_named_by_their_path_and_hidden_ones_stay_out() -> None:
    data = packed(
        ("b/新闻.txt", TEXT), ("a.md", b"x"), ("b/", b""), (".git/x", b"x"), ("b/.DS_Store", b"x"),
        ("__MACOSX/b/._新闻.txt", b"x"),
    )  # fmt: skip
    assert read(data) == ({"a.zip/b/新闻.txt": TEXT, "a.zip/a.md": b"x"}, [])


def test_only_wanted_files_are_unpacked() -> None:
    data = packed(("a.txt", TEXT), ("b.png", b"x"))
    found = list(archive.files(File("a.zip", 0, lambda: io.BytesIO(data)), lambda p: p[-1] == "t"))
    assert [f.name for f in found if isinstance(f, File)] == ["a.zip/a.txt"]


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_names_are_read_in_the_encoding_they_are_in(codec: str) -> None:
    files, _ = read(unflagged("新闻稿/池州经开区的基金.txt".encode(codec)))
    assert list(files) == ["a.zip/新闻稿/池州经开区的基金.txt"]


def test_a_name_that_has_a_field_of_its_own_beside_others_is_read() -> None:
    stand_in = b"n" * len("新闻.txt".encode("gb18030"))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        info = zipfile.ZipInfo(stand_in.decode())
        unicode_name = "新闻.txt".encode()
        legacy = "新闻.txt".encode("gb18030")
        body = struct.pack("<BL", 1, zlib.crc32(legacy)) + unicode_name
        info.extra = struct.pack("<HH", 0x7075, len(body)) + body
        made.writestr(info, TEXT)
    files, refused = read(held.getvalue().replace(stand_in, legacy))
    assert list(files) == ["a.zip/新闻.txt"] and not refused


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/x.txt", "etc/x.txt"),
        ("/etc/x.txt", "etc/x.txt"),
        ("C:\\news\\x.txt", "news/x.txt"),
        ("a/./b/../x.txt", "a/b/x.txt"),
        ("a\u202e\u0007.txt", "a.txt"),
    ],
)
def test_names_lead_out_of_no_folder(name: str, shown: str) -> None:
    files, errors = read(packed((name, TEXT)))
    assert (list(files), errors) == ([f"a.zip/{shown}"], [])


def test_archives_in_archives_are_opened_to_a_depth() -> None:
    data = packed(("x.txt", TEXT))
    for _ in range(archive.MAX_DEPTH):
        data = packed(("in.zip", data))
    assert read(data) == ({"a.zip/in.zip/in.zip/x.txt": TEXT}, [])
    files, (error,) = read(packed(("in.zip", data), ("y.txt", TEXT)))
    assert list(files) == ["a.zip/y.txt"] and "too many archives" in error


@pytest.mark.parametrize(
    "parts", [["word/document.xml"], ["[Content_Types].xml", "word/document2.xml"]]
)
def test_word_file_in_an_archive_is_a_file(parts: list[str]) -> None:
    inner = packed(*((part, b"<x/>") for part in parts))
    assert list(read(packed(("a.docx", inner)))[0]) == ["a.zip/a.docx"]


def test_bomb_is_refused_and_the_rest_goes_in() -> None:
    files, (error,) = read(packed(("bomb.txt", bytes(30_000_000)), ("x.txt", TEXT)))
    assert "a.zip/bomb.txt grows more than 200 times" in error
    assert list(files) == ["a.zip/x.txt"]


def test_bomb_that_lies_about_its_size_is_refused() -> None:
    data = packed(("bomb.txt", bytes(30_000_000)))
    size, lie = struct.pack("<L", 30_000_000), struct.pack("<L", 30_000)
    assert data.count(size) == 2
    files, (error,) = read(data.replace(size, lie))
    assert not files and "a.zip/bomb.txt" in error


def test_allowance_is_shared_with_the_archives_within(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive._Allowance.__init__, "__defaults__", (5, 1000))
    inner = packed(*((f"{n}.txt", TEXT) for n in range(3)))
    files, errors = read(packed(("1.zip", inner), ("2.zip", inner), ("x.txt", TEXT)))
    assert len(files) == 3
    assert len(errors) == 1 and "a.zip/2.zip/0.txt and what follows" in errors[0]


def test_many_bytes_in_all_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive._Allowance.__init__, "__defaults__", (100, 100))
    files, errors = read(packed(*((f"{n}.txt", TEXT) for n in range(9))))
    assert len(files) == 100 // len(TEXT) and len(errors) == 1


def test_file_too_large_to_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBER", 10)
    assert "unpacks to more than" in read(packed(("a.txt", TEXT)))[1][0]


def test_long_list_of_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_INDEX", 5_000)
    files, (error,) = read(packed(*((f"{n}.txt", b"x") for n in range(200))))
    assert not files and "its list of files is too long" in error


def test_link_is_not_followed() -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    files, (error,) = read(packed((link, b"/etc/passwd"), ("x.txt", TEXT)))
    assert list(files) == ["a.zip/x.txt"] and "a.zip/link.txt is a link" in error


def test_password_is_told_of() -> None:
    data = bytearray(packed(("a.txt", TEXT)))
    for mark, at in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        data[data.index(mark) + at] |= 1
    files, (error,) = read(bytes(data))
    assert not files and "a.zip/a.txt is protected by a password" in error


def test_broken_member_is_told_of_and_the_rest_goes_in() -> None:
    data = packed(("a.txt", TEXT * 9), ("x.txt", TEXT))
    at = data.index(b"a.txt") + 12
    files, (error,) = read(data[:at] + b"\xff" * 9 + data[at + 9 :])
    assert list(files) == ["a.zip/x.txt"] and "a.zip/a.txt is broken" in error


def test_unknown_way_of_packing_is_told_of() -> None:
    data = bytearray(packed(("a.txt", TEXT)))
    for mark, at in ((b"PK\1\2", 10), (b"PK\3\4", 8)):
        data[data.index(mark) + at] = 97
    assert "a.zip/a.txt is broken" in read(bytes(data))[1][0]


def test_half_an_archive_is_told_of() -> None:
    data = packed(("a.txt", TEXT))
    assert "a.zip is a broken archive" in read(data[: len(data) // 2])[1][0]


@settings(deadline=None)
@given(st.binary(max_size=1000))
def test_any_bytes_are_refused(data: bytes) -> None:
    assert "a.zip" in read(data)[1][0]


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=12))
def test_damage_anywhere_is_read_or_refused(at: int, damage: bytes) -> None:
    data = packed(("a.txt", TEXT), ("in.zip", packed(("b.txt", TEXT))), ("新.txt", TEXT * 20))
    at %= len(data)
    files, errors = read(data[:at] + damage + data[at + len(damage) :])
    assert all(name.startswith("a.zip/") for name in files)
    assert all("a.zip" in error for error in errors)
