import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.clean.edit import LOST, MOJIBAKE, Edit, Text
from vectorstore.clean.mojibake import edits

SEEDS = Path(__file__).parents[1] / ".." / "shared" / "seeds"
SIMPLIFIED = "近年来，这座城市的公共交通发展很快。去年新开通了三条地铁线路，市民出行更加方便。"
TRADITIONAL = "近年來，這座城市的公共交通發展很快。去年新開通了三條地鐵線路，市民出行更加方便。"

REVERSIBLE = [
    (SIMPLIFIED, "utf-8", "latin-1"),
    (TRADITIONAL, "utf-8", "latin-1"),
    (SIMPLIFIED, "gb18030", "latin-1"),
    (TRADITIONAL, "gb18030", "latin-1"),
    (TRADITIONAL, "big5", "latin-1"),
    (TRADITIONAL, "big5", "gb18030"),
]

RUNS = [
    ("成功簽約入駐?!拔磥?年,", "成功簽約入駐。“未來\ufffd年,"),
    ("達30家?!睆]陽", "達30家。”廬陽"),
    ("的特點?!痹搮^(qū)有關", "的特點。”該區(qū)有關"),
    ("作為?!卑不杖鹂匦殴怆娂夹g股份", "作為。”安徽瑞控信光電技術股份"),
    ("發(fā)展好’?!痹搮^(qū)投促", "發(fā)展好’。”該區(qū)投促"),
    ("困解難?!卑不罩锌茻醿x科技", "困解難。”安徽中科熱儀科技"),
    ("要素保障?!?月11日", "要素保障。”\ufffd月11日"),
]


def repaired(text: str) -> str:
    return Text.of(text).edited(edits(text)).text


def changes(text: str) -> list[Edit]:
    return [e for e in edits(text) if e.new != text[e.start : e.end]]


@pytest.mark.parametrize(("text", "right", "wrong"), REVERSIBLE)
def test_a_text_read_with_the_wrong_table_is_read_with_the_right_one(
    text: str, right: str, wrong: str
) -> None:
    assert repaired(text.encode(right).decode(wrong)) == text


@pytest.mark.parametrize(("text", "right", "wrong"), REVERSIBLE)
def test_one_damaged_line_of_a_good_page_is_repaired(text: str, right: str, wrong: str) -> None:
    page = "{}\n这一行没有问题，可以照常阅读。\n{}\n這一行沒有問題。"
    damaged = page.format(text, text.encode(right).decode(wrong))
    assert repaired(damaged) == page.format(text, text)


def test_a_damaged_sentence_inside_a_good_line_is_repaired() -> None:
    damaged = SIMPLIFIED + SIMPLIFIED.encode().decode("latin-1") + SIMPLIFIED
    assert repaired(damaged) == SIMPLIFIED * 3


def test_two_wrong_readings_on_top_of_each_other_are_undone() -> None:
    once = SIMPLIFIED.encode().decode("latin-1")
    assert repaired(once.encode().decode("latin-1")) == SIMPLIFIED


def test_hard_spaces_that_became_spaces_are_understood() -> None:
    text = "你好，大家都住在这里"
    assert repaired(text.encode().decode("latin-1").replace("\xa0", " ")) == text


def test_three_wrong_characters_for_two_right_ones_are_one_edit() -> None:
    damaged = "近年来，中国经济".encode().decode("gb18030")
    assert edits(damaged) == [
        Edit(start, start + 3, new, MOJIBAKE)
        for start, new in ((0, "近年"), (3, "来，"), (6, "中国"), (9, "经济"))
    ]


def test_eaten_bytes_stay_lost() -> None:
    damaged = SIMPLIFIED.encode().decode("gb18030", "replace")
    text = repaired(damaged)
    assert "\ufffd" in text
    pieces = [p for p in text.split("\ufffd") if p]
    assert all(piece in SIMPLIFIED for piece in pieces)
    assert sum(map(len, pieces)) > 0.9 * len(SIMPLIFIED)
    assert {e.kind for e in edits(damaged)} == {MOJIBAKE, LOST}


def test_replacement_characters_are_marked_and_kept() -> None:
    assert edits("地铁\ufffd\ufffd线路") == [Edit(2, 4, "\ufffd\ufffd", LOST)]


def test_replacement_characters_read_as_gbk_are_lost_characters() -> None:
    assert repaired("地铁锟斤拷锟斤拷线路") == "地铁\ufffd\ufffd\ufffd\ufffd线路"
    assert repaired("网上常说的“锟斤拷”是什么") == "网上常说的“锟斤拷”是什么"


@pytest.mark.parametrize("mark", ["!", "！"])
def test_gbk_read_one_byte_off_is_repaired(mark: str) -> None:
    for opening, (damaged, right) in zip(["", *["“"] * 6], RUNS, strict=True):
        elsewhere = "\n未來已來"
        text = (opening + damaged + elsewhere).replace("!", mark)
        if right.count("\ufffd月"):
            text = "“" + RUNS[1][0] + text
            opening = "“" + RUNS[1][1] + opening
        assert repaired(text) == opening + right + elsewhere


def test_a_lost_character_is_not_guessed_where_two_would_fit() -> None:
    text = "入駐?!拔磥?年,\n未來與未侁"
    assert repaired(text) == "入駐。“未\ufffd\ufffd年,\n未來與未侁"


def test_a_bracket_that_was_eaten_is_told_by_its_other_half() -> None:
    text = "“我們要發展?！睏钪袌?jiān)說，很好。"
    assert repaired(text) == "“我們要發展。”楊中\ufffd(jiān)說，很好。"
    assert repaired(text + "楊中堅(jiān)也說。").startswith("“我們要發展。”楊中堅(jiān)說")


@pytest.mark.parametrize(
    "text",
    [
        SIMPLIFIED,
        TRADITIONAL,
        "你说什么?!别走?！",
        "“真的吗?!”他问。“北京?!不会吧?”",
        "Le café était fermé : « Où êtes-vous ? » Ça coûte 5 € – déjà vu.",
        "São Paulo, Ålesund, Þórshöfn, ÄÖÜ, naïve, El Niño, ÉÈÀ",
        "●●●● ····  §§§§ ¥¥¥¥ ×××× °C ±5 ¶¶¶¶",
        "これはテストです。한국어 문장입니다. Это русский текст. Ελληνικά.",
        "锕系元素包括锕、钍、镤、铀、镎、钚、镅、锔、锫、锎、锿、镄、钔、锘、铹。",
        "饕餮纹、鼋鼍、魑魅魍魉、彳亍、叆叇、蘡薁、鼙鼓、觱篥",
    ],
)
def test_clean_text_stays(text: str) -> None:
    assert edits(text) == []


@pytest.mark.parametrize("seed", ["000", "002", "003", "004"])
def test_seeds_without_damage_stay(seed: str) -> None:
    assert edits(read_seed(seed)) == []


def test_the_damaged_seed_is_repaired() -> None:
    text = read_seed("001")
    whole = repaired(text)
    for damaged, right in RUNS:
        assert text.count(damaged) == 1
        assert whole.count(right) == 1
    assert whole.count("“") == whole.count("”") == 69
    unharmed = text
    for damaged, right in RUNS:
        unharmed = unharmed.replace(damaged, right)
    assert whole == unharmed


def read_seed(number: str) -> str:
    found = sorted(SEEDS.glob(f"{number}*.txt"))
    if not found:
        pytest.skip("the sample articles are not here")
    return found[0].read_bytes().decode("utf-8")


@pytest.mark.parametrize(("text", "right", "wrong"), REVERSIBLE)
def test_a_repaired_text_is_not_repaired_again(text: str, right: str, wrong: str) -> None:
    assert edits(repaired(text.encode(right).decode(wrong))) == []


def test_a_good_character_beside_a_damaged_sentence_stays() -> None:
    damaged = "砐醴蚕弇膘耟湮呇薊鯁扢數﹝"
    assert damaged == "项目由位建筑大师联袂设计。".encode("gb18030").decode("big5hkscs")
    assert repaired(f"办公产品。{damaged}投资") == "办公产品。项目由位建筑大师联袂设计。投资"


def test_a_phrase_read_twice_as_gbk_is_read() -> None:
    twice = "閺€鎸庝笉濞嗗﹤鍩勯崗銊╂桨閸楁棁顎為惂鐓庣潔"
    assert repaired(f"利和公民、{twice}，走出了") == "利和公民、政治權利全面協調發展，走出了"


def test_a_euro_sign_may_be_two_bytes() -> None:
    assert repaired("鐜嬪皬鏄庡湪鍖椾含鐨勫尰闄€€�135涓").startswith("王小明在北京的医院")


GBK = (SIMPLIFIED * 2).encode("gb18030").decode("utf-8", "replace")
BEYOND = [
    GBK,
    GBK.encode().decode("gb18030", "replace"),
    "".join(c for c in SIMPLIFIED.encode().decode("latin-1") if not "\x80" <= c <= "\x9f"),
]


@pytest.mark.parametrize("text", BEYOND)
def test_what_cannot_be_read_is_marked_as_a_whole(text: str) -> None:
    page = f"{SIMPLIFIED}\n{text}\n{TRADITIONAL}"
    start = len(SIMPLIFIED) + 1
    assert [(e.start, e.end, e.kind) for e in edits(page)] == [(start, start + len(text), LOST)]
    assert repaired(page) == page


@pytest.mark.parametrize(
    ("damaged", "right"),
    [
        ("中小企業?！敝傩◆~說", "中小企業。”仲小魚說"),
        ("送女大學生出境?！伴h閩”還說", "送女大學生出境。“閔閩”還說"),
        ("混凝土牆?！八{線”以北", "混凝土牆。“藍線”以北"),
    ],
)
def test_a_run_off_by_one_byte_is_told_by_its_words_or_its_quotation_mark(
    damaged: str, right: str
) -> None:
    assert repaired(damaged) == right


HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("?!！\ufffd锟斤拷€鍥藉中国“”。\ud800\udfff\x80\x9d\ue000ÃÂä¸­ "),
        st.integers(0x80, 0xFF).map(chr),
    ),
    max_size=60,
)


@given(HOSTILE)
def test_no_text_breaks_the_repair(text: str) -> None:
    found = edits(text)
    assert all(e.start < e.end <= len(text) for e in found)
    assert all(a.end <= b.start for a, b in zip(found, found[1:], strict=False))
    Text.of(text).edited(found)


@given(st.binary(max_size=80), st.sampled_from(["gb18030", "latin-1", "big5hkscs"]))
def test_no_bytes_break_the_repair(data: bytes, table: str) -> None:
    text = data.decode(table, "replace")
    Text.of(text).edited(edits(text))


@pytest.mark.parametrize(
    "text",
    ["?!", "?!北京", "锟斤拷水", "æç»a", "\ufffdŽ", "?!北京大学?的", "ä¸", "魑魅魍魉的", "é?"],
)
def test_hostile_text_is_looked_through_in_a_moment(text: str) -> None:
    began = time.process_time()
    edits(text * (40_000 // len(text)))
    assert time.process_time() - began < 5
