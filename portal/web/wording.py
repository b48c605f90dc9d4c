"""What decisions and memberships say to a person: every code with its parameters as a sentence."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.web import consent_words, rule_words
from portal.web.language import day, moment

OUTCOMES = {
    "allow": (_l("Sent"), "good"),
    "hold": (_l("Held back"), "wait"),
    "deny": (_l("Not sent"), "bad"),
    "expire": (_l("Too late"), ""),
}
RESULTS = {
    "pass": (_l("pass"), "good"),
    "hold": (_l("hold"), "wait"),
    "deny": (_l("stop"), "bad"),
    "skip": (_l("not asked"), ""),
}
RULES, REASONS, REMEDIES, OWED = rule_words.RULES, rule_words.REASONS, rule_words.REMEDIES, rule_words.OWED
CLASSES = {
    "mandatory": _l("must be told"),
    "service": _l("service"),
    "answer": _l("an answer we owe"),
    "research": _l("a question"),
    "marketing": _l("an offer"),
    "repermission": _l("asking again"),
}
CAUSES = {
    "signal": _l("something they said"),
    "time": _l("time passed"),
    "consent": _l("the consent"),
    "definition": _l("a new definition of the group"),
    "reader": _l("a new version of the reader"),
    "manual": _l("a person"),
    "recluster": _l("the groups were found anew"),
    "correction": _l("a correction"),
    "fact": _l("something else we know changed"),
}
SHORT_CAUSES = {
    "signal": _l("words"),
    "time": _l("time"),
    "consent": _l("consent"),
    "definition": _l("definition"),
    "reader": _l("reader"),
    "manual": _l("person"),
    "recluster": _l("new groups"),
    "correction": _l("correction"),
    "fact": _l("other facts"),
}
OWN_CAUSES = {
    "signal": _l("because of something you said"),
    "time": _l("because time passed"),
    "consent": _l("because you took your yes back, or it ended"),
    "definition": _l("because the group was defined anew"),
    "reader": _l("because our reader changed"),
    "manual": _l("because a person here decided it"),
    "recluster": _l("because the groups were found anew"),
    "correction": _l("because a reading was corrected"),
    "fact": _l("because something else we know of you changed"),
}
STATES = {"draft": (_l("draft"), "note"), "live": (_l("live"), "good"), "retired": (_l("retired"), "")}
NEED_STATES = {"unmet": _l("not met"), "met": _l("met"), "wished": _l("wished for")}
SURENESS = {
    "person": _l("said by a person"),
    "very": _l("very sure"),
    "fairly": _l("fairly sure"),
    "estimate": _l("an estimate"),
    "unsure": _l("not sure"),
}
PURPOSES = consent_words.PURPOSES
_NAMED = {"purpose": PURPOSES, "class": CLASSES}
_DAYS = ("since", "answered", "due", "taken", "at")
_MOMENTS = ("until",)


def rule_name(key: str) -> str:
    """What a rule is called, also one of an older record."""
    return str(RULES.get(rule_words.EARLIER_NAMES.get(key, key), key))


def reason(item: Mapping[str, Any]) -> str:
    """What one rule of a decision said. `item` is its record: result, code and params."""
    if item["result"] == "skip" or item["code"] == "owed":
        return str(OWED)
    return sentence(REASONS, item["code"], item["params"])


def remedy(item: Mapping[str, Any]) -> str:
    """What would change a no, as a clause that begins with when."""
    return sentence(REMEDIES, item["code"], item["params"])


def sentence(table: Mapping[str, Any], code: str, params: Mapping[str, Any]) -> str:
    """The sentence for a code with its parameters in words; the code itself for one we do not know."""
    if code not in table:
        return code
    return str(table[code]) % _Words(params)


class _Words(dict[str, str]):
    """Parameters in words; one that is missing reads as a dash instead of failing an old record."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        super().__init__({name: _word(name, value) for name, value in params.items()})

    def __missing__(self, name: str) -> str:
        return "–"


def _word(name: str, value: Any) -> str:
    if value is None:
        return str(_("an open end")) if name == "until" else "–"
    if name in _DAYS:
        return day(datetime.fromisoformat(value))
    if name in _MOMENTS:
        return moment(datetime.fromisoformat(value))
    if name in ("channel", "topic"):
        return consent_words.channel(str(value)) if name == "channel" else consent_words.topic(str(value))
    return consent_words.of(_NAMED[name], str(value)) if name in _NAMED else str(value)


def outcome(found: Any) -> str:
    """A decision's outcome in one sentence, with the rule that made it so."""
    if found.outcome == "allow":
        return str(_("It was sent: no rule spoke against it."))
    if found.outcome == "hold" and found.decisive_rule is None:
        return str(_("It waits until %(until)s, as was wished.", until=moment(found.hold_until)))
    decisive = next((item for item in found.rules if item["rule"] == found.decisive_rule), None)
    because = reason(decisive) if decisive is not None else str(_("its time had passed."))
    if found.outcome == "hold":
        return str(_("It was held back until %(until)s: %(because)s", until=moment(found.hold_until), because=because))
    if found.outcome == "expire":
        return str(_("It was not sent, for it would have come too late: %(because)s", because=because))
    return str(_("It was not sent: %(because)s", because=because))


def change(counterfactual: Mapping[str, Any]) -> str:
    """What would make it allowed, in one sentence; empty when it is allowed already."""
    when = str(_(", and ")).join(dict.fromkeys(remedy(item) for item in counterfactual.get("remedies", [])))
    if counterfactual.get("from"):
        moment_ = _from(counterfactual["from"])
        if when:
            return str(
                _("As things stand it would be allowed from %(from_)s, or sooner: %(when)s.", from_=moment_, when=when)
            )
        return str(_("As things stand it would be allowed from %(from_)s.", from_=moment_))
    return str(_("It would be allowed %(when)s.", when=when)) if when else ""


def _from(text: str) -> str:
    return moment(datetime.fromisoformat(text))


def label(table: Mapping[str, tuple[Any, str]], key: str) -> str:
    """The word of a coloured state."""
    return str(table[key][0]) if key in table else key


def shade(table: Mapping[str, tuple[Any, str]], key: str) -> str:
    """The colour of a state; it never stands without its word."""
    return table[key][1] if key in table else ""
