"""One task of a model: its labels, its weights, and how its scores become claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .calibration import Calibration
from .cold import BELIEVED, View, numbers_of, silence, start_of
from .logistic import sigmoid, softmax

Numbers = NDArray[np.float64]
COLD_SCALE: Final = 0.7
"""How easily a model may learn to distrust (or trust) what the reader knew before, against its words."""


@dataclass(frozen=True, slots=True)
class Head:
    """One trained task. ``exclusive``: one label a text (softmax), else each label for itself (sigmoid).

    ``dense`` are the weights (by label) of the cold numbers and, last, of the constant; ``needs`` names those among
    the numbers. ``lean`` moves the decision, not the confidence, towards rare labels. Below ``threshold`` nothing is
    claimed. ``counts`` says what it learned from; ``is_estimate`` is true below 200 labels. ``belief`` is how far it
    begins at the cold verdict.
    """

    task: str
    labels: tuple[str, ...]
    needs: tuple[str, ...]
    exclusive: bool
    dense: Numbers
    calibration: Calibration
    lean: tuple[float, ...]
    threshold: float
    counts: dict[str, int]
    is_estimate: bool
    belief: float = BELIEVED

    def ground(self, view: View | None) -> Numbers:
        """The raw score of every label before any word is counted; ``None`` is silence."""
        start = np.array(start_of(self.task, self.labels, view, self.belief))
        raw: Numbers = start + cold_row(view, self.needs) @ self.dense
        return raw

    def with_dense(self, dense: Numbers) -> Head:
        """The same head with the weights of the cold numbers."""
        return replace(self, dense=dense)

    def chances(self, raw: Numbers) -> Numbers:
        """Calibrated chances from raw scores, of one text or of many."""
        scores = self.calibration.scores(raw)
        return softmax(scores) if self.exclusive else sigmoid(scores)

    def decisive(self, raw: Numbers) -> Numbers:
        """The scores that decide: the highest is claimed when ``exclusive``, else every one from 0 on."""
        scores: Numbers = self.calibration.scores(raw) + np.array(self.lean)
        return scores

    def margins(self, raw: Numbers) -> Numbers:
        """By how much each label wins (above 0) or loses, in log-odds; ``raw`` is of one text or of many."""
        scores = self.decisive(raw)
        if not self.exclusive or len(self.labels) < 2:
            return scores
        ordered = np.partition(scores, -2, axis=-1)
        first, second = ordered[..., -1:], ordered[..., -2:-1]
        margins: Numbers = scores - np.where(scores == first, second, first)
        return margins

    def claims(self, raw: Numbers) -> list[tuple[str, float]]:
        """What is claimed of one text, surest first, with the chance that it is right (not yet as it is told)."""
        chances, margins = self.chances(raw).tolist(), self.margins(raw).tolist()
        found = [
            (label, chance)
            for label, chance, margin in zip(self.labels, chances, margins, strict=True)
            if margin >= 0 and chance >= self.threshold
        ]
        return sorted(found, key=lambda claim: -claim[1])[: 1 if self.exclusive else None]

    def as_dict(self) -> dict[str, Any]:
        """Everything, for JSON."""
        return {
            "task": self.task,
            "labels": list(self.labels),
            "needs": list(self.needs),
            "exclusive": self.exclusive,
            "dense": [[round(float(value), 6) for value in row] for row in self.dense],
            "calibration": {
                "slope": self.calibration.slope,
                "shifts": list(self.calibration.shifts),
                "sure_from": self.calibration.sure_from,
            },
            "lean": list(self.lean),
            "threshold": self.threshold,
            "counts": self.counts,
            "is_estimate": self.is_estimate,
            "belief": self.belief,
        }

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Head:
        """The other way. Raises ``KeyError``, ``TypeError`` or ``ValueError`` for what is no head."""
        calibration = plain["calibration"]
        labels, needs = tuple(map(str, plain["labels"])), tuple(map(str, plain["needs"]))
        dense = np.array(plain["dense"], dtype=np.float64).reshape(len(silence(needs)) + 1, len(labels))
        shifts = tuple(float(shift) for shift in calibration["shifts"])
        lean = tuple(float(one) for one in plain["lean"])
        if not len(labels) == len(shifts) == len(lean):
            raise ValueError("a head needs one shift and one lean for each label")
        return cls(
            task=str(plain["task"]),
            labels=labels,
            needs=needs,
            exclusive=bool(plain["exclusive"]),
            dense=dense,
            calibration=Calibration(float(calibration["slope"]), shifts, float(calibration["sure_from"])),
            lean=lean,
            threshold=float(plain["threshold"]),
            counts={str(label): int(count) for label, count in plain["counts"].items()},
            is_estimate=bool(plain["is_estimate"]),
            belief=float(plain.get("belief", BELIEVED)),
        )


def cold_row(view: View | None, needs: Sequence[str]) -> Numbers:
    """The dense features of a text: what the reader knew, and a constant."""
    numbers = silence(needs) if view is None else numbers_of(view, needs)
    return np.array([*numbers, 1.0]) * COLD_SCALE
