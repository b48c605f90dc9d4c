"""The coefficients of the cold sentiment model: a published prior, not something learnt from anybody's customers.

Printed by ``python benchmarks/sentiment_seed.py DATA_FOLDER`` on 2026-11-23 from 10,823 public labelled texts:
Yelp and Amazon sentences (Kotzias 2015), Senti4SD, and the raters' means of vaderSentiment (Amazon, tweets).
Rows are negative, neutral, positive; columns are ``nlp.sentiment.FEATURES``.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = "seed-1"
INTERCEPTS: Final = (0.382, 0.209, -0.591)
COEFFICIENTS: Final = (
    (-1.124, 0.251, 1.601, -0.289, -1.221, -1.432, 1.032, -0.492, -0.247, -0.057, -0.325, -0.242, 0.001),
    (-0.130, -0.406, -0.374, 0.614, -0.181, -0.086, -0.379, -0.569, 0.451, 0.950, -0.664, -0.167, 0.222),
    (1.254, 0.155, -1.227, -0.325, 1.402, 1.518, -0.654, 1.061, -0.203, -0.893, 0.988, 0.409, -0.223),
)
