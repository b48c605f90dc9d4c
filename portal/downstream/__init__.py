"""Downstream: which systems are told what changed, what each of them knows, and who may not send until it does."""

from portal.downstream.actions import (
    Told,
    acknowledge,
    add_system,
    forget_untold,
    mark_sent,
    renew_secret,
    revive,
    switch_off,
    tell,
    tell_again,
    tell_all,
    try_out,
)
from portal.downstream.addresses import address_fault
from portal.downstream.models import Delivery, DownstreamSystem
from portal.downstream.queries import (
    Latency,
    SystemStanding,
    behind,
    check_fence,
    deliveries_page,
    delivery,
    latencies,
    somebody_wants,
    standings,
    system,
    system_of,
)
from portal.downstream.rules import (
    CONSENT,
    DECISION,
    EVENTS,
    RESTRICTING,
    SEGMENT_ENTERED,
    SEGMENT_LEFT,
    Standing,
    fence,
)
from portal.downstream.schemas import SystemSchema
from portal.downstream.sending import deliver_webhooks
from portal.downstream.signing import sign, webhook_secret

__all__ = [
    "CONSENT", "DECISION", "EVENTS", "RESTRICTING", "SEGMENT_ENTERED", "SEGMENT_LEFT", "Delivery", "DownstreamSystem",
    "Latency", "Standing", "SystemSchema", "SystemStanding", "Told", "acknowledge", "add_system", "address_fault",
    "behind", "check_fence", "deliver_webhooks", "deliveries_page", "delivery", "fence", "forget_untold", "latencies",
    "mark_sent", "renew_secret", "revive", "sign", "somebody_wants", "standings", "switch_off", "system", "system_of",
    "tell", "tell_again", "tell_all", "try_out", "webhook_secret",
]  # fmt: skip
