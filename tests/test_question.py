import pytest

from rag.answer import Turn
from rag.errors import AskError
from rag.question import MAX_QUESTION, checked, language, resolved
from rag.signals import kind_fit
from vectorstore.wanted import content_terms, keywords

BEFORE = [Turn("丽水方德智驱应用技术研究院是哪几方合作成立的？", "三方合作。")]


@pytest.mark.parametrize("text", ["", "  \n", "？？！", "\0"])
def test_empty_question_is_refused(text: str) -> None:
    with pytest.raises(AskError, match="empty"):
        checked(text)


def test_question_of_a_hundred_thousand_characters_is_refused() -> None:
    with pytest.raises(AskError, match="100,000 characters"):
        checked("问" * 100_000)
    assert checked("问" * MAX_QUESTION)


@pytest.mark.parametrize(
    "follow_up",
    [
        "它是什么时候成立的？",
        "那上海呢？",
        "When was it opened?",
        "总投资呢",
        "为什么？",
        "上述项目投资多少亿元？",
        "两者有什么区别？",
        "How old was she when it opened?",
        "多少钱？",
    ],
)
def test_follow_up_takes_the_question_before_along(follow_up: str) -> None:
    assert resolved(follow_up, BEFORE) == f"{BEFORE[0].question} {follow_up}"
    assert resolved(follow_up, []) == follow_up


@pytest.mark.parametrize(
    "alone",
    [
        "池州科创飞地专项基金的规模有多大？",
        "为什么要建飞地这样的园区？",
        "其他园区有几个获奖项目？",
        "应该归哪个部门管理？",
        "可以免费使用研究院成果的那家企业，副董事长叫什么名字？",
        "What do companies have that universities lack?",
        "池州科创飞地专项基金的规模有多大呢？",
        "那曲市的海拔是多少米？",
        "马耳他的首都是哪座城市？",
        "马云是谁？",
        "什么是5G？",
        "What is DDR5?",
        "你好",
        "Tell me a joke",
        "Who won this year's award for films?",
    ],
)
def test_question_that_stands_alone_stays_as_it_is(alone: str) -> None:
    assert resolved(alone, BEFORE) == alone


def test_language_is_told() -> None:
    told = {
        "hans": (
            "规模多大",
            "DDR5是什么",
            "OpenAI的CEO是谁？",
            "iPhone 16 Pro Max多少钱？",
            "？",
        ),
        "hant": ("規模多大", "OpenAI的執行長是誰？"),
        "en": ("How large?", "What is 小米?", "Who leads Huawei (华为)?"),
    }
    for name, texts in told.items():
        assert [language(text) for text in texts] == [name] * len(texts)


def test_what_is_asked_with_another_character_is_understood() -> None:
    assert keywords("廬陽區甚麼時候引進項目？") == ["廬陽區", "引進項目"]


def test_keywords_are_what_is_asked_about_in_its_own_characters() -> None:
    assert keywords("專項基金的規模是多少？") == ["專項基金", "規模"]
    assert content_terms("專項基金的規模是多少？") == ["专项", "项基", "基金", "规模"]


@pytest.mark.parametrize(
    ("question", "sentence", "fit"),
    [
        ("规模多少？", "规模2亿元。", 1.0),
        ("规模多少？", "规模很大。", -1.0),
        ("谁介绍的？", "柯毅介绍说。", 1.0),
        ("什么时候开园？", "2023年12月24日开园。", 1.0),
        ("2023年什么时候开园？", "2023年开园。", -1.0),
        ("怎么样？", "很好。", 0.0),
        ("Who is the head of the park?", "Ann Fowler is its head.", 1.0),
        ("Who is Ann Fowler?", "Ann Fowler is its head.", -1.0),
        ("Where is the park?", "The park lies in London.", 1.0),
        ("Where is the park?", "The park is large.", -1.0),
    ],
)
def test_kind_of_answer_is_looked_for(question: str, sentence: str, fit: float) -> None:
    assert kind_fit(question, sentence) == fit
