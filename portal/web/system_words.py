"""What systems downstream say to a person: how they are told, of what, and how each delivery stands."""

from typing import Any

from flask_babel import lazy_gettext as _l

HOW = {"feed": _l("asks for the feed"), "webhook": _l("has a webhook called")}
EVENTS = {
    "consent.changed": _l("changes of consent"),
    "decision.made": _l("decisions about contacts"),
    "segment.entered": _l("who enters a segment"),
    "segment.left": _l("who leaves a segment"),
    "test": _l("a test"),
}
STATES: dict[str, tuple[Any, str]] = {
    "pending": (_l("waits"), "wait"),
    "sent": (_l("sent, not acknowledged"), "note"),
    "acknowledged": (_l("acknowledged"), "good"),
    "failed": (_l("failed, tried again"), "wait"),
    "dead": (_l("given up"), "bad"),
}
FENCED = _l("may not send")
