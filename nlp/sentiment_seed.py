"""The coefficients of the cold sentiment model: a published prior, not something learnt from anybody's customers.

Printed by ``python benchmarks/sentiment_seed.py DATA_FOLDER`` on 2026-11-23 from 10,823 public labelled texts:
Yelp and Amazon sentences (Kotzias 2015), Senti4SD, and the raters' means of vaderSentiment (Amazon, tweets).
Rows are negative, neutral, positive; columns are ``nlp.sentiment.FEATURES``.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = "seed-1"
INTERCEPTS: Final = (0.427, 0.192, -0.620)
COEFFICIENTS: Final = (
    (-1.142, 0.255, 1.562, -0.276, -1.171, -1.438, 0.813, -0.605, -0.276, -0.079, -0.325, -0.375, 0.029),
    (-0.097, -0.434, -0.383, 0.614, -0.167, -0.123, -0.325, -0.493, 0.421, 0.937, -0.653, -0.112, 0.208),
    (1.240, 0.179, -1.179, -0.338, 1.338, 1.561, -0.488, 1.098, -0.146, -0.858, 0.977, 0.487, -0.237),
)
