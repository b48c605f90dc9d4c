"""Why we think so, in words: what each stage of the reader contributed, what would change it, what followed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import needs
from portal.needs import Change, Claim, Explained
from portal.web import need_words

Quote = Callable[[Sequence[tuple[int, int]]], list[str]]
"""Gives the words at some places of the text, personal data in them covered."""
SHOWN = 4

STAGES = {
    "personal": (_l("Personal data is hidden"), _l("So that no later step sees it.")),
    "safety": (_l("Does somebody need a person quickly?"), _l("Then a person looks first, and selling stops.")),
    "language": (_l("Which language is it?"), _l("What it cannot read, it does not guess.")),
    "feeling": (_l("How do the words feel?"), _l("The whole message, sentence by sentence.")),
    "wanted": (_l("What is wanted?"), _l("A question, an idea, a complaint, thanks.")),
    "needs": (_l("Which needs do the words speak of?"), _l("And is each met, not met or wished for?")),
    "urgency": (_l("How soon should a person look?"), _l("From 0, whenever, to 100, now.")),
}
SENTIMENTS = {
    "negative": _l("We think these words sound negative."),
    "neutral": _l("We think these words sound neutral."),
    "positive": _l("We think these words sound positive."),
    "mixed": _l("We think these words are both for and against."),
}
INTENTS = {
    "idea": _l("We think this is an idea."),
    "complaint": _l("We think this is a complaint."),
    "question": _l("We think this is a question."),
    "praise": _l("We think this is praise."),
    "bug": _l("We think this reports a fault."),
    "request": _l("We think this asks us to do something."),
    "data_rights": _l("We think this is a wish about personal data."),
}
NEEDS = {
    "unmet": _l("We think these words speak of a need, “%(need)s”, and that it is not met."),
    "met": _l("We think these words speak of a need, “%(need)s”, and that it is met."),
    "wished": _l("We think these words speak of a need, “%(need)s”, and wish for more of it."),
}
PERSONAL = {
    "email": _l("an e-mail address"),
    "phone": _l("a phone number"),
    "card": _l("a card number"),
    "iban": _l("an account number"),
    "account": _l("an account number"),
    "secret": _l("a password or code"),
}
REASONS = {
    "may be at risk of harming themselves": _l("somebody may be at risk of harming themselves"),
    "a threat": _l("a threat"),
    "money or identity may be in danger": _l("money or identity may be in danger"),
    "may be in hardship": _l("somebody may be in hardship"),
    "a death is spoken of": _l("a death is spoken of"),
    "discrimination is spoken of": _l("discrimination is spoken of"),
    "a regulator, lawyer or the press is spoken of": _l("a regulator, lawyer or the press is spoken of"),
    "a data right is used; a legal period runs": _l("a data right is used, and a legal period runs"),
    "abusive words": _l("abusive words"),
    "strongly negative": _l("strongly negative words"),
    "a complaint or a fault": _l("a complaint or a fault"),
    "asks for speed": _l("it asks for speed"),
    "stranded without money or access": _l("somebody is stranded without money or access"),
    "not the first time they ask": _l("it is not the first time of asking"),
    "is about to leave": _l("somebody is about to leave"),
    "money is missing or wrong": _l("money is missing or wrong"),
}
"""The reader's reasons for hurry; a test keeps them complete."""
OWED = {
    "response_needed": _l("So an answer is owed."),
    "suggestion": _l("It is a suggestion, so it is answered when somebody has looked at it."),
    "praise": _l("It is praise, so nothing is owed but thanks."),
    "not_meaningful": _l("Nothing in it asks for an answer."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a stage found: in words, on which words, how sure and where from; `here` when the page is about it."""

    text: str
    quotes: Sequence[str] = ()
    how: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class StageTold:
    """One stage: what it asks, why, and what it found."""

    title: str
    purpose: str
    lines: Sequence[Line]

    @property
    def here(self) -> bool:
        """Whether the claim the page is about was made in this stage."""
        return any(line.here for line in self.lines)


def claim(kind: str, value: str, state: str | None) -> str:
    """A claim as a sentence."""
    if kind == "need":
        return str(NEEDS[state or "unmet"]) % {"need": need_words.need(value)}
    if kind == "safety":
        danger = need_words.value("safety", value)
        return str(_("We think a person should look first: these words may speak of “%(danger)s”.", danger=danger))
    return str((SENTIMENTS if kind == "sentiment" else INTENTS)[value])


def sure(confidence: int | None, is_estimate: bool, source: str) -> str:
    """How sure, with the number and what it is worth."""
    word = need_words.sure(confidence, is_estimate, source)
    if confidence is None or source == "human":
        return word
    number = _("%(number)d of 100", number=round(confidence / 10))
    if is_estimate:
        return f"{word}: {number}, {_('not yet measured on what people corrected here')}"
    return f"{word}: {number}, {_('measured on what people corrected here')}"


def stages(found: Explained, quote: Quote, about: tuple[str, str] | None = None) -> list[StageTold]:
    """What each stage contributed, in the reader's order.

    :param about: kind and value of the claim that is asked about.
    """
    told = []
    for step in found.steps:
        title, purpose = STAGES[step.key]
        lines = [_line(one, quote, about) for one in step.claims] or _otherwise(step.key, found)
        told.append(StageTold(str(title), str(purpose), lines))
    return told


def _line(one: Claim, quote: Quote, about: tuple[str, str] | None) -> Line:
    text = need_words.value(one.kind, one.value)
    if one.need_state:
        text = f"{text}, {need_words.NEED_STATES[one.need_state]}"
    how = " · ".join((_sure(one), need_words.source(one.source)))
    return Line(text, list(dict.fromkeys(quote(one.spans)))[:SHOWN], how, (one.kind, one.value) == about)


def _sure(one: Claim) -> str:
    """How sure in a word; only of needs that are too unsure does a person decide."""
    if one.kind != "need" and needs.sureness(one.confidence, one.is_estimate, one.source) == "unsure":
        return str(_("not sure"))
    return need_words.sure(one.confidence, one.is_estimate, one.source)


def _otherwise(key: str, found: Explained) -> list[Line]:
    """What a stage without a claim to review says."""
    says: dict[str, Callable[[Any], list[Line]]] = {
        "personal": _personal, "language": _language, "urgency": _urgency,
        "safety": lambda _reading: [Line(_("Nothing that worries us."))],
        "feeling": lambda _reading: [Line(_("No word in it says."))],
        "wanted": lambda _reading: [Line(_("Nothing we are sure of."))],
        "needs": lambda _reading: [Line(_("None we are sure of, so nothing is claimed. A person may see more."))],
    }  # fmt: skip
    return says[key](found.reading)


def _personal(reading: Any) -> list[Line]:
    kinds = dict.fromkeys(str(PERSONAL.get(one.kind, one.kind)) for one in reading.pii)
    lines = [Line(_("Hidden: %(what)s.", what=", ".join(kinds)) if kinds else _("There was nothing to hide."))]
    if reading.truncated:
        lines.append(Line(_("Only the first 5,000 characters are read.")))
    return lines


def _language(reading: Any) -> list[Line]:
    if not reading.readable:
        return [
            Line(need_words.not_read(reading)),
            Line(_("So nothing was concluded about feelings, wishes or needs. A person reads it.")),
        ]
    how = _("%(number)d of 100 sure", number=round(reading.language_confidence * 100))
    lines = [Line(_language_name(reading.language), how=how)]
    if reading.also_language:
        lines.append(Line(_("A part of it is in another language, which is not read.")))
    return lines


def _language_name(code: str) -> str:
    name = needs.language_name(code)
    return _(name) if name else code


def _urgency(reading: Any) -> list[Line]:
    reasons = [str(REASONS.get(reason, reason)) for reason in reading.urgency.reasons]
    told = _("%(score)d of 100", score=reading.urgency.score)
    why = _("because of: %(reasons)s", reasons="; ".join(reasons)) if reasons else _("nothing presses")
    return [Line(f"{told}, {why}."), Line(str(OWED[reading.actionability]))]


def changes(found: Explained, one: Claim, quote: Quote) -> list[str]:
    """What would change a claim, in sentences; empty when leaving out its words changes nothing."""
    return [_change(change, one, quote) for change in found.would_change(one)]


def _change(change: Change, one: Claim, quote: Quote) -> str:
    quotes = quote(change.spans)
    words = " … ".join(f"“{text}”" for text in quotes[:SHOWN])
    if len(quotes) > SHOWN:
        words = f"{words} …"
    what = need_words.value(one.kind, one.value)
    if change.outcome == "unread":
        return str(_("Without %(words)s there would be too little left to read.", words=words))
    if change.outcome == "otherwise":
        state = str(need_words.NEED_STATES[change.instead or "unmet"])
        return str(
            _("Without %(words)s we would have thought: %(what)s, %(state)s.", words=words, what=what, state=state)
        )
    if change.outcome == "gone" and change.instead is not None:
        feeling = need_words.value("sentiment", change.instead)
        return str(_("Without %(words)s we would have thought: %(what)s.", words=words, what=feeling))
    if change.outcome == "gone":
        return str(_("Without %(words)s we would not have thought of: %(what)s.", words=words, what=what))
    number = round((change.confidence or 0) / 10)
    if change.outcome == "unsure":
        return str(
            _("Without %(words)s we would be too unsure to use it: %(number)d of 100.", words=words, number=number)
        )
    return str(_("Without %(words)s we would be less sure: %(number)d of 100.", words=words, number=number))
