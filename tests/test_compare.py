"""Two runs against each other, on numbers worked out by hand."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.compare import compared, failures, gates
from evals.errors import EvalError
from evals.evaluate import finished
from evals.figures import figures, measures
from evals.run import Case, Run, read_run
from evals.runs import keep_run, write_file
from ui.cli import app


def case(number: int, hit: float, **fields: object) -> Case:
    scores = {"retrieval.hit@1": hit}
    return Case(id=str(number), question=f"问题{number}？", scores=scores, **fields)  # type: ignore[arg-type]


def run(cases: list[Case], name: str = "a", **settings: object) -> Run:
    return finished(name, {"seed": 0, **settings}, (3, 9), (), cases)


def test_a_figure_is_the_mean_of_the_cases_it_applies_to() -> None:
    cases = [case(1, 1), case(2, 0), Case(id="3", question="？", answerable=False)]
    metrics, intervals = figures(cases, seed=0)
    assert metrics == {"retrieval": {"hit@1": 0.5}}
    assert intervals == {"retrieval": {"hit@1": [0, 1]}}


def test_shares_of_quotes_count_as_often_as_there_are_quotes() -> None:
    name = "citation.precision"
    cases = [
        Case(id="1", question="？", scores={name: 1.0}, weights={name: 1}),
        Case(id="2", question="？", scores={name: 0.5}, weights={name: 4}),
    ]
    assert figures(cases, 0)[0]["citation"]["precision"] == pytest.approx(3 / 5)


def test_confidence_is_measured_only_where_it_can_be() -> None:
    sure = Case(id="1", question="？", confidence=0.9, right=True, correct=True)
    unsure = Case(id="2", question="？", confidence=0.1, answerable=False, correct=True)
    assert "auroc" not in figures([sure], 0)[0]["abstention"]
    both = figures([sure, unsure], 0)[0]["abstention"]
    assert both["auroc"] == 1
    assert both["aurc"] == pytest.approx((0 + 1 / 2) / 2)
    assert both["ece"] == pytest.approx(0.1)


def test_an_interval_stands_though_a_few_resamples_give_no_number() -> None:
    few = [Case(id=str(n), question="？", confidence=n / 50, answerable=n > 6) for n in range(50)]
    low, high = figures(few, 0)[1]["abstention"]["auroc"]
    assert low == high == 1
    one = [Case(id=str(n), question="？", confidence=n / 9, answerable=n > 0) for n in range(9)]
    assert "auroc" not in figures(one, 0)[1].get("abstention", {})


def test_times_are_given_as_percentiles() -> None:
    cases = [Case(id=str(n), question="？", times={"total": float(n)}) for n in range(101)]
    assert figures(cases, 0)[0]["latency_ms"] == {"total": {"p50": 50, "p95": 95}}


def test_equal_cases_give_equal_figures_to_the_last_digit() -> None:
    cases = [case(n, float(n % 3 == 0)) for n in range(50)]
    assert figures(cases, 7) == figures(list(cases), 7)
    assert [m.name for m in measures(cases)] == ["retrieval.hit@1"]


def test_a_difference_is_tested_pair_by_pair() -> None:
    before = run([case(n, 0) for n in range(5)])
    after = run([case(n, 1) for n in range(5)])
    (row,) = compared(before, after).rows
    assert (row.before, row.after, row.difference, row.gain) == (0, 1, 1, 1)
    # of the 2^5 ways to turn the signs, two are as far from 0
    assert row.p == pytest.approx(2 / 32)
    assert row.interval == (1, 1)


def test_only_questions_of_both_runs_count() -> None:
    before = run([case(1, 1), case(2, 1), case(9, 0)])
    changed = replace(case(2, 0), gold=("另一个",))
    after = run([case(1, 1), changed, case(3, 0)])
    found = compared(before, after)
    assert found.rows[0].questions == 1
    assert (found.only_before, found.only_after) == (2, 2)
    with pytest.raises(EvalError, match="no question in common"):
        compared(before, run([case(5, 1)]))


def test_flipped_questions_are_listed_both_ways() -> None:
    before = run([case(1, 0), case(2, 1), case(3, 1)], certainty=0.1)
    after = run([case(1, 1), case(2, 0), case(3, 1)], certainty=0.2)
    found = compared(before, after)
    assert [a.id for a, _ in found.gained] == ["1"]
    assert [a.id for a, _ in found.lost] == ["2"]
    assert found.changed == {"certainty": (0.1, 0.2)}


def test_other_articles_are_told_like_other_settings() -> None:
    before = run([case(1, 0)])
    after = finished("b", {"seed": 0}, (10, 9), (), [case(1, 1)])
    assert compared(before, after).changed == {"indexed articles": (3, 10)}


def test_a_share_with_and_one_without_counts_are_not_compared() -> None:
    scores = {"citation.precision": 1.0}
    counted = replace(case(1, 1), scores=scores, weights={"citation.precision": 2})
    found = compared(run([counted]), run([replace(counted, weights={})]))
    assert "citation.precision" not in {row.name for row in found.rows}


def test_the_outcome_counts_before_the_search() -> None:
    before = run([case(1, 1, correct=False, answer="错")])
    after = run([case(1, 0, correct=True, answer="对")])
    assert len(compared(before, after).gained) == 1


def test_a_run_without_answers_is_compared_by_its_search_alone() -> None:
    searched, answered = run([case(1, 1)]), run([case(1, 1, correct=False, answer="错")])
    assert compared(searched, answered).lost == ()
    assert len(compared(run([case(1, 0)]), answered).gained) == 1


def test_lower_is_better_for_refusals_and_errors() -> None:
    name = "abstention.refused_answerable"
    before = run([Case(id="1", question="？", scores={name: 0.0})])
    after = run([Case(id="1", question="？", scores={name: 1.0})])
    (row,) = compared(before, after).rows
    assert (row.difference, row.gain) == (1, -1)
    assert failures(compared(before, after), {"": -0.5}) == [f"{name} by 1, 0.5 allowed"]


def test_a_gate_is_for_every_metric_or_for_one() -> None:
    slow = {"total": 900.0}
    before = run([replace(case(n, 1), times={"total": 1.0}) for n in range(4)])
    after = run([replace(case(n, float(n > 0)), times=slow) for n in range(4)])
    found = compared(before, after)
    assert failures(found, gates(["-0.01"])) == ["retrieval.hit@1 by 0.25, 0.01 allowed"]
    assert failures(found, gates(["-0.3"])) == []
    assert failures(found, gates(["-0.01", "retrieval.hit@1=-0.3"])) == []
    by_time = failures(found, gates(["latency_ms.total.p50=-100"]))
    assert by_time == ["latency_ms.total.p50 by 899, 100 allowed"]
    same = compared(before, before)
    assert failures(same, gates(["0"])) == []
    assert len(failures(same, gates(["0.001"]))) == 1


def test_a_gate_fails_when_metrics_or_questions_get_lost() -> None:
    name = "citation.recall"
    cited = [replace(case(n, 1), scores={"retrieval.hit@1": 1.0, name: 1.0}) for n in range(3)]
    searched = compared(run(cited), run([case(n, 1) for n in range(3)]))
    assert searched.gone == (name,)
    assert failures(searched, {"": -0.5}) == [f"{name} is gone"]
    assert failures(searched, {"retrieval.hit@1": -0.5}) == []
    fewer = compared(run([case(n, 1) for n in range(3)]), run([case(0, 1)]))
    assert failures(fewer, {"": -0.5}) == ["2 questions of the first run were not asked again"]
    assert failures(fewer, {}) == []


def test_a_loss_as_large_as_the_limit_is_allowed() -> None:
    before = run([case(n, float(n < 91)) for n in range(100)])
    after = run([case(n, float(n < 90)) for n in range(100)])
    assert failures(compared(before, after), {"": -0.01}) == []


def test_figures_that_are_no_means_are_tested_by_swapping_runs() -> None:
    def told(better: bool) -> Run:
        cases = [
            Case(id=str(n), question="？", confidence=(n + 50 * (better == (n > 19))) / 100,
                 answerable=n > 19, right=n > 19 or None)
            for n in range(40)
        ]  # fmt: skip
        return run(cases)

    rows = {row.name: row for row in compared(told(False), told(True)).rows}
    p = rows["abstention.auroc"].p
    assert p is not None
    assert p < 0.01


@pytest.mark.parametrize("text", ["much", "hit=", "=", "a=b", "nan", "hit=-inf"])
def test_what_is_no_limit_is_said(text: str) -> None:
    with pytest.raises(EvalError, match="is no limit"):
        gates([text])


def test_a_limit_for_an_unknown_metric_names_the_known_ones() -> None:
    same = run([case(1, 1)])
    with pytest.raises(EvalError, match=r"retrieval\.hit@1"):
        failures(compared(same, same), {"retrieval.hit": 0})


def test_a_run_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    made = run([case(1, 1, hits=("a", "b"), times={"total": 1.5})])
    path = keep_run(made, tmp_path)
    assert read_run(path) == made
    assert path.parent == tmp_path / "evals" / "runs"


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"name": 3}', "\0"])
def test_what_is_no_run_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(text)
    with pytest.raises(EvalError, match="is no evaluation run"):
        read_run(path)


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")
    with pytest.raises(EvalError, match="cannot be written"):
        write_file(tmp_path / "taken" / "run.json", "x")


def test_the_gate_of_the_command_line_has_an_exit_status(tmp_path: Path) -> None:
    good = keep_run(run([case(n, 1) for n in range(4)], "good"), tmp_path)
    bad = keep_run(run([case(n, float(n > 0)) for n in range(4)], "bad"), tmp_path)
    compare = ["eval", "compare", str(good), str(bad)]
    plain = CliRunner().invoke(app, compare)
    assert plain.exit_code == 0, plain.output
    assert "No longer right: 1" in plain.output
    assert "问题0？" in plain.output
    assert CliRunner().invoke(app, [*compare, "--fail-below", "-0.01"]).exit_code == 1
    assert CliRunner().invoke(app, [*compare, "--fail-below", "-0.3"]).exit_code == 0
    told = json.loads(CliRunner().invoke(app, [*compare, "--json"]).output)
    assert told["metrics"]["retrieval.hit@1"]["difference"] == -0.25
    assert told["lost"] == ["0"]
