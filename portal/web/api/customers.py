"""What one customer allows and may use."""

from typing import Any

from portal import accounts, consent
from portal import entitlements as entitled
from portal.clock import utc_now
from portal.errors import Invalid
from portal.web.api.operations import operation
from portal.web.api.schemas import ConsentsSchema, EntitlementsSchema, MomentSchema, NothingSchema
from portal.web.database import db


@operation("/customers/<ref>/consents", summary="What a customer allows", asks=MomentSchema(), answers=ConsentsSchema())
def consents(asked: dict[str, Any], ref: str) -> dict[str, Any]:
    """Every cell of purpose, channel and topic, what was said last about it, and what follows, now or at any moment."""
    customer, now = accounts.customer_by_ref(db.session, ref), utc_now()
    known_at = asked.get("known_at", now)
    if known_at > now:
        raise Invalid("Nobody knows yet what will be recorded.", code="in-the-future")
    valid_at = asked.get("valid_at", known_at)
    cells = consent.state_as_of(db.session, customer.id, known_at=known_at, valid_at=valid_at)
    return {
        "customer": customer.ref,
        "head": consent.head(db.session, customer.id, known_at=known_at),
        "items": [_cell(cell) for cell in cells],
    }


def _cell(cell: consent.CellState) -> dict[str, Any]:
    last = cell.cell
    return {
        "purpose": cell.purpose.key,
        "channel": cell.channel,
        "topic": cell.topic,
        "state": cell.state,
        "allowed": cell.permission.allowed,
        "reason": cell.permission.reason,
        "seq": last.seq if last else None,
        "since": last.since if last else None,
        "notice_version": last.notice_version if last else None,
    }


@operation(
    "/customers/<ref>/entitlements",
    summary="What a customer may use",
    asks=NothingSchema(),
    answers=EntitlementsSchema(),
)
def entitlements(_asked: dict[str, Any], ref: str) -> dict[str, Any]:
    """One line for each benefit: what was granted, what was used, what is left and until when."""
    customer = accounts.customer_by_ref(db.session, ref)
    balances = entitled.balances(db.session, customer.id, utc_now())
    return {"customer": customer.ref, "items": [_balance(balance) for balance in balances]}


def _balance(balance: entitled.Balance) -> dict[str, Any]:
    return {
        "benefit": balance.benefit.key,
        "name": balance.benefit.name,
        "unit": balance.benefit.unit,
        "granted": balance.granted,
        "used": balance.used,
        "left": balance.left,
        "until": balance.until,
    }
