"""How well the reader does on labelled texts, next to plain baselines in the same run."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .learning import Figures, figures_of, grouped_split, label_of, near_duplicate_groups, train
from .learning.gate import claims_of
from .metrics import LabelScore
from .reader import Reader
from .reading import Reading
from .similar import SimilarTexts
from .voices import listen

TASKS: Final = ("sentiment", "needs", "intent", "similar")
NOTHING: Final = "none"
"""What a text is labelled with that has none of the needs or intents."""
_NAMES: Final = {
    "sentiment": {"neg": "negative", "neu": "neutral", "pos": "positive"},
    "needs": {"(none)": NOTHING, "": NOTHING},
    "intent": {"suggestion": "idea", "other": NOTHING, "non-suggestion": NOTHING, "1": "idea", "0": NOTHING},
}
_FIELDS: Final = {
    "sentiment": ("sentiment", "label"),
    "needs": ("needs", "need", "label"),
    "intent": ("intents", "intent", "label"),
}
_IDEAS: Final = frozenset({"idea", NOTHING})
Progress = Callable[[Iterable[Any]], Iterable[Any]]
Claims = list[tuple[str, float | None]]


@dataclass(frozen=True, slots=True)
class Scores:
    """The outcome of one voice on one file, all from 0 to 1.

    ``calibration`` (expected calibration error) and ``sure_precision`` (how many claims at 0.8 or more are right) are
    ``None`` for voices without confidence; ``sure_share`` is how many claims these are.
    """

    voice: str
    count: int
    accuracy: float
    macro_f1: float
    labels: dict[str, LabelScore] = field(default_factory=dict)
    calibration: float | None = None
    texts_per_second: float | None = None
    abstained: float = 0.0
    sure_precision: float | None = None
    sure_share: float = 0.0


def evaluate(task: str, rows: Sequence[dict[str, Any]], reader: Reader, progress: Progress) -> list[Scores]:
    """Score the reader and its baselines. Raises ``ValueError`` when the rows lack what the task needs."""
    if task == "similar":
        return evaluate_similar(rows, progress)
    if not rows:
        raise ValueError("no rows to evaluate")
    truth = [_truth(task, row) for row in rows]
    return [_score(task, rows, truth, reader, "reader", progress), *_baselines(task, rows, truth)]


def learning_curve(
    task: str,
    rows: Sequence[dict[str, Any]],
    counts: Sequence[int],
    reader: Reader,
    progress: Progress,
    seed: int = 7,
    *,
    together: bool = True,
) -> list[Scores]:
    """The cold reader and what it learns from so many labels, all on the same rows, near-duplicates kept together.

    The rows to learn from are drawn by ``seed`` as whole groups of near-duplicates, the larger counts holding the
    smaller ones; what the largest leaves is measured. When not ``together`` rows are drawn one by one, as the published
    test parts of most sets were: memory helps there. Raises ``ValueError`` when nothing is left.
    """
    if task not in _NAMES:
        raise ValueError(f"nothing can be learned for {task}")
    labels = [label_of(_as_label(task, row), reader.need_keys, task) for row in rows]
    groups = list(range(len(labels)))
    if together:
        groups = near_duplicate_groups([label.text for label in labels], [label.group for label in labels])
    largest = set(grouped_split(groups, max(counts), seed))
    kept = [number for number in range(len(rows)) if number not in largest]
    if not kept:
        raise ValueError(f"{max(counts)} labels leave none of {len(rows)} rows to measure on")
    tested = [rows[number] for number in kept]
    truth = [_truth(task, row) for row in tested]
    scores = [_score(task, tested, truth, reader, "cold", progress)]
    for count in sorted(counts):
        drawn = [labels[number] for number in grouped_split(groups, count, seed)]
        learned = Reader(reader.taxonomy, train(drawn, reader, tasks=(task,)).model)
        scores.append(_score(task, tested, truth, learned, f"after {len(drawn)} labels", progress))
    return scores


def _as_label(task: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row with one plain field for the task, whatever the file calls it."""
    plain = {name: value for name, value in row.items() if name not in ("sentiment", "need", "intent", "intents")}
    told = _truth(task, row)
    return {**plain, "needs": None, task: told[0] if task == "sentiment" else list(told)}


def _score(
    task: str,
    rows: Sequence[dict[str, Any]],
    truth: Sequence[tuple[str, ...]],
    reader: Reader,
    voice: str,
    progress: Progress,
) -> Scores:
    known = {label for meant in truth for label in meant}
    single = all(len(meant) == 1 for meant in truth)
    began = time.process_time()
    readings = [reader.read(str(row["text"])) for row in progress(rows)]
    speed = len(rows) / max(1e-9, time.process_time() - began)
    return _scores(voice, figures_of(truth, [_claims(task, one, known, single) for one in readings]), speed)


def _truth(task: str, row: dict[str, Any]) -> tuple[str, ...]:
    for name in _FIELDS[task]:
        value = row.get(name)
        if isinstance(value, (str, int)):
            value = [str(value).lower() if task != "needs" else value]
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(_NAMES[task].get(one, one) for one in value) or (NOTHING,)
    raise ValueError(f"a row has none of the fields {', '.join(_FIELDS[task])} as text: {sorted(row)}")


def _claims(task: str, reading: Reading, known: set[str], single: bool) -> Claims:
    """The claims of a reading as the file can judge them."""
    claims = claims_of(task, reading)
    if task == "sentiment":
        return [(_as_truth_knows(reading, label, known), sure) for label, sure in claims]
    if task == "intent" and known <= _IDEAS:
        claims = [claim for claim in claims if claim[0] == "idea"]
    if not claims and NOTHING in known and reading.readable:
        return [(NOTHING, None)]
    return claims[:1] if single else claims


def _as_truth_knows(reading: Reading, label: str, truth: set[str]) -> str:
    """In files that do not know *mixed* (or *neutral*) the sign of the score decides instead."""
    if reading.sentiment is None or reading.sentiment.score == 0 or label in truth:
        return label
    return "positive" if reading.sentiment.score > 0 else "negative"


def _scores(voice: str, figures: Figures, speed: float | None = None) -> Scores:
    return Scores(
        voice,
        figures.count,
        figures.accuracy,
        figures.macro_f1,
        figures.labels,
        figures.calibration,
        speed,
        figures.abstained,
        figures.sure_precision,
        figures.sure_share,
    )


def _baselines(task: str, rows: Sequence[dict[str, Any]], truth: Sequence[tuple[str, ...]]) -> list[Scores]:
    """The label that is most frequent, and for sentiment each dictionary alone with its usual thresholds."""
    majority = Counter(label for meant in truth for label in meant).most_common(1)[0][0]
    told = {"majority": [majority] * len(truth)}
    if task == "sentiment":
        two_way = not any("neutral" in meant for meant in truth)
        heard = [listen(str(row["text"])) for row in rows]
        told["TextBlob"] = [_sign(one.polarity, 0.0 if two_way else 0.1) for one in heard]
        told["VADER"] = [_sign(one.compound, 0.0 if two_way else 0.05) for one in heard]
    return [_scores(voice, figures_of(truth, [[(label, None)] for label in said])) for voice, said in told.items()]


def _sign(value: float, margin: float) -> str:
    return "positive" if value > margin else "negative" if value < -margin else "neutral"


def evaluate_similar(
    rows: Sequence[dict[str, Any]], progress: Progress, depths: Sequence[int] = (5, 10)
) -> list[Scores]:
    """Recall of known duplicates among the nearest texts; rows need ``key``, ``text`` and ``duplicates``."""
    if any(not {"key", "text", "duplicates"} <= row.keys() for row in rows):
        raise ValueError("similar texts need the fields key, text and duplicates in every row")
    index = SimilarTexts()
    for row in rows:
        index.add(str(row["key"]), str(row["text"]))
    asked = [row for row in rows if any(str(key) in index for key in row["duplicates"])]
    found = dict.fromkeys(depths, 0)
    known = dict.fromkeys(depths, 0)
    began = time.process_time()
    for row in progress(asked):
        near = index.query(str(row["text"]), limit=max(depths) + 1, floor=0.0)
        others = [key for key, _ in near if key != str(row["key"])]
        duplicates = {str(key) for key in row["duplicates"] if str(key) in index}
        for depth in depths:
            found[depth] += len(duplicates & set(others[:depth]))
            known[depth] += min(depth, len(duplicates))
    speed = len(asked) / max(1e-9, time.process_time() - began)
    recalls = {depth: found[depth] / max(1, known[depth]) for depth in depths}
    return [
        Scores(f"similar, recall at {depth}", len(asked), recall, recall, texts_per_second=speed)
        for depth, recall in recalls.items()
    ]
