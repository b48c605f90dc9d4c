"""Regularised logistic regression in plain numpy: softmax for one label a text, sigmoid for any number of them.

Few texts are solved in the space of texts (one small dense matrix for all folds and strengths), many in the space of
features. Both give the same weights.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from .features import Rows

Numbers = NDArray[np.float64]
FEW: Final = 2_000
"""Up to so many texts the small dense matrix is the faster way."""
_BLOCK: Final = 4_096
_MEMORY: Final = 8


class Design(Protocol):
    """The rows of a training set as something that weights can be put on."""

    @property
    def width(self) -> int:
        """How many weights there are for one label."""

    def forward(self, weights: Numbers) -> Numbers:
        """The scores of all rows (rows by labels) under weights (width by labels)."""

    def backward(self, residuals: Numbers) -> Numbers:
        """The gradient of the weights (width by labels) for residuals of the scores (rows by labels)."""

    def unfold(self, weights: Numbers) -> Numbers:
        """The weights of the features themselves."""


class SparseDesign:
    """Sparse features with dense ones after them."""

    __slots__ = ("_by_feature", "_dense", "_owners", "_rows", "_seen")

    def __init__(self, rows: Rows, dense: Numbers) -> None:
        self._rows, self._dense = rows, dense
        self._owners = rows.owners
        order = np.argsort(rows.ids, kind="stable")
        ids = rows.ids[order]
        self._seen, first = np.unique(ids, return_index=True)
        self._by_feature = self._owners[order], rows.values[order, None], first

    @property
    def width(self) -> int:
        """Sparse and dense features."""
        return self._rows.width + int(self._dense.shape[1])

    def forward(self, weights: Numbers) -> Numbers:
        """See :class:`Design`."""
        sparse, rows = weights[: self._rows.width], self._rows
        scores = self._dense @ weights[self._rows.width :]
        for label in range(weights.shape[1]):
            column = np.ascontiguousarray(sparse[:, label])
            scores[:, label] += np.bincount(self._owners, column[rows.ids] * rows.values, len(rows))
        return scores

    def backward(self, residuals: Numbers) -> Numbers:
        """See :class:`Design`."""
        gradient = np.zeros((self.width, residuals.shape[1]))
        owners, values, first = self._by_feature
        if len(first):
            for label in range(residuals.shape[1]):
                column = np.ascontiguousarray(residuals[:, label])
                gradient[self._seen, label] = np.add.reduceat(column[owners] * values[:, 0], first)
        gradient[self._rows.width :] = self._dense.T @ residuals
        return gradient

    def unfold(self, weights: Numbers) -> Numbers:
        """They are those already."""
        return weights

    def kernel(self) -> Numbers:
        """How alike all rows are to each other, by blocks of features."""
        count = len(self._rows)
        alike: Numbers = self._dense @ self._dense.T
        column = np.searchsorted(self._seen, self._rows.ids)
        for start in range(0, len(self._seen), _BLOCK):
            inside = (column >= start) & (column < start + _BLOCK)
            block = np.zeros((count, min(_BLOCK, len(self._seen) - start)))
            block[self._owners[inside], column[inside] - start] = self._rows.values[inside]
            alike += block @ block.T
        return alike


class TextDesign:
    """The same problem with as many unknowns as texts: exact, since a best weight is a sum of texts."""

    __slots__ = ("_root", "_sparse")

    def __init__(self, sparse: SparseDesign) -> None:
        self._sparse = sparse
        alike = sparse.kernel()
        alike[np.diag_indices_from(alike)] += 1e-6
        self._root = np.linalg.cholesky(alike)

    @property
    def width(self) -> int:
        """One for each text."""
        return int(self._root.shape[0])

    def forward(self, weights: Numbers) -> Numbers:
        """See :class:`Design`."""
        scores: Numbers = self._root @ weights
        return scores

    def backward(self, residuals: Numbers) -> Numbers:
        """See :class:`Design`."""
        gradient: Numbers = self._root.T @ residuals
        return gradient

    def unfold(self, weights: Numbers) -> Numbers:
        """See :class:`Design`."""
        return self._sparse.backward(np.linalg.solve(self._root.T, weights))


def design_of(rows: Rows, dense: Numbers) -> Design:
    """The faster of both ways for so many rows."""
    sparse = SparseDesign(rows, dense)
    return TextDesign(sparse) if 0 < len(rows) <= FEW else sparse


def fit(
    design: Design,
    start: Numbers,
    truth: Numbers,
    importance: Numbers,
    strength: float,
    exclusive: bool,
    first: Numbers | None = None,
    rounds: int = 150,
    by_margin: bool = False,
) -> Numbers:
    """The weights (width by labels) that explain ``truth`` (rows by labels) best, begun at the cold scores ``start``.

    ``importance`` weighs the rows, 0 leaves one out. The larger ``strength``, the more the labels are believed.
    ``by_margin`` looks at the texts near the border only (squared hinge, each label against the rest): better where
    there are many; its scores are no log-odds before they are calibrated.
    """
    shape = (design.width, truth.shape[1])
    lost = _by_margin if by_margin else _by_softmax if exclusive else _by_sigmoid

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        weights = flat.reshape(shape)
        wrong, slope = lost(start + design.forward(weights), truth)
        gradient = strength * design.backward(importance[:, None] * slope) + weights
        return float(strength * (wrong @ importance) + 0.5 * flat @ flat), gradient.ravel()

    begun = np.zeros(shape).ravel() if first is None else first.ravel()
    return minimise(loss, begun, rounds).reshape(shape)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be learned: rows, where they begin, what people said of them and how much each counts."""

    design: Design
    start: Numbers
    truth: Numbers
    importance: Numbers
    exclusive: bool
    by_margin: bool = False

    def solve(self, strength: float, importance: Numbers | None = None, first: Numbers | None = None) -> Numbers:
        """The best weights; ``importance`` other than its own leaves rows out."""
        weights = self.importance if importance is None else importance
        return fit(
            self.design, self.start, self.truth, weights, strength, self.exclusive, first, by_margin=self.by_margin
        )

    def choose(self, folds: NDArray[np.int64], strengths: Sequence[float]) -> tuple[float, Numbers]:
        """The strength that surprises least on rows left out, and its scores for them; fold -1 is never left out."""
        count = int(folds.max(initial=0)) + 1
        raws = {strength: self.start.copy() for strength in strengths}
        for fold in range(count):
            left_out = folds == fold
            kept = np.where(left_out, 0.0, self.importance)
            weights = None
            for strength in strengths:
                weights = self.solve(strength, kept, weights)
                raws[strength][left_out] += self.design.forward(weights)[left_out]
        judged = np.where(folds < 0, 0.0, self.importance)
        losses = {strength: self._surprise(raw, judged) for strength, raw in raws.items()}
        best = min(strengths, key=lambda strength: losses[strength])
        return best, raws[best]

    def _surprise(self, raw: Numbers, importance: Numbers) -> float:
        """The mean surprise at the best slope, so that a shy and a bold strength are compared fairly."""
        slopes = (0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0, 3.0, 4.5)
        return min(float(_surprise(slope * raw, self.truth, self.exclusive) @ importance) for slope in slopes)


def softmax(scores: Numbers) -> Numbers:
    """Chances that add up to 1 in every row."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    chances: Numbers = raised / raised.sum(axis=-1, keepdims=True)
    return chances


def sigmoid(scores: Numbers) -> Numbers:
    """A chance for every label alone."""
    chances: Numbers = 0.5 * (1.0 + np.tanh(0.5 * scores))
    return chances


def _surprise(scores: Numbers, truth: Numbers, exclusive: bool) -> Numbers:
    if exclusive:
        top = scores.max(axis=1)
        total = np.log(np.exp(scores - top[:, None]).sum(axis=1)) + top
        surprise: Numbers = (truth * (total[:, None] - scores)).sum(axis=1)
        return surprise
    each: Numbers = (np.logaddexp(0.0, scores) - truth * scores).sum(axis=1)
    return each


def _by_softmax(scores: Numbers, truth: Numbers) -> tuple[Numbers, Numbers]:
    return _surprise(scores, truth, True), softmax(scores) - truth


def _by_sigmoid(scores: Numbers, truth: Numbers) -> tuple[Numbers, Numbers]:
    return _surprise(scores, truth, False), sigmoid(scores) - truth


def _by_margin(scores: Numbers, truth: Numbers) -> tuple[Numbers, Numbers]:
    sides = np.where(truth > 0, 1.0, -1.0)
    short = np.maximum(0.0, 1.0 - sides * scores)
    return (short * short).sum(axis=1), -2.0 * short * sides


def minimise(
    loss: Callable[[Numbers], tuple[float, Numbers]], begun: Numbers, rounds: int, tolerance: float = 1e-4
) -> Numbers:
    """L-BFGS with backtracking for a smooth convex loss that returns its value and gradient."""
    at = begun.copy()
    value, gradient = loss(at)
    past: deque[tuple[Numbers, Numbers]] = deque(maxlen=_MEMORY)
    scale = max(1.0, float(np.abs(gradient).max(initial=0.0)))
    for _ in range(rounds):
        if float(np.abs(gradient).max(initial=0.0)) <= tolerance * scale:
            break
        direction = -_newton_like(gradient, past)
        slope = float(gradient @ direction)
        step, after = _step(loss, at, value, direction, slope, 1.0 if past else 1.0 / scale)
        if after is None:
            break
        moved, change = step * direction, after[1] - gradient
        if float(moved @ change) > 1e-12:
            past.append((moved, change))
        at = at + moved
        settled = value - after[0] <= 1e-7 * max(1.0, abs(value))
        value, gradient = after
        if settled:
            break
    return at


def _step(
    loss: Callable[[Numbers], tuple[float, Numbers]],
    at: Numbers,
    value: float,
    direction: Numbers,
    slope: float,
    step: float,
) -> tuple[float, tuple[float, Numbers] | None]:
    for _ in range(25):
        after = loss(at + step * direction)
        if after[0] <= value + 1e-4 * step * slope:
            return step, after
        step *= 0.5
    return step, None


def _newton_like(gradient: Numbers, past: deque[tuple[Numbers, Numbers]]) -> Numbers:
    """The two loops of L-BFGS."""
    direction = gradient.copy()
    shares = []
    for moved, change in reversed(past):
        share = float(moved @ direction) / float(moved @ change)
        shares.append(share)
        direction -= share * change
    if past:
        moved, change = past[-1]
        direction *= float(moved @ change) / float(change @ change)
    for (moved, change), share in zip(past, reversed(shares), strict=True):
        direction += moved * (share - float(change @ direction) / float(moved @ change))
    return direction
