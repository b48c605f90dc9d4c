"""From labels to a model: features, strength by grouped cross-validation, calibration out of fold, honest figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .calibration import NOT_CALIBRATED
from .cold import BELIEVED, NOTHING, POLES, ColdReader, cold_claims, start_of
from .deciding import as_told, decided, out_of_fold
from .features import Rows, Vocabulary
from .figures import Claims, Figures, figures_of
from .gathered import Gathered, gather, gather_seeds
from .grouping import grouped_folds
from .head import Head, cold_row
from .labels import TASKS, Label, within_limits
from .logistic import FEW, Problem, design_of
from .model import Model

Numbers = NDArray[np.float64]
FEWEST: Final = 20
"""Labels of a task below which nothing is learned: the cold reader is left as it is."""
CALIBRATED_FROM: Final = 200
"""Labels of a task from which confidence is no longer called an estimate."""
_PER_LABEL: Final = 3
_FOLDS: Final = 5
_STRENGTHS: Final[tuple[float, ...]] = (0.1, 0.3, 1.0, 3.0, 10.0)
_MANY_STRENGTHS: Final[tuple[float, ...]] = (10.0, 40.0)
_MARGIN_STRENGTHS: Final[tuple[float, ...]] = (0.3,)
_MANY_FOLDS: Final = 3
"""Many labels need fewer tries: each one is learned from for longer, and each figure is surer."""
_BALANCE: Final = {"needs": 0.5}
"""How far rare labels are raised while learning, where they are: 0 not at all, 1 until all count the same."""
_BELIEFS: Final = {"needs": 0.25}
"""How far few labels begin at the cold verdict, where it is not the usual; many labels do not begin there at all."""
_AS_GOOD: Final = 0.003
"""By how much macro-F1 a model may fall behind out of fold and still be as right."""
_SEED_COUNTS: Final = 0.3
"""What a seed phrase of a need counts against a label: who has few labels learns from the taxonomy as well."""
_MANY_COLD: Final = 0.12
"""How large cold numbers are where labels are many."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one task: out-of-fold figures of the model and of the cold reader on the same rows.

    ``reason`` says why nothing was kept (``too_few``, ``one_label``, ``not_better``), else it is ``None``.
    """

    task: str
    rows: int
    reason: str | None
    model: Figures | None = None
    cold: Figures | None = None
    strength: float | None = None


@dataclass(frozen=True, slots=True)
class Trained:
    """A model and how each task went; ``unread`` labels are of texts that the reader cannot read."""

    model: Model
    outcomes: tuple[Outcome, ...]
    unread: int = 0


def train(
    labels: Sequence[Label],
    reader: ColdReader,
    *,
    number: int = 1,
    at: str | None = None,
    tasks: Iterable[str] = TASKS,
    seed: int = 7,
    progress: Callable[[str], None] | None = None,
) -> Trained:
    """Learn from ``labels`` on the ground of a cold ``reader`` (one without a model).

    ``number`` is the N of ``model vN``, ``at`` the day to write on it (ISO 8601). At most five labels of one giver
    count. A task with fewer than 20 labels, with one label only, or that out of fold is no better than the cold
    reader, is left to the cold reader. Never raises for few labels.
    """
    say = progress or _nothing
    rows, unread = gather(within_limits(labels), reader)
    say(f"{len(rows.labels)} labelled texts can be read, {unread} cannot")
    wanted = set(tasks)
    about_needs = sum(label.needs is not None for label in rows.labels)
    seeds = gather_seeds(reader) if "needs" in wanted and FEWEST <= about_needs <= FEW else Gathered()
    vocabulary = Vocabulary.of(rows.tokens + seeds.tokens, least=2 if len(rows.tokens) > FEW else 1)
    heads: list[Head] = []
    words: list[Numbers] = []
    outcomes: list[Outcome] = []
    for task in (task for task in TASKS if task in wanted):
        chosen = [place for place, label in enumerate(rows.labels) if label.of(task) is not None]
        if not chosen:
            continue
        say(f"{task}: learning from {len(chosen)} labels")
        own_seeds = seeds if task == "needs" else Gathered()
        outcome, learned = _Task(task, rows.only(chosen), reader.need_keys, seed, own_seeds).learn(vocabulary)
        outcomes.append(outcome)
        if learned is not None:
            heads.append(learned[0])
            words.append(learned[1])
    info = _info(number, at, reader, rows, unread, outcomes, seed)
    return Trained(Model.of(vocabulary, heads, words, info), tuple(outcomes), unread)


def _nothing(_: str) -> None:
    return None


class _Task:
    """The training of one task."""

    def __init__(
        self, task: str, rows: Gathered, needs: tuple[str, ...], seed: int, seeds: Gathered | None = None
    ) -> None:
        self.task, self.rows, self.needs, self.seed = task, rows, needs, seed
        self.told = [_meant(task, label) for label in rows.labels]
        self.weights = np.array([label.weight for label in rows.labels])
        several = sum(len(one) > 1 for one in self.told)
        self.exclusive = task == "sentiment" or (task == "needs" and several <= 0.02 * len(self.told))
        self.labels = self._labels()
        self.belief = 0.0 if len(self.told) > FEW else _BELIEFS.get(task, BELIEVED)
        self.seeds = self._known(seeds or Gathered())

    def _labels(self) -> tuple[str, ...]:
        """The labels worth learning: those given to three texts that are no copies of each other."""
        if self.task == "sentiment":
            return POLES
        seen: dict[str, set[int]] = {}
        for told, group in zip(self.told, self.rows.groups, strict=True):
            for label in told or ((NOTHING,) if self.exclusive else ()):
                seen.setdefault(label, set()).add(group)
        return tuple(sorted(label for label, groups in seen.items() if len(groups) >= _PER_LABEL))

    def _known(self, seeds: Gathered) -> Gathered:
        """The seed phrases of labels worth learning, where a text has one label; they help few labels only."""
        if not self.exclusive or len(self.told) > FEW:
            return Gathered()
        return seeds.only(
            [at for at, label in enumerate(seeds.labels) if set(_meant(self.task, label)) <= set(self.labels)]
        )

    def learn(self, vocabulary: Vocabulary) -> tuple[Outcome, tuple[Head, Numbers] | None]:
        """The outcome and, when it is worth keeping, the head with the weights of the words."""
        count = len(self.told)
        truth = self._truth()
        if count < FEWEST:
            return Outcome(self.task, count, "too_few"), None
        if not self._is_mixed(truth):
            return Outcome(self.task, count, "one_label"), None
        sparse = vocabulary.rows(self.rows.tokens + self.seeds.tokens)
        problem = self._problem(sparse, truth)
        times, strengths = (_FOLDS, _STRENGTHS) if count <= FEW else (_MANY_FOLDS, _MANY_STRENGTHS)
        if problem.by_margin:
            strengths = _MARGIN_STRENGTHS
        folds = grouped_folds(self.rows.groups, [told[:1] for told in self.told], times, self.seed)
        strength, raws = problem.choose(np.array(folds + [-1] * len(self.seeds.labels)), strengths)
        raw = raws[:count]
        cold = [cold_claims(self.task, view) for view in self.rows.views]
        head = decided(self._draft(), raw, truth, self.told, self.weights, cold)
        outcome = self._outcome(head, raw, cold, strength)
        if outcome.reason is not None:
            return outcome, None
        weights = problem.design.unfold(problem.solve(strength * self._reserve(times)))
        dense = weights[sparse.width :] * self._cold_share()
        return outcome, (head.with_dense(dense), weights[: sparse.width])

    def _reserve(self, folds: int) -> float:
        """What the last fit holds back, for it sees more labels than any fold that its confidence was fitted on."""
        return 1.0 - 1.0 / folds if len(self.told) <= FEW else 1.0

    def _cold_share(self) -> float:
        """How large the cold numbers are while learning: thousands of labels know better than what the reader knew."""
        return 1.0 if len(self.told) <= FEW else _MANY_COLD

    def _problem(self, sparse: Rows, truth: Numbers) -> Problem:
        """The rows, and after them the seeds: those have no cold numbers, for the reader knows them by heart."""
        seeds, views = len(self.seeds.labels), self.rows.views
        dense = np.array([cold_row(view, self.needs) for view in views]) * self._cold_share()
        start = np.array([start_of(self.task, self.labels, view, self.belief) for view in views])
        importance = self._importance(truth)
        if seeds:
            taught = np.array(
                [[float(label in _meant(self.task, one)) for label in self.labels] for one in self.seeds.labels]
            )
            dense = np.vstack([dense, np.zeros((seeds, dense.shape[1]))])
            start = np.vstack([start, np.zeros(taught.shape)])
            truth, importance = np.vstack([truth, taught]), np.append(importance, np.full(seeds, _SEED_COUNTS))
        by_margin = self.exclusive and self.task == "needs" and len(self.told) > FEW
        return Problem(design_of(sparse, dense), start, truth, importance, self.exclusive, by_margin)

    def _truth(self) -> Numbers:
        truth = np.zeros((len(self.told), len(self.labels)))
        place = {label: number for number, label in enumerate(self.labels)}
        for row, told in enumerate(self.told):
            meant = told or ((NOTHING,) if self.exclusive else ())
            known = [place[label] for label in meant if label in place]
            truth[row, known] = 1.0 / len(known) if self.exclusive and known else 1.0
        return truth

    def _is_mixed(self, truth: Numbers) -> bool:
        """Whether there is anything to tell apart."""
        if self.exclusive:
            return int((truth.sum(axis=0) > 0).sum()) > 1
        return bool(len(self.labels)) and bool((truth.min(axis=0) < truth.max(axis=0)).any())

    def _importance(self, truth: Numbers) -> Numbers:
        """Weights of people, with rare labels raised a little; their mean is 1. Labels not worth learning count 0."""
        importance = self.weights.copy()
        if self.exclusive:
            share = np.maximum(1e-9, self.weights @ truth / self.weights.sum())
            importance *= (truth / share ** _BALANCE.get(self.task, 0.0)).sum(axis=1)
        return importance / (float(importance.mean()) or 1.0)

    def _draft(self) -> Head:
        counts = Counter(label for told in self.told for label in told or (NOTHING,))
        return Head(
            task=self.task,
            labels=self.labels,
            needs=self.needs,
            exclusive=self.exclusive,
            dense=np.zeros((0, len(self.labels))),
            calibration=NOT_CALIBRATED,
            lean=(0.0,) * len(self.labels),
            threshold=0.0,
            counts=dict(sorted(counts.items())),
            is_estimate=len(self.told) < CALIBRATED_FROM,
            belief=self.belief,
        )

    def _outcome(self, head: Head, raw: Numbers, cold: Sequence[Claims], strength: float) -> Outcome:
        known = set(self.labels)
        model = figures_of(self.told, [_spoken(said) for said in as_told(head, out_of_fold(head, raw))])
        before = figures_of(
            self.told, [said[:1] if self.exclusive else [one for one in said if one[0] in known] for said in cold]
        )
        kept = (model.macro_f1, model.accuracy) > (before.macro_f1, before.accuracy) or _is_more_honest(model, before)
        return Outcome(self.task, len(self.told), None if kept else "not_better", model, before, strength)


def _is_more_honest(model: Figures, before: Figures) -> bool:
    """Whether a model is as right as the cold reader, and its confidence means more."""
    if model.calibration is None or before.calibration is None:
        return False
    return model.macro_f1 >= before.macro_f1 - _AS_GOOD and model.calibration < before.calibration


def _meant(task: str, label: Label) -> tuple[str, ...]:
    told = label.of(task) or ()
    return ("negative", "positive") if task == "sentiment" and told == ("mixed",) else told


def _spoken(said: Sequence[tuple[str, float | None]]) -> list[tuple[str, float | None]]:
    return [one for one in said if one[0] != NOTHING]


def _info(
    number: int,
    at: str | None,
    reader: ColdReader,
    rows: Gathered,
    unread: int,
    outcomes: Sequence[Outcome],
    seed: int,
) -> dict[str, Any]:
    """What the model card needs to know of how it came to be."""
    dates = sorted(label.at for label in rows.labels if label.at is not None)
    return {
        "number": number,
        "trained_at": at,
        "reader": reader.version,
        "labels": len(rows.labels),
        "unread": unread,
        "groups": len(set(rows.groups)),
        "weights": dict(sorted(Counter(f"{label.weight:g}" for label in rows.labels).items())),
        "givers": len({label.giver for label in rows.labels if label.giver is not None}),
        "languages": dict(sorted(Counter(label.language or "unsaid" for label in rows.labels).items())),
        "first_label_at": dates[0] if dates else None,
        "last_label_at": dates[-1] if dates else None,
        "settings": {"seed": seed, "folds": _FOLDS, "balance": _BALANCE.get("needs", 0.0), "fewest": FEWEST},
        "tasks": {
            outcome.task: {
                "rows": outcome.rows,
                "kept": outcome.reason is None,
                "reason": outcome.reason,
                "strength": outcome.strength,
                "model": outcome.model.as_dict() if outcome.model else None,
                "cold": outcome.cold.as_dict() if outcome.cold else None,
            }
            for outcome in outcomes
        },
    }
