"""Lines that a page or column broke are joined, and nothing else is."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.clean import layout
from vectorstore.clean.edit import LINE_BREAK, Edit, Text
from vectorstore.clean.settle import applied, composed
from vectorstore.clean.wrapped import columns

SEEDS = Path(__file__).parents[1] / "../shared/seeds"
PROSE = (
    "截至6月底，益阳高新区共引进项目23个，推动43个产业项目新开工，固定资产投资同比增长4.9%，完成全年任务的一半以上。"
    "园区不断优化产业空间布局，大力推进新兴优势产业链建设，围绕主导产业补链强链，并且注册10亿元成立全市首家产业发展基金。"
    "目前，储备重点在谈项目34个，意向投资达100亿元以上，其中新材料和数字经济类的项目占了七成，预计明年年底前能够陆续投产。"
)
ENGLISH = (
    "The council voted on Tuesday to build a new bridge across the river, after a long debate "
    "about its cost and the time that the work would take. Residents on the east side have asked "
    "for a crossing since the old ferry stopped, and many of them came to say so again. "
    "The mayor said that the money had been found and that work would begin before the winter."
)
BROKEN = st.lists(
    st.sampled_from(
        [
            "截至6月底，区内",
            "银行发放贷款。",
            "“他说，",
            "一大利器。”",
            "\n",
            "\n\n",
            "\n\f",
            "  ",
            "- ",
            "# ",
            "```\n",
            "hyphe-",
            "nated",
            " ",
        ]
        + [
            "。",
            "目前，益阳高新",
            "区主动出击。",
            "益阳高新区",
            "\f",
            "文" * 30,
            "a" * 50,
            "｜",
            "\t",
        ]
    )
    | st.text(max_size=3),
    max_size=40,
).map("".join)


def read(text: str) -> str:
    return applied(text, layout.edits(text))


def wrapped(text: str, width: int, measure: Callable[[str], int] = len) -> str:
    lines, line = [], ""
    for word in re.findall(r"[A-Za-z0-9.%,]+ ?|.", text):
        if measure(line + word.strip()) > width and word not in "，。、”":
            lines.append(line.strip())
            line = ""
        line += word
    return "\n".join([*lines, line.strip()])


@given(BROKEN)
def test_a_second_time_changes_nothing_and_every_offset_leads_back(text: str) -> None:
    edits = layout.edits(text)
    made = Text.of(text).edited(edits)
    assert layout.edits(made.text) == []
    assert made.text.count("\f") == text.count("\f")
    for at, character in enumerate(made.text):
        start, end = made.offsets.to_source(at, at + 1)
        assert 0 <= start <= end <= len(text)
        assert character.isspace() or text[start:end] == character


@given(st.text("ab\n", max_size=20), st.data())
def test_two_lists_of_edits_made_one_do_the_same(text: str, data: st.DataObject) -> None:
    def draw(length: int) -> list[Edit]:
        cuts = sorted(data.draw(st.lists(st.integers(0, length), max_size=6)))
        pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
        return [Edit(a, b, data.draw(st.text("xy", max_size=3)), LINE_BREAK) for a, b in pairs]

    first = draw(len(text))
    between = applied(text, first)
    second = draw(len(between))
    assert applied(text, composed(first, second, between)) == applied(between, second)


@pytest.mark.parametrize("measure", [len, columns])
@pytest.mark.parametrize("width", [22, 32, 40])
def test_chinese_wrapped_at_a_width_becomes_its_paragraph_again(
    width: int, measure: Callable[[str], int]
) -> None:
    joined = read(wrapped(PROSE, width, measure))
    assert joined.replace("\n", "") == PROSE
    assert all(line.endswith("。") for line in joined.split("\n"))


def test_english_wrapped_at_a_width_becomes_its_sentences_again() -> None:
    joined = read(wrapped(ENGLISH, 60))
    assert joined.replace("\n", " ") == ENGLISH


def test_english_in_a_narrow_column_without_marks_becomes_its_sentence_again() -> None:
    column = (
        "Residents on the east side\nhave asked for a crossing\nsince the old ferry stopped\n"
        "and came to the council in\nthe autumn to say again that\nthe work must begin."
    )
    assert read(column) == column.replace("\n", " ")


def test_a_full_line_that_ends_a_sentence_goes_on_and_a_short_one_does_not() -> None:
    paragraph = [
        "他们说：这里的水很清，山很高，路也修得很平整。",
        "趁年轻的时候来走一走，看一看沿途的风光，再听",
        "一听老人讲的故事，日子就过得很有意思，人也变得",
        "开朗了，回去以后还会再来。",
    ]
    last = "后来的人也都这么说。"
    assert read("\n".join([*paragraph, last])) == "".join(paragraph) + "\n" + last


def test_paragraphs_of_one_full_line_that_are_set_in_stay_apart() -> None:
    text = "\n".join("  " + wrapped(PROSE, 22) for _ in range(2))
    text += "\n  这一段只有一行，恰好写满了整整一行的字。\n  下一段又从这里开始。"
    assert read(text).endswith("一行的字。\n  下一段又从这里开始。")


def test_paragraphs_marked_by_an_indent_stay_apart() -> None:
    text = "\n".join("  " + wrapped(PROSE, 22) for _ in range(3))
    assert re.findall(r"[^。]\n", read(text)) == []
    assert read(text).count("。\n  截至") == 2


@pytest.mark.parametrize("between", ["\n\n", "\n\n\n", "\n\f"])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("益阳高新区优化布局。面对新冠肺炎疫情冲击，益阳高新", "区主动出击，对接客商180余批。"),
        ("活动在会上举行，国际动漫博物馆、趣味幼教乐园5", "个项目签订入驻协议。"),
        ("“经初步统计，与单独委托进行", "处置相比，成本降低超过40%。”姚静介绍。"),
        ("此外，高新区推进创新创业。通过双向挂职、短期工作、", "项目合作等机制，引进人才。"),
        ("江苏甬金金属科技有限公司与南", "京理工大学长期进行产学研合作，不断创新。"),
    ],
)
def test_a_sentence_cut_by_a_column_or_page_is_whole_again(
    between: str, first: str, second: str
) -> None:
    text = f"益阳高新区的项目。\n\n{first}{between}{second}\n\n下一段从这里开始。"
    joined = read(text)
    assert first + second.partition("。")[0] in joined
    assert joined.count("\f") == between.count("\f")


def test_a_page_begins_inside_the_paragraph_after_the_sentence_that_runs_into_it() -> None:
    text = "高新区推进创新创业。通过双向挂职、短期工作、\n\f项目合作引进人才。第二页的下一句。"
    joined = "高新区推进创新创业。通过双向挂职、短期工作、项目合作引进人才。\f第二页的下一句。"
    assert read(text) == joined
    assert layout.edits(joined) == []


def test_a_page_that_begins_with_the_rest_of_a_paragraph_leaves_no_empty_line() -> None:
    text = "高新区推进创新创业。通过双向挂职、短期工作、\n\f项目合作引进人才。\n下一段。"
    assert read(text).replace("\f", "") == text.replace("\n\f", "")


def test_english_cut_by_a_page_keeps_the_space_between_its_sentences() -> None:
    text = f"{ENGLISH} The work\n\fwill begin next year, they said. Then it rained."
    assert read(text).endswith("The work will begin next year, they said. \fThen it rained.")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("园区的产值逐年增长。今年上半年新增的", "企业主要从事半导体材料研究。"),
        ("大家都说好。其后以柏拉图和亚里士", "多德等为首的后起者，出版了哲学著作。"),
        ("其中研讨会由各区的主管部门和承办单", "位共同主持，市民可以旁听。"),
        ("这里的人们都说着一种古老的方", "言，外地人很难听懂。"),
    ],
)
def test_the_words_on_both_sides_of_a_column_end_show_that_they_belong_together(
    first: str, second: str
) -> None:
    assert first + second in read(f"第一段到这里。\n\n{first}\n\n{second}\n\n下一段。")


@pytest.mark.parametrize(
    "text",
    [
        "国家队公布新一期集训名单\n\n国家队今天公布了新一期集训名单，共有二十三人入选。",
        "暴雨致多人死亡！国家减灾委派出工作组\n\n中新网8月12日电 综合外媒报道，暴雨仍在持续。",
        "园区的产值逐年增长。来源：某某日报\n\n版权说明：任何媒体未经许可不得转载。",
        "真是既神奇又了不起。祝小宝宝健康成长~”\n\n还有网友表示，太可爱了。",
        "选手们打分完毕。林馨 摄\n\n当天，还举行了服务实体经济发展研讨会。",
    ],
)
def test_a_headline_or_credit_above_a_paragraph_is_not_its_beginning(text: str) -> None:
    assert layout.edits(text) == []


def test_a_title_page_is_not_the_beginning_of_the_next_page() -> None:
    title, start = "某某开发区二零二三年度产业发展规划书", "共有五章，由管委会编写。第一章讲产业。"
    assert layout.edits(f"{title}\n\f{start}") == []
    assert title + start[:8] in read(f"前一页的句子，\n\f它的下一行。\n{title}\n\f{start}")


def test_a_sentence_cut_by_a_page_is_whole_again_whatever_its_words() -> None:
    text = "法院开展专项行动。今年以来，涉文物执行案件\n\f顺利结案，文物得到保护。下一步继续推进。"
    assert "涉文物执行案件顺利结案，文物得到保护。" in read(text)
    apart = "法院开展专项行动，文物得到保护。\n\f下一步继续推进。"
    assert read(apart) == apart


def test_a_word_hyphenated_at_a_line_end_is_whole_again() -> None:
    text = "It was a long and diffi-\ncult road to the well-known house, a well-\nknown place."
    assert "difficult road" in read(text)
    assert "a well-known place" in read(text)


def test_a_mark_at_the_start_of_a_line_goes_back_to_its_sentence() -> None:
    assert read("会议在\n北京\n，于昨日召开。") == "会议在\n北京，于昨日召开。"


@pytest.mark.parametrize(
    "text",
    [
        "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。",
        "打造特色产业增长极\n\n近年来，益阳高新区在唱好工业发展重头戏的同时，发展现代农业。",
        "对标高质量发展要求\n\n突破自我不设上限\n\n浙江被赋予历史使命后，对发展质量的要求也随之提高。",
        "议程如下：\n1. 开幕\n2. 讨论项目建设的进展，\n3. 闭幕",
        "“你去哪里？”\n“回家。”\n“等等我”\n“好”",
        "# 标题\n\n正文第一段，内容如下\n\n## 小节\n\n- 一项\n- 二项\n\n> 引文\n\n"
        "| 甲 | 乙 |\n|---|---|\n| 1 | 2 |",
        "说明：\n\n```\nfor x in y:\n\n\n    pass\n```\n\n结束。",
        "姓名\t年龄\n王芳\t30\n李娜\t28",
        "与会者一致同意。 信召红\n\n宁波高新区内银行 为企业发放贷款\n\n本报讯 近日，公司获得授信。",
        "附件1\n\n个人简历表应当如实填写。",
        "Dear Mr Smith,\n\nthank you for your letter. We have read it.",
        "Roses are red,\nViolets are blue,\nSugar is sweet,\nAnd so are you.",
        "the rain\ncame down over the old harbour\nand nobody\nspoke of it again\nuntil morning",
        "尊敬的各位来宾，\n\n大家好。今天我们在这里相聚。",
        "新建6个项目\n\n5家企业落户。园区再传捷报。",
    ],
)
def test_verse_headlines_lists_tables_talk_and_code_stay_apart(text: str) -> None:
    assert layout.edits(text) == []


def test_no_more_than_one_empty_line_is_left() -> None:
    assert read("\n\n一。\n\n\n\n二。\n \n\n三。\n\n") == "一。\n\n二。\n\n三。"
    assert read("\f\n一。\n\n\f\n二。\f") == "\f一。\n\n\f二。\n\f"


@pytest.mark.skipif(not SEEDS.exists(), reason="the sample pages are not here")
def test_the_column_breaks_of_a_real_newspaper_page_are_joined_and_no_others() -> None:
    page = next(SEEDS.glob("004_*.txt")).read_text()
    broken = [21, 29, 57, 69, 77, 95, 99, 105, 117, 131, 145]
    joined = [e.start for e in layout.edits(page) if e.kind == LINE_BREAK]
    assert [page.count("\n", 0, at) + 1 for at in joined] == broken


@pytest.mark.skipif(not SEEDS.exists(), reason="the sample pages are not here")
@pytest.mark.parametrize("number", ["000", "001", "002", "003"])
def test_a_real_page_without_broken_lines_is_left_alone(number: str) -> None:
    page = next(SEEDS.glob(f"{number}_*.txt")).read_text()
    assert [e for e in layout.edits(page) if e.kind == LINE_BREAK] == []
