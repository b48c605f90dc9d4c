"""What follows from a reading and from what people say about it. Values in, values out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.sentences import Sentence, in_language

SIGNAL_THRESHOLD = 500
"""Thousandths of confidence a need must have before it may say something about a customer. The reader claims needs
from 350 on; what lies between is kept as a tag for a person to look at, and makes no signal. Confidences are estimates:
on 2,500 real questions to a bank, each with the one need people put down, that need is named by four in ten of the
claims between 500 and 650, six in ten up to 700, nine in ten above 900 (a text may speak of a second need that nobody
put down). Strength therefore carries the confidence on, and calibration on the company's own labels will move this."""

TEAM_WEIGHT = 3
CUSTOMER_WEIGHT = 1
HUMAN = "human"

DISTRESS = frozenset({"self_harm", "threat", "hardship", "bereavement", "fraud", "discrimination"})
"""Kinds of safety flags that put a person first and stop selling."""

SENTIMENTS = ("negative", "neutral", "positive", "mixed")
STATES = ("unmet", "met", "wished")
INTENTS = ("idea", "complaint", "question", "praise", "bug", "request", "data_rights")
KINDS = ("need", "sentiment", "intent", "safety")


@dataclass(frozen=True, slots=True)
class Claim:
    """A tag to be, before it has a row. Confidence and polarity are thousandths, spans count in the typed text."""

    kind: str
    value: str
    need_state: str | None
    confidence: int | None
    is_estimate: bool
    polarity: int
    source: str
    spans: tuple[tuple[int, int], ...]


def thousandths(share: float | None) -> int | None:
    """0…1 (or −1…1) as a whole number of thousandths."""
    return None if share is None else max(-1000, min(1000, round(share * 1000)))


def is_distress(kinds: Iterable[str]) -> bool:
    """Whether any of these safety flags puts a person first."""
    return not DISTRESS.isdisjoint(kinds)


def makes_signal(confidence: int | None, source: str, review: str) -> bool:
    """Whether a need tag is sure enough to say something about a customer: by a person, or above the threshold."""
    return source == HUMAN or review == "accepted" or (confidence or 0) >= SIGNAL_THRESHOLD


def strength_of(confidence: int | None, source: str, review: str) -> int:
    """Strength of the signal a need tag makes, 0…1000: a person is certain, a reader as sure as it says."""
    return 1000 if source == HUMAN or review == "accepted" else max(0, min(1000, confidence or 0))


def sureness(confidence: int | None, is_estimate: bool, source: str) -> str:
    """In a word, how sure a claim is: `person`, `very`, `fairly`, `estimate` or `unsure`."""
    if source == HUMAN:
        return "person"
    if confidence is None:
        return "estimate"
    if confidence < SIGNAL_THRESHOLD:
        return "unsure"
    if confidence >= 900:
        return "very"
    return "fairly" if confidence >= 800 or not is_estimate else "estimate"


def may_rest(written_before_consent: bool, earlier_words: bool) -> bool:
    """Whether words may be used under a consent: those written after it; earlier ones only when that was allowed."""
    return earlier_words or not written_before_consent


def has_value(kind: str, value: str, needs: Iterable[str]) -> bool:
    """Whether a tag of this kind can have this value."""
    allowed: Mapping[str, Iterable[str]] = {"need": needs, "sentiment": SENTIMENTS, "intent": INTENTS}
    return value in tuple(allowed.get(kind, ()))


@dataclass(frozen=True, slots=True)
class Verdict:
    """A review as it matters for who wins: whose it is, its weight, its place in time (`id`) and what it says."""

    id: int
    tag_id: int
    new_tag_id: int | None
    verdict: str
    weight: int
    by_type: str


def outranked(earlier: Iterable[Verdict], weight: int) -> bool:
    """Whether somebody stronger has decided about this tag already."""
    return any(verdict.weight > weight for verdict in earlier)


def denied_by_customer(verdicts: Iterable[Verdict]) -> set[int]:
    """Tags about which the customer's last word is that they are not right."""
    last: dict[int, str] = {}
    for verdict in sorted(verdicts, key=lambda one: one.id):
        if verdict.by_type == "customer":
            last[verdict.tag_id] = verdict.verdict
    return {tag_id for tag_id, said in last.items() if said in ("correct", "reject")}


def said_by_customer(verdicts: Iterable[Verdict]) -> set[int]:
    """Tags the customer put in place of others, as long as they have not taken that back."""
    verdicts = list(verdicts)
    made = {one.new_tag_id for one in verdicts if one.by_type == "customer" and one.new_tag_id is not None}
    return made - denied_by_customer(verdicts)


def acknowledgement(
    needs: Sequence[tuple[str, str]],
    *,
    readable: bool,
    language: str,
    distress: bool,
    wants_answer: bool,
    spoken: str = "en",
) -> str:
    """What the portal itself says after reading, plainly.

    :param needs: (English name, state) of the needs it is sure enough of, the surest first.
    :param language: English name of the language, for a text it could not read.
    :param spoken: language of the one who reads this.
    """
    after = AFTER["distress" if distress else "answer" if wants_answer else "read"]
    if not readable:
        first, blanks = (UNREAD_IN, {"language": in_language(spoken, language)}) if language else (UNREAD, {})
    elif not needs:
        first, blanks = UNSURE, {}
    else:
        about = [in_language(spoken, ABOUT[state], need=_inside(spoken, name)) for name, state in needs[:3]]
        first, blanks = READS_AS[len(about)], dict(zip(("first", "second", "third"), about, strict=False))
    return f"{in_language(spoken, first, **blanks)} {in_language(spoken, after)}"


def _inside(spoken: str, name: str) -> str:
    """The name of a need within a sentence: as the catalogue has it, else in English and small letters."""
    found = in_language(spoken, name)
    return name.lower() if found == name else found


AFTER = {
    "distress": Sentence("A person will read this first."),
    "answer": Sentence("A person will answer."),
    "read": Sentence("A person will read it."),
}
UNREAD = Sentence("We could not read this automatically.")
UNREAD_IN = Sentence("We could not read this automatically (it looks like %(language)s).")
UNSURE = Sentence("We have this now. We are not sure what it is about, so nothing is concluded from it.")
ABOUT = {
    "unmet": Sentence("a problem with %(need)s"),
    "met": Sentence("praise for %(need)s"),
    "wished": Sentence("a wish about %(need)s"),
}
READS_AS = {
    1: Sentence("This reads as %(first)s. If that is not right, say so beside your words."),
    2: Sentence("This reads as %(first)s and %(second)s. If that is not right, say so beside your words."),
    3: Sentence("This reads as %(first)s, %(second)s and %(third)s. If that is not right, say so beside your words."),
}
"""What the portal says, by how many needs it is sure of: whole sentences, since lists are made otherwise elsewhere."""


def stretches(spans: Iterable[Sequence[Any]]) -> list[tuple[int, int]]:
    """Where evidence stands in its text, in order; what overlaps or touches is one stretch."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((int(span[0]), int(span[1])) for span in spans):
        if joined and start <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def plain_spans(spans: Iterable[Any]) -> list[list[int]]:
    """Stored spans as `[start, end]` pairs; anything else in them is left out."""
    return [[int(span[0]), int(span[1])] for span in spans if isinstance(span, (list, tuple)) and len(span) >= 2]
