"""The second opinion of a language model."""

from typing import Any

import pytest
from llama_index.core.base.llms.types import CompletionResponse, CompletionResponseGen, LLMMetadata
from llama_index.core.llms import CustomLLM

from evals.asking import Asker
from evals.errors import EvalError
from evals.judge import judged, verdict
from evals.questions import Question, Support
from rag.engine import Engine
from vectorstore.script import fold

FUND = Question(
    "fund", "专项基金有多少亿元？", ("2亿元",), True, (Support("fund", 8, 11, "2亿元"),)
)


class Teacher(CustomLLM):
    """Finds an answer right when the first gold answer stands in it."""

    broken: bool = False

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata()

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        if self.broken:
            raise RuntimeError("no memory left")
        said = prompt.partition("学生的回答：")[2]
        gold = prompt.partition("标准答案：")[2].partition("\n")[0]
        return CompletionResponse(text="正确" if fold(gold) in fold(said) else "错误。")

    def stream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> CompletionResponseGen:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        ("正确", 1),
        ("正確。", 1),
        ("错误，应为2亿元", 0),
        ("不正确", 0),
        ("Incorrect", 0),
        ("不完全正确", 0),
        ("不太正確", 0),
        ("不能算正确。", 0),
        ("并非正确", 0),
        ("没有问题，正确", 1),
        ("不仅正确，而且完整", 1),
        ("That isn't right.", 0),
        ("It isn’t quite correct", 0),
        ("非常正确", 1),
        ("没有错误，正确", 1),
        ("未发现错误", 1),
        ("There is nothing wrong.", 1),
        ("非正确", 0),
        ("嗯", None),
    ],
)
def test_the_first_verdict_counts(reply: str, value: float | None) -> None:
    assert verdict(reply) == value


def test_a_judge_sees_question_gold_and_answer() -> None:
    assert judged("多少？", ["2亿元"], "有2億元。", Teacher()) == 1
    assert judged("多少？", ["2亿元"], "有3亿元。", Teacher()) == 0


def test_a_judge_that_fails_is_said() -> None:
    with pytest.raises(EvalError, match="no memory left"):
        judged("多少？", ["2亿元"], "有2亿元。", Teacher(broken=True))


def test_an_answer_is_judged_only_when_asked_for(engine: Engine) -> None:
    assert Asker(engine, judge=Teacher()).answered(FUND).scores["judge.right"] == 1
    assert "judge.right" not in Asker(engine).answered(FUND).scores
    nothing = Question("n", "冰箱的价格是多少？", (), False)
    assert "judge.right" not in Asker(engine, judge=Teacher()).answered(nothing).scores
