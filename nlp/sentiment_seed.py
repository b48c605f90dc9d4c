"""Coefficients of the cold sentiment model; see ``benchmarks/sentiment_seed.py``."""

from __future__ import annotations

from typing import Final

VERSION: Final = "seed-0"
INTERCEPTS: Final = (-0.3, 0.3, 0.0)
COEFFICIENTS: Final = (
    (-1.5, 0.3, 2.0, 0.0, -1.0, -1.2, 1.6, -0.8, 0.0, 1.5, -0.3, 0.0, 0.0, 0.2),
    (0.0, -0.8, -1.0, 0.5, -1.0, 0.0, -0.6, -0.6, 0.6, -0.3, 0.5, -0.2, 0.5, 0.0),
    (1.5, 0.5, -1.0, 0.0, 2.0, 1.2, -1.2, 1.4, -0.6, -1.2, -0.3, 0.2, -0.5, -0.2),
)
