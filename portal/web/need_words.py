"""What the reader says, in words: needs, how they stand, how sure, and where from."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import needs

NEED_STATES = {"unmet": _l("not met"), "met": _l("met"), "wished": _l("wished")}
SENTIMENTS = {
    "negative": _l("Negative"), "neutral": _l("Neutral"), "positive": _l("Positive"), "mixed": _l("Mixed feelings"),
}  # fmt: skip
INTENTS = {
    "idea": _l("An idea"), "complaint": _l("A complaint"), "question": _l("A question"), "praise": _l("Praise"),
    "bug": _l("A fault"), "request": _l("A request"), "data_rights": _l("A wish about your data"),
}  # fmt: skip
SAFETY = {
    "self_harm": _l("Self-harm"), "threat": _l("A threat"), "hardship": _l("Hardship"),
    "bereavement": _l("Bereavement"),
    "fraud": _l("Fraud"), "regulator": _l("Regulator, law or press"), "discrimination": _l("Discrimination"),
    "data_rights": _l("Data rights"), "abuse": _l("Abuse"),
}  # fmt: skip
SURE = {
    "person": _l("said by a person"), "very": _l("very sure"), "fairly": _l("fairly sure"),
    "estimate": _l("an estimate"),
    "unsure": _l("not sure, so it waits for a person"),
}  # fmt: skip
SOURCES = {
    "rule": _l("from a phrase we know"), "seed": _l("because it is like phrases we know"),
    "lexicon": _l("from words we know"), "human": _l("corrected"),
    "model": _l("learned from what people said of other messages"),
}  # fmt: skip
THREADS = {
    "open": (_l("No answer owed"), ""),
    "waiting_customer": (_l("Waiting for you"), "note"),
    "waiting_team": (_l("Waiting for us"), "wait"),
    "answered": (_l("Answered"), "good"),
    "closed": (_l("Settled"), ""),
}
DESK_THREADS = {
    "waiting_team": (_l("Needs an answer"), "wait"),
    "waiting_customer": (_l("Waiting for them"), "note"),
    "answered": (_l("Answered"), "good"),
    "open": (_l("No answer owed"), ""),
    "closed": (_l("Settled"), ""),
}
PROMISES = {
    "open": (_l("Promised"), "wait"), "kept": (_l("Kept"), "good"), "late": (_l("Kept, but late"), "wait"),
    "broken": (_l("Not kept"), "bad"),
}  # fmt: skip


RATINGS = {
    1: (_l("Very bad"), "bad"), 2: (_l("Bad"), "bad"), 3: (_l("Neither good nor bad"), "wait"), 4: (_l("Good"), "good"),
    5: (_l("Very good"), "good"),
}  # fmt: skip
"""How something was for somebody."""
HELPED = {
    1: (_l("Not at all"), "bad"), 2: (_l("Hardly"), "bad"), 3: (_l("Partly"), "wait"), 4: (_l("Mostly"), "good"),
    5: (_l("Completely"), "good"),
}  # fmt: skip
"""Whether our answer helped."""
PROMISED = {
    "missed": _l("Not kept, nobody apologised"), "apologised": _l("Apologised for"), "ahead": _l("Still to be kept"),
    "all": _l("All promises"),
}  # fmt: skip


def promise_lists() -> list[tuple[str, str]]:
    """The lists of promises for a select."""
    return [(key, str(label)) for key, label in PROMISED.items()]


def need(key: str) -> str:
    """The need's name as people read it; its key when no version of the taxonomy has it."""
    name = needs.need_name(key)
    return _(name) if name else key


def need_options(first: str | None = None) -> list[tuple[str, str]]:
    """Every need for a select, with `first` as the empty choice."""
    options = [(key, need(key)) for key in needs.taxonomy().needs]
    return [("", first), *options] if first is not None else options


def value(kind: str, key: str) -> str:
    """A tag's value in words."""
    words: dict[str, dict[str, Any]] = {"sentiment": SENTIMENTS, "intent": INTENTS, "safety": SAFETY}
    return need(key) if kind == "need" else str(words[kind].get(key, key))


def sure(confidence: int | None, is_estimate: bool, source: str) -> str:
    """How sure, in words."""
    return str(SURE[needs.sureness(confidence, is_estimate, source)])


def source(key: str) -> str:
    """Where a claim comes from, in words."""
    known = SOURCES.get(key.split("+")[0].split(" ")[0])
    return str(known) if known is not None else key


def not_read(reading: needs.MessageReading) -> str:
    """Why a message was not read."""
    if reading.not_read_reason == "language" and needs.language_name(reading.language):
        return str(_("Not read: %(language)s", language=_(needs.language_name(reading.language))))
    if reading.not_read_reason == "unknown_language":
        return str(_("Not read: we could not tell the language"))
    if reading.not_read_reason in ("too_short", "empty"):
        return str(_("Not read: too short to understand"))
    return str(_("Not read"))


def desk_options() -> list[tuple[str, Any]]:
    """States of a conversation for the team's filter."""
    return [*((key, label) for key, (label, _kind) in DESK_THREADS.items()), ("all", _("Everything"))]


def thread_options() -> list[tuple[str, Any]]:
    """States of a conversation for the customer's filter."""
    return [("", _("All")), *((key, label) for key, (label, _kind) in THREADS.items())]
