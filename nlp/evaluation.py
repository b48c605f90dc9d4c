"""How well the reader does on labelled texts, next to plain baselines in the same run."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .metrics import LabelScore, accuracy, calibration_error, label_scores, macro_f1
from .reader import Reader
from .reading import Reading
from .similar import SimilarTexts
from .voices import listen

TASKS: Final = ("sentiment", "needs", "intent", "similar")
NOT_SURE: Final = "(not sure)"
_SENTIMENT_NAMES: Final = {"neg": "negative", "neu": "neutral", "pos": "positive"}
_LABEL_FIELDS: Final = {"sentiment": ("sentiment", "label"), "needs": ("need", "label"), "intent": ("intent", "label")}


@dataclass(frozen=True, slots=True)
class Scores:
    """The outcome of one voice on one file. ``calibration`` is ``None`` for voices without confidence."""

    voice: str
    count: int
    accuracy: float
    macro_f1: float
    labels: dict[str, LabelScore] = field(default_factory=dict)
    calibration: float | None = None
    texts_per_second: float | None = None
    abstained: float = 0.0


def evaluate(
    task: str, rows: Sequence[dict[str, Any]], reader: Reader, progress: Callable[[Iterable[Any]], Iterable[Any]]
) -> list[Scores]:
    """Score the reader and its baselines. Raises ``ValueError`` when the rows lack what the task needs."""
    if task == "similar":
        return [evaluate_similar(rows, progress)]
    truth = [_truth(task, row) for row in rows]
    if not rows:
        raise ValueError("no rows to evaluate")
    began = time.process_time()
    readings = [reader.read(str(row["text"])) for row in progress(rows)]
    speed = len(rows) / max(1e-9, time.process_time() - began)
    answers = [_ANSWER[task](reading) for reading in readings]
    two_way = task == "sentiment" and "neutral" not in truth
    told = [label for label, _ in answers]
    if task == "sentiment":
        known = set(truth)
        told = [_as_truth_knows(reading, label, known) for reading, label in zip(readings, told, strict=True)]
    sure = [
        (confidence, label == meant) for (label, confidence), meant in zip(answers, truth, strict=True) if confidence
    ]
    scores = [
        _scores("reader", truth, told, calibration_error([one for one, _ in sure], [hit for _, hit in sure]), speed)
    ]
    return scores + _baselines(task, rows, truth, two_way)


def _truth(task: str, row: dict[str, Any]) -> str:
    for name in _LABEL_FIELDS[task]:
        if isinstance(row.get(name), str):
            return _SENTIMENT_NAMES.get(row[name], row[name]) if task == "sentiment" else str(row[name])
    raise ValueError(f"a row has none of the fields {', '.join(_LABEL_FIELDS[task])} as text: {sorted(row)}")


def _sentiment_answer(reading: Reading) -> tuple[str, float | None]:
    if reading.sentiment is None:
        return NOT_SURE, None
    return reading.sentiment.label, reading.sentiment.confidence


def _need_answer(reading: Reading) -> tuple[str, float | None]:
    return (reading.needs[0].need, reading.needs[0].confidence) if reading.needs else (NOT_SURE, None)


def _intent_answer(reading: Reading) -> tuple[str, float | None]:
    return (reading.intents[0].intent, reading.intents[0].confidence) if reading.intents else (NOT_SURE, None)


_ANSWER: Final[dict[str, Callable[[Reading], tuple[str, float | None]]]] = {
    "sentiment": _sentiment_answer,
    "needs": _need_answer,
    "intent": _intent_answer,
}


def _as_truth_knows(reading: Reading, label: str, truth: set[str]) -> str:
    """In files that do not know *mixed* (or *neutral*) the sign of the score decides instead."""
    if reading.sentiment is None or reading.sentiment.score == 0 or label in truth:
        return label
    return "positive" if reading.sentiment.score > 0 else "negative"


def _scores(
    voice: str, truth: Sequence[str], told: Sequence[str], calibration: float | None = None, speed: float | None = None
) -> Scores:
    abstained = sum(label == NOT_SURE for label in told) / len(truth)
    return Scores(
        voice,
        len(truth),
        accuracy(truth, told),
        macro_f1(truth, told),
        label_scores(truth, told),
        calibration,
        speed,
        abstained,
    )


def _baselines(task: str, rows: Sequence[dict[str, Any]], truth: Sequence[str], two_way: bool) -> list[Scores]:
    """The label that is most frequent, and for sentiment each dictionary alone with its usual thresholds."""
    majority = Counter(truth).most_common(1)[0][0]
    scores = [_scores("majority", truth, [majority] * len(truth))]
    if task == "sentiment":
        heard = [listen(str(row["text"])) for row in rows]
        scores.append(_scores("TextBlob", truth, [_sign(one.polarity, 0.0 if two_way else 0.1) for one in heard]))
        scores.append(_scores("VADER", truth, [_sign(one.compound, 0.0 if two_way else 0.05) for one in heard]))
    return scores


def _sign(value: float, margin: float) -> str:
    return "positive" if value > margin else "negative" if value < -margin else "neutral"


def evaluate_similar(
    rows: Sequence[dict[str, Any]], progress: Callable[[Iterable[Any]], Iterable[Any]], depth: int = 10
) -> Scores:
    """Recall of known duplicates among the ``depth`` nearest texts; rows need ``key``, ``text`` and ``duplicates``."""
    if any(not {"key", "text", "duplicates"} <= row.keys() for row in rows):
        raise ValueError("similar texts need the fields key, text and duplicates in every row")
    index = SimilarTexts()
    for row in rows:
        index.add(str(row["key"]), str(row["text"]))
    asked = [row for row in rows if any(str(key) in index for key in row["duplicates"])]
    found = known = 0
    began = time.process_time()
    for row in progress(asked):
        near = [key for key, _ in index.query(str(row["text"]), limit=depth + 1, floor=0.0) if key != str(row["key"])]
        duplicates = {str(key) for key in row["duplicates"] if str(key) in index}
        found += len(duplicates & set(near[:depth]))
        known += min(depth, len(duplicates))
    seconds = max(1e-9, time.process_time() - began)
    recall = found / max(1, known)
    return Scores(f"similar, recall at {depth}", len(asked), recall, recall, texts_per_second=len(asked) / seconds)
