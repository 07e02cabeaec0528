import numpy as np
import pytest

from evals.calibration import calibration_error
from evals.combine import Sample, Weights, figures, firsts, folds, joined, ranking, sure

QUESTIONS = 2000
ANSWERED = 0.75


@pytest.fixture(scope="module")
def sample() -> Sample:
    """Every question read twice, five sentences each; the first signal tells which answers."""
    drawn = np.random.default_rng(0)
    labels = np.zeros((2 * QUESTIONS, 5), bool)
    labels[np.arange(0, 2 * QUESTIONS, 2), drawn.integers(0, 5, QUESTIONS)] = True
    first = 2.5 * labels + drawn.normal(size=labels.shape)
    groups = [f"news q{i}/{how}" for i in range(QUESTIONS) for how in ("with", "without")]
    signals = np.stack([first, np.ones_like(first)], -1)
    return Sample(signals.reshape(-1, 2), labels.ravel(), np.repeat(groups, 5))


def test_every_question_is_held_out_once_with_all_its_readings(sample: Sample) -> None:
    held = [rest for _, rest in folds(sample)]
    assert sum(len(rest.labels) for rest in held) == len(sample.labels)
    questions = [{g.rpartition("/")[0] for g in rest.groups} for rest in held]
    assert len(set.union(*questions)) == sum(map(len, questions))
    assert joined(held).signals.shape == sample.signals.shape


def test_a_probability_that_was_fitted_means_what_it_says(sample: Sample) -> None:
    train, rest = next(folds(sample))
    weights = sure(train, ranking(train, 1.0), ANSWERED)
    told = figures(*firsts(rest, weights), ANSWERED)
    assert told["auroc of the confidence"] > 0.8
    assert told["calibration error"] < 0.06
    assert told["declined below 0.3, without"] > told["declined below 0.3, with"] + 0.2
    unsure = figures(*firsts(rest, ranking(train, 1.0)), ANSWERED)
    assert unsure["calibration error"] > 2 * told["calibration error"]


def test_what_tells_of_a_whole_reading_makes_surer_but_chooses_no_row(sample: Sample) -> None:
    answered = (sample.shown == "with").astype(float)[:, None]
    noted = Sample(np.hstack([sample.signals, answered]), sample.labels, sample.groups)
    train, rest = next(folds(noted))
    weights = sure(train, ranking(train, 1.0, of_readings=1), ANSWERED)
    logits, best = firsts(rest, weights)
    alone, same = firsts(next(folds(sample))[1], sure(*_fitted(sample)))
    assert (best.labels == same.labels).all()
    told, before = figures(logits, best, ANSWERED), figures(alone, same, ANSWERED)
    assert told["auroc of the confidence"] > before["auroc of the confidence"] + 0.05
    assert told["calibration error"] < 0.06 and weights.of_signals[-1] > 1


def _fitted(sample: Sample) -> tuple[Sample, Weights, float]:
    train, _ = next(folds(sample))
    return train, ranking(train, 1.0), ANSWERED


def test_a_signal_that_never_changes_gets_no_weight(sample: Sample) -> None:
    weights = ranking(sample, 1.0).named(["first", "second"])["weights"]
    assert weights["first"] > 1 and weights["second"] == 0


def test_a_set_that_nothing_answers_has_no_share_of_right_sentences(sample: Sample) -> None:
    labels, groups = np.array([True, False]), np.array(["news q/with", "reject q/unanswerable"])
    told = figures(np.zeros(2), Sample(np.zeros((2, 1)), labels, groups), ANSWERED)
    assert told["news, first sentence right"] == 1
    assert not any(name.startswith("reject") for name in told)
    assert all(np.isfinite(value) for value in told.values())


def test_cases_that_count_twice_are_like_two_cases() -> None:
    confidence, right = [0.95, 0.85, 0.35], [1, 0, 1]
    assert calibration_error(confidence, right, [2, 1, 1]) == pytest.approx(
        calibration_error([0.95, *confidence], [1, *right])
    )
