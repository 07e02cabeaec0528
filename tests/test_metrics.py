"""Every metric on numbers worked out by hand."""

import math
from dataclasses import replace

import pytest

from evals import citing, wording
from evals.calibration import (
    area_under_risk_coverage,
    auroc,
    calibration_bins,
    calibration_error,
    risk_coverage,
)
from evals.questions import Question, Support
from evals.retrieval import Place, article_scores, overlaps, passage_scores
from evals.scoring import answer_scores, answers_right, cause, weights
from rag.answer import Answer, Citation, Sentence


def asked(*support: Support, **fields: object) -> Question:
    given = {"answerable": True, "answers": ("2亿元",), **fields}
    return Question(id="q", question="规模多大？", support=support, **given)  # type: ignore[arg-type]


def told(text: str = "", *places: Place, declined: bool = False) -> Answer:
    cited = tuple(
        Citation(n, p.doc, "", "", f"{p.doc}#0", text, p.start, p.end, p.start, p.end)
        for n, p in enumerate(places, start=1)
    )
    said = () if declined else (Sentence(text, tuple(c.n for c in cited), True),)
    return Answer("规模多大？", "规模多大？", text, declined, 0.5, "quote", said, cited)


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("廬陽區 ２０２４年，ＤＤＲ５！", "庐阳区2024年ddr5"),
        ("  38 億元。", "38亿元"),
        ("《人造太陽》", "人造太阳"),
        ("1,066秒", "1066秒"),
        ("……", ""),
    ],
)
def test_text_is_compared_without_script_width_case_and_marks(text: str, compared: str) -> None:
    assert wording.normalised(text) == compared


def test_exact_match_takes_any_gold_answer_in_either_script() -> None:
    assert wording.exact_match("廬陽區。", ["合肥", "庐阳区"]) == 1
    assert wording.exact_match("廬陽", ["庐阳区"]) == 0


def test_f1_counts_characters_and_words() -> None:
    # 总 投 资 38 亿 元 against 38 亿 元: 3 in common of 6 and 3
    assert wording.f1("總投資38億元", ["38亿元"]) == pytest.approx(2 * 3 / 9)
    # the Kawann Short against Kawann Short: 2 of 3 and 2
    assert wording.f1("the Kawann Short", ["Kawann Short"]) == pytest.approx(0.8)
    # 中中国 against 中国: each character counts as often as it stands in both
    assert wording.f1("中中国", ["中国"]) == pytest.approx(0.8)
    assert wording.f1("北京", ["上海"]) == 0
    assert wording.f1("北京", ["上海", "北京"]) == 1


def test_contains_wants_a_gold_answer_or_every_item_of_a_list() -> None:
    assert wording.contains("規模達2億元的基金", ["2亿元"]) == 1
    assert wording.contains("基金", ["2亿元", "两亿"]) == 0
    items = [("黃崗科技產業園", "黄岗科技产业园"), ("科學儀器產業園",)]
    assert wording.contains("黄岗科技产业园和科学仪器产业园", [], items) == 1
    assert wording.contains("黄岗科技产业园", [], items) == 0
    assert wording.found_items("黄岗科技产业园", items) == 0.5


@pytest.mark.parametrize(
    ("text", "gold", "held"),
    [
        ("增长25%", "5%", 0),
        ("投资12亿元", "2亿元", 0),
        ("投资2.5万元", "5万元", 0),
        ("均价2.5万元", "25万元", 0),
        ("2025年", "5", 0),
        ("1998、2002年", "1998", 1),
        ("共1,066秒", "1066秒", 1),
        ("１０６６ 秒。", "1,066秒", 1),
        ("第12届，2亿元，12亿元", "2亿元", 1),
    ],
)
def test_a_number_is_contained_only_whole(text: str, gold: str, held: int) -> None:
    assert wording.contains(text, [gold]) == held
    assert wording.found_items(text, [(gold,)]) == held


def test_an_empty_gold_answer_is_never_contained() -> None:
    assert wording.contains("什么都有", ["。"]) == 0


def test_article_scores_of_one_right_article_third() -> None:
    scores = article_scores(asked(Support("a")), ["b", "c", "a", "d"])
    assert scores == {
        "hit@1": 0,
        "hit@5": 1,
        "hit@10": 1,
        "mrr@10": pytest.approx(1 / 3),
        "ndcg@10": pytest.approx(1 / math.log2(4)),
        "all@10": 1,
    }


def test_article_scores_of_two_right_articles_one_found() -> None:
    question = asked(Support("a"), Support("z"), mode="all")
    scores = article_scores(question, ["b", "c", "a"])
    assert scores["ndcg@10"] == pytest.approx((1 / math.log2(4)) / (1 + 1 / math.log2(3)))
    assert scores["all@10"] == 0
    assert scores["hit@5"] == 1
    either = article_scores(replace(question, mode="any"), ["b", "c", "a"])
    assert either["ndcg@10"] == pytest.approx(1 / math.log2(4)) and either["all@10"] == 1


def test_an_alternative_article_stands_for_the_one_it_replaces() -> None:
    question = asked(Support("a"), mode="all", alternatives=(Support("b", replaces=0),))
    assert article_scores(question, ["b"])["all@10"] == 1
    assert article_scores(question, ["a", "c"])["ndcg@10"] == 1
    assert article_scores(question, ["c"])["all@10"] == 0


def test_an_article_behind_the_tenth_counts_for_nothing() -> None:
    scores = article_scores(asked(Support("a")), [*"bcdefghijk", "a"])
    assert set(scores.values()) == {0}


def test_nothing_found_scores_nothing_and_nothing_known_scores_not_at_all() -> None:
    assert set(article_scores(asked(Support("a")), []).values()) == {0}
    assert article_scores(asked(answerable=False, answers=()), ["a"]) == {}
    assert passage_scores(asked(Support("a")), [Place("a", 0, 9)]) == {}


def test_a_passage_is_right_when_half_of_the_shorter_is_shared() -> None:
    assert overlaps(Place("a", 0, 10), Place("a", 5, 30))
    assert not overlaps(Place("a", 0, 10), Place("a", 6, 30))
    assert overlaps(Place("a", 0, 100), Place("a", 98, 101))
    assert not overlaps(Place("a", 0, 10), Place("b", 0, 10))
    found = [Place("a", 0, 20), Place("a", 20, 40)]
    scores = passage_scores(asked(Support("a", 30, 35)), found)
    assert (scores["hit@1"], scores["hit@5"], scores["mrr@10"]) == (0, 1, 0.5)


def test_an_alternative_passage_does_as_well() -> None:
    question = asked(Support("a", 0, 10), alternatives=(Support("b", 0, 10, replaces=0),))
    assert passage_scores(question, [Place("b", 0, 12)])["hit@1"] == 1


@pytest.mark.parametrize(
    ("mode", "cited", "is_covered"),
    [
        ("any", [Place("a", 0, 5)], True),
        ("any", [Place("a", 0, 4)], False),
        ("all", [Place("a", 0, 10)], False),
        ("all", [Place("a", 0, 10), Place("b", 15, 20)], True),
        ("all", [Place("a", 0, 3), Place("a", 7, 10), Place("b", 0, 99)], True),
        ("one_per_part", [Place("b", 10, 20)], False),
        ("one_per_part", [Place("b", 10, 20), Place("c", 0, 9)], True),
    ],
)
def test_citations_cover_what_the_question_needs(
    mode: str, cited: list[Place], is_covered: bool
) -> None:
    supports = [Support("a", 0, 10, part=0), Support("b", 10, 20, part=0)]
    if mode == "one_per_part":
        supports.append(Support("c", 0, 9, part=1))
    assert citing.covered(asked(*supports, mode=mode), cited) is is_covered


def test_an_alternative_covers_only_the_support_it_replaces() -> None:
    question = asked(
        Support("a", 0, 10),
        Support("b", 0, 10),
        mode="all",
        alternatives=(Support("c", 0, 10, replaces=1),),
    )
    assert citing.covered(question, [Place("a", 0, 10), Place("c", 0, 10)])
    assert not citing.covered(question, [Place("b", 0, 10), Place("c", 0, 10)])


def test_precision_counts_context_as_right() -> None:
    question = asked(Support("a", 0, 10), context=(Support("a", 50, 60),))
    cited = [Place("a", 5, 12), Place("a", 55, 70), Place("a", 20, 30), Place("b", 0, 10)]
    assert citing.precision(question, cited) == 0.5


def test_a_quote_of_more_than_a_sentence_is_not_exact() -> None:
    question, sentences = asked(Support("a", 0, 8)), [Place("a", 0, 10), Place("a", 10, 20)]
    assert citing.covered_exactly(question, [Place("a", 0, 10)], sentences)
    assert not citing.covered_exactly(question, [Place("a", 0, 20)], sentences)


def test_scores_of_an_answer() -> None:
    question = asked(Support("a", 0, 10))
    scores = answer_scores(
        question, told("基金有2亿元。", Place("a", 0, 10)), [Place("a", 0, 10)], []
    )
    assert scores == {
        "answer.em": 0,
        "answer.f1": pytest.approx(2 * 3 / 9),
        "answer.contains": 1,
        "abstention.refused_answerable": 0,
        "citation.recall": 1,
        "citation.sentence_exact": 0,
        "citation.precision": 1,
        "faithfulness.facts": 1,
    }


def test_the_exact_answer_is_what_is_compared_where_it_is_known() -> None:
    question, cited = asked(Support("a", 0, 10)), [Place("a", 0, 10)]
    answer = told("基金有2亿元。", cited[0])
    exact = replace(answer, sentences=(replace(answer.sentences[0], exact=(3, 6)),))
    scores = answer_scores(question, exact, cited, [])
    assert (scores["answer.em"], scores["answer.f1"], scores["answer.contains"]) == (1, 1, 1)


def test_a_decline_scores_no_citation_and_no_wording() -> None:
    question, declined = asked(Support("a", 0, 10)), told("没有说到", declined=True)
    assert answer_scores(question, declined, [], []) == {
        "answer.em": 0,
        "answer.f1": 0,
        "answer.contains": 0,
        "abstention.refused_answerable": 1,
    }
    nothing = asked(answerable=False, answers=())
    assert answer_scores(nothing, declined, [], []) == {"abstention.refused_unanswerable": 1}


def test_a_number_that_the_quote_lacks_is_not_faithful() -> None:
    place = Place("a", 0, 10)
    citation = Citation(1, "a", "", "", "a#0", "基金有2亿元。", 0, 10, 0, 10)
    said = (Sentence("基金有2亿元。", (1,), True), Sentence("基金有3亿元。", (1,), True))
    answer = Answer("？", "？", "", False, 0.5, "composed", said, (citation,))
    assert answer_scores(asked(), answer, [place], [])["faithfulness.facts"] == 0.5
    assert weights(answer) == {"citation.precision": 1, "faithfulness.facts": 2}


def test_right_is_judged_by_what_is_cited_or_else_by_what_is_said() -> None:
    said = told("2亿元", Place("b", 0, 10))
    assert answers_right(asked(Support("a", 0, 10)), said, [Place("b", 0, 10)]) is False
    assert answers_right(asked(Support("a")), said, [Place("b", 0, 10)]) is True
    assert answers_right(asked(answerable=False, answers=()), said, []) is None


def test_a_written_answer_with_another_number_is_not_right() -> None:
    gold = Place("a", 0, 10)
    for text, right in (("规模是9亿元。", False), ("规模是2亿元。", True), ("规模不小。", True)):
        answer = replace(told(text, gold), mode="composed")
        quoted = replace(answer.citations[0], quote="规模2亿元。")
        answer = replace(answer, citations=(quoted,))
        assert answers_right(asked(Support("a", 0, 10)), answer, [gold]) is right, text


def test_the_cause_of_a_failure_is_the_first_step_that_went_wrong() -> None:
    question, gold, other = asked(Support("a", 0, 10)), Place("a", 0, 20), Place("b", 0, 20)
    answer, declined = told("x", other), told(declined=True)
    assert cause(question, answer, [other], [], []) == "not retrieved"
    assert cause(question, declined, [gold], [], []) == "wrongly declined"
    assert cause(question, answer, [gold], [other], [other]) == "retrieved but not read"
    assert cause(question, answer, [gold], [gold], [other]) == "read but not cited"
    assert cause(question, answer, [gold], [gold], [gold]) == "cited but not said"
    nothing = asked(answerable=False, answers=())
    assert cause(nothing, answer, [gold], [], []) == "wrongly answered"


def test_auroc_counts_pairs_and_ties_half() -> None:
    # .9 beats both, .3 loses to .8 and ties with .3: 2.5 of 4 pairs
    assert auroc([0.9, 0.8, 0.3, 0.3], [1, 0, 1, 0]) == 0.625
    assert math.isnan(auroc([0.9, 0.8], [1, 1]))


def test_area_under_risk_coverage_is_the_mean_of_the_risks() -> None:
    # answered in this order: right, wrong, right; risks 0, 1/2, 1/3
    assert area_under_risk_coverage([0.7, 0.9, 0.8], [1, 1, 0]) == pytest.approx(
        (0 + 1 / 2 + 1 / 3) / 3
    )
    assert area_under_risk_coverage([0.9, 0.9], [1, 0]) == 0.5
    curve = [
        (p.certainty, p.coverage, p.risk) for p in risk_coverage([0.9, 0.8, 0.8, 0.1], [1, 1, 0, 0])
    ]
    assert curve == [(0.9, 0.25, 0), (0.8, 0.75, pytest.approx(1 / 3)), (0.1, 1, 0.5)]


def test_calibration_error_weighs_each_bin_by_what_it_holds() -> None:
    confidence, right = [0.95, 0.85, 0.15, 0.12], [1, 0, 0, 1]
    assert [b.count for b in calibration_bins(confidence, right)] == [2, 1, 1]
    expected = 0.05 / 4 + 0.85 / 4 + abs(0.135 - 0.5) * 2 / 4
    assert calibration_error(confidence, right) == pytest.approx(expected)
    assert calibration_error([1.0, 0.0], [1, 0]) == 0
