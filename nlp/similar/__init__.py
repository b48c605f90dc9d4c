"""Stage 10: texts like this one.

A text becomes a :mod:`fingerprint <nlp.similar.fingerprint>`: counts of stems, of pairs of neighbours and of pieces of
words. An :class:`index <nlp.similar.index.SimilarTexts>` of fingerprints finds the nearest; it grows and shrinks at any
time.
"""

from .fingerprint import FINGERPRINT_VERSION, Fingerprint, fingerprint
from .index import SimilarTexts

__all__ = ["FINGERPRINT_VERSION", "Fingerprint", "SimilarTexts", "fingerprint"]
