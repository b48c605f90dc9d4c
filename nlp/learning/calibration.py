"""Confidence that means what it says: fitted on predictions for texts the model had not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .logistic import minimise, sigmoid, softmax

Numbers = NDArray[np.float64]
SURE: Final = 0.8
"""Who sorts by confidence may rely on this: at and above it nine of ten claims are right."""
_WANTED: Final = 0.92
_ENOUGH: Final = 25
_NEARLY: Final = 0.7


@dataclass(frozen=True, slots=True)
class Calibration:
    """Scores are multiplied by ``slope`` and moved by ``shifts`` (one for each label); then they are log-odds.

    ``sure_from`` is the chance from which on nine of ten claims were right out of fold: it is told as 0.8.
    """

    slope: float
    shifts: tuple[float, ...]
    sure_from: float

    def scores(self, raw: Numbers) -> Numbers:
        """Calibrated scores."""
        moved: Numbers = self.slope * raw + np.array(self.shifts)
        return moved

    def told(self, chance: float) -> float:
        """The confidence to tell for a chance: the same, but 0.8 is only reached where it was earned."""
        earned = self.sure_from
        if earned <= SURE or chance <= _NEARLY:
            return chance
        if chance < earned:
            return min(SURE - 1e-4, _NEARLY + (chance - _NEARLY) * (SURE - _NEARLY) / (earned - _NEARLY))
        return SURE + (chance - earned) * (1.0 - SURE) / max(1e-9, 1.0 - earned)


NOT_CALIBRATED: Final = Calibration(1.0, (0.0,), SURE)


def fit_scores(raw: Numbers, truth: Numbers, importance: Numbers, exclusive: bool) -> Calibration:
    """Slope and shifts that make out-of-fold scores honest; both are held near 1 and 0 when there are few."""
    labels = raw.shape[1]

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        slope, shifts = float(np.exp(flat[0])), flat[1:]
        scores = slope * raw + shifts
        chances = softmax(scores) if exclusive else sigmoid(scores)
        if exclusive:
            wrong = -np.log(np.maximum(1e-12, chances)) * truth
        else:
            wrong = np.logaddexp(0.0, scores) - truth * scores
        gaps = importance[:, None] * (chances - truth)
        gradient = np.concatenate([[float((gaps * raw).sum()) * slope], gaps.sum(axis=0)])
        held = flat * np.array([4.0, *([1.0] * labels)])
        return float((wrong.sum(axis=1) * importance).sum() + 0.5 * held @ flat), gradient + held

    found = minimise(loss, np.zeros(labels + 1), 200)
    return Calibration(float(np.exp(found[0])), tuple(float(shift) for shift in found[1:]), SURE)


def earned_from(chances: Numbers, right: NDArray[np.bool_]) -> float:
    """The lowest chance, at least 0.8, from which on more than nine of ten claims were right."""
    order = np.argsort(-chances, kind="stable")
    kept = chances[order]
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    fitting = (share >= _WANTED) & (kept >= SURE) & (np.arange(1, len(order) + 1) >= _ENOUGH)
    if not fitting.any():
        return 0.95 if len(order) else SURE
    lowest = float(kept[np.flatnonzero(fitting)[-1]])
    below = kept[kept < lowest]
    return SURE if not len(below) or below[0] < SURE else lowest
