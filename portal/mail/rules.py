"""What a mail may look like, when it is tried again, and what of it may be shown."""

import re
from datetime import timedelta

MAX_ATTEMPTS = 8
LEASE = timedelta(minutes=5)
_SECRET = re.compile(r"[A-Za-z0-9_-]{40,}(?:\.[A-Za-z0-9_-]+)*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def backoff(attempts: int) -> timedelta:
    """How long to wait after the `attempts`-th failure: 1, 2, 4 … minutes, at most 6 hours."""
    return min(timedelta(minutes=2 ** max(attempts - 1, 0)), timedelta(hours=6))


def without_links(text: str) -> str:
    """`text` with the secret part of its links hidden, so that a page or a row cannot be used to act for somebody."""
    return _SECRET.sub("…", text)


def fits_a_header(value: str) -> bool:
    """Whether `value` can stand in one header line (a line break would let its writer add headers)."""
    return not _CONTROL.search(value)
