"""Fit the cold sentiment coefficients on public labelled sentences; print them as ``nlp/sentiment_seed.py`` has them.

    python benchmarks/sentiment_seed.py DATA_FOLDER        (or the folder in CANDOUR_DATA)

First every domain is left out once and read by a model of the others: that is the figure for customers never seen.
Sources: Kotzias 2015 (Yelp, Amazon), Senti4SD (MIT), the raters' means of vaderSentiment (MIT). Every label has the
same weight, shared evenly by the domains that have it. No word of these texts is kept: the result is a few numbers.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from nlp.metrics import macro_f1
from nlp.sentiment import FEATURES, POLES, Felt, features, feel, phrases, spoken
from nlp.voices import listen
from nlp.words import sentences_of

DOMAINS = ("sent_yelp", "sent_amazon", "sent_senti4sd", "sent_vadergt_amazon", "sent_vadergt_tweets")
LABELS = {"neg": "negative", "neu": "neutral", "pos": "positive"}
SILENT = "neutral"


def rows_of(folder: Path, domain: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Features, truth, whether there is any evidence, and texts; a text of several sentences counts as one."""
    numbers, truth, heard, texts = [], [], [], []
    for line in (folder / f"{domain}.train.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        sentences = sentences_of(row["text"])
        if not sentences:
            continue
        per_sentence = [features(one, listen(spoken(one)), phrases().find(one.words)) for one in sentences]
        felt: list[Felt] = [feel(one) for one in sentences]
        numbers.append(np.mean(per_sentence, axis=0))
        truth.append(LABELS[row["label"]])
        heard.append(any(one.against or one.pro for one in felt))
        texts.append(row["text"])
    return np.array(numbers), np.array(truth), np.array(heard), texts


def fit(parts: list[tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]], strength: float) -> LogisticRegression:
    """Every label has the same total weight, shared evenly by the domains that have it."""
    numbers = np.concatenate([part[0][part[2]] for part in parts])
    truth = np.concatenate([part[1][part[2]] for part in parts])
    weights = np.concatenate([np.zeros(int(part[2].sum())) for part in parts])
    at = 0
    for part in parts:
        own = truth[at : at + int(part[2].sum())]
        for label in POLES:
            having = sum(label in other[1] for other in parts)
            inside = own == label
            if inside.any():
                weights[at : at + len(own)][inside] = 1 / having / inside.sum()
        at += len(own)
    weights *= len(weights) / weights.sum()
    return LogisticRegression(C=strength, max_iter=5000).fit(numbers, truth, sample_weight=weights)


def told_by(model: LogisticRegression, part: tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]) -> list[str]:
    two_way = set(part[1]) == {"negative", "positive"}
    chances = model.predict_proba(part[0])
    chances[~part[2]] = (0, 1, 0)
    if two_way:
        chances = chances[:, [0, 2]]
    names = ("negative", "positive") if two_way else POLES
    return [names[index] for index in chances.argmax(axis=1)]


def sign(value: float, margin: float) -> str:
    return "positive" if value > margin else "negative" if value < -margin else "neutral"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", default=os.environ.get("CANDOUR_DATA"), type=Path)
    parser.add_argument("--strength", type=float, default=0.1, help="inverse regularisation")
    arguments = parser.parse_args()
    if arguments.data is None:
        print("Skipped: this fits coefficients on public data. Name its folder, or set CANDOUR_DATA.")
        return
    parts = {domain: rows_of(arguments.data, domain) for domain in DOMAINS}
    for domain in DOMAINS:
        model = fit([parts[other] for other in DOMAINS if other != domain], arguments.strength)
        truth = list(parts[domain][1])
        told = told_by(model, parts[domain])
        recall = np.mean([one == "negative" for one, meant in zip(told, truth, strict=True) if meant == "negative"])
        heard = [listen(text) for text in parts[domain][3]]
        margin = 0.0 if "neutral" not in truth else 0.05
        plain = {
            "TextBlob": [sign(one.polarity, 2 * margin) for one in heard],
            "VADER": [sign(one.compound, margin) for one in heard],
        }
        others = "  ".join(f"{name} {100 * macro_f1(truth, said):.1f}" for name, said in plain.items())
        reached = f"macro-F1 {100 * macro_f1(truth, told):5.1f}  recall of negatives {recall:.2f}"
        print(f"# left out {domain:<22} {reached}  {others}")
    model = fit(list(parts.values()), arguments.strength)
    print("# " + " ".join(FEATURES))
    print("INTERCEPTS: Final = (" + ", ".join(f"{value:.3f}" for value in model.intercept_) + ")")
    print("COEFFICIENTS: Final = (")
    for row in model.coef_:
        print("    (" + ", ".join(f"{value:.3f}" for value in row) + "),")
    print(")")


if __name__ == "__main__":
    main()
