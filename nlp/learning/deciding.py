"""From out-of-fold scores to decisions: calibration, how far to lean to rare labels, and when to say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .calibration import earned_from, fit_scores
from .figures import Claims
from .head import Head

Numbers = NDArray[np.float64]
Told = Sequence[tuple[str, ...]]
_LEANS: Final = (0.0, 0.3, 0.6)
"""In log-odds: how far a decision may lean towards a label."""
_FORGETTING_COSTS: Final = 0.1
_THRESHOLDS: Final = (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)
_WRONG_COSTS: Final = 0.2
"""What a wrong claim costs when a right one brings 1 and silence brings 0."""


def decided(draft: Head, raw: Numbers, truth: Numbers, told: Told, weights: Numbers, cold: Sequence[Claims]) -> Head:
    """The head with everything set that out-of-fold scores ``raw`` of the rows ``told`` can tell.

    ``cold`` are the claims of the cold reader about the same rows.
    """
    known = truth.sum(axis=1) > 0 if draft.exclusive else np.ones(len(truth), dtype=np.bool_)
    calibration = fit_scores(raw[known], truth[known], (weights / weights.mean())[known], draft.exclusive)
    head = replace(draft, calibration=calibration)
    if not head.exclusive:
        head = replace(head, lean=_leans_apart(head, raw, truth))
    else:
        claimed = np.array([[bool(said) and said[0][0] == label for label in head.labels] for said in cold])
        head = _leaning(head, raw, truth, claimed)
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


def _leaning(head: Head, raw: Numbers, truth: Numbers, cold: NDArray[np.bool_]) -> Head:
    """Lean towards each label as far as it helps, one label after the other, twice round.

    Feelings are judged by the mean over labels, needs mostly by the count of hits. A label that the cold reader finds
    more often than the model would is a loss: whoever learns should not forget.
    """
    scores = head.calibration.scores(raw)
    meant = truth > 0
    before = _recalls(meant, cold)
    lean = np.zeros(truth.shape[1])
    best = _worth(head.task, meant, scores, before)
    for label in [*range(truth.shape[1])] * 2:
        for step in _LEANS:
            tried = lean.copy()
            tried[label] = step
            worth = _worth(head.task, meant, scores + tried, before)
            if worth > best + 1e-3:
                best, lean = worth, tried
    return replace(head, lean=tuple(float(one) for one in lean))


def _worth(task: str, meant: NDArray[np.bool_], scores: Numbers, before: Numbers) -> float:
    told = scores.argmax(axis=1)[:, None] == np.arange(scores.shape[1])
    hits, known = (told & meant).sum(axis=0), meant.any(axis=0)
    f1 = 2 * hits / np.maximum(1, told.sum(axis=0) + meant.sum(axis=0))
    macro = float(f1[known].mean()) if known.any() else 0.0
    forgotten = float(np.maximum(0.0, before - _recalls(meant, told)).sum())
    if task == "sentiment":
        return macro - _FORGETTING_COSTS * forgotten
    return (macro + 3 * float(hits.sum()) / max(1, len(meant))) / 4


def _recalls(meant: NDArray[np.bool_], told: NDArray[np.bool_]) -> Numbers:
    recalls: Numbers = (told & meant).sum(axis=0) / np.maximum(1, meant.sum(axis=0))
    return recalls


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
