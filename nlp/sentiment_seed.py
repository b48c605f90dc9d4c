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
INTERCEPTS: Final = (-0.213, 0.215, -0.302)
COEFFICIENTS: Final = (
    (
        -0.384, 0.174, 1.133, -0.115, -0.489, -0.386, 0.680, 0.596, -0.373, -0.321, -0.211, -0.007, 0.332, -0.240,
        0.683, 0.326, -0.309, 0.017, 0.360, 0.209, 0.131, -0.143, 0.439, 0.161, 0.078, -0.047, -0.200, -0.072,
        0.092, -0.108, 0.016, -0.418, 0.411, -0.131, -0.001, 0.020, -0.105, -0.702, 0.950, -0.071, -0.295, -0.258,
        -0.214,
    ),
    (
        0.009, -0.295, -0.286, 0.234, -0.106, -0.052, -0.324, -0.302, -0.417, -0.440, 0.319, -0.205, 0.189, -0.371,
        -0.201, -0.096, -0.334, -0.072, -0.088, -0.279, -0.127, -0.226, -0.215, -0.358, -0.107, 0.155, 0.744, -0.379,
        -0.135, 0.146, 0.086, -0.139, -0.096, 0.698, 0.165, 0.407, 0.011, -0.216, -0.409, 0.082, 0.267, 0.436,
        0.032,
    ),
    (
        0.374, 0.121, -0.847, -0.119, 0.595, 0.438, -0.356, -0.294, 0.791, 0.761, -0.108, 0.212, -0.521, 0.611,
        -0.481, -0.230, 0.643, 0.055, -0.273, 0.070, -0.004, 0.370, -0.224, 0.197, 0.029, -0.108, -0.545, 0.451,
        0.044, -0.038, -0.101, 0.557, -0.315, -0.567, -0.164, -0.427, 0.094, 0.918, -0.541, -0.011, 0.028, -0.179,
        0.182,
    ),
)  # fmt: skip
