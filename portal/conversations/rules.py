"""What the words of a conversation must be like, and what its state becomes. Values in, values out."""

import re
from datetime import timedelta

from portal.sentences import Sentence

TEXT_LIMIT = 5_000
"""Characters somebody may type in one message; the reader reads no more than that either."""

IMPORT_LIMIT_BYTES = 100_000
"""Largest text an import takes, in bytes of UTF-8."""

TITLE_LIMIT = 80
ATTEMPTS = 5
"""How often the reader tries a message before a person has to look."""

CLAIM_LASTS = timedelta(minutes=2)
"""After this long a claim counts as abandoned: its worker died."""

_CONTROLS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_PROMISING = re.compile(r"\b(will|shall)\b|\w['’]ll\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s|(?<=[。！？])")

SCORES = range(1, 6)
"""How it was for somebody: 1 very bad, 2 bad, 3 neither, 4 good, 5 very good."""
BAD = 2
"""Up to this score it was bad for them, and we keep quiet for a while."""


def score_of(value: str, lowest: float, highest: float) -> int:
    """A rating on another scale as the nearest of our five steps. `lowest` is the worst, also where it is more.

    :raises ValueError: when it is no number of that scale.
    """
    try:
        share = (float(value.strip().replace(",", ".")) - lowest) / (highest - lowest)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ValueError(f"rating: not a number from {lowest:g} to {highest:g}")
    return 1 + int(4 * share + 0.5)


FAULTS = {
    "empty": Sentence("Write something first."),
    "too-long": Sentence("This is longer than %(limit)s characters. Shorten it, or send the rest as a second message."),
    "nul": Sentence("The text holds a character that cannot be stored (NUL). Remove it and send again."),
    "surrogate": Sentence("The text holds half of a character (a lone surrogate). Type it again and send."),
}
"""Why a text is refused, by code."""


def cleaned(text: str) -> str:
    """The text as it is kept: line ends made alike, invisible control characters dropped, nothing else touched."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def fault_in_text(text: str, limit: int = TEXT_LIMIT) -> str | None:
    """The code of what is wrong with a text, None when it can be kept. `limit` is in characters."""
    if "\x00" in text:
        return "nul"
    if _SURROGATES.search(text):
        return "surrogate"
    if not cleaned(text).strip():
        return "empty"
    return "too-long" if len(text) > limit else None


def fault_message(code: str, limit: int = TEXT_LIMIT) -> Sentence:
    """The sentence a person reads for a code of `fault_in_text`."""
    return Sentence(FAULTS[code].sentence, limit=f"{limit:,}")


def title_of(text: str) -> str:
    """A title from the first sentence of the first line, cut between words when long."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    first = _SENTENCE_END.split(line, maxsplit=1)[0].strip() or line
    first = first.rstrip(".。") or first
    if len(first) <= TITLE_LIMIT:
        return first
    cut = first[: TITLE_LIMIT - 1]
    at_word = cut.rsplit(" ", 1)[0]
    return (at_word if len(at_word) > TITLE_LIMIT // 2 else cut).rstrip(" ,;:") + "…"


def promise_of(text: str) -> str:
    """What an answer promises, when nobody put it in words: its last sentence that says what will be done."""
    sentences = [part.strip() for line in text.splitlines() for part in _SENTENCE_END.split(line) if part.strip()]
    promising = [part for part in sentences if _PROMISING.search(part)]
    return title_of(promising[-1] if promising else text)


def state_after_answer(text: str, *, promised: bool) -> str:
    """Whose turn it is after the team wrote: ours when something was promised, theirs when it ends with a question."""
    if promised:
        return "waiting_team"
    return "waiting_customer" if text.rstrip().endswith(("?", "？")) else "answered"


def pause_before_retry(attempts: int) -> timedelta:
    """How long a message that could not be read waits before the next attempt: 5 s, 20 s, 80 s, 320 s."""
    return timedelta(seconds=5 * 4 ** max(0, attempts - 1))


def readable_code(code: str) -> str:
    """A receipt code as it is stored, from what somebody typed: capitals, dashes for spaces."""
    return "-".join(code.strip().upper().replace("-", " ").split())
