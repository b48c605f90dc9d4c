"""Finding texts like one among 100,000: time of an answer, recall against comparing with every one, memory, growth.

The texts are made of pairs of the demo company's messages, so that many are half alike. The baseline is TF-IDF of words
and pieces of words by scikit-learn, compared with every text.
"""

from __future__ import annotations

import random
import resource
import statistics

import numpy as np
from machine import cpu_seconds, customers_words, describe
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from nlp import Fingerprint, SimilarTexts, fingerprint

TEXTS, QUESTIONS, COMPARED, DEPTH = 100_000, 200, 40, 10


def megabytes() -> float:
    """Peak memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def made_up() -> list[str]:
    """As many different texts as wanted, each of two messages."""
    words, chance = customers_words(), random.Random(7)
    return [f"{chance.choice(words)} {chance.choice(words)}" for _ in range(TEXTS)]


def main() -> None:
    print(describe())
    texts = made_up()
    prints: list[Fingerprint] = []
    making = cpu_seconds(lambda: prints.extend(map(fingerprint, texts)))
    index = SimilarTexts()
    kept = sum(len(one.to_bytes()) for one in prints)
    held = megabytes()
    filling = cpu_seconds(lambda: index.extend({str(number): one for number, one in enumerate(prints)}))
    print(f"{TEXTS:,} texts, {sum(map(len, texts)) / TEXTS:.0f} characters on average")
    print(f"fingerprints {making:.1f} s of CPU, index {filling:.1f} s")
    print(f"kept {kept / 1e6:.0f} MB, in memory {megabytes() - held:.0f} MB at its peak")
    asked = [fingerprint(text) for text in customers_words()[-QUESTIONS:]]
    index.nearest(asked[0])
    took = sorted(cpu_seconds(lambda one=one: index.nearest(one, DEPTH)) for one in asked)
    at_most = took[int(0.95 * len(took))]
    print(f"one question: median {1e3 * statistics.median(took):.1f} ms of CPU, 95 % below {1e3 * at_most:.1f} ms")
    adding = cpu_seconds(lambda: [index.add_fingerprint(f"new {number}", prints[number]) for number in range(1000)])
    print(f"adding one: {adding:.2f} ms of CPU, merging included")
    found = sum(recall(index, one) for one in asked[:COMPARED]) / COMPARED
    print(f"recall of the {DEPTH} nearest against comparing with every text: {found:.3f}")
    every = statistics.median(cpu_seconds(lambda one=one: index.exactly_nearest(one)) for one in asked[:3])
    ours = statistics.median(cpu_seconds(lambda one=one: index.nearest(one)) for one in asked)
    print(f"comparing with every one of them: {1e3 * every:.0f} ms of CPU, {every / ours:.0f} x ours")
    baseline(texts, ours)


def recall(index: SimilarTexts, asked: Fingerprint) -> float:
    """The share of the truly nearest, or of others just as near, that were found."""
    truth = index.exactly_nearest(asked, DEPTH)
    near = index.nearest(asked, DEPTH, floor=0.0)
    return sum(likeness >= truth[-1][1] for _, likeness in near) / len(truth) if truth else 1.0


def baseline(texts: list[str], ours: float) -> None:
    """The usual way, for the ratio."""
    words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), dtype=np.float32)
    pieces = TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(4, 4), dtype=np.float32)
    whole = hstack([words.fit_transform(texts), pieces.fit_transform(texts)]).T.tocsr()

    def compare(one: str) -> object:
        return (hstack([words.transform([one]), pieces.transform([one])]).tocsr() @ whole).toarray().argsort()

    theirs = statistics.median(cpu_seconds(lambda one=one: compare(one)) for one in customers_words()[-20:])
    print(f"scikit-learn TF-IDF, every text: {1e3 * theirs:.0f} ms of CPU, {theirs / ours:.1f} x ours")


if __name__ == "__main__":
    main()
