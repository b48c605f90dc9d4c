"""Whether a challenger may follow the champion: every condition with its figure, its threshold and its verdict.

All is measured on the frozen random set, the part of the review queue that was drawn without looking. Texts that are
near-duplicates are drawn together when chance is imitated. The same items and seed always give the same verdict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from nlp.metrics import calibration_error
from nlp.reading import Reading

from .behaviour import Behaviour
from .cold import POLES
from .figures import label_scores
from .grouping import near_duplicate_groups
from .labels import Label

Numbers = NDArray[np.float64]
MINIMUM_ITEMS: Final = 30
LOWER_BOUND: Final = -0.5
RECALL_DROP: Final = 3.0
PART_DROP: Final = 3.0
CALIBRATION: Final = 0.05
FLIPS: Final = 10.0
BEHAVIOUR: Final = 95.0
_ROUNDS: Final = 2_000
_TELLING: Final = 10
"""Texts that a label, language or segment needs before a drop of three points can mean anything."""
_PER_BIN: Final = 50


@dataclass(frozen=True, slots=True)
class Item:
    """One text of the frozen random set: what people said, what both claim, and where it belongs.

    Labels are a tuple: one for a feeling, any number for needs and intents. ``confidence`` is the challenger's in its
    first claim. ``safety`` says whether it was a matter of safety to people; the other two whether each flagged it.
    """

    truth: tuple[str, ...]
    champion: tuple[str, ...]
    challenger: tuple[str, ...]
    confidence: float | None = None
    group: Hashable = None
    language: str | None = None
    segment: str | None = None
    safety: bool = False
    champion_flagged: bool = False
    challenger_flagged: bool = False


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition: ``code`` names it, ``figure`` and ``threshold`` are in the unit of the code, ``params`` tell more.

    Codes: ``enough_items`` (texts), ``gain`` and ``gain_lower_bound`` (points of macro-F1), ``label_recall``,
    ``language`` and ``segment`` (largest loss in points; ``params["name"]`` says whose), ``safety_recall`` (points
    lost), ``calibration`` (expected error, 0 to 1), ``flips`` and ``behaviour`` (per cent).
    """

    code: str
    passed: bool
    figure: float | None
    threshold: float
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """All conditions in order; the challenger may go on only when every one is met."""

    task: str
    criteria: tuple[Criterion, ...]

    @property
    def passed(self) -> bool:
        """Whether every condition is met."""
        return all(criterion.passed for criterion in self.criteria)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        criteria = [{name: getattr(one, name) for name in one.__slots__} for one in self.criteria]
        return {"task": self.task, "passed": self.passed, "criteria": criteria}


class Reads(Protocol):
    """A champion or a challenger."""

    def read(self, text: str) -> Reading:
        """The reading of one text."""


def items_of(
    task: str, labels: Sequence[Label], champion: Reads, challenger: Reads, safety: Sequence[bool] | None = None
) -> list[Item]:
    """Let both read the frozen set. ``safety`` says of each text whether people called it a matter of safety."""
    chosen = [number for number, label in enumerate(labels) if label.of(task) is not None]
    groups = near_duplicate_groups([labels[at].text for at in chosen], [labels[at].group for at in chosen])
    items = []
    for number, group in zip(chosen, groups, strict=True):
        label = labels[number]
        first, second = champion.read(label.text), challenger.read(label.text)
        before, after = claims_of(task, first), claims_of(task, second)
        items.append(
            Item(
                truth=label.of(task) or (),
                champion=tuple(name for name, _ in before),
                challenger=tuple(name for name, _ in after),
                confidence=after[0][1] if after else None,
                group=group,
                language=label.language,
                segment=label.segment,
                safety=bool(safety[number]) if safety is not None else False,
                champion_flagged=bool(first.safety),
                challenger_flagged=bool(second.safety),
            )
        )
    return items


def claims_of(task: str, reading: Reading) -> list[tuple[str, float | None]]:
    """What a reading claims of one task, surest first; nothing when the text was not read."""
    if task == "sentiment":
        told = reading.sentiment
        return [] if told is None else [(told.label, told.confidence)]
    if task == "needs":
        return [(claim.need, claim.confidence) for claim in reading.needs]
    return [(claim.intent, claim.confidence) for claim in reading.intents if claim.intent != "none"]


def decide(
    task: str, items: Sequence[Item], behaviour: Behaviour, *, signed_off: bool = False, seed: int = 7
) -> Verdict:
    """Judge the challenger. ``signed_off``: a person has looked at the texts that would be read differently."""
    criteria = [
        Criterion("enough_items", len(items) >= MINIMUM_ITEMS, float(len(items)), float(MINIMUM_ITEMS)),
        *_gains(items, seed),
        _worst("label_recall", _recall_losses(items), RECALL_DROP),
        _safety(items),
        _calibration(items),
        _worst("language", _part_losses(items, lambda item: item.language), PART_DROP),
        _worst("segment", _part_losses(items, lambda item: item.segment), PART_DROP),
        _flips(items, signed_off),
        Criterion(
            "behaviour",
            behaviour.share * 100 >= BEHAVIOUR,
            round(behaviour.share * 100, 2),
            BEHAVIOUR,
            {"cases": behaviour.count, "failed": [failure.text for failure in behaviour.failures]},
        ),
    ]
    return Verdict(task, tuple(criteria))


def _gains(items: Sequence[Item], seed: int) -> list[Criterion]:
    if not items:
        return [Criterion("gain", False, None, 0.0), Criterion("gain_lower_bound", False, None, LOWER_BOUND)]
    before, after = macro_of(items, "champion"), macro_of(items, "challenger")
    gain = 100 * (after - before)
    drawn = bootstrapped_gains(items, seed)
    lower, upper = (float(np.quantile(drawn, level)) for level in (0.05, 0.95))
    told = {"champion": round(100 * before, 2), "challenger": round(100 * after, 2)}
    return [
        Criterion("gain", gain > 0, round(gain, 3), 0.0, told),
        Criterion("gain_lower_bound", lower > LOWER_BOUND, round(lower, 3), LOWER_BOUND, {"upper": round(upper, 3)}),
    ]


def macro_of(items: Sequence[Item], who: str) -> float:
    """Macro-F1 of ``champion`` or ``challenger``, from 0 to 1."""
    claims = [[(label, None) for label in getattr(item, who)] for item in items]
    scores = label_scores([item.truth for item in items], claims)
    return sum(score.f1 for score in scores.values()) / max(1, len(scores))


def bootstrapped_gains(items: Sequence[Item], seed: int, rounds: int = _ROUNDS) -> Numbers:
    """Gains in points when groups are drawn anew by chance, both readers on the same draw."""
    labels = sorted({label for item in items for label in item.truth})
    groups: dict[Hashable, int] = {}
    rows = np.array(
        [groups.setdefault(number if item.group is None else ("g", item.group), len(groups))
         for number, item in enumerate(items)]
    )  # fmt: skip
    draw = np.random.default_rng(seed)
    times = draw.multinomial(len(groups), np.full(len(groups), 1.0 / len(groups)), rounds).astype(np.float64)
    truth = _table([item.truth for item in items], labels)
    scores = [
        _macro(times, rows, len(groups), truth, _table([getattr(item, who) for item in items], labels))
        for who in ("challenger", "champion")
    ]
    gains: Numbers = 100 * (scores[0] - scores[1])
    return gains


def _table(told: Sequence[tuple[str, ...]], labels: Sequence[str]) -> Numbers:
    return np.array([[float(label in one) for label in labels] for one in told]).reshape(len(told), len(labels))


def _macro(times: Numbers, rows: NDArray[np.int64], groups: int, truth: Numbers, told: Numbers) -> Numbers:
    """Macro-F1 of every draw, over the labels that occur in it."""
    counts = []
    for table in (truth * told, truth, told):
        by_group = np.zeros((groups, truth.shape[1]))
        np.add.at(by_group, rows, table)
        counts.append(times @ by_group)
    hits, meant, said = counts
    f1 = np.where(hits > 0, 2 * hits / np.maximum(1.0, meant + said), 0.0)
    macro: Numbers = (f1 * (meant > 0)).sum(axis=1) / np.maximum(1, (meant > 0).sum(axis=1))
    return macro


def _recall_losses(items: Sequence[Item]) -> dict[str, float]:
    losses = {}
    for label in sorted({label for item in items for label in item.truth}):
        meant = [item for item in items if label in item.truth]
        if len(meant) >= _TELLING:
            lost = sum(label in item.champion for item in meant) - sum(label in item.challenger for item in meant)
            losses[label] = 100 * lost / len(meant)
    return losses


def _part_losses(items: Sequence[Item], part_of: Callable[[Item], str | None]) -> dict[str, float]:
    """Points of macro-F1 that each language or segment loses."""
    parts: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if (part := part_of(item)) is not None:
            parts[part].append(item)
    return {
        part: 100 * (macro_of(members, "champion") - macro_of(members, "challenger"))
        for part, members in sorted(parts.items())
        if len(members) >= _TELLING
    }


def _worst(code: str, losses: dict[str, float], most: float) -> Criterion:
    if not losses:
        return Criterion(code, True, None, most)
    name = max(losses, key=lambda one: losses[one])
    told = {"name": name, "all": {one: round(loss, 2) for one, loss in losses.items()}}
    return Criterion(code, losses[name] <= most, round(losses[name], 2), most, told)


def _safety(items: Sequence[Item]) -> Criterion:
    meant = [item for item in items if item.safety]
    lost = sum(item.champion_flagged for item in meant) - sum(item.challenger_flagged for item in meant)
    points = 100 * lost / len(meant) if meant else 0.0
    return Criterion("safety_recall", lost <= 0, round(points, 2), 0.0, {"items": len(meant)})


def _calibration(items: Sequence[Item]) -> Criterion:
    pairs = [
        (item.confidence, item.challenger[0] in item.truth or _is_half_right(item))
        for item in items
        if item.confidence is not None and item.challenger
    ]
    if not pairs:
        return Criterion("calibration", True, None, CALIBRATION)
    # Bins of a few texts would measure chance, so there are fewer bins when there are fewer texts.
    bins = max(3, min(10, len(pairs) // _PER_BIN))
    error = calibration_error([sure for sure, _ in pairs], [hit for _, hit in pairs], bins)
    return Criterion("calibration", error <= CALIBRATION, round(error, 4), CALIBRATION, {"bins": bins})


def _is_half_right(item: Item) -> bool:
    """Either pole is a fair claim about a text that people called mixed, which no model learns as such."""
    return item.truth == ("mixed",) and item.challenger[0] in (POLES[0], POLES[2])


def _flips(items: Sequence[Item], signed_off: bool) -> Criterion:
    flipped = sum(set(item.champion) != set(item.challenger) for item in items)
    share = 100 * flipped / max(1, len(items))
    told = {"flipped": flipped, "signed_off": signed_off}
    return Criterion("flips", share <= FLIPS or signed_off, round(share, 2), FLIPS, told)
