import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.quantity import quantities
from rag.verify import doubts, strays

SOURCE = [
    "池州经开区和池州市投控集团合设了一只规模2亿元的专项基金，柯毅表示将继续支持，没有取消补贴。"
]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2亿元", {"200000000"}),
        ("2億元", {"200000000"}),
        ("二亿元", {"200000000"}),
        ("1,066秒", {"1066"}),
        ("二〇二四年十二月", {"2024", "12"}),
        ("约七成", {"70%"}),
        ("70％", {"70%"}),
        ("百分之五十三", {"53%"}),
        ("4400余万元", {"44000000"}),
        ("第三十二届", {"32"}),
        ("December 24, 2023", {"12", "24", "2023"}),
        ("2 billion yuan", {"2000000000"}),
        ("0.50", {"0.5"}),
        ("38 亿元", {"3800000000"}),
        ("3亿5000万", {"350000000"}),
        ("两万五千", {"25000"}),
        ("第一名", {"1"}),
        ("60㎡", {"60"}),
        ("2015成立", {"2015"}),
        ("一个项目", set()),
        ("5千万，1万5千，2千5百人", {"50000000", "15000", "2500"}),
        ("全长5千米，重3千克", {"5", "3"}),
        ("百分之三十点五", {"30.5%"}),
        ("三点五亿元", {"350000000"}),
        ("三分之一", {"1/3"}),
        ("two billion dollars for twenty-five ships", {"2000000000", "25"}),
        ("£1.5bn", {"1500000000"}),
        ("No one was hurt.", set()),
        ("五辆车，八公里，十周年", {"5", "8", "10"}),
        ("十分重要，同一时间，四周，几十个", set()),
    ],
)
def test_numbers_are_read_however_they_are_written(text: str, values: set[str]) -> None:
    assert set(quantities(text)) == values


@pytest.mark.parametrize(
    "claim",
    [
        "池州经开区和池州市投控集团合设了规模2亿元的专项基金。",
        "專項基金規模為2億元。",
        "专项基金的规模是二亿元。",
        "柯毅表示将继续支持。",
        "没有取消补贴。",
    ],
)
def test_what_the_source_says_is_carried(claim: str) -> None:
    assert doubts(claim, SOURCE, "专项基金规模多大？") == ()


@pytest.mark.parametrize(
    ("claim", "doubt"),
    [
        ("专项基金规模3亿元。", "3亿"),
        ("专项基金规模2亿美元，占比70%。", "70%"),
        ("李明表示将继续支持。", "李明"),
        ("专项基金由IBM设立。", "IBM"),
        ("柯毅表示将不继续支持。", "相反"),
        ("旅游业和餐饮业发展迅速，游客众多。", "说法"),
    ],
)
def test_what_the_source_does_not_say_is_named(claim: str, doubt: str) -> None:
    assert doubt in "；".join(doubts(claim, SOURCE, "专项基金规模多大？"))


CARRIED = [
    ("1个项目落户。", "一个项目落户。"),
    ("1名工人死亡。", "一名工人死亡。"),
    ("全长5公里。", "全长5千米。"),
    ("该项目十分重要。", "该项目非常重要。"),
    ("占比达70%。", "占比达七成。"),
    ("他没有参加会议。", "他没参加会议。"),
    ("由于疫情、天气等原因，开园推迟。", "因为疫情、天气等原因，开园推迟。"),
    ("没有人员伤亡。", "没有人员伤亡且未造成损失。"),
    ("8月10号开园。", "8月10日开园。"),
    ("No one was hurt.", "Nobody was hurt."),
    ("The board didn't approve the plan.", "The board didn’t approve the plan."),
    ("市长是李明。", "The mayor is Li Ming."),
    ("The Chinese port of Selby grew.", "Selby, a port in China, grew."),
]

NOT_CARRIED = [
    ("Apple Intelligence支持中文。", "苹果公司称，Apple Intelligence不支持中文。", "相反"),
    ("OpenAI的CEO是Elon Musk。", "OpenAI的CEO是萨姆·奥尔特曼。", "Musk"),
    ("局长是李明，负责招商。", "局长是柯毅，负责招商。", "李明"),
    ("据介绍，李明表示支持。", "据介绍，柯毅表示支持。", "李明"),
    ("公司由李明（左）创办。", "公司由柯毅（左）创办。", "李明"),
    ("John Smith is the head of the park.", "Ann Fowler is the head of the park.", "Smith"),
    ("公司取消了对村民的补贴。", "公司没有取消对村民的补贴。", "相反"),
    ("The company will build the plant.", "The company won’t build the plant.", "相反"),
    ("They can build the plant.", "They cannot build the plant.", "相反"),
    ("项目总投资1000万元。", "项目总投资5千万元。", "1000万"),
    ("占三分之一。", "占三分之二。", "三分之一"),
    ("It cost two billion yuan.", "It cost two million yuan.", "two billion"),
    ("五辆车参加。", "三辆车参加。", "五"),
    ("投资2亿美元。", "投资2亿元。", "2亿"),
    ("3月5日开园。", "5月3日开园。", "3"),
    ("12月24日开园。", "2月24日开园，首批12家企业入驻。", "12"),
    ("产值增长5%。", "产值下降5%。", "升降相反"),
    ("提高5%。", "提高5个百分点。", "5%"),
]


@pytest.mark.parametrize(("claim", "source"), CARRIED)
def test_a_true_sentence_in_other_writing_is_not_doubted(claim: str, source: str) -> None:
    assert strays(claim, [source]) == ()


@pytest.mark.parametrize(("claim", "source", "doubt"), NOT_CARRIED)
def test_a_sentence_that_is_nearly_the_source_is_doubted(
    claim: str, source: str, doubt: str
) -> None:
    assert doubt in "；".join(strays(claim, [source]))


def test_numbers_of_the_question_are_no_evidence() -> None:
    assert doubts("专项基金规模5亿元。", SOURCE, "专项基金有5亿元吗？")


def test_words_of_the_question_alone_carry_nothing() -> None:
    source = "平天湖集团有限公司党委副书记、副总经理柯毅介绍说，该中心建立运营模式。"
    assert doubts("投资促进局的局长是柯毅。", [source], "池州经开区投资促进局的局长是谁？")


def test_number_of_something_else_is_named() -> None:
    source = ["全区签约39个项目。旅游景点接待游客2万人。"]
    assert doubts("医药企业有2万家。", source, "医药企业有多少家？")


def test_nothing_cited_is_a_doubt() -> None:
    assert doubts("专项基金规模2亿元。", []) == ("没有注明依据",)


def test_across_languages_numbers_are_compared() -> None:
    assert doubts("The fund has 200 million yuan.", SOURCE) == ()
    assert "300 million" in doubts("The fund has 300 million yuan.", SOURCE)[0]


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_can_be_checked(claim: str, source: str) -> None:
    assert isinstance(doubts(claim, [source]), tuple)


@given(st.text(alphabet="零〇一二两三四五六七八九十百千万亿成年%.,0123456789分之", max_size=20))
def test_any_run_of_digits_can_be_read(text: str) -> None:
    assert isinstance(quantities(text), dict)
