"""What decisions and memberships say to a person: every code with its parameters as a sentence."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.web import consent_words
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
RULES = {
    "suppression": _l("Total stop"),
    "identity": _l("Address"),
    "objection": _l("Objection"),
    "consent": _l("Consent or contract"),
    "pause": _l("Pause"),
    "complaint": _l("Complaints"),
    "rights": _l("Rights requests"),
    "distress": _l("Distress"),
    "promise": _l("Promises"),
    "frequency": _l("How often"),
    "quiet": _l("Quiet hours"),
}
CLASSES = {
    "mandatory": _l("must be told"),
    "service": _l("service"),
    "answer": _l("an answer we owe"),
    "research": _l("a question"),
    "marketing": _l("an offer"),
    "repermission": _l("asking again"),
}
REASONS = {
    "erased": _l("The customer's data was erased: nothing may be sent."),
    "hard-bounce": _l("The address does not take mail: it came back for good. Confirming it anew ends this."),
    "spam-complaint": _l("It was reported as spam, so nothing more goes this way until the address is confirmed anew."),
    "not-suppressed": _l("Nothing forbids writing at all."),
    "inside-the-portal": _l("It stays in the portal, so no address is needed."),
    "address-verified": _l("The address for this way is confirmed."),
    "address-unverified": _l("The address for this way is not confirmed yet."),
    "no-address": _l("There is no address for this way."),
    "objected": _l("There is an objection to “%(purpose)s”. It stays until it is lifted."),
    "objected-to-profiling": _l("There is an objection to being grouped by need, and a group chose this message."),
    "no-objection": _l("There is no objection to this."),
    "allowed-since": _l("“%(purpose)s” was allowed at that moment, since %(since)s (entry %(seq)s of the ledger)."),
    "allowed-by-contract": _l("“%(purpose)s” is part of the contract; no consent is asked for it."),
    "consent-objected": _l("An objection stands against “%(purpose)s”."),
    "consent-not-asked": _l("“%(purpose)s” was never allowed. Not having been asked counts as no."),
    "consent-unproven": _l("Another system says “%(purpose)s” was allowed, without proof. That counts as no."),
    "consent-out-of-scope": _l("The yes to “%(purpose)s” does not cover this use; it was not in the words shown."),
    "consent-denied": _l("“%(purpose)s” is not allowed; the answer was no."),
    "consent-expired": _l("The yes to “%(purpose)s” had come to its end."),
    "consent-void": _l("The words of “%(purpose)s” changed so much that the earlier yes does not count."),
    "consent-stopped": _l("Everything was stopped."),
    "consent-retired": _l("“%(purpose)s” is not done any more."),
    "consent-no-such-purpose": _l("There is no such purpose as “%(purpose)s”."),
    "consent-channel-off": _l("“%(purpose)s” is allowed, but not this way: %(channel)s."),
    "consent-topic-off": _l("“%(purpose)s” is allowed, but not about this topic: %(topic)s."),
    "profiling-not-allowed": _l("A group chose this message, and being grouped by need is not allowed."),
    "not-paused": _l("There is no pause."),
    "paused": _l("Everything that is not owed is paused until %(until)s."),
    "sells-nothing": _l("It sells nothing, so an open complaint does not stop it."),
    "no-complaint": _l("No complaint is open, and none was answered lately."),
    "complaint-open": _l(
        "A complaint is open since %(since)s. Offers stay off until %(days)s days after it is answered."
    ),
    "complaint-answered-lately": _l(
        "A complaint was answered on %(answered)s. Offers stay off for %(days)s days, until %(until)s."
    ),
    "no-rights-request": _l("No request about personal data is open."),
    "rights-request-open": _l(
        "A request about personal data is open since %(since)s. Until it is settled we neither sell nor ask."
    ),
    "no-distress": _l("Nobody wrote in distress."),
    "distress-open": _l("Somebody wrote in distress on %(since)s. Until that is settled we neither sell nor ask."),
    "promises-kept": _l("No promise is broken."),
    "promise-broken": _l(
        "We promised something for %(due)s and did not do it. Until it is settled, at most until %(until)s, "
        "nothing goes out that is not owed."
    ),
    "within-limits": _l("Not more often than agreed: %(sent)s so far."),
    "cap": _l("At most %(most)s in %(days)s days: %(sent)s were sent. Free again on %(until)s."),
    "own-budget": _l("No more than %(most)s in a week are wanted: %(sent)s were sent. Free again on %(until)s."),
    "own-budget-none": _l("None of these are wanted."),
    "disturbs-nobody": _l("It waits to be looked at, so it disturbs nobody at night."),
    "zone-unknown": _l("We do not know the local time, so we do not risk the night."),
    "quiet-hours": _l("It was in the quiet hours from %(from)s to %(to)s (%(zone)s)."),
    "not-quiet": _l("It was not in the quiet hours from %(from)s to %(to)s (%(zone)s)."),
}
OWED = _l("We owe this, so the rule is not asked.")
REMEDIES = {
    "confirm-address": _l("when the address is confirmed"),
    "lift-objection": _l("when the objection to “%(purpose)s” is lifted"),
    "allow": _l("when “%(purpose)s” is allowed for this way and topic"),
    "answer-complaint": _l("%(days)s days after we answer the complaint"),
    "settle-rights-request": _l("when the request about personal data is settled"),
    "settle-conversation": _l("when the conversation of somebody in distress is settled"),
    "raise-budget": _l("when at least one message a week is wanted"),
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
PURPOSES = {
    "service": _l("service"),
    "reply": _l("answering you"),
    "needs": _l("understanding your needs"),
    "research": _l("short questions"),
    "marketing": _l("offers"),
    "partners": _l("sharing with partners"),
}
_DAYS = ("since", "answered", "due")
_MOMENTS = ("until",)


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
    tables = {"purpose": PURPOSES, "channel": consent_words.CHANNELS, "topic": consent_words.TOPICS}
    return consent_words.of(tables[name], str(value)) if name in tables else str(value)


def outcome(found: Any) -> str:
    """A decision's outcome in one sentence, with the rule that made it so."""
    if found.outcome == "allow":
        return str(_("It was sent: no rule spoke against it."))
    decisive = next((item for item in found.rules if item["rule"] == found.decisive_rule), None)
    because = reason(decisive) if decisive is not None else str(_("its time had passed."))
    if found.outcome == "hold":
        return str(_("It was held back until %(until)s: %(because)s", until=moment(found.hold_until), because=because))
    if found.outcome == "expire":
        return str(_("It was not sent, for it would have come too late: %(because)s", because=because))
    return str(_("It was not sent: %(because)s", because=because))


def change(counterfactual: Mapping[str, Any]) -> str:
    """What would make it allowed, in one sentence; empty when it is allowed already."""
    if counterfactual.get("from"):
        return str(_("As things stand it would be allowed from %(from_)s.", from_=_from(counterfactual["from"])))
    remedies = [remedy(item) for item in counterfactual.get("remedies", [])]
    if not remedies:
        return ""
    return str(_("It would be allowed %(when)s.", when=str(_(", and ")).join(dict.fromkeys(remedies))))


def _from(text: str) -> str:
    return moment(datetime.fromisoformat(text))


def label(table: Mapping[str, tuple[Any, str]], key: str) -> str:
    """The word of a coloured state."""
    return str(table[key][0]) if key in table else key


def shade(table: Mapping[str, tuple[Any, str]], key: str) -> str:
    """The colour of a state; it never stands without its word."""
    return table[key][1] if key in table else ""
