"""What imports of consents are called on pages: states of a batch, outcomes of a row, and why a row came to one."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.web import consent_words

STATES = {
    "waiting": (_l("being read"), "wait"),
    "staged": (_l("to be confirmed"), "note"),
    "unusable": (_l("cannot be used"), "bad"),
    "discarded": (_l("thrown away"), ""),
    "applying": (_l("being applied"), "wait"),
    "applied": (_l("applied"), "good"),
    "undoing": (_l("being undone"), "wait"),
    "undone": (_l("undone"), ""),
}
OUTCOMES = {
    "allow": (_l("newly allowed"), "good"),
    "deny": (_l("newly denied"), "bad"),
    "noted": (_l("kept, changes nothing allowed"), ""),
    "unknown": (_l("flag only, counts as no"), "wait"),
    "same": (_l("unchanged"), ""),
    "refused": (_l("refused"), "wait"),
}
REASONS = {
    "in-the-future": _l("It lies in the future."),
    "already-yes": _l("There is a yes in force."),
    "already-no": _l("There is a no already."),
    "already-in": _l("This row of this file was brought in before."),
    "flag-only": _l(
        "Nothing proves it: no day, or neither evidence nor source and wording, or no words in force then."
    ),
    "erased-before": _l("Everything about this person was erased; only they can say yes again."),
    "objected": _l("They objected; only they can lift that."),
    "no-is-newer": _l("A no was recorded since, or the yes has no day."),
    "ran-out": _l("The yes has run out since."),
    "still-no": _l("Still not allowed."),
    "still-yes": _l("Still allowed."),
    "no-such-customer": _l("Nobody has this number or address."),
    "no-such-purpose": _l("There is no such purpose."),
    "no-such-channel": _l("This purpose does not use this channel."),
    "no-such-topic": _l("This purpose has no such topic."),
    "no-blanket-consent": _l("A yes is given to one purpose at a time."),
    "retired": _l("We do not ask for this any more."),
}
ACTS = {
    "granted": _l("yes"),
    "withdrawn": _l("no, withdrawn"),
    "refused": _l("no, refused"),
    "objected": _l("objected"),
}
CELLS = {
    "": _l("never asked"),
    "open": _l("nothing in force"),
    "granted": _l("yes"),
    "denied": _l("no"),
    "objected": _l("objected"),
    "paused": _l("paused"),
}
UNDONE = {"undone": _l("taken back"), "changed": _l("left, changed since")}


def reason(code: str) -> str:
    """Why a row came to its outcome; what a schema said stands as it is."""
    return str(REASONS.get(code, code))


def cell(row: Any) -> str:
    """The cell a row is about."""
    return consent_words.whole_cell(row.purpose, row.channel or "*", row.topic or "*") if row.purpose else ""


def progress(batch: Any) -> str:
    """How far the step at hand is."""
    return str(_("%(done)s of about %(expected)s rows", done=batch.done, expected=max(batch.expected, batch.done)))
