from hypothesis import given
from hypothesis import strategies as st

from vectorstore.script import fold, terms, width


def test_traditional_full_width_and_capitals_fold_to_one_form() -> None:
    assert fold("國務院ＡＢＣ①２") == fold("国务院abc12")


def test_chinese_becomes_characters_and_pairs() -> None:
    assert terms("存储芯片") == ["存", "储", "芯", "片", "存储", "储芯", "芯片"]


def test_words_and_numbers_stay_whole() -> None:
    assert terms("DDR5 sold 1,000 units, 3.5%") == ["ddr5", "sold", "1000", "units", "3.5"]


def test_traditional_question_has_the_terms_of_the_simplified_text() -> None:
    assert set(terms("專項基金規模")) == set(terms("专项基金规模"))


def test_width_counts_chinese_characters() -> None:
    assert width("芯片") == 2
    assert width("abcde") == 2


@given(st.text())
def test_any_text_gives_terms(text: str) -> None:
    assert all(term.strip() for term in terms(text))
