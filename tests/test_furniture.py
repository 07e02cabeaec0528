from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.clean import captions, furniture, menus, paging, repeated
from vectorstore.clean.edit import CAPTION, MENU, PAGE, REPEATED, Step, Text

FIRST = (
    "今年以来，园区累计引进重点项目二十三个，总投资一百二十亿元，"
    "其中十亿元以上的项目有六个，涵盖半导体、新材料和装备制造三个领域。"
)
SECOND = (
    "另一方面，园区的服务团队走访了三百多家企业，"
    "帮助它们解决用工、用地和融资方面的困难，并且把办理时间缩短到七个工作日以内。"
)
THIRD = (
    "下一步，园区将建设三个公共实验室和一座能住两百人的人才公寓，"
    "继续向中小企业开放设备，并且在年底以前公布全部的收费标准和预约办法。"
)
STEPS: tuple[Step, ...] = (
    captions.edits, menus.edits, repeated.edits, paging.edits, furniture.edits,
)  # fmt: skip


def left(text: str, step: Step = furniture.edits) -> str:
    return Text.of(text).edited(step(text)).text


def kinds(text: str) -> set[str]:
    return {edit.kind for edit in furniture.edits(text)}


@pytest.mark.parametrize(
    "caption",
    [
        "图片来源:重庆高新区", "图为园区一角。", "园区全貌。园区管委会供图", "▲施工现场。",
        "浙江容祺科技有限公司。人民网 方彭依梦摄", "新华社记者 王小明 摄", "资料图：园区大门。",
        "救援现场。(8月2日摄)", "图①：新建成的厂房", "Photo by Jane Doe",
        "情境圖／翻攝自網路", "圖片由業者提供", "（照片由受访市民提供）", "资料照，记者王小明拍摄",
        "照片／主辦單位提供", "視訊畫面。記者林志偉攝影", "本版图片均由李红拍摄。",
    ],
)  # fmt: skip
def test_a_caption_on_a_line_of_its_own_goes(caption: str) -> None:
    text = f"{FIRST}\n\n{caption}\n\n{SECOND}"
    assert left(text) == f"{FIRST}\n\n{SECOND}"
    assert kinds(text) == {CAPTION}


def test_a_credit_behind_a_sentence_goes_and_the_sentence_stays() -> None:
    assert left(f"{FIRST}受访者供图{SECOND}") == FIRST + SECOND
    assert left(f"{FIRST}新华社记者 王小明 摄{SECOND}") == FIRST + SECOND


@pytest.mark.parametrize(
    "credit",
    [
        "杭州动物园 供图", "（本文图片 王小明 摄）", "新华社发（王小明 摄）", "本报记者 王小明 摄",
        "（图片由受访者提供）", "图片/晚报全媒体记者 王小明 摄",
    ],
)  # fmt: skip
def test_a_credit_behind_the_last_sentence_goes_whole(credit: str) -> None:
    text = f"{FIRST}{SECOND}"
    assert left(text + credit) == text
    assert kinds(text + credit) == {CAPTION}


def test_a_credit_that_cannot_go_whole_stays() -> None:
    text = f"{FIRST}{SECOND}据介绍，王小明 供图"
    assert left(text) == text


def test_a_stamp_on_every_page_goes_from_the_first_as_well() -> None:
    stamp = "内部资料 注意保存"
    paged = "\n\f".join(f"{stamp}\n{part}" for part in (FIRST, SECOND, THIRD))
    assert stamp not in left(paged, paging.edits)


def test_image_texts_with_running_numbers_go() -> None:
    alt = "开发区特色产业建设"
    text = f"{alt}\n{FIRST}\n{alt}(1)\n{SECOND}\n{alt}(2)\n"
    assert left(text) == f"{alt}\n{FIRST}\n{SECOND}\n"


@pytest.mark.parametrize(
    "line",
    [
        "快捷搜索:  汽车  科技", "首页 > 新闻 > 正文", "字号：大 中 小", "分享到：微信 微博",
        "上一篇：某某项目开工", "点击加载更多", "扫码关注公众号", "版权所有 某某网 京ICP备12345号",
        "广告", "Share this article", "Sign up for our weekly newsletter",
        "We use cookies to improve your experience.", "© 2024 Example News. All rights reserved.",
    ],
)  # fmt: skip
def test_a_line_of_the_page_around_the_article_goes(line: str) -> None:
    text = f"{FIRST}\n{line}\n{SECOND}"
    assert left(text) == f"{FIRST}\n{SECOND}"
    assert kinds(text) == {MENU}


@pytest.mark.parametrize(
    "line",
    [
        "列印本頁 回上一頁", "【纠错】 【打印】 【关闭】", "登入 | 註冊 | 會員中心 | 訂閱電子報",
        "關於我們 | 聯絡我們 | 隱私權政策", "分享 Facebook LINE", "网友评论（0条） 我要评论",
    ],
)  # fmt: skip
def test_a_line_of_things_to_press_goes_wherever_it_stands(line: str) -> None:
    for text in (f"{line}\n{FIRST}", f"{FIRST}\n{line}\n{SECOND}", f"{FIRST}\n{line}"):
        assert line not in left(text)


@pytest.mark.parametrize(
    "line",
    [
        "請輸入關鍵字  搜尋", "熱門關鍵字：  颱風  股市", "上一則：市府召開防災會議",
        "下一条：没有了",
        "扫一扫在手机打开当前页", "加入LINE好友，掌握最新消息",
        "更多精彩内容，请下载客户端",
    ],
)  # fmt: skip
def test_what_a_page_asks_for_goes_above_and_below_an_article(line: str) -> None:
    assert left(f"{line}\n{FIRST}").strip() == FIRST
    assert left(f"{FIRST}\n{line}").strip() == FIRST


@pytest.mark.parametrize(
    "line",
    [
        "分享", "评论", "中文", "喜欢", "上下五千年", "下载这个APP的人越来越多。", "微信里的陌生人",
        "手机下载软件要小心", "加入世贸组织二十年", "关注农村孩子", "简体字和繁体字",
    ],
)  # fmt: skip
def test_a_headline_with_such_words_stays(line: str) -> None:
    assert left(f"{line}\n{FIRST}") == f"{line}\n{FIRST}"


def test_a_list_of_other_articles_at_the_end_goes() -> None:
    text = f"{FIRST}\n\n相关阅读\n城市更新提速\n人才新政落地\n"
    assert left(text).strip() == FIRST
    assert left(f"{FIRST}\n猜您喜欢:").strip() == FIRST


def test_a_heading_like_that_of_a_list_stays_where_text_follows() -> None:
    text = f"{FIRST}\n相关链接\n{SECOND}"
    assert left(text) == text


def test_a_notice_at_the_end_goes_but_not_an_article_behind_one() -> None:
    notice = "版权声明：本网所有稿件未经授权不得转载。"
    assert left(f"{FIRST}\n{notice}").strip() == FIRST
    assert left(f"声明：{notice}{FIRST}{SECOND}") == f"声明：{notice}{FIRST}{SECOND}"


def test_a_paragraph_made_of_others_goes_and_they_stay() -> None:
    title = "开发区特色产业建设再上新台阶"
    heading = "打开新思路谋划新发展"
    flow = f"{FIRST}\n\n{heading}\n\n{SECOND}"
    text = f"{title}\n\n{title}{SECOND}{heading}{FIRST}\n\n{flow}"
    assert left(text) == f"{title}\n\n{flow}"
    assert kinds(text) == {REPEATED}


def test_a_paragraph_that_stands_twice_stays_once() -> None:
    assert left(f"{FIRST}\n{SECOND}\n{FIRST}\n") == f"{FIRST}\n{SECOND}\n"


@pytest.mark.parametrize("unit", ["轮", "月"])
def test_paragraphs_that_differ_in_a_number_stay(unit: str) -> None:
    told = (
        "据赛会公布，本届第{}{}的焦点战将于周六晚上在合肥奥体中心举行，届时将有三万名球迷到场观战，"
    )
    told += "现场票务已经售罄，电视台将全程直播。"
    for numbers in (("1", "10", "11", "12"), ("一", "十", "十一"), ("1", "11")):
        text = "\n".join(told.format(n, unit) for n in numbers)
        assert repeated.edits(text) == []


def test_paragraphs_put_together_of_halves_of_others_stay() -> None:
    told = "据统计，{}全区的新能源汽车零售额同比增长两成以上，占比超过四成，保持较快增长势头，"
    told += "其中{}的销量居各区的首位，比上年同期增加了三百多辆。"
    text = "\n".join(told.format(a, b) for a in ("一季度", "二季度") for b in ("甲街道", "乙街道"))
    assert repeated.edits(text) == []


@pytest.mark.parametrize("top", ["", "园区招商再创新高\n"])
def test_of_a_paragraph_put_in_front_the_copy_in_the_flow_stays(top: str) -> None:
    flow = f"{FIRST}\n{SECOND}\n{THIRD}\n"
    assert left(f"{top}{SECOND}\n{flow}") == f"{top}{flow}"
    assert left(f"{top}{FIRST}\n{flow}") == f"{top}{flow}"


def test_a_first_paragraph_that_the_last_one_repeats_stays() -> None:
    flow = f"{FIRST}\n{SECOND}\n{THIRD}\n"
    assert left(f"{flow}{FIRST}\n") == flow


@pytest.mark.parametrize(
    "text",
    [
        "我们再一次荡起双桨\n小船儿推开波浪\n我们再一次荡起双桨\n水面倒映着白塔\n",
        "让我们荡起双桨\n小船儿推开波浪\n水面倒映着白塔\n让我们荡起双桨\n小船儿推开波浪\n",
        "甲方 1200 1300 1400\n乙方 1200 1300 1400\n甲方 1200 1300 1400\n",
        f"{FIRST}\n{FIRST[:30]}{SECOND}\n",
        "照片拍摄于去年冬天。\n他曾供图给多家报纸，也写过评论。\n",
        "图片由谁提供，报社没有说明。\n照片由他提供给警方，成为证据。\n",
        "示意图很清楚。\n资料照片显示，那里曾是一片湖。\n",
        "图书馆今年购书三万册。\n上下游企业一起来了。\n",
        "公司发表声明：无条件接受处罚。",
        "版权所有者有权要求赔偿，这是法院的意见。",
        "It was signed up for by three people, who share the costs of the newsletter they read.",
    ],
)
def test_text_of_the_article_stays(text: str) -> None:
    assert furniture.edits(text) == []


def paged(foot: str, head: str = "某某大学学报") -> str:
    bodies = [f"第{word}个部分讲述园区的发展历程。" for word in "一二三四五"]
    return "\f".join(
        f"{head}\n{body}\n{foot.format(n)}\n" for n, body in enumerate(bodies, start=4)
    )


@pytest.mark.parametrize("foot", ["- {} -", "{}", "第{}页 共90页", "Page {} of 90", "学报 {}"])
def test_page_numbers_and_running_heads_go(foot: str) -> None:
    text = paged(foot)
    cleaned = left(text)
    assert cleaned.count("某某大学学报") == 1
    assert not any(c.isdigit() for c in cleaned)
    assert cleaned.count("\f") == text.count("\f")
    assert cleaned.count("个部分") == 5
    assert kinds(text) == {PAGE}


def test_numbers_that_do_not_run_with_the_pages_stay() -> None:
    text = "\f".join(f"{n}\n这一页的正文内容。" for n in (17, 4, 311, 28))
    assert furniture.edits(text) == []


def test_heads_and_tables_of_ever_fewer_numbers_are_read() -> None:
    for ends in (("统计 2024 1", "统计 2024 2", "统计 2024"), ("80 92 227", "15 30", "7")):
        text = "\f".join(f"{FIRST}\n{SECOND}\n{end}" for end in ends)
        assert left(text, paging.edits) == text


def test_the_first_of_the_heads_goes_if_it_names_an_issue_or_a_headline_follows() -> None:
    assert "观察" not in left(paged("- {} -", "《经济观察》2022年第5期"))
    title = "园区发展迈上新的台阶"
    text = paged("- {} -").replace("学报\n", f"学报\n{title}\n", 1)
    assert left(text).startswith(title)
    assert "学报" not in left(text)


def test_the_head_of_two_pages_goes_from_the_second() -> None:
    text = f"某某大学学报\n{FIRST}\n\f某某大学学报\n{SECOND}"
    assert left(text) == f"某某大学学报\n{FIRST}\n\f{SECOND}"


ODD = st.lists(
    st.sampled_from(
        [
            "\n", "\f", " ", "。", "图为", "摄", "供图", "(1)", "- 3 -", "7", "相关阅读",
            "版权声明：转载",
            "来源:", "王小明", "责任编辑：", "（", "）", "广告", FIRST, SECOND,
            "标题标题标题标题", "记者 ",
        ]
    ) | st.text(max_size=6),
    max_size=40,
).map("".join)  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
@given(text=ODD)
def test_any_text_is_cleaned_once_and_keeps_its_page_breaks(step: Step, text: str) -> None:
    edits = step(text)
    ends = [0, *(edit.end for edit in edits)]
    assert all(a <= e.start <= e.end <= len(text) for a, e in zip(ends, edits, strict=False))
    cleaned = Text.of(text).edited(edits).text
    assert cleaned.count("\f") == text.count("\f")
    assert step(cleaned) == []


BODY = "池州经开区全力按下招商提质快进键，聚焦长三角重点产业集聚区域，派驻干部人才开展跟班学习。"


@pytest.mark.parametrize(
    "row",
    [
        "要闻 国内 国际 社会 文娱 图集",
        "繁體 | 手機版 | 聯絡我們 | RSS",
        "注册 / 登录 / 帮助",
    ],
)
def test_a_row_of_short_items_around_the_article_is_a_menu(row: str) -> None:
    for text in (f"{row}\n{BODY}", f"{BODY}\n{row}"):
        left = Text.of(text).edited(menus.edits(text)).text
        assert left.strip() == BODY


@pytest.mark.parametrize(
    ("line", "gone"),
    [
        ("市民用手机扫描二维码就能预约挂号。", False),
        ("目前全市已有3000人扫码加入志愿服务队。", False),
        ("法院认定该软件版权所有归原告公司。", False),
        ("Share on gains rose 3% to $4.", False),
        ("扫码关注我们的公众号。", True),
        ("欢迎扫一扫下载APP", True),
        ("版权所有，未经许可不得转载。", True),
    ],
)
def test_a_sentence_inside_an_article_only_looks_like_a_notice(line: str, gone: bool) -> None:
    assert bool(menus.edits(f"{BODY}\n{line}\n{BODY}结尾。")) is gone


@pytest.mark.parametrize(
    "row", ["童云 严雷 王哲斌 顾晴 李海", "苹果/香蕉", "记者 李明 王芳 陈刚 张伟"]
)
def test_names_and_rows_in_the_middle_are_no_menu(row: str) -> None:
    assert [e for e in menus.edits(f"{row}\n{BODY}") if e.kind == MENU] == []
    middle = f"{BODY}\n春天 夏天 秋天 冬天 全年\n{BODY}结尾。"
    assert menus.edits(middle) == []


@pytest.mark.parametrize(
    "line",
    [
        "Council votes to extend tram line", "some twelve thousand within walking distance",
        "春眠 不觉 晓处 处闻 啼鸟 夜来", "独家 | 专访 | 老城",
    ],
)  # fmt: skip
def test_a_headline_or_verse_of_short_words_is_no_menu(line: str) -> None:
    assert menus.edits(f"{line}\n{BODY}") == []


@pytest.mark.parametrize("line", ["Home | Fashion | Weather", "首页 新闻 社会 庐阳 蜀山 包河"])
def test_a_row_that_names_parts_of_a_site_is_a_menu_even_at_the_top(line: str) -> None:
    assert left(f"{line}\n{BODY}", menus.edits) == BODY


def test_a_row_parted_by_spaces_and_words_of_english_stay_below() -> None:
    text = f"{BODY}\nThe vote passed by a margin of nine\n春眠 不觉 晓处 处闻 啼鸟 夜来"
    assert menus.edits(text) == []
