"""From out-of-fold scores to decisions: calibration, how far to lean to rare labels, and when to say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .calibration import earned_from, fit_scores
from .figures import Claims, figures_of
from .head import Head

Numbers = NDArray[np.float64]
Told = Sequence[tuple[str, ...]]
_LEANS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_THRESHOLDS: Final = (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)
_WRONG_COSTS: Final = 0.3
"""What a wrong claim costs when a right one brings 1 and silence brings 0."""


def decided(draft: Head, raw: Numbers, truth: Numbers, told: Told, weights: Numbers) -> Head:
    """The head with everything set that out-of-fold scores ``raw`` of the rows ``told`` can tell."""
    known = truth.sum(axis=1) > 0 if draft.exclusive else np.ones(len(truth), dtype=np.bool_)
    calibration = fit_scores(raw[known], truth[known], (weights / weights.mean())[known], draft.exclusive)
    head = replace(draft, calibration=calibration)
    if not head.exclusive:
        head = replace(head, lean=_leans_apart(head, raw, truth))
    else:
        head = _leaning(head, raw, truth, told)
        if head.task == "needs":
            head = _silent_when_unsure(head, raw, told)
    pairs = [
        (chance, label in meant)
        for said, meant in zip(out_of_fold(head, raw), told, strict=True)
        for label, chance in said
    ]
    sure = earned_from(np.array([chance for chance, _ in pairs]), np.array([hit for _, hit in pairs], np.bool_))
    return replace(head, calibration=replace(calibration, sure_from=sure))


def out_of_fold(head: Head, raw: Numbers) -> list[list[tuple[str, float]]]:
    """The claims for every row, with plain chances."""
    return [head.claims(row) for row in raw]


def as_told(head: Head, claims: Sequence[Claims]) -> list[list[tuple[str, float | None]]]:
    """The same claims with the confidence that is told."""
    return [
        [(label, None if chance is None else head.calibration.told(chance)) for label, chance in said]
        for said in claims
    ]


def _leaning(head: Head, raw: Numbers, truth: Numbers, told: Told) -> Head:
    """Lean towards rare labels as far as it helps the mean over labels (feelings) or the count of hits (needs)."""
    share = truth.sum(axis=0) / max(1.0, float(truth.sum()))
    rarity = np.where(share > 0, -np.log(np.maximum(0.01, share)), 0.0)
    rarity -= rarity[share > 0].min(initial=np.inf) if (share > 0).any() else 0.0
    rarity = np.where(share > 0, rarity, 0.0)
    best, best_score = head, -1.0
    for lean in _LEANS:
        tried = replace(head, lean=tuple(float(lean * one) for one in rarity))
        figures = figures_of(told, out_of_fold(tried, raw))
        score = figures.macro_f1 if head.task == "sentiment" else (figures.macro_f1 + 3 * figures.accuracy) / 4
        if score > best_score + 1e-3:
            best, best_score = tried, score
    return best


def _silent_when_unsure(head: Head, raw: Numbers, told: Told) -> Head:
    best, best_gain = head, -np.inf
    for threshold in _THRESHOLDS:
        tried = replace(head, threshold=threshold)
        gain = 0.0
        for said, meant in zip(out_of_fold(tried, raw), told, strict=True):
            gain += sum(1.0 if label in meant else -_WRONG_COSTS for label, _ in said)
        if gain > best_gain:
            best, best_gain = tried, gain
    return best


def _leans_apart(head: Head, raw: Numbers, truth: Numbers) -> tuple[float, ...]:
    """For each label alone the threshold that gives it the best F1, as a shift of log-odds."""
    scores = head.calibration.scores(raw)
    leans = []
    for label in range(truth.shape[1]):
        order = np.argsort(-scores[:, label], kind="stable")
        hits = np.cumsum(truth[order, label])
        f1 = 2 * hits / (np.arange(1, len(order) + 1) + max(1.0, hits[-1]))
        # Rather the middle between neighbours than the very edge, and never an absurd threshold.
        at = int(np.argmax(f1))
        edge = scores[order[at : at + 2], label].mean()
        leans.append(float(-np.clip(edge, -2.0, 1.0)))
    return tuple(leans)
