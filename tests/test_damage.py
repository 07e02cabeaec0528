"""The damage that the cleaning is measured on is the damage it says it is."""

import json
from pathlib import Path
from random import Random

import pytest

from evals.clutter import (
    broken,
    columns,
    lines_indented,
    pages,
    pages_cut,
    repeated_lead,
    windows_ends,
)
from evals.clutter_lines import CAPTIONS, MENUS, SOURCES, TAILS
from evals.damaged import damage_corpus, without_places
from evals.decoding import Written, decoded
from evals.foreign import JAPANESE, KOREAN, WESTERN
from evals.harm import (
    Damage,
    full_width,
    glossed,
    glossed_wide,
    inserted,
    radicals,
    spaced_out,
    unseen,
)
from evals.mended import Outcome, distance, judged, outcome, tally
from evals.misread import (
    BIG5,
    CP1252,
    GB18030,
    GBK,
    GBK_ASKING,
    LATIN1,
    UTF8,
    Reading,
    in_sentence,
    misread,
    slipped,
    through,
)
from evals.paragraphs import is_clean, paragraphs, quoted, samples, to_traditional
from evals.ways import WAYS
from vectorstore.clean.edit import CONTROL, LOST, Edit, Text
from vectorstore.errors import ArticleError

NEWS = (
    "池州的科创飞地专项基金有2亿元，由园区设立。基金管理人说，第一期将投给5家企业。",
    "“项目已经开工。”负责人表示，明年3月会有第一批产品。园区的电站也在建设。",
    "报告认为，国内的车间数量还会增长，经济动力在于实体产业的发展。",
    "学生们问，那时候的马路有多长？老人说，从东门到江边要走半个时辰。",
)


def made(damage: Damage | None) -> Damage:
    assert damage is not None
    return damage


# 中 is E4 B8 AD, 文 is E6 96 87 in UTF-8; D6 D0, CE C4 in GBK; A4 A4, A4 E5 in Big5.
@pytest.mark.parametrize(
    ("codec", "reading", "wanted"),
    [
        ("utf-8", LATIN1, "\xe4\xb8\xad\xe6\x96\x87"),
        ("utf-8", CP1252, "ä¸\xadæ–‡"),
        ("gbk", LATIN1, "ÖÐÎÄ"),
        ("cp950", LATIN1, "¤¤¤å"),
        ("cp950", GB18030, "いゅ"),
        ("utf-8", GBK, "涓\ue15f枃"),
    ],
)
def test_bytes_are_read_with_the_wrong_table(codec: str, reading: Reading, wanted: str) -> None:
    assert misread("中文", codec, reading) == Damage(wanted, "中文")


def test_a_byte_that_fits_nothing_is_lost() -> None:
    assert misread("中", "utf-8", GBK) == Damage("涓\ufffd", "中", lost=True)
    assert misread("中", "utf-8", GBK_ASKING) == Damage("涓?", "中", lost=True)
    assert made(misread("中文", "gbk", UTF8)).lost


def test_cp1252_keeps_the_bytes_it_does_not_define() -> None:
    # 、 is E3 80 81, and 81 stands for nothing in cp1252.
    assert misread("、", "utf-8", CP1252) == Damage("ã€\x81", "、")


def test_big5_as_seen_by_gbk_and_back() -> None:
    read = made(misread("實力", "gb18030", BIG5))
    assert read.lost == ("實力".encode("gb18030") != read.text.encode("big5hkscs", "replace"))


def test_misreading_twice() -> None:
    twice = made(through("中", (("utf-8", LATIN1), ("utf-8", LATIN1))))
    assert twice.text == "Ã¤Â¸Â\xad"
    assert twice.text.encode("latin-1").decode().encode("latin-1").decode() == "中"


def test_what_a_table_cannot_write_is_not_damaged() -> None:
    assert misread("这", "cp950", LATIN1) is None


def test_one_sentence_is_misread_and_the_others_stay() -> None:
    damage = made(in_sentence(("utf-8", LATIN1))([NEWS[0]], Random(1)))
    first, second = NEWS[0].split("。")[:2]
    assert (first in damage.text) != (second in damage.text)
    assert not damage.lost


def test_a_reader_slips_by_a_byte_after_a_full_stop() -> None:
    # 該區 is D4 93 85 5E: the slip leaves the 5E over, which is ^, and is back in step.
    data = "好。”該區有".encode("gbk")
    assert slipped(data, {2}) == ("好?！痹搮^有", False)


def test_a_slip_that_swallows_a_digit_loses_it() -> None:
    # 。” is A1 A3 A1 B1: the B1 meets the digit, and the pair stands for nothing.
    assert slipped("好。”5人".encode("gbk"), {2}) == ("好?！?人", True)


def test_a_reader_in_step_reads_what_is_there() -> None:
    assert slipped(NEWS[1].encode("gbk"), set()) == (NEWS[1], False)


def test_glosses_stand_behind_every_occurrence() -> None:
    damage = made(glossed(["园区，园区的区长发展", "发电"], Random(0)))
    assert damage.text.count("区(qū)") == 3
    assert damage.text.count("发(fā)") == 2
    assert damage.clean == "园区，园区的区长发展\n发电"
    assert "区（qū）" in made(glossed_wide(["园区"], Random(0))).text


def test_forms_are_those_that_stand_for_the_same() -> None:
    assert made(full_width(["有5家A股"], Random(0))).text == "有５家Ａ股"
    assert made(radicals(["一日"], Random(0))).text == "\u2f00\u2f47"
    assert full_width(["没有字母"], Random(0)) is None


def test_unseen_characters_can_be_taken_out_again() -> None:
    damage = made(unseen([NEWS[0]], Random(3)))
    assert len(damage.text) > len(NEWS[0])
    assert "".join(c for c in damage.text if c.isprintable()) == NEWS[0]


def test_spaces_go_between_chinese_characters_only() -> None:
    damage = made(spaced_out(["基金有2亿元，A股 ETF也涨。"], Random(0)))
    assert damage.text == "基 金 有2亿 元 ，A股 ETF也 涨 。"


def test_pieces_are_put_in_at_their_places() -> None:
    assert inserted("甲乙丙", [1, 2], ["1", "2"]) == "甲1乙2丙"


def test_lines_are_broken_at_a_width_and_marks_hang() -> None:
    assert broken("甲乙丙丁，戊己", 4) == "甲乙丙丁，\n戊己"
    assert broken("甲乙丙“丁戊", 4) == "甲乙丙\n“丁戊"
    assert broken("甲乙丙GDP丁戊", 4) == "甲乙丙\nGDP丁戊"


def test_a_broken_paragraph_joined_is_the_paragraph() -> None:
    for paragraph in NEWS:
        assert broken(paragraph, 11).replace("\n", "") == paragraph
    damage = lines_indented(NEWS, Random(0))
    assert damage.text.replace("\n\u3000", "¶").replace("\n", "").replace("¶", "\n\u3000") == (
        damage.clean
    )


def test_columns_end_in_mid_sentence() -> None:
    damage = made(columns(NEWS, Random(0)))
    assert damage.text != damage.clean == damage.text.replace("\n\n", "")


def test_line_ends_of_windows() -> None:
    assert windows_ends(["甲", "乙"], Random(0)) == Damage("甲\r\n乙", "甲\n乙")


def test_the_lead_stands_twice() -> None:
    damage = repeated_lead(NEWS, Random(0))
    first, rest = damage.text.split("\n", 1)
    assert first in NEWS[:2]
    assert rest == damage.clean == "\n".join(NEWS)


def test_pages_have_the_same_head_and_numbers_that_count_up() -> None:
    printed = pages(NEWS, Random(4)).text.split("\f")
    lines = [page.splitlines() for page in printed]
    assert len({head for head, _, _ in lines}) == 1
    assert [body for _, body, _ in lines] == list(NEWS)
    assert len({number for _, _, number in lines}) == len(NEWS)


def test_cut_pages_hold_the_whole_text() -> None:
    damage = pages_cut(NEWS, Random(4))
    bodies = ["\n".join(page.splitlines()[1:-1]) for page in damage.text.split("\f")]
    assert "".join(bodies) == damage.clean


def test_every_way_gives_the_same_damage_for_the_same_seed() -> None:
    for name, way in WAYS:
        assert way(NEWS, Random(name)) == way(NEWS, Random(name)), name


def test_every_line_put_round_an_article_is_one_line() -> None:
    for simplified, traditional in (MENUS, TAILS, SOURCES, CAPTIONS):
        for line in (*simplified, *traditional):
            assert line == line.strip() != ""
            assert "\n" not in line


def test_texts_in_other_languages_fit_their_encodings() -> None:
    for texts, codec in ((JAPANESE, "cp932"), (KOREAN, "euc_kr"), (WESTERN, "latin-1")):
        assert all(len(text) >= 150 and text.encode(codec).decode(codec) == text for text in texts)


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [("", "", 0), ("", "甲", 1), ("甲乙", "甲丙", 1), ("甲乙丙", "乙丙丁", 2), ("甲乙", "乙甲", 2)],
)
def test_distance_counts_single_changes(a: str, b: str, wanted: int) -> None:
    assert distance(a, b) == distance(b, a) == wanted


def test_distance_of_long_texts() -> None:
    assert distance("甲" * 300, "甲" * 150 + "乙" + "甲" * 149 + "丙") == 2


def test_verdicts() -> None:
    lost = Text.of("甲?丁").edited([Edit(1, 2, "\ufffd", LOST)])
    assert judged(Text.of("甲乙"), "甲乙", "x") == "exact"
    assert judged(Text.of("甲\n\n乙"), "甲\n乙", "x") == "breaks"
    assert judged(Text.of("甲\n乙"), "甲乙", "x") == "wrong"
    assert judged(lost, "甲乙丁", "甲?丁") == "marked"
    assert judged(lost, "甲乙丙", "甲?丁") == "wrong"
    assert judged(Text.of("甲x"), "甲乙", "甲x") == "untouched"
    assert judged(Text.of("甲y"), "甲乙", "甲x") == "wrong"


def test_a_stretch_marked_as_lost_may_stand_for_anything() -> None:
    kept = Text.of("甲ABC丁").edited([Edit(1, 4, "ABC", LOST)])
    assert judged(kept, "甲乙丙丁", "甲ABC丁") == "marked"


def test_an_outcome_compares_with_what_cleaning_leaves() -> None:
    def clean(text: Text) -> Text:
        at = text.text.find("x")
        return text if at < 0 else text.edited([Edit(at, at + 1, "", CONTROL)])

    one = outcome("a kind", Damage("甲x乙", "甲乙"), clean)
    assert one == Outcome("a kind", False, "exact", before=1, after=0, length=2)
    two = outcome("a kind", Damage("甲xx乙", "甲乙"), clean)
    (row,) = tally([one, two])
    assert (row["exact"], row["wrong"], row["before"], row["after"]) == (0.5, 0.5, 0.75, 0.25)
    assert row["examples"] == ["wrong: '甲x乙' for '甲乙'"]


def test_paragraphs_are_whole_sentences() -> None:
    text = "".join(NEWS * 3)
    cut = list(paragraphs(text, Random(0)))
    assert text.startswith("".join(cut))
    assert all(p[-1] in "。！？”" and len(p) >= 80 for p in cut)


@pytest.mark.parametrize(
    "mark", ["\ufffd", "\n", "区(qū)", "\u200b", "区 县", "5？", "ﬁ", "\u2f00"]
)
def test_a_paragraph_with_damage_is_not_clean(mark: str) -> None:
    paragraph = NEWS[0] + NEWS[1] + NEWS[0]
    assert is_clean(paragraph)
    assert not is_clean(paragraph[:30] + mark + paragraph[30:])


def test_samples_take_turns_and_depend_on_the_seed_alone() -> None:
    simplified = ["".join(NEWS[k] + NEWS[k + 1] + NEWS[k] for k in (0, 1, 0, 1)) * 2] * 3
    traditional = [
        t.translate(
            str.maketrans(
                "这为设业长东马问门们时学报认国车间数还会经动实产发电项开负责创专园飞亿说将给资现",
                "這為設業長東馬問門們時學報認國車間數還會經動實產發電項開負責創專園飛億說將給資現",
            )
        )
        for t in simplified
    ]
    drawn = samples([*simplified, *traditional], 2, 1)
    assert drawn == samples([*traditional, *simplified], 2, 1)
    assert "专项" in "".join(drawn[0]) or "项目" in "".join(drawn[0])
    assert "項" in "".join(drawn[1])


def test_characters_become_the_traditional_ones_in_use() -> None:
    table = to_traditional(["這裡發展，發展產業", "这里"])
    assert "产业发展".translate(table) == "產業發展"


def test_quoted_paragraphs_hold_the_place_where_readers_slip() -> None:
    text = (NEWS[1] + NEWS[2] + NEWS[0]) * 9
    found = quoted([text], 2, 0)
    assert found
    assert all("。”" in p for (p,) in found)


def test_files_read_as_they_were_are_counted() -> None:
    def decode(data: bytes, name: str, declared: str) -> str:
        if declared:
            raise ArticleError("no")
        return data.decode("utf-8-sig")

    some = Written("UTF-8", "utf-8", ["甲乙", "丙"], bom=b"\xef\xbb\xbf")
    assert decoded(some, decode, 9)["exact"] == 1
    assert decoded(Written("UTF-8", "utf-8", ["甲"], declared="x"), decode, 9)["refused"] == 1
    row = decoded(Written("Latin-1", "latin-1", ["甲", "¶"]), lambda *_: "x", 9)
    assert (row["files"], row["wrong"]) == (1, 1)


def test_a_damaged_corpus_keeps_its_ids(tmp_path: Path) -> None:
    source, to = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    articles = [{"id": f"a{i}", "title": "题", "text": "".join(NEWS)} for i in range(20)]
    source.write_text("\n".join(json.dumps(a) for a in articles), encoding="utf-8")
    counts = damage_corpus(source, to, 1)
    written = [json.loads(line) for line in to.read_text(encoding="utf-8").split("\n") if line]
    assert [a["id"] for a in written] == [a["id"] for a in articles]
    assert sum(counts.values()) == 20
    assert sum(a["text"] != "".join(NEWS) for a in written) == 20 - counts.get("none", 0)
    assert len(counts) > 5


def test_questions_on_a_damaged_corpus_name_articles_only(tmp_path: Path) -> None:
    source, to = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    asked = {"id": "q", "support": [{"doc": "a", "start": 1, "end": 2, "text": "甲"}]}
    source.write_text(json.dumps(asked), encoding="utf-8")
    without_places(source, to)
    assert json.loads(to.read_text())["support"] == [
        {"doc": "a", "start": None, "end": None, "text": "甲"}
    ]
