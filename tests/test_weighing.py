import numpy as np
import pytest

from rag.reader.agreement import MOST, Agreement
from rag.reader.answering import read_alone
from rag.reader.reader import Reader, Seen
from rag.reader.rivals import LEAST, Rivals
from rag.reader.rivals import MOST as MOST_RIVAL
from rag.reader.weighing import (
    OF_PASSAGES,
    OF_SENTENCES,
    ReadPassage,
    Weighed,
    chances,
    in_order,
    likeliest,
    weighed_passages,
    weighed_sentences,
)
from vectorstore.article import Hit, Passage
from vectorstore.wanted import content_terms

QUESTION = "太阳站2021年的站长是谁？"
TEXTS = {
    "moon#0": "月亮站去年启用。月亮站的站长没有公布。",
    "sun#0": "太阳站建在山顶。",
    "sun#1": "2021年，站长是林晚秋。",
}
WEIGHTS = dict.fromkeys(content_terms(QUESTION), 1.0)


def _hit(id_: str, score: float) -> Hit:
    article = id_.partition("#")[0]
    return Hit(Passage(id_, article, 0, len(TEXTS[id_]), TEXTS[id_]), score, dense=score)


def _told(article: str, text: str) -> Hit:
    return Hit(Passage(f"{article}#0", article, 0, len(text), text), 0.5, dense=0.5)


def _seen(text: str, answer: str, answers: float) -> Seen:
    """See an answer in a text, one piece a character; likelier than none by twice `answers`."""
    starts, ends = (np.full(len(text), -9.0, np.float32) for _ in range(2))
    starts[text.index(answer)] = ends[text.index(answer) + len(answer) - 1] = answers
    return Seen(tuple((i, i + 1) for i in range(len(text))), starts, ends, 0.0, answers)


HITS = [_hit("moon#0", 0.9), _hit("sun#1", 0.6), _hit("sun#0", 0.3)]


def _sentences(read: list[ReadPassage]) -> list[Weighed]:
    return weighed_sentences(QUESTION, HITS, read, WEIGHTS)


@pytest.fixture
def read() -> list[ReadPassage]:
    seen = [_seen(TEXTS["moon#0"], "去年", -4.0), _seen(TEXTS["sun#1"], "林晚秋", 5.0)]
    return weighed_passages(HITS, seen)


def _signals(read: list[ReadPassage], name: str) -> list[float]:
    return [w.signals[OF_SENTENCES.index(name)] for w in _sentences(read)]


def test_words_and_numbers_that_are_missing_tell_against_a_passage(read: list[ReadPassage]) -> None:
    *moon, sun = _signals(read, "numbers of the question that are not in the passage")
    assert moon == [1, 1] and sun == 0
    *_, moons, suns = _signals(read, "rare words of the question in the passage")
    assert 0 < suns < 1 and 0 < moons < 1
    similar = _signals(read, "similarity of the passage, above the mean of the passages found")
    assert similar == pytest.approx([0.3, 0.3, 0.0])


def test_the_score_becomes_a_probability_and_the_signals_stay(read: list[ReadPassage]) -> None:
    ordered = in_order(read)
    assert [r.hit.passage.id for r in ordered] == ["sun#1", "moon#0"]
    assert 1 > ordered[0].hit.score > ordered[1].hit.score > 0
    assert [r.signals[OF_PASSAGES.index("search score")] for r in ordered] == [0.6, 0.9]
    assert _signals(ordered, "search score") == [0.6, 0.9, 0.9]


def test_a_sentence_has_the_likeliest_answer_that_stands_in_it(read: list[ReadPassage]) -> None:
    moon, *_ = _sentences(read)
    text = TEXTS["moon#0"]
    assert moon.text == "月亮站去年启用。"
    assert text[slice(*moon.answer)] == "去年"
    assert all(len(w.signals) == len(OF_SENTENCES) for w in _sentences(read))


def test_an_answer_that_another_article_holds_as_well_is_agreed_on(read: list[ReadPassage]) -> None:
    agreed = "other articles that hold the likeliest answer of the sentence"
    assert _signals(read, agreed) == [0, 0, 0]
    told = weighed_passages([_told("press", "站长林晚秋说，今年不开放。")], [read[1].seen])
    moon, _, sun, _ = _signals([*read, *told], agreed)
    assert moon == 0 and sun == pytest.approx(1 / (1 + np.exp(-5.0)))


def test_agreement_is_between_articles_and_about_whole_numbers() -> None:
    texts = ("a", "共32个", 9.0), ("a", "有32个", 9.0), ("b", "共320个，第３２页", -9.0)
    agreement = Agreement([(_told(name, text).passage, logit) for name, text, logit in texts])
    assert agreement.of("32个", "b") == pytest.approx(1, abs=0.01)
    assert agreement.of("32个", "a") == 0
    assert agreement.of("32", "a") == pytest.approx(0, abs=0.01) and agreement.of("32", "a") > 0
    assert agreement.of("20", "c") == agreement.of(" ", "c") == 0
    longer = Agreement([(_told("d", "占1.32亿、三十人").passage, 9.0)])
    assert longer.of("32亿", "a") == longer.of("三", "a") == 0 < longer.of("1.32亿", "a")
    many = Agreement([(_told(str(n), "林晚秋").passage, 9.0) for n in range(5)])
    assert many.of("林晚秋", "0") == MOST


def test_a_rival_is_the_likeliest_other_answer_of_another_article() -> None:
    told = [
        ("a", "林晚秋", 6.0),
        ("b", "王小明", 2.0),
        ("c", "站長林晚秋", 2.5),
        ("c", "三月", -9.0),
    ]
    rivals = Rivals(told)
    assert rivals.of("林晚秋", "a") == 2.0
    assert rivals.of("王小明", "b") == MOST_RIVAL
    assert rivals.of("李四", "d") == MOST_RIVAL
    other_sum = Rivals([("b", "210亿元", 2.0)])
    assert other_sum.of("180亿元", "a") == 2.0 and other_sum.of("达210亿元", "a") == LEAST
    assert Rivals(told[:1]).of("王小明", "a") == Rivals([]).of("林晚秋", "a") == LEAST


def test_what_another_article_answers_instead_lowers_all_chances_and_no_order(
    read: list[ReadPassage],
) -> None:
    moon = read[:1]
    alone = _sentences(moon)
    other = _told("press", "站长是王小明。")
    seen = _seen(other.passage.text, "王小明", 4.0)
    contradicted = _sentences([*moon, *weighed_passages([other], [seen])])[: len(alone)]
    before, after = chances(likeliest(alone)), chances(likeliest(contradicted))
    assert len(before) == 2
    assert all(a < b for a, b in zip(after, before, strict=True))
    assert before == sorted(before, reverse=True) and after == sorted(after, reverse=True)
    assert chances([]) == []


def test_a_sentence_that_answers_when_read_alone_is_surer(read: list[ReadPassage]) -> None:
    ordered = likeliest(_sentences(read))
    yes, unknown, no = (chances(ordered, logit) for logit in (4.0, 0.0, -4.0))
    assert all(a > b > c for a, b, c in zip(yes, unknown, no, strict=True))
    asked, weighed = "月亮站什么时候启用？", [w for w in ordered if w.hit.passage.id == "moon#0"]
    logits = dict(zip((w.text for w in weighed), read_alone(asked, weighed, Reader()), strict=True))
    assert logits["月亮站去年启用。"] > logits["月亮站的站长没有公布。"]
