"""The coefficients of the cold sentiment model: a published prior, not something learnt from anybody's customers.

Printed by ``python benchmarks/sentiment_seed.py DATA_FOLDER`` on 2026-12-01 from 30,857 public labelled texts:
Yelp and Amazon sentences (Kotzias 2015), Senti4SD, the raters' means of vaderSentiment (Amazon, tweets), GoEmotions
and MAMS. That script says how they were derived. The penalty was chosen on domains left out, which shrinks them; all
were then stretched by 1.0 so that the confidence fits texts of domains left out.
Rows are negative, neutral, positive; columns are ``nlp.sentiment_features.FEATURES``.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = "seed-4"
INTERCEPTS: Final = (-0.223, 0.247, -0.323)
COEFFICIENTS: Final = (
    (
        -0.390, 0.152, 1.118, -0.106, -0.478, -0.373, 0.619, 0.656, -0.357, -0.320, -0.165, 0.171, 0.308, -0.233,
        -0.234, 0.663, 0.313, -0.312, -0.016, 0.377, 0.205, 0.157, -0.142, 0.410, 0.152, 0.077, -0.060, -0.225,
        -0.086, 0.070, -0.080, 0.016, -0.417, 0.434, -0.274, -0.040, 0.001, -0.099, -0.698, 0.962, -0.075, -0.157,
        -0.230, -0.211,
    ),
    (
        0.022, -0.288, -0.283, 0.213, -0.085, -0.065, -0.274, -0.346, -0.423, -0.448, 0.250, -0.416, 0.229, -0.337,
        -0.323, -0.178, -0.081, -0.336, -0.053, -0.078, -0.262, -0.110, -0.199, -0.199, -0.353, -0.104, 0.163, 0.758,
        -0.357, -0.132, 0.133, 0.088, -0.160, -0.106, 0.775, 0.238, 0.427, -0.004, -0.249, -0.414, 0.098, 0.086,
        0.447, 0.049,
    ),
    (
        0.369, 0.137, -0.835, -0.106, 0.563, 0.438, -0.345, -0.310, 0.779, 0.767, -0.085, 0.245, -0.536, 0.571, 0.556,
        -0.485, -0.231, 0.648, 0.069, -0.299, 0.057, -0.047, 0.340, -0.211, 0.201, 0.027, -0.103, -0.533, 0.443,
        0.062, -0.052, -0.104, 0.578, -0.327, -0.501, -0.198, -0.428, 0.103, 0.947, -0.548, -0.022, 0.072, -0.217,
        0.162,
    ),
)  # fmt: skip
