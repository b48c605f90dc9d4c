"""What labels teach the reader, over several draws: ``python benchmarks/learning.py [FOLDER]`` (or ``CANDOUR_DATA``).

Needs are learned from 300 labels and from 8,400, each on two splits: near-duplicates kept on one side, and rows divided
at random, as the published test parts are. Feelings are learned from 400. scikit-learn's LinearSVC on words, pairs and
pieces of two to five characters stands beside the needs when it is installed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nlp import Reader
from nlp.evaluation import Scores, learning_curve

try:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC
except ImportError:  # Without it there is no baseline.
    LinearSVC = None

FEELINGS = ("sent_senti4sd", "sent_vadergt_amazon", "sent_vadergt_tweets")
ROWS = 1_500
"""Rows drawn of a set of feelings for each draw: 400 to learn from, the others to measure on."""
MEASURED = 3_000
"""Needs that are measured on for each draw of 300 labels."""
Row = dict[str, Any]


def rows_of(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def told(name: str, scores: Sequence[Scores]) -> None:
    """Print the mean of several draws."""
    many = len(scores)
    sure = [score.sure_precision for score in scores if score.sure_precision is not None]
    print(
        f"{name:<44} accuracy {sum(score.accuracy for score in scores) / many:.3f}"
        f"  macro-F1 {sum(score.macro_f1 for score in scores) / many:.3f}"
        f"  ECE {sum(score.calibration or 0.0 for score in scores) / many:.3f}"
        f"  at 0.8 {sum(sure) / max(1, len(sure)):.3f} of {sum(score.sure_share for score in scores) / many:.0%}",
        flush=True,
    )


def curves(name: str, task: str, draws: Sequence[list[Row]], count: int, together: bool = True) -> None:
    """The reader before and after ``count`` labels of each draw."""
    found = [
        learning_curve(task, rows, [count], Reader.default(), lambda them: them, seed + 1, together=together)
        for seed, rows in enumerate(draws)
    ]
    told(f"{name}, cold", [scores[0] for scores in found])
    told(f"{name}, after {count}", [scores[-1] for scores in found])


def baseline(rows: list[Row], count: int, seeds: int) -> None:
    """LinearSVC on rows divided at random."""
    if LinearSVC is None:
        return
    right, measured = 0, 0
    for seed in range(1, seeds + 1):
        drawn = random.Random(seed).sample(rows, len(rows))
        known, asked = drawn[:count], drawn[count : count + MEASURED]
        features = make_union(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
        )
        model = make_pipeline(features, LinearSVC()).fit([row["text"] for row in known], [row["need"] for row in known])
        right += sum(model.predict([row["text"] for row in asked]) == [row["need"] for row in asked])
        measured += len(asked)
    print(f"{'needs, LinearSVC at random':<38} {count:>5} accuracy {right / measured:.3f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=os.environ.get("CANDOUR_DATA"))
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--many", action="store_true", help="learn needs from 8,400 labels too; takes minutes")
    chosen = parser.parse_args()
    if chosen.folder is None:
        print("no folder with labelled texts")
        return
    needs = rows_of(chosen.folder / "needs_bank_v0.train.jsonl")
    for count, seeds, size in ((300, chosen.seeds, MEASURED + 300), (8_400, 2, len(needs)))[: 1 + chosen.many]:
        draws = [random.Random(seed).sample(needs, size) for seed in range(seeds)]
        curves("needs, near-duplicates together", "needs", draws, count)
        curves("needs, divided at random", "needs", draws, count, together=False)
        baseline(needs, count, seeds)
    for name in FEELINGS:
        rows = rows_of(chosen.folder / f"{name}.train.jsonl")
        draws = [random.Random(seed).sample(rows, min(ROWS, len(rows))) for seed in range(chosen.seeds)]
        curves(name, "sentiment", draws, 400)


if __name__ == "__main__":
    main()
