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
INTERCEPTS: Final = (-0.205, 0.253, -0.297)
COEFFICIENTS: Final = (
    (
        -0.388, 0.166, 1.143, -0.111, -0.495, -0.385, 0.681, 0.623, -0.370, -0.312, -0.216, 0.005, 0.432, -0.213,
        0.677, 0.328, -0.308, -0.011, 0.358, 0.202, 0.137, -0.143, 0.435, 0.154, 0.077, -0.031, -0.144, -0.061,
        0.073, -0.123, 0.016, -0.425, 0.408, -0.236, -0.015, 0.011, -0.095, -0.698, 0.966, -0.069, -0.357, -0.214,
    ),
    (
        0.018, -0.282, -0.290, 0.243, -0.114, -0.054, -0.327, -0.300, -0.425, -0.421, 0.368, -0.214, -0.147, -0.294,
        -0.199, -0.099, -0.327, 0.058, -0.086, -0.276, -0.126, -0.236, -0.211, -0.354, -0.110, 0.136, 0.802, -0.380,
        -0.139, 0.149, 0.082, -0.119, -0.103, 0.624, 0.165, 0.408, 0.008, -0.227, -0.422, 0.081, 0.325, 0.032,
    ),
    (
        0.370, 0.116, -0.853, -0.132, 0.608, 0.439, -0.354, -0.323, 0.796, 0.733, -0.151, 0.209, -0.285, 0.507,
        -0.478, -0.230, 0.635, -0.047, -0.271, 0.074, -0.011, 0.378, -0.224, 0.199, 0.033, -0.106, -0.657, 0.441,
        0.066, -0.026, -0.098, 0.544, -0.305, -0.389, -0.150, -0.419, 0.087, 0.925, -0.544, -0.011, 0.032, 0.182,
    ),
)  # fmt: skip
