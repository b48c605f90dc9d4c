"""What messages for gateways say to a person: their states, for the staff and for whom they are about."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.gateways import GatewayMessage, Parts
from portal.web import consent_words
from portal.web.language import moment

STATES = {
    "waiting": (_l("waits for a gateway"), "wait"),
    "leased": (_l("with a gateway"), "wait"),
    "handed_over": (_l("handed over"), "note"),
    "delivered": (_l("arrived"), "good"),
    "failed": (_l("did not arrive"), "bad"),
    "bounced": (_l("nobody is reached there"), "bad"),
    "opted_out": (_l("answered with stop"), "bad"),
    "stopped": (_l("stopped before it left"), ""),
}
_TOLD = {
    "waiting": _l("By %(way)s: it has not left yet. Before it does, every rule is asked again."),
    "leased": _l("By %(way)s: it is about to leave. Every rule was asked again just now."),
    "handed_over": _l("By %(way)s: it left %(when)s. Whether it arrived, we were not told yet."),
    "delivered": _l("By %(way)s: it left %(when)s and arrived."),
    "failed": _l("By %(way)s: it did not arrive. We do not try again."),
    "bounced": _l("By %(way)s: nobody is reached there, so nothing more is sent there until it is confirmed anew."),
    "opted_out": _l("By %(way)s: you answered “stop”, so we sent nothing more of this kind that way."),
    "stopped": _l("By %(way)s: it was stopped before it left. Nothing was sent."),
}
POINTS = {"number": _l("Number for calls and texts"), "address": _l("Postal address"), "device": _l("Device")}


def told(message: GatewayMessage) -> str:
    """How far a message came, for the one it was for."""
    left: datetime | None = message.handed_over_at
    way = str(consent_words.CHANNELS[message.channel])
    way = way if way[1:2].isupper() else way[:1].lower() + way[1:]  # as it stands within a sentence; not SMS
    words = {"way": way, "when": moment(left) if left else "–"}
    return str(_TOLD[message.state]) % words


def length(parts: Parts) -> str:
    """How long a text message is."""
    kind: Any = _("plain letters") if parts.plain else _("letters that take more room")
    return (
        str(ngettext("%(num)d part", "%(num)d parts", parts.parts))
        + ", "
        + str(_("%(units)d characters, %(kind)s", units=parts.units, kind=kind))
    )
