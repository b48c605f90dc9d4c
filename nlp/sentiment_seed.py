"""The coefficients of the cold sentiment model: a published prior, not something learnt from anybody's customers.

Printed by ``python benchmarks/sentiment_seed.py DATA_FOLDER`` on 2026-11-23 from 30,857 public labelled texts:
Yelp and Amazon sentences (Kotzias 2015), Senti4SD, the raters' means of vaderSentiment (Amazon, tweets), GoEmotions
and MAMS. That script says how they were derived. The penalty was chosen on domains left out, which shrinks them; all
were then stretched by 1.0 so that the confidence fits texts of domains left out.
Rows are negative, neutral, positive; columns are ``nlp.sentiment_features.FEATURES``.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = "seed-2"
INTERCEPTS: Final = (-0.216, 0.216, -0.301)
COEFFICIENTS: Final = (
    (
        -0.389, 0.177, 1.127, -0.115, -0.486, -0.384, 0.676, 0.606, -0.375, -0.321, -0.213, -0.022, 0.327, -0.241,
        0.669, 0.322, -0.310, 0.018, 0.355, 0.206, 0.132, -0.142, 0.437, 0.159, 0.078, -0.050, -0.201, -0.073,
        0.093, -0.108, 0.015, -0.416, 0.432, -0.144, 0.001, 0.018, -0.104, -0.702, 0.950, -0.074, -0.295, -0.263,
        -0.215,
    ),
    (
        0.012, -0.297, -0.284, 0.233, -0.107, -0.052, -0.322, -0.307, -0.416, -0.440, 0.321, -0.195, 0.189, -0.370,
        -0.190, -0.094, -0.334, -0.071, -0.085, -0.277, -0.128, -0.226, -0.214, -0.360, -0.107, 0.157, 0.740, -0.377,
        -0.137, 0.147, 0.086, -0.139, -0.109, 0.707, 0.165, 0.408, 0.010, -0.216, -0.410, 0.085, 0.267, 0.434,
        0.031,
    ),
    (
        0.377, 0.120, -0.844, -0.119, 0.593, 0.436, -0.353, -0.299, 0.791, 0.761, -0.108, 0.217, -0.516, 0.611,
        -0.480, -0.228, 0.644, 0.053, -0.270, 0.071, -0.004, 0.369, -0.223, 0.200, 0.030, -0.107, -0.539, 0.450,
        0.044, -0.039, -0.101, 0.555, -0.324, -0.563, -0.166, -0.426, 0.094, 0.918, -0.540, -0.011, 0.027, -0.171,
        0.184,
    ),
)  # fmt: skip
