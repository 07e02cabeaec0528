import sqlite3
from collections.abc import Iterator
from pathlib import Path

import opencc
import pytest

from vectorstore.duplicates import Copies, fingerprint, nearly_same, same_key
from vectorstore.fingerprint import units

ARTICLE = (
    "启东经济开发区上月签下三个半导体项目，总投资12.5亿元。第一个项目由光来精细公司建设，占地80亩，"
    "计划明年6月投产，年产连接器3000万只。第二个项目落户城北产业园，主要生产晶圆载具，设备已经到港。"
    "第三个项目还在办理环评手续，负责人何毅说，预计年底前可以动工。开发区管委会副主任岑岭表示，"
    "今年已有17家企业前来考察，其中9家来自上海。为了留住客商，园区把审批时间从45天压到18天，"
    "并派出专员跟踪服务。当地职业学校新开了两个班，培养装配和检测工人，首批120名学生下月上岗。"
)
WEATHER = (
    "市气象台今天早晨6时发布天气预报：今天白天晴间多云，最高气温{}℃，北转南风{}级；夜间多云，最低气温{}℃，"
    "相对湿度{}%至{}%。预计未来几天无明显降水，{}日夜间有小雨，降水量{}毫米，请注意适时增减衣物。"
)
OTHER = (
    "国家博物馆昨天起展出西周青铜器，展品来自陕西、河南两省。讲解员介绍，最重的一件鼎有832公斤，"
    "铭文记载了一次分封。展览持续到明年3月，周一闭馆，观众须提前在网上预约，每天限5000人。"
)


@pytest.fixture
def copies() -> Iterator[Copies]:
    db = sqlite3.connect(":memory:")
    db.executescript(Copies.tables)
    yield Copies(db)
    db.close()


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@pytest.mark.parametrize(
    "copy",
    [
        opencc.OpenCC("s2t").convert(ARTICLE),
        opencc.OpenCC("s2tw").convert(ARTICLE),
        wide(ARTICLE),
        ARTICLE.replace("，", ",\n").replace("。", " . "),
        f"\ufeff  {ARTICLE}\u3000\n",
        ARTICLE.replace("3000", "3,000"),
    ],
    ids=["traditional", "taiwan", "full width", "marks", "edges", "comma in a figure"],
)
def test_other_writing_of_the_same_text_has_the_same_key(copy: str) -> None:
    assert same_key(copy) == same_key(ARTICLE)
    assert fingerprint(copy) == fingerprint(ARTICLE)


def test_another_figure_or_character_gives_another_key() -> None:
    assert same_key(ARTICLE.replace("12.5", "125")) != same_key(ARTICLE)
    assert same_key(ARTICLE.replace("三个", "两个", 1)) != same_key(ARTICLE)


def test_texts_without_letters_are_the_same_only_when_equal() -> None:
    assert same_key("？！") == same_key(" ？！\n")
    assert same_key("？！") != same_key("！！")
    assert fingerprint("").bands == fingerprint("？！").bands == ()
    assert not nearly_same("", "")


def test_words_of_spaced_scripts_are_units() -> None:
    assert len(units("芯片 DDR5, Hello world 3.5亿").hashes) == 7
    assert units("芯片 DDR5 3.5亿").figures.tolist() == [False, False, False, True, False]


@pytest.mark.parametrize(
    "copy",
    [
        f"百亿园区再签大单\n（来源：江海网 编辑：小王）\n{ARTICLE}\n欢迎读者来电提供新闻线索。",
        ARTICLE[: len(ARTICLE) // 2],
        "。".join(s for n, s in enumerate(ARTICLE.split("。")) if n % 2 == 0),
        ARTICLE.replace("设备已经到港", "厂房正在封顶"),
        opencc.OpenCC("s2t").convert(ARTICLE[: len(ARTICLE) * 3 // 5]),
    ],
    ids=["re-post", "first half", "sentences left out", "edited", "shortened and traditional"],
)
def test_copy_is_found_and_is_nearly_the_same(copies: Copies, copy: str) -> None:
    copies.put("first", fingerprint(ARTICLE))
    copies.put("other", fingerprint(OTHER))
    assert copies.near(fingerprint(copy)) == ["first"]
    assert nearly_same(copy, ARTICLE)
    assert nearly_same(ARTICLE, copy)
    assert not nearly_same(copy, OTHER)


def test_reworded_copy_is_nearly_the_same(copies: Copies) -> None:
    copy = ARTICLE
    for word, new in (
        ("项目", "名目"), ("建设", "建立"), ("计划", "筹划"), ("生产", "消费"), ("设备", "方法"),
        ("负责人", "卖力人"), ("预计", "或许"), ("表示", "默示"), ("服务", "效劳"),
        ("企业", "厂家"),
    ):  # fmt: skip
        copy = copy.replace(word, new)
    copies.put("first", fingerprint(ARTICLE))
    assert copies.near(fingerprint(copy)) == ["first"]
    assert nearly_same(copy, ARTICLE)


def test_two_days_of_a_series_are_not_the_same() -> None:
    assert not nearly_same(
        WEATHER.format(28, 2, 17, 40, 85, 15, 5), WEATHER.format(31, 4, 22, 55, 90, 18, 12)
    )


def test_item_of_a_round_up_is_not_the_same_as_the_round_up() -> None:
    assert not nearly_same(OTHER, "\n".join((ARTICLE, OTHER, WEATHER)))


def test_articles_that_share_a_paragraph_are_not_the_same() -> None:
    notice = "免责声明：本文仅代表作者个人观点，与本网无关，请读者自行核实相关内容。" * 3
    assert not nearly_same(OTHER + notice, WEATHER + notice)


def test_key_finds_articles_in_the_order_they_came(copies: Copies) -> None:
    for id_ in ("b", "a"):
        copies.put(id_, fingerprint(ARTICLE))
    assert copies.same(same_key(ARTICLE)) == ["b", "a"]
    assert copies.same(same_key(OTHER)) == []


def test_article_that_changed_or_went_is_no_longer_found(copies: Copies) -> None:
    copies.put("a", fingerprint(ARTICLE))
    copies.put("b", fingerprint(ARTICLE))
    copies.put("a", fingerprint(OTHER))
    assert copies.near(fingerprint(ARTICLE)) == copies.same(same_key(ARTICLE)) == ["b"]
    copies.drop(["b", "never there"])
    assert copies.near(fingerprint(ARTICLE)) == copies.same(same_key(ARTICLE)) == []


def test_copy_is_first_among_many_that_share_a_paragraph(copies: Copies) -> None:
    notice = "免责声明：本文仅代表作者个人观点，与本网无关，请读者自行核实相关内容。" * 2
    for n in range(300):
        copies.put(
            f"{n}", fingerprint("".join(chr(0x4E00 + n * 40 + i) for i in range(40)) + notice)
        )
    copies.put("copy", fingerprint(ARTICLE + notice))
    assert copies.near(fingerprint(ARTICLE + notice))[0] == "copy"
    assert len(copies.near(fingerprint(notice))) <= 20


def test_fingerprints_are_written_only_with_the_transaction(tmp_path: Path) -> None:
    path = tmp_path / "catalogue"
    one, two = (sqlite3.connect(path, isolation_level=None) for _ in range(2))
    one.executescript(Copies.tables)
    one.execute("BEGIN")
    Copies(one).put("a", fingerprint(ARTICLE))
    assert Copies(two).near(fingerprint(ARTICLE)) == []
    one.execute("ROLLBACK")
    assert Copies(one).near(fingerprint(ARTICLE)) == []
    one.close()
    two.close()
