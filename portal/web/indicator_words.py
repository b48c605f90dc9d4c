"""The indicators of trust in words: what each says, by its newest figure, and what to do when it is an alarm."""

from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal, format_percent
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.insight import IndicatorAlarm
from portal.web import consent_words, wording


@dataclass(frozen=True)
class Said:
    """What an indicator is called, the finding as a sentence, and what to do about an alarm."""

    name: Any
    finding: Any
    advice: Any = ""


INDICATORS: dict[str, Said] = {
    "after_withdrawal": Said(
        _l("Contacts after a no"),
        _l("%(good)d of %(of)d messages went out after a no to them had been recorded. There must be none."),
        _l("Stop sending, look the decisions up in the auditor's report, and tell those who were written to."),
    ),
    "opt_out": Said(
        _l("Leaving after a contact"),
        _l("%(share)s of those we wrote to without owing it said no within a day: %(good)d of %(of)d."),
        _l("Hold the campaign that people leave over, and ask what they expected instead."),
    ),
    "pauses": Said(
        _l("Pausing instead of leaving"),
        _l("%(share)s of those who held us back paused instead of leaving: %(good)d of %(of)d."),
    ),
    "to_ledger": Said(
        _l("From a no to the ledger"),
        _l("Half of the noes stood in the ledger within %(value)s hours; %(share)s of %(of)d within a day."),
        _l("Find the way by which noes come in late: a branch, a letter, an import."),
    ),
    "to_last": Said(
        _l("From a no to the last system that must know"),
        _l("%(share)s of %(of)d noes were known to every system within a day; of those, half within %(value)s hours."),
        _l("Look on the page of systems who is behind; until they know, they may not send."),
    ),
    "coverage": Said(
        _l("Coverage"),
        _l("%(share)s of all customers say yes to this now: %(good)d of %(of)d."),
    ),
    "opt_in": Said(
        _l("Yes after the words were shown"),
        _l("%(share)s of those who were shown these words say yes now: %(good)d of %(of)d."),
    ),
    "evidence": Said(
        _l("How well a yes is proved"),
        _l("%(share)s of the yeses in force have this grade of proof: %(good)d of %(of)d."),
        _l(
            "Ask again where all there is of a yes is a flag from elsewhere. What others told us before grades were "
            "kept counts as such a flag; what people said on our own form, to words we still have, counts as proved."
        ),
    ),
    "complaints": Said(
        _l("Complaints answered in time"),
        _l("%(share)s of complaints were answered within this time: %(good)d of %(of)d."),
        _l("Answer the oldest complaints first; they wait in the inbox."),
    ),
    "open_complaints": Said(
        _l("Age of open complaints"),
        _l("%(good)d of %(of)d open complaints are older than this."),
    ),
    "promises": Said(
        _l("Promises kept"),
        _l("%(share)s of promises were kept by their day: %(good)d of %(of)d."),
        _l("Promise less, or later days; settle those whose day has gone by, and say sorry."),
    ),
    "lateness": Said(
        _l("How late late promises are"),
        _l("Half of the promises kept late were late by no more than %(value)s days; %(of)d were late."),
    ),
    "answered": Said(
        _l("Feedback answered"),
        _l("%(share)s of those who wanted an answer had one within 5 business days: %(good)d of %(of)d."),
        _l("The inbox has more than the team can answer: put more people on it, or say on the page how long it takes."),
    ),
    "first_answer": Said(
        _l("Time to the first answer"),
        _l("Half of first answers came within %(value)s hours; %(share)s of %(of)d within a day."),
    ),
    "closed_loop": Said(
        _l("Loops closed"),
        _l("%(share)s of those owed the outcome of an idea were told within a week: %(good)d of %(of)d."),
        _l("Look whether the job that tells outcomes runs, and which rules keep it back."),
    ),
    "rights": Said(
        _l("Rights served late"),
        _l("%(good)d of %(of)d requests about personal data were late."),
        _l("Settle what is past its day at the desk for requests, today."),
    ),
    "balance": Said(
        _l("Contacts that sell nothing"),
        _l("%(share)s of our messages sell nothing: %(good)d of %(of)d."),
    ),
    "denials": Said(
        _l("Kept back by the rules"),
        _l("%(share)s of the messages somebody wanted to send did not go when asked for: %(good)d of %(of)d."),
    ),
    "spam": Said(
        _l("Reported as spam"),
        _l("%(share)s of mails were reported as spam within three days: %(good)d of %(of)d."),
        _l("Hold the campaign, and look at whom it was meant for."),
    ),
    "bounces": Said(
        _l("Bounced"),
        _l("%(share)s of mails came back within three days: %(good)d of %(of)d."),
        _l("Ask people to confirm their addresses where you meet them."),
    ),
    "feeling": Said(
        _l("Feeling after a contact"),
        _l("%(share)s of what these people wrote was unhappy: %(good)d of %(of)d messages."),
    ),
}
GROUPS = (
    ("no", _l("When people say no"), ("after_withdrawal", "opt_out", "pauses", "to_ledger", "to_last")),
    (
        "owed",
        _l("What we owe them"),
        ("complaints", "open_complaints", "answered", "first_answer", "promises", "lateness", "closed_loop", "rights"),
    ),
    ("contact", _l("How we write to them"), ("balance", "denials", "spam", "bounces", "feeling")),
    ("allowed", _l("What they allow"), ("coverage", "opt_in", "evidence")),
)
PARTS = {
    "3bd": _l("3 business days"),
    "15bd": _l("15 business days"),
    "8w": _l("8 weeks"),
    "contacted": _l("written to in the two weeks before"),
    "control": _l("the control group"),
    "others": _l("everybody else"),
    "A": _l("A: a receipt or a recording"),
    "B": _l("B: time, source and wording"),
    "C": _l("C: a mere flag, or nothing that we can show"),
}
SCOPES = {"segment": _l("Segment"), "campaign": _l("Campaign"), "channel": _l("Channel")}
TRENDS = {
    "up": _l("more than in the time before"),
    "down": _l("less than in the time before"),
    "steady": _l("as in the time before"),
    "unknown": _l("nothing before to compare with"),
}


def part(indicator: str, name: str) -> str:
    """A part of an indicator, such as the limit of a complaint, a rule, a purpose."""
    if indicator == "denials" and name:
        return str(wording.RULES.get(name, name))
    if indicator == "coverage":
        return consent_words.of(wording.PURPOSES, name)
    if indicator == "opt_in" and " @ " in name:
        return _cell(name)
    return str(PARTS.get(name, name))


def _cell(name: str) -> str:
    """A cell under one version of its words, such as “offers: E-mail (words 2)”."""
    cell, _at, version = name.rpartition(" @ ")
    purpose, channel, topic = cell.split(" × ")
    of = consent_words.of(wording.PURPOSES, purpose)
    place = consent_words.cell(channel, topic)
    return str(
        _("%(purpose)s: %(part)s (words %(version)s)", purpose=of, part=place[:1].lower() + place[1:], version=version)
    )


def whole_first(part: str) -> tuple[bool, str, int, str]:
    """The order of parts: a purpose before its ways and topics, and of each the newest words first."""
    cell, _at, version = part.rpartition(" @ ")
    purpose = cell.split(" × ")[0]
    return not cell.endswith("× * × *"), purpose if cell else part, -int(version) if cell else 0, cell


def finding(indicator: str, good: int, of: int, value: float | None) -> str:
    """The newest figure as a sentence."""
    return str(INDICATORS[indicator].finding) % {
        "good": good,
        "of": of,
        "share": percent(good / of) if of else "–",
        "value": "–" if value is None else str(format_decimal(round(value, 1))),
    }


def percent(share: float) -> str:
    """A share as it is read; small ones keep a digit more."""
    return str(format_percent(share, format="0.0%" if 0 < share < 0.1 else "0%"))


def scope_name(scope: str, key: str, name: str | None = None) -> str:
    """A part of the company: a segment or a campaign by its name, a channel by its words."""
    if scope == "company":
        return str(_("The whole company"))
    return f"{SCOPES[scope]}: {name or (consent_words.channel(key) if scope == 'channel' else key)}"


def alarm(one: IndicatorAlarm) -> tuple[str, str, str]:
    """An alarm in words: what it is about, what was seen against the limit, and what to do."""
    said = INDICATORS[one.indicator]
    about = f"{said.name}, {part(one.indicator, one.part)}" if one.part else str(said.name)
    seen = _("%(seen)s, where the limit is %(limit)s", seen=percent(one.seen), limit=percent(one.limit))
    return about, str(seen), str(said.advice)
