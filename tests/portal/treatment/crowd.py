"""A few people of whom much is known, made by chance: what they said, what happened to them, what we did."""

from datetime import UTC, datetime, time
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal import accounts, segments, treatment
from portal.clock import months_later
from portal.consent import ConsentEntry, ConsentState, Notice, Purpose
from portal.db import random_ref
from portal.treatment import DEFAULT_POLICY, BulkWish
from portal.treatment.models import CampaignPace
from tests import people
from tests.people import JOINED
from tests.portal.treatment import happenings
from tests.portal.treatment.happenings import DAY

MOMENTS = (
    datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
    datetime(2026, 11, 23, 22, 30, tzinfo=UTC),
    datetime(2026, 2, 28, 10, 0, tzinfo=UTC),
)
"""By day, by night where most are, and at the end of a month that was longer two years before."""
CHANNELS, TOPICS = ("*", "email", "in_app"), ("*", "savings")
CELLS = (
    *((purpose, channel, topic) for purpose in ("marketing",) for channel in CHANNELS for topic in TOPICS),
    ("needs", "*", "*"), ("*", "*", "*"), ("*", "email", "*"), ("*", "*", "pause"), ("service", "*", "*"),
)  # fmt: skip
AGO = st.sampled_from([DAY / 2, DAY, 6 * DAY, 7 * DAY, 14 * DAY, 20 * DAY, 30 * DAY, 61 * DAY, 364 * DAY, 400 * DAY])
AROUND = st.sampled_from([None, -DAY, 0 * DAY, DAY])
MOSTLY_EVER = st.sampled_from([None, None, None, -DAY, 0 * DAY, DAY])
SCOPE = st.sampled_from([
    {"data_used": "messages", "recipients": "us"}, {"data_used": "Messages; payments", "recipients": "us"},
    {"data_used": "payments", "recipients": ""}, {"since": "2026-01-01T10:00:00+00:00"}, {},
])  # fmt: skip
"""What the words named to which somebody said yes, whatever their version names today."""
CELL = st.fixed_dictionaries({
    "state": st.sampled_from(["granted", "granted", "denied", "objected", "open", "paused"]),
    "valid_until": AROUND,
    "notice_version": st.sampled_from([None, 1, 2]),
    "grade": st.sampled_from([None, "A", "C"]),
    "scope": SCOPE,
})  # fmt: skip
CLASSES = ("answer", "research", "marketing", "marketing", "marketing", "repermission", "service")
LINES = st.sampled_from([None, "", "loan", "card"])
TALK = st.sampled_from(["open", "answered", "closed"])
STORY = st.one_of(
    *[st.tuples(
        st.just("mark"), st.sampled_from(["guardian", "minor", "vulnerable", "bereaved", "court"]),
        MOSTLY_EVER, MOSTLY_EVER,
    )] * 2,
    st.tuples(st.just("holder"), st.sampled_from(["asked", "approved", "approved", "revoked", "left"])),
    st.tuples(st.just("asks"), st.sampled_from(["open", "taken", "held", "done"])),
    st.tuples(st.just("distress"), TALK),
    st.tuples(st.just("pause"), AROUND),
    st.tuples(st.just("promise"), st.sampled_from(["open", "broken", "kept"]), st.one_of(AGO, st.just(-DAY)),
              st.sampled_from([None, None, DAY, 0 * DAY, -DAY])),
    st.tuples(st.just("complaint"), TALK, AGO, LINES, st.sampled_from(["none", "accepted", "rejected"])),
    st.tuples(st.just("negative"), AGO, st.booleans()),
    st.tuples(st.just("rated"), st.sampled_from([[1], [2], [3], [1, 2], [2, 5], [5, 1]]), AGO,
              st.sampled_from([False, False, False, True])),
    st.tuples(st.just("event"), st.sampled_from(["hard_bounce", "spam_complaint", "reply_stop"]),
              st.sampled_from(["email", "sms"]), AGO),
    *[st.tuples(st.just("claims"), st.lists(
        st.tuples(st.sampled_from(CLASSES), st.sampled_from(["email", "phone"]), st.sampled_from(TOPICS), AGO),
        min_size=1, max_size=5), st.booleans())] * 3,
    st.tuples(st.just("trust"), st.sampled_from([0, 240, 250, 340, 350, 390, 450, 500, 900]),
              st.sampled_from([[], ["cross_sell"], ["cross_sell", "offers"]])),
    st.tuples(st.just("preference"), st.sampled_from([None, "Asia/Tokyo", "Europe/Rome"]),
              st.sampled_from([None, (time(9), time(12)), (time(20), time(9)), (time(8), time(8))]),
              st.sampled_from([None, 0, 1, 3])),
)  # fmt: skip
ONCE = ("trust", "preference")
_ANY: dict[str, st.SearchStrategy[Any]] = {
    "cells": st.dictionaries(st.sampled_from(CELLS), CELL, max_size=4),
    "email": st.sampled_from([True, True, True, True, False]),
    "verified": st.sampled_from([True, True, True, False]),
    "number": st.sampled_from([None, "said", "verified", "verified", "verified"]),
    "digits": st.sampled_from(["+44 1", "+44 2", "none"]),
    "erased": st.sampled_from([False, False, False, False, False, True]),
    "yes": st.sampled_from([True, True, True, False]),
    "said": st.sampled_from([DAY, DAY, 0 * DAY, -DAY / 10_000, -3 * DAY]),
    "authority": st.sampled_from(["self", "self", "guardian"]),
    "proof": st.sampled_from(
        [
            *[("customer", "web_form", "0")] * 4,
            ("customer", "web_form", None),
            ("team", "phone", "0"),
            ("team", "rule", "0"),
        ]
    ),
    "lasts": st.sampled_from([None, None, None, -DAY]),
    "scope": SCOPE,
    "place": st.sampled_from([("Europe/London", None), ("Asia/Tokyo", "GB"), (None, "IT"), (None, "us"), (None, None)]),
    "merged": st.sampled_from([False, False, False, True]),
    "story": st.lists(STORY, max_size=4),
}
"""What is `said` is when the last yes was: so long before or after it becomes too old."""
_PLAIN = {
    "cells": st.just({}), "email": st.just(True), "verified": st.just(True), "number": st.just("verified"),
    "erased": st.just(False), "yes": st.just(True), "said": st.just(DAY),
    "story": st.lists(STORY, min_size=1, max_size=4),
    "place": st.sampled_from([("Europe/London", None), ("Europe/London", None), ("Asia/Tokyo", "GB"), (None, "us")]),
}  # fmt: skip
PERSON = st.one_of(*[st.fixed_dictionaries({**_ANY, **_PLAIN})] * 2, st.fixed_dictionaries(_ANY))
"""Two in three are reached and said yes, so that it depends on the rest of their story."""
POLICIES = st.sampled_from([
    {}, {}, {"balance_of": 0}, {"balance_of": 1}, {"zone_if_unknown": "Europe/London", "vulnerable_products": []},
    {"caps_in_all": [[1, 7]], "balance_of": 4}, {"caps": {}, "trust_lift": 0.0, "email_offer_months": 0},
])  # fmt: skip
WORLD = st.fixed_dictionaries({
    "now": st.sampled_from(MOMENTS), "void": st.sampled_from([False, False, True]),
    "retired": st.sampled_from([False] * 9 + [True]), "policy": POLICIES,
    "usual": st.sampled_from([False, False, False, True]),
    "pace": st.sampled_from([None, (1000, 4, 1000), (1000, 40, None)]), "register": AROUND,
})  # fmt: skip
WISH = st.builds(
    BulkWish,
    purpose=st.sampled_from(["marketing", "marketing", "marketing", "marketing", "service", "needs"]),
    channel=st.sampled_from(["email", "email", "email", "in_app", "sms", "phone"]),
    topic=st.sampled_from(TOPICS),
    message_class=st.sampled_from(
        [
            "marketing",
            "marketing",
            "marketing",
            "research",
            "repermission",
            "repermission",
            "answer",
            "service",
            "mandatory",
        ]
    ),
    segment_id=st.sampled_from([None, None, 1]),
    campaign=st.sampled_from(["", "rates"]),
    product_line=st.sampled_from(["", "loan", "card"]),
    cross_sell=st.booleans(),
    data_used=st.sampled_from([(), (), (), ("messages",), ("us", " MESSAGES"), ("payments", "messages"), ("friends",)]),
)


def populate(session: Session, persons: list[dict[str, Any]], world: dict[str, Any]) -> list[int]:
    """Write everybody down; gives their ids."""
    _company(session, world)
    made: list[int] = []
    for number, person in enumerate(persons):
        zone, country = person["place"]
        one = people.customer(
            session, f"P{number}", email=f"p{number}@example.org" if person["email"] else None, time_zone=zone,
            email_verified_at=JOINED if person["verified"] else None, country=country,
            erased_at=world["now"] if person["erased"] else None,
            merged_into_id=made[0] if made and person["merged"] else None,
        )  # fmt: skip
        made.append(one.id)
        _says(session, one.id, person, world["now"])
        seen: set[str] = set()
        for place, (what, *rest) in enumerate(person["story"]):
            if what in happenings.TELL and (what not in seen or what not in ONCE):
                happenings.TELL[what](session, one, f"{number}-{place}", world["now"], *rest)
                session.flush()
            seen.add(what)
    return made


def _company(session: Session, world: dict[str, Any]) -> None:
    people.ask_for(session, "marketing", "needs")
    people.ask_for(session, "service", asks=False)
    now = world["now"]
    if not world["usual"]:  # a purpose under which anything may go
        session.execute(sa.update(Purpose).values(carries=list(treatment.CLASSES)))
    treatment.set_policy(session, {**DEFAULT_POLICY, **world["policy"]}, by="Ines", note="", now=now)
    if world["void"]:
        session.execute(
            sa.insert(Notice).values(
                purpose_key="marketing", version=2, language="en", change="controller", title="May we?", summary="?",
                text="?", sha256="0", effective_at=JOINED, published_at=JOINED, created_at=JOINED, created_by="Ines",
            )
        )  # fmt: skip
    if world["retired"]:
        session.execute(sa.update(Purpose).where(Purpose.key == "marketing").values(retired_at=JOINED))
    if world["pace"] is not None:
        sent, left, usual = world["pace"]
        session.add(CampaignPace(campaign="rates", sent=sent, left=left, usual=usual, counted_at=now))
    if world["register"] is not None:
        taken = now - 28 * DAY + world["register"]
        treatment.import_register(
            session, treatment.LineList(["+44 1"], name="tps", taken_at=taken), by="Ines", now=now
        )  # fmt: skip
    tree = {"feature": "need.cost.count.90d", "op": ">=", "value": 1}
    segments.define(session, key="fees", name="Fees", why="Fees hurt", tree=tree, by="Omar", now=now)


def _says(session: Session, customer_id: int, person: dict[str, Any], now: datetime) -> None:
    """What one of them allows, each purpose by its own entry, and where they are reached."""
    if person["number"]:
        verified_at = JOINED if person["number"] == "verified" else None
        accounts.set_point(
            session, customer_id, kind="number", value=person["digits"], verified_at=verified_at, source="crm",
            now=JOINED,
        )  # fmt: skip
    cells = dict(person["cells"])
    if person["yes"]:
        cells["marketing", "*", "*"] = {
            "state": "granted", "notice_version": 2, "valid_until": person["lasts"], "grade": None,
            "scope": person["scope"],
        }  # fmt: skip
    pauses = [until for what, until, *_rest in person["story"] if what == "pause"]
    if pauses:
        cells["*", "*", "pause"] = {"state": "paused", "valid_until": pauses[0], "notice_version": None, "grade": None,
                                       "scope": {}}  # fmt: skip
    for seq, ((purpose, channel, topic), said) in enumerate(cells.items(), 1):
        cell = dict(said)
        entry = ConsentEntry(
            customer_id=customer_id, seq=seq, event_id=random_ref("E"), purpose=purpose, channel=channel, topic=topic,
            action="granted", occurred_at=months_later(now, -24) + person["said"], recorded_at=now, actor="",
            authority=person["authority"], prev_hash="", entry_hash="", scope=cell.pop("scope"),
            **dict(zip(("actor_type", "method", "notice_sha256"), person["proof"], strict=True)),
        )  # fmt: skip
        session.add(entry)
        session.flush()
        if cell["state"] == "granted":  # a yes of grade C is never granted
            cell = {**cell, "grade": None}
        until = cell["valid_until"]
        session.add(
            ConsentState(
                customer_id=customer_id, purpose=purpose, channel=channel, topic=topic, seq=seq, since=now - 30 * DAY,
                entry_id=entry.global_seq, **{**cell, "valid_until": None if until is None else now + until},
            )
        )  # fmt: skip
