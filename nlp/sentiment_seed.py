"""The coefficients of the cold sentiment model: a published prior, not something learnt from anybody's customers.

Printed by ``python benchmarks/sentiment_seed.py DATA_FOLDER`` on 2026-12-01 from 30,857 public labelled texts:
Yelp and Amazon sentences (Kotzias 2015), Senti4SD, the raters' means of vaderSentiment (Amazon, tweets), GoEmotions
and MAMS. That script says how they were derived. The penalty was chosen on domains left out, which shrinks them; all
were then stretched by 1.0 so that the confidence fits texts of domains left out.
Rows are negative, neutral, positive; columns are ``nlp.sentiment_features.FEATURES``.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = "seed-5"
INTERCEPTS: Final = (-0.236, 0.256, -0.320)
COEFFICIENTS: Final = (
    (
        -0.398, 0.150, 1.117, -0.115, -0.467, -0.375, 0.617, 0.662, -0.371, -0.332, -0.158, 0.214, 0.319, -0.287,
        -0.336, 0.668, 0.320, -0.318, -0.013, 0.302, 0.214, 0.162, -0.143, 0.410, 0.159, 0.078, -0.060, -0.220,
        -0.084, 0.067, -0.079, 0.035, -0.459, 0.473, -0.329, -0.033, 0.009, -0.092, -0.696, 0.964, -0.102, -0.196,
        -0.250, -0.212, -2.406, 0.796, 0.246, 0.451, 0.252, 0.109,
    ),
    (
        0.023, -0.287, -0.283, 0.213, -0.085, -0.057, -0.276, -0.351, -0.407, -0.440, 0.246, -0.438, 0.224, -0.318,
        -0.280, -0.181, -0.085, -0.337, -0.058, -0.054, -0.262, -0.113, -0.200, -0.198, -0.358, -0.106, 0.161, 0.754,
        -0.356, -0.131, 0.133, 0.056, -0.147, -0.125, 0.764, 0.236, 0.423, -0.009, -0.249, -0.421, 0.099, 0.123,
        0.446, 0.046, -0.138, -0.113, -0.236, -0.302, 0.072, -0.040,
    ),
    (
        0.375, 0.137, -0.833, -0.097, 0.552, 0.432, -0.341, -0.311, 0.778, 0.773, -0.088, 0.225, -0.543, 0.604, 0.617,
        -0.487, -0.235, 0.655, 0.071, -0.248, 0.048, -0.049, 0.343, -0.212, 0.198, 0.028, -0.101, -0.534, 0.439,
        0.063, -0.054, -0.090, 0.606, -0.348, -0.435, -0.203, -0.432, 0.101, 0.945, -0.544, 0.003, 0.073, -0.196,
        0.166, 2.544, -0.682, -0.011, -0.148, -0.324, -0.068,
    ),
)  # fmt: skip
