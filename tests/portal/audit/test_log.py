"""Who did what, and what just happened to a customer."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal import audit, live
from tests.cast import Cast

INES = audit.Actor("team", 7, "Ines")


def test_an_act_is_written_with_who_did_it_and_found_by_each_of_its_sides(session: Session, now: datetime) -> None:
    audit.record(session, act="token.added", by=INES, subject="token:1", detail={"scopes": ["me:read"]}, now=now)
    audit.record(session, act="notice.published", subject="notice:needs:2:en", now=now)
    newest, first = audit.page(session)
    assert (newest.actor_type, newest.actor, newest.actor_id) == ("system", "portal", None)
    assert (first.actor_type, first.actor, first.actor_id, first.detail) == ("team", "Ines", 7, {"scopes": ["me:read"]})
    for wanted in ({"act": "token.added"}, {"subject": "token:1"}, {"actor": "Ines"}):
        assert [row.id for row in audit.page(session, **wanted)] == [first.id]
    assert audit.acts(session) == ["notice.published", "token.added"]


def test_the_log_is_read_page_by_page(session: Session, now: datetime) -> None:
    ids = [audit.record(session, act="job.run", now=now).id for _ in range(5)]
    first = audit.page(session, limit=2)
    second = audit.page(session, before=first[-1].id, limit=2)
    assert [row.id for row in (*first, *second)] == ids[:0:-1]


def test_nobody_can_change_or_remove_a_row(session: Session) -> None:
    assert not [name for name in audit.__all__ if "delete" in name or "change" in name or "forget" in name]


def test_open_pages_hear_only_their_customers_news_in_order(session: Session, cast: Cast, now: datetime) -> None:
    start = live.newest_id(session, cast.ada.id)
    for kind in ("reply", "message-read"):
        live.tell(session, cast.ada.id, kind, {"ref": "M-1"}, now)
    live.tell(session, cast.ben.id, "reply", {}, now)
    heard = live.since(session, cast.ada.id, start)
    assert [event.kind for event in heard] == ["reply", "message-read"]
    assert live.since(session, cast.ada.id, heard[0].id)[0].kind == "message-read"
    assert live.newest_id(session, cast.ada.id) == heard[-1].id
    live.forget(session, now + timedelta(seconds=1))
    assert live.since(session, cast.ada.id, 0) == []
