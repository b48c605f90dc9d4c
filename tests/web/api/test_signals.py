"""Only consented signals leave, each with what it rests on; a withdrawal cuts the line with the next call."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import db
from portal.accounts.models import Customer
from portal.consent.models import ConsentEntry
from portal.needs.models import Signal
from tests import people
from tests.web.api.conftest import YESTERDAY, Caller


def test_a_signal_leaves_with_everything_it_rests_on(call: Caller, engine: Engine, ada: Customer) -> None:
    answer = call("GET", "/signals")
    assert answer.status_code == 200
    [signal] = answer.json["items"]
    with db.reading(engine) as session:
        entry = session.scalars(sa.select(ConsentEntry).where(ConsentEntry.purpose == "needs")).one()
    assert answer.json["next"] is None
    assert (signal["customer"], signal["need"], signal["need_state"]) == (ada.ref, "cost", "unmet")
    assert (signal["strength"], signal["polarity"]) == (0.7, -0.5)
    assert datetime.fromisoformat(signal["observed_at"]) == YESTERDAY
    lineage = signal["lineage"]
    assert lineage["message"].startswith("M-")
    assert (lineage["spans"], lineage["reader_version"], lineage["source"]) == ([[0, 7]], "r1", "rule")
    assert lineage["consent"] == {"entry_seq": entry.seq, "notice_version": 1}


def test_the_words_themselves_do_not_leave(call: Caller, ada: Customer) -> None:
    assert "fee is too high" not in call("GET", "/signals").text


def test_after_a_withdrawal_the_next_call_gives_nothing_even_while_the_rows_stand(
    call: Caller, engine: Engine, ada: Customer
) -> None:
    assert len(call("GET", "/signals").json["items"]) == 1
    with db.writing(engine) as session:
        people.says(session, ada, "needs", "withdrawn", datetime.now(UTC))
        assert session.scalars(sa.select(Signal.ended_at)).one() is None
    assert call("GET", "/signals").json["items"] == []


def test_a_signal_that_ended_does_not_leave(call: Caller, engine: Engine, ada: Customer) -> None:
    with db.writing(engine) as session:
        session.execute(sa.update(Signal).values(ended_at=datetime.now(UTC), ended_cause="correction"))
    assert call("GET", "/signals").json["items"] == []


def test_pages_follow_each_other_without_gap_or_repetition(call: Caller, engine: Engine, ada: Customer) -> None:
    with db.writing(engine) as session:
        customer = session.get_one(Customer, ada.id)
        for hour in range(6):
            people.signal(session, customer, "access", YESTERDAY + timedelta(hours=hour))
    seen: list[int] = []
    cursor = ""
    for _page in range(4):
        answer = call("GET", f"/signals?limit=2{cursor}")
        seen += [signal["id"] for signal in answer.json["items"]]
        if answer.json["next"] is None:
            break
        cursor = f"&cursor={answer.json['next']}"
    assert (len(seen), seen) == (7, sorted(set(seen)))


def test_signals_can_be_narrowed_down(call: Caller, engine: Engine, ada: Customer) -> None:
    with db.writing(engine) as session:
        ben = people.customer(session, "Ben")
        people.signal(session, ben, "access", YESTERDAY - timedelta(days=90))

    def needs(query: str) -> list[str]:
        return [signal["need"] for signal in call("GET", f"/signals?{query}").json["items"]]

    assert needs("") == ["cost", "access"]
    assert needs("need=access") == ["access"]
    assert needs("state=met") == []
    assert needs(f"customer={ada.ref}") == ["cost"]
    assert needs(f"since={(YESTERDAY - timedelta(days=1)).date().isoformat()}T00:00:00Z") == ["cost"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=201", "limit=x", "limit=" + "9" * 5000, "state=angry", "since=now",
        "since=9999-12-31T23:59:59-12:00", "cursor=made-up", "need=%00", "need=", "ended=true", "limit=1&cursor=WzFd.x",
    ],
)  # fmt: skip
def test_a_query_that_makes_no_sense_is_refused(call: Caller, query: str) -> None:
    answer = call("GET", f"/signals?{query}")
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")


def test_a_cursor_of_another_list_is_refused(call: Caller, engine: Engine, ada: Customer) -> None:
    with db.writing(engine) as session:
        people.signal(session, session.get_one(Customer, ada.id), "access", YESTERDAY)
    cursor = call("GET", "/signals?limit=1").json["next"]
    answer = call("GET", f"/segments/anything/members?cursor={cursor}")
    assert answer.status_code in (404, 422)
