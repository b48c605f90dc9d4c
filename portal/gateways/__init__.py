"""Gateways: text messages, notifications, calls and letters, recorded here until a gateway outside takes them."""

from portal.gateways.actions import begin_leases_anew, lease, put_off, record, report, stop
from portal.gateways.models import GatewayMessage
from portal.gateways.queries import due, found, gateway_message, messages_page, state_counts, waiting_page
from portal.gateways.rules import KINDS, OUTCOMES, STATES, WAYS, Parts, limits_of, parts_of

__all__ = [
    "KINDS", "OUTCOMES", "STATES", "WAYS", "GatewayMessage", "Parts", "begin_leases_anew", "due", "found",
    "gateway_message", "lease", "limits_of", "messages_page", "parts_of", "put_off", "record", "report", "state_counts",
    "stop", "waiting_page",
]  # fmt: skip
