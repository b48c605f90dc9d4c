"""Segments and who is in them."""

from typing import Any

from flask import current_app
from sqlalchemy import select

from portal import consent
from portal import segments as capability
from portal.clock import utc_now
from portal.web.api.operations import operation
from portal.web.api.schemas import MembersSchema, NothingSchema, PageSchema, SegmentsSchema
from portal.web.cursors import seal, unseal
from portal.web.database import db


@operation("/segments", summary="Segments", asks=NothingSchema(), answers=SegmentsSchema())
def segments(_asked: dict[str, Any]) -> dict[str, Any]:
    """Every segment with its definition in force and its size, live ones first."""
    rows = capability.segments_page(db.session)
    items = [
        {
            "key": segment.key,
            "name": segment.name,
            "why": segment.why,
            "state": segment.state,
            "version": segment.version,
            "definition": definition.tree,
            "members": members,
        }
        for segment, definition, members in rows
    ]
    return {"items": items}


@operation("/segments/<key>/members", summary="Members of a segment", asks=PageSchema(), answers=MembersSchema())
def members(asked: dict[str, Any], key: str) -> dict[str, Any]:
    """Who is in a segment now and since when, newest first, each with what caused it.

    Only customers who let us understand their needs at this very moment, also when their membership is not closed yet.
    """
    segment = capability.segment(db.session, key)
    secret = str(current_app.secret_key)
    place = unseal(secret, asked.get("cursor"), 2)
    after = int(place[1]) if place and place[0] == segment.id else None
    rows = capability.members_page(db.session, segment.id, after=after, limit=asked["limit"] + 1)
    shown = rows[: asked["limit"]]
    allowed = _allowing([customer.id for _membership, customer in shown])
    items = [
        {
            "customer": customer.ref,
            "since": membership.valid_from,
            "cause": membership.cause,
            "evidence": membership.evidence,
        }
        for membership, customer in shown
        if customer.id in allowed
    ]
    more = len(rows) > len(shown)
    return {"items": items, "next": seal(secret, [segment.id, shown[-1][0].id]) if more else None}


def _allowing(customer_ids: list[int]) -> set[int]:
    """Which of these customers allow `needs` now."""
    allowed = consent.permitted("needs", utc_now()).subquery()
    return set(db.session.scalars(select(allowed.c.customer_id).where(allowed.c.customer_id.in_(customer_ids))))
