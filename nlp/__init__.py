"""Reads what customers write: language, sentiment, intent, needs, safety, personal data, similar texts.

A library of its own: offline, on a CPU, explainable. It knows no web, no database and no customer.

>>> from nlp import Reader
>>> Reader.default().read("You charged me twice and nobody answers").language
'en'
"""

from __future__ import annotations

import os

# Before numpy is loaded: our matrices are small, and threads of its algebra would only wait for one another, the more
# so where several processes read side by side.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# isort: split

from .leaving_out import fewest_first, left_out
from .personal import mask_personal_data
from .reader import READER_VERSION, Reader
from .reading import (
    AspectClaim,
    Change,
    Explanation,
    IntentClaim,
    NeedClaim,
    PiiSpan,
    Reading,
    SafetyFlag,
    Sentiment,
    Span,
    Stage,
    Urgency,
)
from .similar import FINGERPRINT_VERSION, Fingerprint, SimilarTexts, fingerprint
from .taxonomy import Need, Taxonomy, TaxonomyError

Claim = Sentiment | NeedClaim | IntentClaim | AspectClaim | SafetyFlag
"""Anything a reading claims about a text; every one of them carries ``spans``."""

__all__ = [
    "FINGERPRINT_VERSION",
    "READER_VERSION",
    "AspectClaim",
    "Change",
    "Claim",
    "Explanation",
    "Fingerprint",
    "IntentClaim",
    "Need",
    "NeedClaim",
    "PiiSpan",
    "Reader",
    "Reading",
    "SafetyFlag",
    "Sentiment",
    "SimilarTexts",
    "Span",
    "Stage",
    "Taxonomy",
    "TaxonomyError",
    "Urgency",
    "fewest_first",
    "fingerprint",
    "left_out",
    "mask_personal_data",
]
