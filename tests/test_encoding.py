import codecs
import os
import random
from pathlib import Path

import pytest

from vectorstore.clean.encoding import decode, encoding_of
from vectorstore.errors import ArticleError

SIMPLIFIED = "近年来，这座城市的公共交通发展很快。去年新开通了三条地铁线路，市民出行更加方便。"
TRADITIONAL = "近年來，這座城市的公共交通發展很快。去年新開通了三條地鐵線路，市民出行更加方便。"
MIXED = (
    "<html><body class='article'>\n<p>Metro report 2024: three lines</p>\n"
    f"<p>{SIMPLIFIED}</p>\n</body></html>\n"
)

READ = {
    "utf-8": SIMPLIFIED,
    "utf-8-sig": SIMPLIFIED,
    "gb18030": SIMPLIFIED,
    "gbk": TRADITIONAL,
    "big5": TRADITIONAL,
    "utf-16": SIMPLIFIED,
    "utf-16-le": SIMPLIFIED,
    "utf-16-be": TRADITIONAL,
    "utf-32": SIMPLIFIED,
    "shift_jis": "昨日、東京都は新しい条例を発表した。来年四月から届け出が必要になるという。",
    "euc_jp": "昨日、東京都は新しい条例を発表した。来年四月から届け出が必要になるという。",
    "euc_kr": "서울시는 어제 새로운 조례를 발표했다. 내년 4월부터 신고가 필요하다.",
    "latin-1": "Le café était fermé à cause de la fête. Où êtes-vous allé ?",
    "cp1252": "Die Größe der Straße wäre für Fußgänger – so hieß es – „schön“ gewesen.",
}


@pytest.mark.parametrize("codec", READ)
def test_what_was_written_is_read(codec: str) -> None:
    assert decode(READ[codec].encode(codec), "a.txt") == READ[codec]


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
def test_a_page_that_is_mostly_ascii_is_read(codec: str) -> None:
    assert decode(MIXED.encode(codec), "a.html") == MIXED


@pytest.mark.parametrize("codec", ["gb18030", "big5"])
def test_chinese_far_behind_ascii_is_read(codec: str) -> None:
    text = "plain line\n" * 5000 + "地方新聞" * 5
    assert decode(text.encode(codec), "a.txt") == text


@pytest.mark.parametrize("text", ["联通", "你好", "移动", "北京"])
def test_two_characters_of_gbk_are_read(text: str) -> None:
    assert decode(text.encode("gbk"), "a.txt") == text


def test_hong_kong_characters_of_big5_are_read() -> None:
    text = "我哋喺香港嘅街市買餸，佢話啲嘢好平。"
    assert decode(text.encode("big5hkscs"), "a.txt") == text


def test_signs_of_big5_are_read_as_windows_has_them() -> None:
    text = "臺北～高雄的列車，票價￥五百，唐納‧川普"
    assert decode(text.encode("cp950"), "a.txt") == text


@pytest.mark.parametrize(
    "text", ["plain text", "", "价格 5€", "Привет, как дела?", "😀 ok", "café"]
)
def test_whole_utf8_is_utf8_in_any_script(text: str) -> None:
    assert decode(text.encode(), "a.txt") == text


@pytest.mark.parametrize("at", [10, 31, 62])
def test_one_broken_byte_leaves_the_rest_of_utf8(at: int) -> None:
    data = bytearray((SIMPLIFIED * 4).encode())
    data[at] = 0xFF
    text = decode(bytes(data), "a.txt")
    assert "\ufffd" in text
    assert text.endswith(SIMPLIFIED * 3)


def test_utf8_cut_inside_a_character_is_utf8() -> None:
    assert decode(SIMPLIFIED.encode()[:-1], "a.txt") == SIMPLIFIED[:-1] + "\ufffd"


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16-le"])
def test_a_sample_may_end_inside_a_character(codec: str) -> None:
    data = (SIMPLIFIED * 3).encode(codec)
    assert {encoding_of(data[:n], "a.txt", whole=False) for n in range(90, 110)} == {codec}


def test_the_codec_of_a_sample_reads_the_whole_file(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(codecs.BOM_UTF16_LE + SIMPLIFIED.encode("utf-16-le"))
    codec = encoding_of(file.read_bytes()[:41], "a.txt", whole=False)
    assert file.read_text(encoding=codec) == SIMPLIFIED


def test_a_declared_encoding_is_used_where_it_reads_well() -> None:
    text = "Привет, как дела? Это русский текст о погоде."
    assert decode(text.encode("cp1251"), "a.html", declared="windows-1251") == text


@pytest.mark.parametrize("declared", ["iso-8859-1", "big5", "utf-16", "no-such", "rot13", "\0"])
def test_a_declared_encoding_that_gives_no_words_is_ignored(declared: str) -> None:
    assert decode(SIMPLIFIED.encode("gbk"), "a.html", declared) == SIMPLIFIED
    assert decode(SIMPLIFIED.encode(), "a.html", declared) == SIMPLIFIED


def test_bytes_that_are_no_text_are_refused() -> None:
    chance = random.Random(4)
    for size in (40, 400, 4000):
        with pytest.raises(ArticleError, match="Save it as UTF-8"):
            decode(chance.randbytes(size), "photo.jpg")
    with pytest.raises(ArticleError, match="tool is not text"):
        decode(b"\x7fELF\x02\x01\x01" + bytes(200), "tool")


def test_a_wrong_byte_order_mark_is_told() -> None:
    with pytest.raises(ArticleError, match="says it is utf-8 but"):
        decode(codecs.BOM_UTF8 + SIMPLIFIED.encode("gbk"), "a.txt")


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "big5hkscs", "utf-16-le"])
def test_articles_of_the_bench_are_read(codec: str, bench_texts: list[str]) -> None:
    texts = [t for t in bench_texts if t.encode(codec, "ignore").decode(codec) == t]
    read = [decode(t.encode(codec), "a.txt") == t for t in texts]
    assert len(read) >= 20
    assert all(read)


@pytest.fixture(scope="module")
def bench_texts() -> list[str]:
    import json

    texts = []
    for name in ("crud_rag", "drcd"):
        file = Path(os.path.dirname(__file__), "..", "..", "shared", "bench", name, "corpus.jsonl")
        if not file.is_file():
            pytest.skip(f"{name} of the bench is not here")
        with file.open(encoding="utf-8") as lines:
            texts += [json.loads(line)["text"] for line, _ in zip(lines, range(60), strict=False)]
    return [t for t in texts if len(t) >= 200]
