"""How well claims agree with labels: plain measures over lists, without dependencies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LabelScore:
    """One label: the shares of claims that are right and of truths that are found, and the number of truths."""

    precision: float
    recall: float
    f1: float
    support: int


def accuracy(truth: Sequence[str], told: Sequence[str]) -> float:
    """The share of claims that equal the truth; 0 for nothing."""
    return sum(one == other for one, other in zip(truth, told, strict=True)) / max(1, len(truth))


def label_scores(truth: Sequence[str], told: Sequence[str]) -> dict[str, LabelScore]:
    """Precision, recall and F1 of each label that occurs in the truth, in alphabetical order."""
    hits = Counter(one for one, other in zip(truth, told, strict=True) if one == other)
    said, meant = Counter(told), Counter(truth)
    return scores_of(hits, said, meant)


def scores_of(hits: Counter[str], told: Counter[str], meant: Counter[str]) -> dict[str, LabelScore]:
    """Precision, recall and F1 of each label of ``meant``, in alphabetical order.

    ``hits`` counts the claims that were right, ``told`` all claims, ``meant`` what was true, each by label.
    """
    scores = {}
    for label in sorted(meant):
        precision = hits[label] / told[label] if told[label] else 0.0
        recall = hits[label] / meant[label]
        f1 = 2 * precision * recall / (precision + recall) if hits[label] else 0.0
        scores[label] = LabelScore(precision, recall, f1, meant[label])
    return scores


def macro_f1(truth: Sequence[str], told: Sequence[str]) -> float:
    """The plain mean of the labels' F1, over the labels that occur in the truth."""
    scores = label_scores(truth, told)
    return sum(score.f1 for score in scores.values()) / max(1, len(scores))


def calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error: how far confidence is from being right, weighted over equally wide bins."""
    total = len(confidences)
    error = 0.0
    for index in range(bins):
        inside = [
            (confidence, hit)
            for confidence, hit in zip(confidences, right, strict=True)
            if min(bins - 1, int(confidence * bins)) == index
        ]
        if inside:
            gap = sum(confidence for confidence, _ in inside) - sum(hit for _, hit in inside)
            error += abs(gap) / total
    return error
