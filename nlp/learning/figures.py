"""How well claims agree with what people said, for one label a text and for several alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from nlp.metrics import LabelScore, calibration_error, scores_of

from .calibration import SURE

Claims = Sequence[tuple[str, float | None]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures from 0 to 1 over ``count`` texts.

    ``accuracy``: the first claim is one of those meant, or rightly none. ``macro_f1``: plain mean over the labels
    that were meant. ``calibration``: expected calibration error of all claims with a confidence. ``sure_precision``
    and ``sure_share``: how many claims at 0.8 or more are right, and how many of the claims these are; ``None`` when
    there is none. ``abstained``: texts without a claim.
    """

    count: int
    accuracy: float
    macro_f1: float
    calibration: float | None
    sure_precision: float | None
    sure_share: float
    abstained: float
    labels: dict[str, LabelScore] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As plain rounded numbers, for JSON."""
        labels = {
            label: {"precision": _short(one.precision), "recall": _short(one.recall), "f1": _short(one.f1),
                    "support": one.support}
            for label, one in self.labels.items()
        }  # fmt: skip
        plain = {name: getattr(self, name) for name in self.__slots__ if name != "labels"}
        return {**{name: _short(value) for name, value in plain.items()}, "labels": labels}


def figures_of(truth: Sequence[Sequence[str]], claims: Sequence[Claims]) -> Figures:
    """The figures of ``claims`` (label and confidence, surest first) against the labels that people gave."""
    count = max(1, len(truth))
    scores = label_scores(truth, claims)
    right = sum((said[0][0] in meant) if said else not meant for meant, said in zip(truth, claims, strict=True))
    pairs = [
        (sure, label in meant)
        for meant, said in zip(truth, claims, strict=True)
        for label, sure in said
        if sure is not None
    ]
    surest = [hit for sure, hit in pairs if sure >= SURE]
    return Figures(
        count=len(truth),
        accuracy=right / count,
        macro_f1=sum(score.f1 for score in scores.values()) / max(1, len(scores)),
        calibration=calibration_error([sure for sure, _ in pairs], [hit for _, hit in pairs]) if pairs else None,
        sure_precision=sum(surest) / len(surest) if surest else None,
        sure_share=len(surest) / max(1, len(pairs)),
        abstained=sum(not said for said in claims) / count,
        labels=scores,
    )


def label_scores(truth: Sequence[Sequence[str]], claims: Sequence[Claims]) -> dict[str, LabelScore]:
    """Precision, recall and F1 of every label that people gave, in alphabetical order."""
    meant: Counter[str] = Counter()
    told: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    for labels, said in zip(truth, claims, strict=True):
        names = {label for label, _ in said}
        meant.update(set(labels))
        told.update(names)
        hits.update(names & set(labels))
    return scores_of(hits, told, meant)


def _short(value: float | int | None) -> float | int | None:
    return round(value, 4) if isinstance(value, float) else value
