"""Signals weighed by a logistic regression, and what the probability that it gives is worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from evals.calibration import auroc, calibration_error

FOLDS = 5
LEAST = (0.1, 0.2, 0.3, 0.4, 0.5)

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """What was seen while reading, a row for each sentence or passage.

    `signals` has the shape (rows, signals), `labels` tell whether a row answers, `groups` which
    reading it belongs to: `SET QUESTION/SHOWN`, where SHOWN is "with" if what answers was shown.
    """

    signals: Numbers
    labels: NDArray[np.bool_]
    groups: NDArray[np.str_]

    def part(self, chosen: NDArray[Any]) -> Sample:
        """Give the chosen rows."""
        return Sample(self.signals[chosen], self.labels[chosen], self.groups[chosen])

    @property
    def sets(self) -> NDArray[np.str_]:
        """The set of each row."""
        return np.array([group.partition(" ")[0] for group in self.groups])

    @property
    def shown(self) -> NDArray[np.str_]:
        """What was shown in the reading of each row."""
        return np.array([group.rpartition("/")[2] for group in self.groups])


@dataclass(frozen=True)
class Weights:
    """A logit is `signals @ of_signals + bias`.

    The last `of_readings` signals tell how sure a reading is, not which of its rows is the best.
    """

    of_signals: Numbers
    bias: float
    of_readings: int = 0

    def logits(self, sample: Sample) -> Numbers:
        """Give the logit of each row."""
        return np.asarray(sample.signals @ self.of_signals + self.bias)

    def order(self, sample: Sample) -> Numbers:
        """Give the logit of each row without what tells of whole readings."""
        rows = len(self.of_signals) - self.of_readings
        return np.asarray(sample.signals[:, :rows] @ self.of_signals[:rows] + self.bias)

    def named(self, names: Sequence[str]) -> dict[str, Any]:
        """Give them as they are kept."""
        weights = zip(names, self.of_signals, strict=True)
        return {
            "weights": {name: round(float(w), 4) for name, w in weights},
            "bias": round(self.bias, 4),
        }


def joined(samples: Sequence[Sample]) -> Sample:
    """Put samples one behind the other."""
    columns = ("signals", "labels", "groups")
    return Sample(*(np.concatenate([getattr(s, name) for s in samples]) for name in columns))


def folds(sample: Sample) -> Iterator[tuple[Sample, Sample]]:
    """Give, five times, four fifths of the questions and the fifth held out; each is held once."""
    of = np.array([_stable_number(g.rpartition("/")[0]) % FOLDS for g in sample.groups])
    for fold in range(FOLDS):
        yield sample.part(of != fold), sample.part(of == fold)


def _stable_number(text: str) -> int:
    """Give a number that is the same in every process."""
    return sum(ord(c) * (i + 1) for i, c in enumerate(text))


def ranking(sample: Sample, strength: float, of_readings: int = 0) -> Weights:
    """Fit a logistic regression in which every set counts alike.

    `strength` is the inverse of how much large weights cost; the last `of_readings` signals get
    none.
    """
    signals = sample.signals.copy()
    signals[:, signals.shape[1] - of_readings :] = 0  # what never changes gets no weight
    names, rows, sizes = np.unique(sample.sets, return_inverse=True, return_counts=True)
    share = len(sample.labels) / len(names) / sizes[rows]
    mean, spread = signals.mean(0), signals.std(0)
    spread[spread == 0] = 1
    fitted = LogisticRegression(C=strength, max_iter=3000)
    fitted.fit((signals - mean) / spread, sample.labels, sample_weight=share)
    weights = fitted.coef_[0] / spread
    return Weights(weights, float(fitted.intercept_[0] - weights @ mean), of_readings)


def sure(sample: Sample, weights: Weights, answered: float) -> Weights:
    """Make the probability of the best row of each reading one of being right (Platt 1999).

    What tells of whole readings is weighed beside its logit. `answered` is the share of questions
    whose answer is there, 0..1.
    """
    _, best = firsts(sample, weights)
    rows = len(weights.of_signals) - weights.of_readings
    seen = np.column_stack([weights.order(best), best.signals[:, rows:]])
    fitted = LogisticRegression(C=100)
    fitted.fit(seen, best.labels, sample_weight=_prior(best, answered))
    slope, *others = map(float, fitted.coef_[0])
    of_signals = np.append(weights.of_signals[:rows] * slope, others)
    bias = weights.bias * slope + float(fitted.intercept_[0])
    return Weights(of_signals, bias, weights.of_readings)


def _prior(best: Sample, answered: float) -> Numbers:
    asked = best.shown == "with"
    weight = asked.mean(), 1 - asked.mean()
    return np.asarray(np.where(asked, answered / weight[0], (1 - answered) / weight[1]))


def firsts(sample: Sample, weights: Weights) -> tuple[Numbers, Sample]:
    """Give the best row of each reading, and its logit."""
    order = np.lexsort((-weights.order(sample), sample.groups))
    first = order[np.unique(sample.groups[order], return_index=True)[1]]
    best = sample.part(first)
    return weights.logits(best), best


def figures(logits: Numbers, best: Sample, answered: float) -> dict[str, float]:
    """Give what the probabilities of the best rows are worth where `answered` can be answered."""
    chance, right, shown = 1 / (1 + np.exp(-logits)), best.labels, best.shown
    made = {
        "readings": float(len(right)),
        "auroc of the confidence": auroc(chance, right),
        "calibration error": calibration_error(chance, right, _prior(best, answered)),
    }
    asked = shown == "with"
    for name in np.unique(best.sets[asked]):
        made[f"{name}, first sentence right"] = right[asked & (best.sets == name)].mean()
    for least in LEAST:
        for kind in np.unique(shown):
            made[f"declined below {least}, {kind}"] = (chance[shown == kind] < least).mean()
    return {name: round(float(value), 4) for name, value in made.items()}
