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
INTERCEPTS: Final = (-0.213, 0.214, -0.301)
COEFFICIENTS: Final = (
    (
        -0.385, 0.173, 1.132, -0.114, -0.489, -0.385, 0.679, 0.596, -0.374, -0.320, -0.211, -0.008, 0.332, -0.238,
        0.682, 0.326, -0.308, 0.017, 0.360, 0.209, 0.131, -0.143, 0.439, 0.161, 0.078, -0.047, -0.200, -0.071,
        0.091, -0.108, 0.016, -0.419, 0.410, -0.150, -0.004, 0.019, -0.105, -0.702, 0.951, -0.071, -0.294, -0.257,
        -0.214,
    ),
    (
        0.012, -0.293, -0.286, 0.234, -0.107, -0.052, -0.323, -0.303, -0.417, -0.440, 0.319, -0.205, 0.189, -0.373,
        -0.201, -0.096, -0.335, -0.072, -0.088, -0.279, -0.127, -0.227, -0.215, -0.358, -0.108, 0.155, 0.745, -0.378,
        -0.136, 0.146, 0.086, -0.139, -0.097, 0.721, 0.167, 0.407, 0.011, -0.216, -0.410, 0.081, 0.266, 0.436,
        0.032,
    ),
    (
        0.374, 0.119, -0.846, -0.120, 0.596, 0.437, -0.356, -0.294, 0.791, 0.761, -0.108, 0.213, -0.520, 0.610,
        -0.482, -0.230, 0.644, 0.055, -0.272, 0.070, -0.004, 0.370, -0.225, 0.197, 0.029, -0.108, -0.545, 0.449,
        0.044, -0.039, -0.102, 0.559, -0.314, -0.571, -0.163, -0.426, 0.095, 0.918, -0.541, -0.010, 0.028, -0.180,
        0.182,
    ),
)  # fmt: skip
