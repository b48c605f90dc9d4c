"""The coefficients of the cold sentiment model: a published prior, not something learnt from anybody's customers.

Printed by ``python benchmarks/sentiment_seed.py DATA_FOLDER`` on 2026-11-30 from 30,857 public labelled texts:
Yelp and Amazon sentences (Kotzias 2015), Senti4SD, the raters' means of vaderSentiment (Amazon, tweets), GoEmotions
and MAMS. That script says how they were derived. The penalty was chosen on domains left out, which shrinks them; all
were then stretched by 1.0 so that the confidence fits texts of domains left out.
Rows are negative, neutral, positive; columns are ``nlp.sentiment_features.FEATURES``.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = "seed-3"
INTERCEPTS: Final = (-0.247, 0.254, -0.307)
COEFFICIENTS: Final = (
    (
        -0.384, 0.158, 1.106, -0.104, -0.478, -0.373, 0.633, 0.631, -0.359, -0.327, -0.217, 0.004, 0.342, -0.208,
        0.667, 0.310, -0.300, -0.006, 0.336, 0.192, 0.121, -0.131, 0.406, 0.157, 0.077, -0.053, -0.244, -0.078, 0.074,
        -0.102, 0.011, -0.412, 0.447, -0.125, -0.041, 0.001, -0.107, -0.697, 0.967, -0.074, -0.224, -0.209, -0.233,
    ),
    (
        0.012, -0.292, -0.284, 0.214, -0.085, -0.054, -0.285, -0.329, -0.402, -0.433, 0.343, -0.209, 0.196, -0.394,
        -0.185, -0.086, -0.334, -0.055, -0.071, -0.264, -0.124, -0.208, -0.195, -0.356, -0.104, 0.158, 0.770, -0.355,
        -0.134, 0.140, 0.088, -0.147, -0.102, 0.696, 0.237, 0.426, -0.005, -0.239, -0.418, 0.067, 0.183, 0.426, 0.043,
    ),
    (
        0.372, 0.134, -0.822, -0.111, 0.563, 0.427, -0.347, -0.302, 0.761, 0.761, -0.126, 0.205, -0.538, 0.602,
        -0.482, -0.224, 0.634, 0.061, -0.265, 0.072, 0.004, 0.339, -0.211, 0.199, 0.027, -0.105, -0.525, 0.433, 0.060,
        -0.038, -0.099, 0.559, -0.344, -0.571, -0.196, -0.427, 0.112, 0.936, -0.549, 0.007, 0.042, -0.217, 0.190,
    ),
)  # fmt: skip
