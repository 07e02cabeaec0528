import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.finish import from_text
from vectorstore.script import width
from vectorstore.split import MAX_SENTENCE_WIDTH, TARGET_WIDTH, passages, sentences


def cut(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲开园。乙投产！丙呢？", ["甲开园。", "乙投产！", "丙呢？"]),
        ("他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]),
        ("传感器产业园……在推动中成长。完。", ["传感器产业园……在推动中成长。", "完。"]),
        (
            "Growth was 3.5 percent. Mr. Li left the U.S. market.",
            ["Growth was 3.5 percent.", "Mr. Li left the U.S. market."],
        ),
        ("见 http://a.cn/b?c=d 页面。好", ["见 http://a.cn/b?c=d 页面。", "好"]),
        ("第一行\n第二行", ["第一行", "第二行"]),
        ("他问“怎么了？”，然后走了。好", ["他问“怎么了？”，然后走了。", "好"]),
        ("影片《夺冠！中国女排》上映了。好", ["影片《夺冠！中国女排》上映了。", "好"]),
        ("读《为什么？》！书名《没有完！好", ["读《为什么？》！", "书名《没有完！", "好"]),
        ('He asked "why?", then left. Yes!', ['He asked "why?", then left.', "Yes!"]),
        ("。！？\n\n", []),
        ("", []),
    ],
)
def test_text_is_cut_on_sentence_ends(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@pytest.mark.parametrize("number", ["1,234,567元", "12:30开始"])
def test_a_long_sentence_is_not_cut_inside_a_number(number: str) -> None:
    for before in range(MAX_SENTENCE_WIDTH - 12, MAX_SENTENCE_WIDTH + 2):
        text = f"{'甲，' * (before // 2)}{number}{'乙' * 400}。"
        assert any(number in part for part in cut(text)), before


def test_passages_hold_whole_sentences_of_about_the_target_size() -> None:
    article = from_text(
        "".join(f"第{i}个项目在园区开工建设，总投资为{i}亿元。" for i in range(100)), "a"
    )
    made = passages(article)
    assert all(p.text.endswith("。") for p in made)
    assert all(width(p.text) <= 1.2 * TARGET_WIDTH for p in made)
    assert sum(width(p.text) for p in made) / len(made) > 0.8 * TARGET_WIDTH


def test_heading_goes_with_the_passages_under_it() -> None:
    made = passages(from_text("开头。\n\n## 资金支持\n\n设立基金。", "a", "标题"))
    assert [(p.heading, p.text) for p in made] == [("", "开头。"), ("资金支持", "设立基金。")]
    assert {p.title for p in made} == {"标题"}


def test_sentence_without_end_is_cut() -> None:
    made = sentences("长" * 5000)
    assert max(b - a for a, b in made) <= MAX_SENTENCE_WIDTH
    assert sum(b - a for a, b in made) == 5000


@given(st.text(alphabet='甲乙。！？.!? \n#"”…“Aa1，；\r\t\u3000', max_size=300))
def test_passages_stand_where_they_say_and_lose_no_word(text: str) -> None:
    article = from_text(text, "a")
    made = passages(article)
    assert all(article.text[p.start : p.end] == p.text for p in made)
    assert all(a.end <= b.start for a, b in zip(made, made[1:], strict=False))


def test_passage_ids_can_be_recomputed() -> None:
    article = from_text("甲。" * 300, "dir/a.txt")
    assert [p.id for p in passages(article)] == [
        f"dir/a.txt:{n}" for n in range(1, len(passages(article)) + 1)
    ]


@pytest.mark.parametrize("text", ["长" * 400_000, "a" * 400_000, "# " + " #" * 200_000])
def test_long_text_without_stops_is_cut_in_no_time(text: str) -> None:
    begun = time.perf_counter()
    passages(from_text(text, "a"))
    assert time.perf_counter() - begun < 1


def test_heading_without_a_sentence_is_a_passage_of_its_own() -> None:
    article = from_text("# 园区开园 ##\n\n## 资金\n\n设立基金。\n\n## 联系我们", "a")
    made = passages(article)
    assert [(p.heading, p.text) for p in made] == [
        ("", "园区开园"),
        ("资金", "设立基金。"),
        ("", "联系我们"),
    ]
    assert all(article.text[p.start : p.end] == p.text for p in made)


def test_ascii_mark_ends_a_sentence_before_a_chinese_character() -> None:
    assert cut("开园了!园区在哪?在池州。") == ["开园了!", "园区在哪?", "在池州。"]
