"""Fit the cold sentiment coefficients on public labelled texts; print them as ``nlp/sentiment_seed.py`` has them.

    python benchmarks/sentiment_seed.py DATA_FOLDER        (or the folder in CANDOUR_DATA)

First every domain is left out once, with its sibling (restaurants, products), and read by a model of the others: that
is the figure for customers never seen, beside TextBlob, VADER and the most frequent label.
Sources: Kotzias 2015 (Yelp, Amazon), Senti4SD (MIT), the raters' means of vaderSentiment (MIT), GoEmotions (Apache-2.0,
emotions mapped to a pole; ambiguous ones left out), MAMS (Apache-2.0, sentences whose aspects share one pole). A text
that differs from another only in case, digits or marks counts once, in the first set that holds it.

Every label has the same weight, shared evenly by the domains that have it. The penalty is strong on purpose: it was
chosen by the figures of domains left out, not of domains seen. The shrunken coefficients are then stretched by one
number so that confidence fits texts of domains left out. No word of these texts is kept: the result is a few numbers.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from nlp.metrics import macro_f1
from nlp.sentiment import OWN_TROUBLE, POLES, PRAISING, TOLD_PRAISE, pooled
from nlp.sentiment_features import FEATURES, hear
from nlp.voices import listen
from nlp.words import sentences_of

SIBLINGS = {
    "sent_yelp": "restaurants", "aspect_mams": "restaurants", "sent_amazon": "products",
    "sent_vadergt_amazon": "products", "sent_senti4sd": "developers", "sent_vadergt_tweets": "tweets",
    "emotion_goemotions": "forum",
}  # fmt: skip
LABELS = {"neg": "negative", "neu": "neutral", "pos": "positive"}
GLAD = frozenset(
    "admiration amusement approval caring desire excitement gratitude joy love optimism pride relief".split()
)
SOUR = frozenset(
    "anger annoyance disappointment disapproval disgust embarrassment fear grief nervousness remorse sadness".split()
)
FLAT = frozenset(("neutral", "curiosity"))
EXPECTED = {
    "failure": (1.2, -0.7, -0.5), "grievance": (1.0, -0.6, -0.4), "bad": (0.6, -0.2, -0.4), "fault": (0.4, -0.1, -0.3),
    "outcry": (0.7, -0.4, -0.3), "sarcasm": (1.5, -0.5, -1.0), "swear": (0.4, -0.2, -0.2), "wait": (0.2, -0.1, -0.1),
    "persist": (0.2, -0.1, -0.1), "negator": (0.2, -0.1, -0.1), "sour_face": (0.8, -0.4, -0.4),
    "success": (-0.5, -0.6, 1.1), "delight": (-0.4, -0.5, 0.9), "good": (-0.3, -0.2, 0.5), "relief": (-0.8, -0.4, 1.2),
    "eased": (-0.8, -0.5, 1.3),
    "glad_face": (-0.5, -0.3, 0.8), "request": (0.0, 0.6, -0.6),
    "rating": (-2.0, 0.0, 2.0), "swung_from": (0.3, 0.0, -0.3), "swung_to": (-0.5, 0.0, 0.5),
    "fails": (0.5, -0.2, -0.3), "denies": (0.3, -0.1, -0.2), "lacks": (0.4, -0.2, -0.2),
}  # fmt: skip
"""What we expect of our own lists before any data: letters to a company are rare in public sets, whose texts mostly
address nobody. The penalty draws each coefficient towards this, not towards nothing; left-out domains lose nothing."""
FEWER_NEUTRAL = np.array((0.0, 0.3, 0.0))
"""Who writes to a company is less often indifferent than who writes to nobody: on domains left out this costs nothing
in macro-F1 and finds five in a hundred more of the unhappy."""
STRETCHES = np.arange(1.0, 12.1, 0.25)


@dataclass
class Part:
    """One domain: numbers and truth (places in POLES) of each text; what it has words and phrases for, and of whom."""

    numbers: np.ndarray
    truth: np.ndarray
    spoken_for: np.ndarray
    personal: np.ndarray
    praised: np.ndarray
    texts: list[str]

    @property
    def labels(self) -> list[str]:
        """The truth in words."""
        return [POLES[at] for at in self.truth]

    @property
    def is_two_way(self) -> bool:
        """Whether nobody is neutral here."""
        return not (self.truth == POLES.index("neutral")).any()


def label_of(row: dict[str, Any]) -> str | None:
    """The pole of a row, or ``None`` when it has no single one."""
    label = row["label"]
    if isinstance(label, str):
        return LABELS[label]
    if isinstance(label[0], list):
        poles = {polarity for _, polarity in label} - {"neutral"}
        return poles.pop() if len(poles) == 1 else None
    kinds = {_pole_of_emotion(emotion) for emotion in label}
    return kinds.pop() if len(kinds) == 1 else None


def _pole_of_emotion(emotion: str) -> str | None:
    poles = (("positive", GLAD), ("negative", SOUR), ("neutral", FLAT))
    return next((pole for pole, emotions in poles if emotion in emotions), None)


def read_part(folder: Path, domain: str, seen: set[str]) -> Part:
    """The texts of a domain that no earlier one holds."""
    numbers, truth, spoken_for, personal, praised, texts = [], [], [], [], [], []
    for line in (folder / f"{domain}.train.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        label, sentences = label_of(row), sentences_of(row["text"])
        likeness = " ".join(re.findall("[a-z]+", row["text"].lower()))
        if label is None or not sentences or likeness in seen:
            continue
        seen.add(likeness)
        heard = [hear(one) for one in sentences]
        numbers.append(pooled([one.numbers for one in heard]))
        truth.append(POLES.index(label))
        spoken_for.append((any(one.against for one in heard), True, any(one.pro for one in heard)))
        personal.append(any(one.is_personal for one in heard))
        praised.append(any(match.label in PRAISING for one in heard for match in one.matches))
        texts.append(row["text"])
    return Part(
        np.array(numbers),
        np.array(truth),
        np.array(spoken_for),
        np.array(personal),
        np.array(praised),
        texts,
    )


def fit(parts: list[Part], penalty: float) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (a row for each pole) and intercepts, for numbers as they come; drawn towards :data:`EXPECTED`."""
    numbers = np.concatenate([part.numbers for part in parts])
    truth = np.eye(len(POLES))[np.concatenate([part.truth for part in parts])]
    weights = _weights(parts)[:, None]
    middle, spread = numbers.mean(axis=0), numbers.std(axis=0) + 1e-9
    even = (numbers - middle) / spread
    expected = np.array([EXPECTED.get(name, (0.0, 0.0, 0.0)) for name in FEATURES]).T * spread

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        rows, intercepts = values[:-3].reshape(expected.shape), values[-3:]
        raised = even @ (rows + expected).T + intercepts
        raised -= raised.max(axis=1, keepdims=True)
        chances = np.exp(raised) / np.exp(raised).sum(axis=1, keepdims=True)
        slope = weights * (chances - truth)
        lost = -float((weights * truth * np.log(np.maximum(chances, 1e-12))).sum())
        gradient = np.concatenate([(slope.T @ even + penalty * rows).ravel(), slope.sum(axis=0)])
        return lost + penalty / 2 * float((rows**2).sum()), gradient

    found = minimize(
        loss,
        np.zeros(expected.size + 3),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 500},
    ).x
    rows = (found[:-3].reshape(expected.shape) + expected) / spread
    return rows, found[-3:] - rows @ middle - FEWER_NEUTRAL


def _weights(parts: list[Part]) -> np.ndarray:
    """Every label has the same total weight, shared evenly by the domains that have it."""
    weights = [np.zeros(len(part.truth)) for part in parts]
    for label in range(len(POLES)):
        having = [at for at, part in enumerate(parts) if (part.truth == label).any()]
        for at in having:
            inside = parts[at].truth == label
            weights[at][inside] = 1 / len(having) / inside.sum()
    joined = np.concatenate(weights)
    return joined * len(joined) / joined.sum()


def chances_of(raised: np.ndarray, part: Part, stretch: float = 1.0) -> np.ndarray:
    """Probabilities as the reader gives them: a pole without words has none."""
    powers = np.exp(stretch * (raised - raised.max(axis=1, keepdims=True)))
    chances = powers / powers.sum(axis=1, keepdims=True)
    chances = np.where(part.spoken_for, chances, 0.0)
    chances[part.personal & ~part.spoken_for[:, 2] & part.spoken_for[:, 0], 1] *= OWN_TROUBLE
    chances[part.praised & part.spoken_for[:, 2] & ~part.spoken_for[:, 0], 1] *= TOLD_PRAISE
    return np.asarray(chances / chances.sum(axis=1, keepdims=True))


def told_by(chances: np.ndarray, part: Part) -> list[str]:
    """Labels; where nobody is neutral, the sign decides as in ``python -m nlp evaluate``."""
    if part.is_two_way:
        sides = np.sign(chances[:, 2] - chances[:, 0]).astype(int)
        return [POLES[side + 1] for side in sides]
    return [POLES[at] for at in chances.argmax(axis=1)]


def sign(value: float, margin: float) -> str:
    return "positive" if value > margin else "negative" if value < -margin else "neutral"


def plain_voices(part: Part) -> dict[str, list[str]]:
    """What the baselines say."""
    heard = [listen(text) for text in part.texts]
    margin = 0.0 if part.is_two_way else 0.05
    most = Counter(part.labels).most_common(1)[0][0]
    return {
        "TextBlob": [sign(one.polarity, 2 * margin) for one in heard],
        "VADER": [sign(one.compound, margin) for one in heard],
        "majority": [most] * len(part.texts),
    }


def recall_of_negatives(truth: list[str], told: list[str]) -> float:
    return float(np.mean([one == "negative" for one, meant in zip(told, truth, strict=True) if meant == "negative"]))


def leave_out(parts: dict[str, Part], penalty: float) -> float:
    """Print what each domain reaches that was left out; return the stretch that fits their confidence."""
    reached: dict[str, list[float]] = {}
    raised: dict[str, np.ndarray] = {}
    print(f"# {'left out':<20} {'texts':>6}  macro-F1 / recall of negatives")
    for domain, part in parts.items():
        rows, intercepts = fit(
            [other for name, other in parts.items() if SIBLINGS[name] != SIBLINGS[domain]],
            penalty,
        )
        raised[domain] = part.numbers @ rows.T + intercepts
        voices = {
            "reader": told_by(chances_of(raised[domain], part), part),
            **plain_voices(part),
        }
        shown = []
        for name, told in voices.items():
            score = 100 * macro_f1(part.labels, told)
            shown.append(f"{name} {score:.1f} / {recall_of_negatives(part.labels, told):.2f}")
            if not part.is_two_way:
                reached.setdefault(name, []).append(score)
        print(f"# {domain:<20} {len(part.texts):>6}  " + "   ".join(shown))
    means = "   ".join(f"{name} {np.mean(scores):.1f}" for name, scores in reached.items())
    print(f"# mean of the {len(reached['reader'])} domains with neutral texts: {means}")
    return _best_stretch(parts, raised)


def _best_stretch(parts: dict[str, Part], raised: dict[str, np.ndarray]) -> float:
    """The stretch with the least log loss on domains left out, each domain and label counting alike."""

    def loss(stretch: float) -> float:
        losses = []
        for domain, part in parts.items():
            if not part.is_two_way:
                chances = chances_of(raised[domain], part, stretch)
                own = np.log(np.maximum(chances[np.arange(len(part.truth)), part.truth], 1e-3))
                losses += [own[part.truth == label].mean() for label in range(len(POLES))]
        return -float(np.mean(losses))

    return float(min(STRETCHES, key=loss))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", default=os.environ.get("CANDOUR_DATA"), type=Path)
    parser.add_argument(
        "--penalty",
        type=float,
        default=3_000.0,
        help="strength of the penalty on coefficients",
    )
    arguments = parser.parse_args()
    if arguments.data is None:
        print("Skipped: this fits coefficients on public data. Name its folder, or set CANDOUR_DATA.")
        return
    seen: set[str] = set()
    parts = {domain: read_part(arguments.data, domain, seen) for domain in SIBLINGS}
    stretch = leave_out(parts, arguments.penalty)
    rows, intercepts = fit(list(parts.values()), arguments.penalty)
    print(f"# {sum(len(part.texts) for part in parts.values())} texts; stretched by {stretch}")
    print("# " + " ".join(FEATURES))
    print("INTERCEPTS: Final = (" + ", ".join(f"{value:.3f}" for value in stretch * intercepts) + ")")
    print("COEFFICIENTS: Final = (")
    for row in stretch * rows:
        print("    (" + ", ".join(f"{value:.3f}" for value in row) + "),")
    print(")  # fmt: skip")


if __name__ == "__main__":
    main()
