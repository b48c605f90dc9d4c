"""What consent says to a person: acts, channels, topics and reasons in words."""

from datetime import datetime
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import consent
from portal.web.database import db

CHANNELS = {
    "in_app": _l("In the portal"),
    "email": _l("E-mail"),
    "sms": _l("Text message"),
    "phone": _l("Phone"),
    "post": _l("Letter"),
    "push": _l("Notification"),
}
TOPICS = {"savings": _l("Savings"), "cards": _l("Cards"), "loans": _l("Loans"), "travel": _l("Travel")}
PURPOSES = {
    "service": _l("service"),
    "reply": _l("answering you"),
    "needs": _l("understanding your needs"),
    "research": _l("short questions"),
    "marketing": _l("offers"),
    "partners": _l("sharing with partners"),
}
ACTIONS = {
    "requested": _l("We asked"),
    "granted": _l("You said yes"),
    "refused": _l("You said no"),
    "deferred": _l("You put it off"),
    "reaffirmed": _l("You said yes again"),
    "withdrawn": _l("You took your yes back"),
    "expired": _l("Your yes came to its end"),
    "revoked": _l("We ended it"),
    "invalidated": _l("It was found invalid"),
    "objected": _l("You objected"),
    "objection_lifted": _l("You lifted your objection"),
    "paused": _l("You paused everything"),
    "resumed": _l("You ended the pause"),
    "suppressed": _l("Everything was stopped"),
    "imported": _l("It came from another system, without proof"),
    "merged": _l("Two records of you became one"),
}
ACTIONS_OF_THEM = {
    **ACTIONS,
    "granted": _l("They said yes"),
    "refused": _l("They said no"),
    "deferred": _l("They put it off"),
    "reaffirmed": _l("They said yes again"),
    "withdrawn": _l("They took their yes back"),
    "expired": _l("Their yes came to its end"),
    "objected": _l("They objected"),
    "objection_lifted": _l("They lifted their objection"),
    "paused": _l("They paused everything"),
    "resumed": _l("They ended the pause"),
    "merged": _l("Two records of them became one"),
}
"""The same, as the team reads it."""
STOPPING = {
    **dict.fromkeys(("objected", "refused", "withdrawn", "suppressed", "revoked"), _l("Everything was stopped")),
    **dict.fromkeys(("objection_lifted", "invalidated"), _l("The stop to everything was lifted")),
}
"""What acts on everything at once are called, whoever reads it."""
EFFECTS = {
    **dict.fromkeys(("granted", "reaffirmed"), ""),
    "deferred": _l("It changes nothing: nothing more and nothing less is used because of it."),
    "requested": _l("It changes nothing: nothing more and nothing less is used because of it."),
    "merged": _l("It changes nothing by itself. What it led to stands in the entries after it."),
    "imported": _l("It allows nothing: nothing of yours is used for this because of it."),
    "objection_lifted": _l("By itself it allows nothing. What you answered otherwise counts again."),
    "paused": _l("We send nothing on our own account until it ends. What you allowed stays as it is."),
    "resumed": _l("What you allowed counts again."),
}
"""What follows from an act that is neither a yes nor a no; a yes says what is used for it instead."""
METHODS = {
    "web_form": _l("in the portal"),
    "one_click": _l("by one click in a mail"),
    "gpc": _l("by a signal of your browser"),
    "reply": _l("by a reply with STOP"),
    "report": _l("by reporting a message as spam"),
    "phone": _l("on the phone"),
    "branch": _l("in a branch"),
    "letter": _l("by letter"),
    "import": _l("by import"),
    "rule": _l("by the portal"),
}
GRADES = {
    "own": _l("said here by themselves, with a receipt"),
    "A": _l("A: a receipt or a recording"),
    "B": _l("B: time, source and wording"),
    "C": _l("C: no proof; it allows nothing"),
}
GRADES_TO_CHOOSE = [(key, GRADES[key]) for key in ("A", "B", "C")]
"""How well a yes is proved."""
METHODS_OF_THEM = {**METHODS, "gpc": _l("by a signal of their browser")}
REASONS = {
    "no-such-purpose": _l("There is no such purpose."),
    "retired": _l("We do not do this any more."),
    "stopped": _l("You stopped everything."),
    "objected": _l("You objected. That stays until you lift it."),
    "denied": _l("You said no."),
    "not-asked": _l("You have not been asked. That counts as no."),
    "unproven": _l("Another system says that you agreed, without proof. That counts as no."),
    "expired": _l("Your yes has come to its end. That counts as no."),
    "void": _l("The words changed so much that your earlier yes does not count any more."),
    "channel-off": _l("This way is off."),
    "topic-off": _l("This topic is off."),
    "out-of-scope": _l("Your yes does not cover this use; it was not in the words you saw."),
    "paused": _l("You have paused everything that is not an answer to you."),
}
REASONS_OF_THEM = {
    **REASONS,
    "stopped": _l("They stopped everything."),
    "objected": _l("They objected. That stays until they lift it."),
    "denied": _l("They said no."),
    "not-asked": _l("They have not been asked. That counts as no."),
    "unproven": _l("There is a flag that they agreed, without proof. That counts as no."),
    "expired": _l("Their yes has come to its end. That counts as no."),
    "void": _l("The words changed so much that their earlier yes does not count any more."),
    "paused": _l("They have paused everything that is not an answer to them."),
}
"""The same, as the team reads it."""
CHECKED = {
    "ours": _l("This receipt is ours and unchanged, and our ledger says the same."),
    "ours-elsewhere": _l("We signed this receipt and it is unchanged, but our ledger does not have these entries."),
    "changed": _l("This receipt was changed after we signed it. Do not rely on what it says."),
    "not-ours": _l("This receipt was not signed with a key of ours."),
    "no-receipt": _l("This is not a signed receipt. Use the file as it was downloaded."),
    "nothing": _l("Choose a file, or paste what is in it."),
}
"""What the check of a receipt found."""
BASES = {
    "contract": _l("needed for our contract with you"),
    "consent": _l("only with your consent"),
    "legitimate_interest": _l("our legitimate interest; you can object"),
    "legal_obligation": _l("the law requires it"),
}
CHANGES = {
    "first": _l("first words"),
    "editorial": _l("only the wording changed; earlier yeses stand"),
    "narrowing": _l("narrower than before; earlier yeses stand"),
    "widening": _l("wider than before; earlier yeses stand for what they were given for"),
    "controller": _l("somebody else answers for the data; earlier yeses end"),
}


def of(table: dict[str, Any], key: str) -> str:
    """The words for `key`; the key itself where nobody gave it any."""
    return str(table.get(key, key))


def act(one: Any, table: dict[str, Any] = ACTIONS) -> str:
    """The words for the act of an entry or of a line of a receipt."""
    named = one if isinstance(one, dict) else {"action": one.action, "purpose": one.purpose}
    found = STOPPING if named["purpose"] == consent.ANY and named["action"] in STOPPING else table
    return of(found, named["action"])


def effect(change: dict[str, Any]) -> str:
    """What follows from a line of a receipt that is no yes: that nothing is used for it, unless it was another act."""
    action, whole = change["action"], (change["channel"], change["topic"]) == ("*", "*")
    if change["purpose"] == consent.ANY and action in STOPPING:
        lifted = STOPPING[action] == STOPPING["objection_lifted"]
        return str(EFFECTS["resumed"] if lifted else _("Nothing that you are asked for is done while it lasts."))
    if action in EFFECTS:
        return str(EFFECTS[action])
    if whole:
        return str(_("From then on nothing of yours is used for this."))
    named = cell(change["channel"], change["topic"])
    return str(_("From then on nothing of yours is used for this part of it: %(part)s.", part=named))


def parts(kind: str) -> dict[str, str]:
    """Channels or topics with the words an administrator gave them, in their order; ours in the reader's language."""
    found: dict[str, dict[str, str]]
    try:
        found = g.cell_parts
    except AttributeError:
        found = g.cell_parts = {"channel": {}, "topic": {}}
        for one in consent.cell_parts(db.session):
            found.setdefault(one.kind, {})[one.key] = str(_(one.name))
    return found[kind]


def channel(key: str) -> str:
    """The words for a channel."""
    return parts("channel").get(key) or of(CHANNELS, key)


def topic(key: str) -> str:
    """The words for a topic."""
    return parts("topic").get(key) or of(TOPICS, key)


def cell(way: str, about: str) -> str:
    """What part of a purpose a cell is about: by which channel, on which topic."""
    named = [channel(way)] if way != "*" else []
    if about not in ("*", "pause"):
        named.append(topic(about))
    return ", ".join(named) or str(_("All ways and topics"))


def whole_cell(purpose: str, way: str, about: str) -> str:
    """A purpose and the part of it that is meant, such as “offers: E-mail”; the whole purpose by its name alone."""
    named = str(_("everything")) if purpose == consent.ANY else of(PURPOSES, purpose)
    return named if (way, about) == ("*", "*") else f"{named}: {cell(way, about)}"


def instant(text: str | None) -> datetime | None:
    """An instant as it stands in a receipt."""
    return datetime.fromisoformat(text) if text else None
