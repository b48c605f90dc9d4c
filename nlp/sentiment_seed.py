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
INTERCEPTS: Final = (-0.239, 0.254, -0.315)
COEFFICIENTS: Final = (
    (
        -0.404, 0.151, 1.110, -0.119, -0.460, -0.369, 0.615, 0.681, -0.372, -0.332, -0.149, 0.275, 0.316, -0.277,
        -0.323, 0.667, 0.321, -0.318, -0.011, 0.298, 0.205, 0.159, -0.143, 0.407, 0.152, 0.076, -0.056, -0.219,
        -0.085, 0.045, -0.082, 0.037, -0.458, 0.489, -0.330, -0.044, 0.009, -0.085, -0.708, 0.985, -0.108, -0.199,
        -0.247, -0.215, -2.439, 0.810, 0.251, 0.444, 0.242, 0.107,
    ),
    (
        0.027, -0.292, -0.280, 0.217, -0.092, -0.059, -0.276, -0.364, -0.402, -0.439, 0.245, -0.462, 0.228, -0.325,
        -0.314, -0.182, -0.087, -0.334, -0.061, -0.051, -0.255, -0.110, -0.198, -0.198, -0.349, -0.104, 0.157, 0.753,
        -0.354, -0.126, 0.133, 0.054, -0.151, -0.114, 0.750, 0.237, 0.416, -0.012, -0.240, -0.421, 0.103, 0.121,
        0.439, 0.049, -0.119, -0.100, -0.273, -0.287, 0.080, -0.058,
    ),
    (
        0.377, 0.141, -0.830, -0.099, 0.552, 0.428, -0.339, -0.317, 0.775, 0.771, -0.096, 0.187, -0.544, 0.602, 0.637,
        -0.485, -0.234, 0.652, 0.071, -0.248, 0.050, -0.049, 0.342, -0.208, 0.197, 0.028, -0.101, -0.533, 0.440,
        0.081, -0.051, -0.090, 0.610, -0.375, -0.420, -0.193, -0.424, 0.097, 0.948, -0.564, 0.005, 0.077, -0.193,
        0.165, 2.558, -0.710, 0.022, -0.157, -0.322, -0.049,
    ),
)  # fmt: skip
